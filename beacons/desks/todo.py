"""What waits for a person: each kind of duty in one function, gathered for the desk they land on.

A duty is found from facts, never stored, so the list cannot disagree with the rooms it points into.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.template.defaultfilters import pluralize
from django.urls import reverse

from beacons.applications import calls
from beacons.applications.calls import Call
from beacons.applications.closings import Deadline
from beacons.applications.models import Answer, Application, Comment, Extension, Partner
from beacons.applications.permissions import certifies
from beacons.applications.statuses import Status
from beacons.core import workdays
from beacons.core.letters import Letter
from beacons.directory import estates
from beacons.directory.models import Role, User
from beacons.directory.permissions import authority_ids
from beacons.directory.rules.successions import certifiers_to_confirm
from beacons.rounds import engagement
from beacons.rounds.models import Invitation, Round, Stage
from beacons.rounds.resting import issues_of
from beacons.rounds.rules import WEIGHTS
from grants.dissemination.models import Activity, Booking
from grants.models import Grant, Payment, Return
from grants.statuses import GrantStatus
from outcomes.models import Issue, Outcome, SignUp
from panel import hours as panel_hours
from panel.chairing import Chairs, know_hats
from panel.models import Appointment, Assessment, Case, Decision, FeedbackLetter, Verification
from panel.rules.criteria import MANY_VOICES, unanswered
from panel.rules.seats import approvals_that_stand, reasons_not_to_agree
from panel.statuses import FeedbackStatus

MOST = 25


@dataclass(frozen=True)
class Duty:
    """One thing to do: what, where, and until when."""

    words: str
    url: str
    note: str = ""
    until: datetime | None = None


Finds = Callable[[User, datetime], Iterator[Duty]]


def open_sign_ups(at: datetime) -> dict[int, Stage]:
    """{round: its stage} of the approved rounds in which councils sign up now."""
    stages = Stage.objects.open_at(at).filter(key=Stage.Key.SIGN_UP, round__approved_at__lte=at)
    return {stage.round_id: stage for stage in stages.select_related("round")}


def answer_invitations(user: User, at: datetime) -> Iterator[Duty]:
    """Invitations of the person's councils, until the sign-up is confirmed and something hard was said."""
    mine = authority_ids(user)
    stages = open_sign_ups(at) if mine else {}
    if not stages:
        return
    waiting = Invitation.objects.filter(authority__in=mine, round__in=stages).with_answers()
    waiting = waiting.filter(sign_up_id__isnull=False).exclude(engagement.DONE)
    for invitation in waiting.select_related("authority", "outcome").order_by("outcome__title", "pk"):
        stage = stages[invitation.round_id]
        left = [
            *(
                []
                if invitation.confirmed_at
                else [f"{what_is_theirs(user, invitation.authority_id, invitation.lead_officer)} the sign-up"]
            ),
            *([] if invitation.has_stated or invitation.has_supported else ["state issues"]),
        ]
        words = f"You are invited to {stage.round}: {' and '.join(left)} on “{invitation.outcome}”"
        yield Duty(words, invitation.get_absolute_url(), str(invitation.authority), stage.closes_at)


def confirm_sign_ups(user: User, at: datetime) -> Iterator[Duty]:
    """Sign-ups that nobody has confirmed, of rounds in their first stage, and without an invitation yet."""
    areas = [authority.pk for authority in user.authorities]
    stages = open_sign_ups(at) if areas else {}
    for stage in stages.values():
        invited = Invitation.objects.filter(
            round=stage.round, outcome=OuterRef("outcome"), authority=OuterRef("authority")
        )
        waiting = SignUp.objects.unconfirmed().of_areas(areas).filter(outcome__rounds=stage.round)
        for sign_up in (
            waiting.exclude(Exists(invited)).select_related("outcome", "authority").order_by("outcome__title")
        ):
            does = what_is_theirs(user, sign_up.authority_id, sign_up.lead_officer).capitalize()
            words = f"{does} the sign-up of {sign_up.authority} to “{sign_up.outcome}”"
            yield Duty(words, sign_up.outcome.get_absolute_url(), str(stage.round), stage.closes_at)


def what_is_theirs(user: User, authority: int, lead_officer: str) -> str:
    """An officer prepares a sign-up, by naming who leads on it at least; a certifier confirms it."""
    if user.certifies_for(authority):
        return "confirm"
    return "ask your certifier to confirm" if lead_officer else "prepare"


def support_issues(user: User, at: datetime) -> Iterator[Duty]:
    """What others of the cohort find hard, for a council that has supported nothing of it yet."""
    stages = list(Stage.objects.open_at(at).filter(key="sign_up", round__approved_at__lte=at))
    for council in user.authorities if stages else ():
        areas = [council.pk, council.area_id]
        outcomes = Outcome.objects.filter(
            rounds__in=[stage.round_id for stage in stages], sign_ups__authority__in=areas
        )
        given = Issue.objects.filter(supports__authority=council).values("outcome")
        for outcome in outcomes.exclude(pk__in=given).distinct().order_by("title"):
            count = Issue.objects.standing().filter(outcome=outcome).exclude(authority=council).count()
            if count:
                yield Duty(
                    f"Read what others find hard, and support what {council} shares",
                    f"{outcome.get_absolute_url()}#issues",
                    note=f"{outcome}: {count} issue{pluralize(count)}",
                    until=min(stage.closes_at for stage in stages),
                )


def settle_criteria(user: User, at: datetime) -> Iterator[Duty]:
    """For the chairs, while the criteria are made: what they still lack."""
    for held in Appointment.objects.of(user, at).chairs().for_list().prefetch_related("seat__round__stages"):
        led = held.seat.round
        stage = led.stage(at) if led.approved_at else None
        if stage is None or stage.key != "criteria":
            continue
        criteria = list(led.criteria.all())
        rests = issues_of(criteria)
        asked = (
            Issue.objects.standing().filter(outcome__rounds=led).with_voices().filter(voices__gte=MANY_VOICES)
        )
        bare = unanswered(asked, {issue.pk for issues in rests.values() for issue in issues})
        weights = sum(criterion.weight for criterion in criteria)
        if weights == WEIGHTS and rests and not bare:
            continue
        lacking = [f"{led}: weights add up to {weights}"]
        if bare:
            lacking.append(f"{len(bare)} issue{pluralize(len(bare))} of many councils without a criterion")
        url = reverse("criteria_edit", args=[led.slug])
        yield Duty("Settle the criteria from the issues", url, "; ".join(lacking), stage.closes_at)


def ring_members(user: User, at: datetime) -> Iterator[Duty]:
    """A coordinator's part: members of the region that have not confirmed while sign-up is open."""
    for hat in user.hats:
        if hat.role != Role.COORDINATOR or hat.region is None:
            continue
        for stage in open_sign_ups(at).values():
            behind = engagement.members(stage.round, at).filter(
                ~engagement.CONFIRMED, authority__region=hat.region
            )
            if count := behind.values("authority").distinct().count():
                have = "has" if count == 1 else "have"
                yield Duty(
                    f"{count} member{pluralize(count)} of {hat.region} {have} not confirmed",
                    f"{reverse('region_members', args=[hat.region.gss_code])}?state=unconfirmed",
                    str(stage.round),
                    stage.closes_at,
                )


def find_people(user: User, at: datetime) -> Iterator[Duty]:
    """A manager's part: councils that are invited, and have nobody who could read it."""
    if not user.runs_rounds:
        return
    for stage in open_sign_ups(at).values():
        silent = engagement.members(stage.round, at).filter(engagement.INVITED, engagement.NOBODY)
        if count := silent.values("authority").distinct().count():
            yield Duty(
                f"{count} invited council{pluralize(count, ' has,s have')} nobody registered",
                f"{reverse('engagement_list', args=[stage.round.slug])}?state=nobody",
                str(stage.round),
                stage.closes_at,
            )


def finish_applications(user: User, at: datetime) -> Iterator[Duty]:
    mine = Application.objects.led_by(user).unfinished()
    for bid in mine.for_list().select_related("certifier_asked_by").with_closing():
        closes_at = bid.closes_at
        if at >= closes_at:
            continue
        doing = "Submit" if bid.status == Status.CERTIFIED else "Finish"
        if bid.status == Status.DRAFT and certifies(user, bid):
            doing = "Certify" if bid.certifier_asked_at else "Certify, when it is ready,"
        asked = f". {bid.certifier_asked_by} asks for it" if bid.certifier_asked_by else ""
        yield Duty(
            f"{doing} “{bid.title}”",
            bid.get_absolute_url(),
            note=f"{bid.outcome}, {bid.round}{asked}",
            until=closes_at,
        )


def endorse_bids(user: User, at: datetime) -> Iterator[Duty]:
    """Bids of clusters that a lead member has not endorsed, round by round, until they are checked."""
    if not user.has_role(Role.LEAD_MEMBER):
        return
    waiting = Application.objects.visible_to(user, at).to_endorse().exclude(endorsements__endorsed_by=user)
    counts = waiting.values("round", "round__name").annotate(number=Count("pk")).order_by("round__name")
    for each in counts:
        yield Duty(
            f"Read {each['number']} application{pluralize(each['number'])} that may need your endorsement",
            reverse("endorse_list"),
            each["round__name"],
        )


def read_comments(user: User, at: datetime) -> Iterator[Duty]:
    """Open comments on what this person wrote, or in answer to them, in which somebody else had the last word.

    An answer is its last writer's; what has none, and the application as a whole, is for whoever began it.
    """
    mine = Application.objects.own_of(user).unfinished().with_closing()
    bids = {bid.pk: bid for bid in mine if at < bid.closes_at}
    if not bids:
        return
    answer = Answer.objects.filter(application=OuterRef("application"), question=OuterRef("question"))
    writer = Coalesce(
        Subquery(answer.values("saved_by")), "application__drafted_by", output_field=BigIntegerField()
    )
    remarks = Comment.objects.open().filter(application__in=bids).annotate(writer=writer)
    waiting = Counter[int]()
    for remark in remarks.prefetch_related("replies"):
        said = [remark, *sorted(remark.replies.all(), key=lambda reply: (reply.written_at, reply.pk))]
        takes_part = user.pk in {remark.writer, *(each.written_by_id for each in said)}
        if takes_part and said[-1].written_by_id != user.pk:
            waiting[remark.application_id] += 1
    for pk, count in sorted(waiting.items()):
        bid = bids[pk]
        words = f"Read {count} comment{pluralize(count)} of your colleagues on “{bid.title}”"
        yield Duty(words, reverse("application_comments", args=[bid.reference]), until=bid.closes_at)


def confirm_parts(user: User, at: datetime) -> Iterator[Duty]:
    """Parts in others' bids on which the person's councils were asked, and that nobody has confirmed as they stand."""
    asked = Partner.objects.of_people(user).to_be_answered().filter(declined_at__isnull=True)
    for part in asked.for_part().order_by("pk") if user.authorities else ():
        if not part.is_confirmed and at < part.application.closes_at:
            yield Duty(
                f"Confirm or decline the part of {part} in an application of {part.application.authority}",
                part.get_absolute_url(),
                f"“{part.application.title}”",
                part.application.closes_at,
            )


def may_apply(user: User, at: datetime) -> Iterator[Duty]:
    """Rounds open to one of the person's authorities without a partner, in which it has no bid yet, and may want one."""
    found: dict[Round, list[Call]] = {}
    for call in calls.open_to(user.authorities, at) if user.authorities else ():
        found.setdefault(call.round, []).append(call)
    for open_round, some in found.items():
        begun = any(call.applications for call in some)
        if not begun and not all(call.needs_partner or call.abstains for call in some):
            yield Duty(
                f"You may apply in {open_round}",
                reverse("application_choices"),
                until=max(call.closes_at for call in some),
            )


def tell_hours(user: User, at: datetime) -> Iterator[Duty]:
    """Asked once of whoever had a hand in what was handed in, and of whoever has lodged the last paper."""
    optional = "If you like. “No thanks” ends it"
    for bid in Application.objects.to_ask_hours_of(user, at).order_by("submitted_at", "pk"):
        url = reverse("application_hours", args=[bid.reference])
        yield Duty(f"Say how many hours “{bid.title}” took you", url, optional)
    for marked in panel_hours.to_ask(user, at).order_by("case__application__round"):
        words = f"Say how many hours your {marked['lodged']} paper{pluralize(marked['lodged'])} took you"
        name, slug = (marked[column] for column in panel_hours.NAMED)
        yield Duty(words, reverse("panel_hours", args=[slug]), f"{name}. {optional}")


def answer_offers_and_sign(user: User, at: datetime) -> Iterator[Duty]:
    mine = Grant.objects.filter(authority__in=authority_ids(user)).for_list()
    for grant in mine.filter(status__in=[GrantStatus.OFFERED, GrantStatus.ACCEPTED]):
        if grant.status == GrantStatus.OFFERED:
            words = f"Accept or refuse the offer of £{grant.amount:,}"
            yield Duty(words, grant.get_absolute_url(), note=str(grant), until=grant.offer_ends_at)
        elif user.certifies_for(grant.authority_id) and not grant.signatures.filter(part="council").exists():
            yield Duty("Sign the agreement", grant.get_absolute_url(), note=str(grant))


def hand_in_returns(user: User, at: datetime) -> Iterator[Duty]:
    """Returns of active grants, from thirty days before they are due."""
    due = Return.objects.outstanding().filter(
        grant__authority__in=authority_ids(user), grant__status=GrantStatus.ACTIVE
    )
    for waiting in due.select_related("grant__authority").order_by("due_on", "pk"):
        if (waiting.due_on - workdays.day_in_london(at)).days <= 30:
            words = f"Write the {waiting.get_kind_display().lower()}"
            yield Duty(words, waiting.grant.get_absolute_url(), note=str(waiting.grant), until=waiting.due_at)


def record_activities(user: User, at: datetime) -> Iterator[Duty]:
    over = Activity.objects.to_record(at).filter(grant__authority__in=authority_ids(user))
    for activity in over.order_by("ends_at"):
        yield Duty(f"Record who came to “{activity}”", activity.get_absolute_url())


def tell_changes(user: User, at: datetime) -> Iterator[Duty]:
    came = (
        Booking.objects.standing()
        .filter(authority__in=authority_ids(user), attended=True, will_change="")
        .select_related("activity")
    )
    for booking in came.order_by("pk"):
        yield Duty(
            f"Say what you will change after “{booking.activity}”", booking.activity.get_absolute_url()
        )


def declare_and_mark(user: User, at: datetime) -> Iterator[Duty]:
    """A member's part: interests first, then papers."""
    held = Appointment.objects.of(user, at).for_list().prefetch_related("seat__round__stages")
    for appointment in held:
        panel_round = appointment.seat.round
        if appointment.declared_at is None and panel_round.has_opened("check", at):
            url = reverse("interest_declare", args=[panel_round.slug])
            until = panel_round.stage_of("scoring").opens_at
            yield Duty(
                "Declare your interests", url, note=str(panel_round), until=until if at < until else None
            )
        left = Assessment.objects.visible_to(user, at).filter(appointment=appointment).open().count()
        if left:
            until = panel_round.stage_of("scoring").closes_at
            yield Duty(
                f"Mark {left} paper{pluralize(left)}",
                reverse("panel_desk"),
                str(panel_round),
                until,
            )


def lead_the_panel(user: User, at: datetime) -> Iterator[Duty]:
    """A chair's or vice-chair's part: what the meeting, the visits and the decision still lack."""
    for held in Appointment.objects.of(user, at).chairs().for_list().prefetch_related("seat__round__stages"):
        led = held.seat.round
        stage = led.stage(at) if led.approved_at else None
        if stage is None:
            continue
        seen = Case.objects.visible_to(user, at).filter(application__round=led)
        bids = Application.objects.filter(round=led)
        waiting = {
            "scoring": (bids.eligible().filter(case=None), "Share {} paper{s} out", "assignment_detail"),
            "shortlist": (
                seen.filter(status__in=["scored", "moderated"]),
                "Talk {} application{s} over",
                "meeting_detail",
            ),
            "verify": (
                seen.filter(status="shortlisted"),
                "Verify {} shortlisted application{s}",
                "shortlist_list",
            ),
            "decision": (
                seen.filter(status="verified", decision=None),
                "Propose {} decision{s}",
                "decision_list",
            ),
        }
        if stage.key in waiting:
            rows, words, name = waiting[stage.key]
            if count := rows.count():
                yield Duty(
                    words.format(count, s=pluralize(count)),
                    reverse(name, args=[led.slug]),
                    str(led),
                    stage.closes_at,
                )


def replace_readers(user: User, at: datetime) -> Iterator[Duty]:
    """A chair's or vice-chair's part: papers from which an interest, or a member's leaving, took a reader."""
    for held in Appointment.objects.of(user, at).chairs().for_list().prefetch_related("seat__round__stages"):
        led = held.seat.round
        if count := Case.objects.watched_by(user, at).of_round(led).bereft().count():
            closes_at = led.stage_of("scoring").closes_at
            yield Duty(
                f"Find another reader for {count} paper{pluralize(count)}",
                reverse("case_progress", args=[led.slug]),
                f"{led}: an interest came to light, or a member has left",
                closes_at if at < closes_at else None,
            )


def write_feedback(user: User, at: datetime) -> Iterator[Duty]:
    """Feedback letters that wait for this member's words, or for the approval of whoever takes the chair."""
    known = FeedbackLetter.objects.worked_on_by(user, at).unapproved()
    seats = {held.pk: held.chairs for held in Appointment.objects.of(user, at).select_related("seat")}
    if not seats:
        return
    counts: dict[Round, Counter[str]] = {}
    chaired: dict[int, Chairs] = {}
    for letter in known.for_list():
        waiting = letter.case.application.round
        if letter.status == FeedbackStatus.DRAFTED:
            if letter.lead_id in seats:
                counts.setdefault(waiting, Counter())["Write {} feedback letter{s}"] += 1
        elif any(seats.values()):
            if waiting.pk not in chaired:
                chaired[waiting.pk] = Chairs(waiting, at)
            if chaired[waiting.pk].is_acting(user, letter.case.application_id):
                counts.setdefault(waiting, Counter())["Approve {} feedback letter{s}"] += 1
    for waiting, found in counts.items():
        announcement = getattr(waiting, "announcement", None)
        for words, number in sorted(found.items()):
            yield Duty(
                words.format(number, s=pluralize(number)),
                reverse("feedback_list", args=[waiting.slug]),
                str(waiting),
                announcement.feedback_due_at if announcement else None,
            )


def correct_facts(user: User, at: datetime) -> Iterator[Duty]:
    """An applicant's part: what the panel found when it verified the application, while it can be corrected."""
    for verification in Verification.objects.to_answer(user, at).for_list():
        application = verification.case.application
        yield Duty(
            f"Say whether the facts are right that the panel found on {application.reference}",
            reverse("verification_facts", args=[verification.pk]),
            application.title,
            verification.reply_until,
        )


def carry_out_verifications(user: User, at: datetime) -> Iterator[Duty]:
    """A member's part who leads on a visit, a call or a presentation: what was found, and what the applicant says to it.

    Where the lead has left the panel, the chairs'.
    """
    led = Verification.objects.seen_by_panel(user, at).led_by(user, at).for_list()
    for words, found in (
        ("Write what was found", led.to_report(at)),
        ("Settle the facts", led.to_settle(at)),
    ):
        for verification in found:
            reference = verification.case.application.reference
            what = verification.get_kind_display().lower()
            yield Duty(f"{words}: {what}, {reference}", verification.get_absolute_url())


def agree_appointments(user: User, at: datetime) -> Iterator[Duty]:
    """Members proposed for a panel whom this signatory's body has not agreed to."""
    proposed: dict[Round, int] = {}
    if bodies := user.bodies_signed_for:
        waiting = Appointment.objects.filter(agreed_at__isnull=True, ended_at__isnull=True)
        held_seats = list(waiting.for_list().select_related("agreed_by_clg", "agreed_by_lga"))
        know_hats([held.user for held in held_seats])
        for held in held_seats:
            if any(not reasons_not_to_agree(held, body=body, by=user) for body in bodies):
                proposed[held.seat.round] = proposed.get(held.seat.round, 0) + 1
    for wanted, count in proposed.items():
        url = reverse("seat_list", args=[wanted.slug])
        yield Duty(f"Agree to {count} proposed member{pluralize(count)}, or not", url, str(wanted))


def approve_rounds(user: User, at: datetime) -> Iterator[Duty]:
    """Rounds that wait for the approval of this chair, vice-chair or signatory."""
    parts = set(user.bodies_signed_for)
    chaired = {
        held.seat.round_id: held.seat.kind
        for held in Appointment.objects.of(user, at).chairs().select_related("seat")
    }
    if not (parts or chaired):
        return
    rounds = Round.objects.filter(approved_at__isnull=True).prefetch_related("approvals")
    for waiting in rounds.order_by("starts_on"):
        mine = parts or waiting.pk in chaired
        if mine and user.pk not in {approval.by_id for approval in approvals_that_stand(waiting)}:
            yield Duty(f"Approve {waiting}", reverse("round_approve", args=[waiting.slug]))


def agree_decisions(user: User, at: datetime) -> Iterator[Duty]:
    """Decisions that were proposed and that this signatory's body has not answered."""
    for body in user.bodies_signed_for:
        waiting = Decision.objects.visible_to(user, at).unsettled().unanswered_by(body)
        for round_id in waiting.values_list("case__application__round", flat=True).distinct().order_by():
            proposed = Round.objects.get(pk=round_id)
            count = waiting.filter(case__application__round=round_id).count()
            yield Duty(
                f"Answer {count} proposed decision{pluralize(count)}",
                reverse("decision_list", args=[proposed.slug]),
                str(proposed),
            )


def countersign(user: User, at: datetime) -> Iterator[Duty]:
    """Accepted grants that this chair, or the LGA by this signatory, has not signed."""
    for grant in Grant.objects.to_countersign_by(user, at).for_list():
        words = f"Countersign the agreement with {grant.authority}"
        yield Duty(words, grant.get_absolute_url(), note=grant.reference)


def answer_extensions(user: User, at: datetime) -> Iterator[Duty]:
    """More time that a colleague asked for, until the authority's closing: after it nobody can agree any more."""
    if not user.runs_rounds:
        return
    waiting = Extension.objects.waiting().exclude(asked_by=user).for_list()
    for extension in waiting.prefetch_related("round__stages", "round__extensions"):
        closes_at = Deadline(extension.round, extension.authority).closes_at
        if at < closes_at:
            words = f"Agree to more time for {extension.authority}, or refuse it"
            yield Duty(words, extension.get_absolute_url(), str(extension.round), closes_at)


def check_applications(user: User, at: datetime) -> Iterator[Duty]:
    if not user.runs_rounds:
        return
    waiting = Application.objects.filter(status=Status.SUBMITTED).closed_at(at)
    stages = Stage.objects.open_at(at).filter(key="check").select_related("round")
    for stage in stages:
        count = waiting.filter(round=stage.round).count()
        if count:
            url = reverse("check_list", args=[stage.round.slug])
            yield Duty(f"Check {count} application{pluralize(count)}", url, str(stage.round), stage.closes_at)


def move_money(user: User, at: datetime) -> Iterator[Duty]:
    if user.has_role(Role.FINANCE_OFFICER, Role.GRANTS_OFFICER):
        prepared = Payment.objects.awaiting_approval().exclude(prepared_by=user).count()
        if prepared and user.has_role(Role.FINANCE_OFFICER):
            yield Duty(
                f"Approve {prepared} payment{pluralize(prepared)}",
                reverse("admin:grants_payment_changelist") + "?status=prepared",
            )
        if user.has_role(Role.GRANTS_OFFICER):
            yield Duty("Look through the grants", reverse("admin:grants_grant_changelist"))
            late = Return.objects.overdue(at).count()
            if late:
                yield Duty(
                    f"Chase {late} late return{pluralize(late)}",
                    reverse("admin:grants_grant_changelist") + "?waits=late",
                )


def settle_mergers(user: User, at: datetime) -> Iterator[Duty]:
    """What divided councils left, and who certifies for a successor."""
    if not user.has_role(Role.SCHEME_MANAGER):
        return
    for former in estates.to_share_out(at):
        yield Duty(f"Share out what {former} left", reverse("succession_detail", args=[former.code]))
    if waiting := len(certifiers_to_confirm()):
        yield Duty(
            f"Confirm {waiting} certifier{pluralize(waiting)} after a merger", reverse("succession_list")
        )


def confirm_successors(user: User, at: datetime) -> Iterator[Duty]:
    """Grants that passed to their holder in a merger, until two officers have confirmed it."""
    waiting = Grant.objects.awaiting_confirmation().standing()
    if user.has_role(Role.GRANTS_OFFICER):
        for grant in waiting.filter(holder_checked_at__isnull=True).for_list():
            words = f"Check signatories and bank details of {grant.authority}"
            yield Duty(words, reverse("admin:grants_grant_change", args=[grant.pk]), grant.reference)
    if user.has_role(Role.FINANCE_OFFICER):
        for grant in (
            waiting.filter(holder_checked_at__isnull=False).exclude(holder_checked_by=user).for_list()
        ):
            words = f"Confirm signatories and bank details of {grant.authority}"
            yield Duty(words, reverse("admin:grants_grant_change", args=[grant.pk]), grant.reference)


def mend_letters(user: User, at: datetime) -> Iterator[Duty]:
    if user.runs_rounds and (count := Letter.objects.failing().count()):
        yield Duty(
            f"{count} letter{pluralize(count)} could not be sent", reverse("admin:core_letter_changelist")
        )


DUTIES: tuple[Finds, ...] = (
    answer_offers_and_sign,
    finish_applications,
    endorse_bids,
    read_comments,
    confirm_parts,
    answer_invitations,
    confirm_sign_ups,
    support_issues,
    may_apply,
    hand_in_returns,
    record_activities,
    tell_changes,
    declare_and_mark,
    settle_criteria,
    lead_the_panel,
    replace_readers,
    write_feedback,
    correct_facts,
    carry_out_verifications,
    agree_appointments,
    approve_rounds,
    agree_decisions,
    countersign,
    ring_members,
    find_people,
    answer_extensions,
    check_applications,
    move_money,
    confirm_successors,
    settle_mergers,
    mend_letters,
    tell_hours,
)


def duties(user: Any, at: datetime) -> list[Duty]:
    """All that waits for this person, what has an end first, the nearest end first."""
    found = [duty for finds in DUTIES for duty in finds(user, at)]
    return sorted(found, key=lambda duty: (duty.until is None, duty.until or at))
