"""What passes to the successor of an abolished authority: its sign-ups, and the reports shared inside it.

Issues and voices for an issue stay with the council that said them; the successor may withdraw them.
"""

from datetime import datetime

from beacons.directory.estates import Estate, add
from beacons.directory.models import Authority, User
from outcomes.models import FormerTerms, HeadlineReport, Outcome, SignUp

# What a sign-up says, and former terms repeat.
TERMS = (
    "measure_id",
    "baseline",
    "baseline_year",
    "target",
    "target_year",
    "lead_officer",
    "source",
    "confirmed_at",
    "confirmed_by_id",
)


def pass_sign_up(
    sign_up: SignUp, former: Authority, successor: Authority, *, by: User | None, at: datetime
) -> bool:
    """The successor takes the commitment over. Where it has its own, that stands, with the former's as its history."""
    # Whoever signs up takes this lock too.
    Outcome.objects.lock(sign_up.outcome_id)
    own = SignUp.objects.filter(outcome=sign_up.outcome_id, authority=successor).first()
    if own is None:
        sign_up.authority = successor
        sign_up.inherited_from_id = sign_up.inherited_from_id or former.pk
        if successor.area_id == successor.pk:
            # The successor has an agreement of its own: it joins nobody's.
            sign_up.joins = None
        sign_up.save(update_fields=["authority", "inherited_from", "joins"])
        return True
    if own.joins_id == sign_up.pk:
        own.joins = None
        own.save(update_fields=["joins"])
    SignUp.objects.filter(joins=sign_up).update(joins=own)
    FormerTerms.objects.filter(sign_up=sign_up, agreed_by__isnull=True).update(agreed_by=former)
    FormerTerms.objects.filter(sign_up=sign_up).update(sign_up=own)
    FormerTerms.objects.create(
        sign_up=own,
        agreed_by_id=sign_up.inherited_from_id or former.pk,
        replaced_at=at,
        replaced_by=by,
        why=f"{former} became part of {successor}, which had signed up itself.",
        **{name: getattr(sign_up, name) for name in TERMS},
    )
    sign_up.delete()
    return False


def pass_report(
    report: HeadlineReport, former: Authority, successor: Authority, *, by: User | None, at: datetime
) -> bool:
    HeadlineReport.objects.filter(pk=report.pk).update(council=successor)
    return True


add(
    Estate(
        kind="sign-up",
        plural="Sign-ups",
        rows=lambda: SignUp.objects.select_related("outcome"),
        words=lambda sign_up: f"Sign-up to “{sign_up.outcome}”",
        pass_on=pass_sign_up,
    )
)
add(
    Estate(
        kind="report",
        plural="Headline reports",
        rows=lambda: HeadlineReport.objects.filter(council__isnull=False).select_related("authority"),
        # Its title is its maker's own words, which may not be shared.
        words=lambda report: f"A headline report on {report.authority}",
        pass_on=pass_report,
        holder="council",
    )
)
