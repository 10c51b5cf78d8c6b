"""What must always hold of grants and their money."""

from collections.abc import Iterator

from django.db.models import Count, F, Q, Sum

from beacons.core.invariants import invariant
from beacons.rounds.models import Round
from grants.models import Grant, Payment, Return
from grants.statuses import UNDER_AGREEMENT, GrantStatus, PaymentStatus
from panel.models import Case
from panel.statuses import CaseStatus, Verdict

# A stopped grant may never have been agreed.
SIGNED = set(UNDER_AGREEMENT) - {
    GrantStatus.ACCEPTED,
    GrantStatus.STOPPED,
    GrantStatus.RECOVERING,
    GrantStatus.CLOSED,
}


@invariant
def a_grant_belongs_to_its_application() -> Iterator[str]:
    strays = Grant.objects.exclude(round=F("application__round"), authority=F("application__authority"))
    for grant in strays:
        yield f"{grant} is of another round or authority than its application."


@invariant
def a_grant_comes_from_an_announced_decision() -> Iterator[str]:
    announced = Case.objects.filter(
        status=CaseStatus.ANNOUNCED, decision__verdict__in=[Verdict.AWARD, Verdict.RESERVE]
    ).values("application")
    for grant in Grant.objects.exclude(application__in=announced):
        yield f"{grant} has no announced award or reserve."


@invariant
def standing_grants_fit_the_pot() -> Iterator[str]:
    for a_round in Round.objects.filter(grants__isnull=False).distinct():
        granted = (
            Grant.objects.filter(round=a_round).standing().aggregate(pounds=Sum("amount"))["pounds"] or 0
        )
        if granted > a_round.pot:
            yield f"{a_round}: grants of £{granted:,} are more than the pot of £{a_round.pot:,}."
        if granted != a_round.granted:
            yield f"{a_round}: the grants come to £{granted:,}, and the round keeps £{a_round.granted:,}."


@invariant
def payments_fit_their_grant() -> Iterator[str]:
    standing = ~Q(payments__status=PaymentStatus.REJECTED)
    for grant in Grant.objects.annotate(pounds=Sum("payments__amount", filter=standing)):
        pounds = grant.pounds or 0
        if pounds > grant.amount:
            yield f"{grant}: payments of £{pounds:,} are more than the grant of £{grant.amount:,}."
        if pounds != grant.paid:
            yield f"{grant}: the payments come to £{pounds:,}, and the grant keeps £{grant.paid:,}."


@invariant
def a_payment_is_of_its_instalment() -> Iterator[str]:
    for payment in Payment.objects.exclude(grant=F("instalment__grant")).for_list():
        yield f"{payment} is booked on another grant."
    for payment in Payment.objects.filter(amount__gt=F("instalment__amount")).for_list():
        yield f"{payment} is more than its instalment."


@invariant
def money_is_approved_by_a_second_officer() -> Iterator[str]:
    alone = Q(approved_by=F("prepared_by")) | Q(status=PaymentStatus.APPROVED, approved_by__isnull=True)
    for payment in Payment.objects.filter(alone).for_list():
        yield f"{payment} was not approved by a second officer."


@invariant
def money_waits_for_the_confirmation_of_a_successor() -> Iterator[str]:
    early = Q(grant__holder_confirmed_at__isnull=True) | Q(prepared_at__lt=F("grant__holder_confirmed_at"))
    late = Payment.objects.standing().filter(early, grant__inherited_at__lte=F("prepared_at"))
    for payment in late.for_list():
        yield f"{payment} was prepared before two officers had confirmed the successor."


@invariant
def money_waits_for_its_return() -> Iterator[str]:
    early = Q(instalment__after__submitted_at__isnull=True) | Q(
        instalment__after__submitted_at__gt=F("prepared_at")
    )
    for payment in (
        Payment.objects.standing().filter(instalment__after__isnull=False).filter(early).for_list()
    ):
        yield f"{payment} was prepared before its return had come."


@invariant
def instalments_add_up_to_the_grant() -> Iterator[str]:
    for grant in Grant.objects.annotate(pounds=Sum("instalments__amount")).exclude(pounds=F("amount")):
        yield f"{grant}: its instalments come to £{grant.pounds or 0:,}, not £{grant.amount:,}."


@invariant
def an_active_grant_has_three_signatures() -> Iterator[str]:
    signers = Count("signatures__by", distinct=True)
    parts = Count("signatures__part", distinct=True)
    signed = Grant.objects.filter(status__in=SIGNED).annotate(signers=signers, parts=parts)
    for grant in signed.exclude(signers=3, parts=3):
        yield f"{grant} is {grant.get_status_display().lower()} without the signatures of three people."


@invariant
def an_offer_has_its_end() -> Iterator[str]:
    for grant in Grant.objects.filter(status=GrantStatus.OFFERED, offer_ends_at__isnull=True):
        yield f"{grant} is offered without an end."


@invariant
def an_accepted_grant_was_accepted_by_somebody() -> Iterator[str]:
    for grant in Grant.objects.filter(status__in=UNDER_AGREEMENT).filter(
        Q(accepted_by__isnull=True) | Q(accepted_at__isnull=True)
    ):
        yield f"{grant} is {grant.get_status_display().lower()} and nobody accepted it."


@invariant
def a_reported_grant_has_its_closing_return() -> Iterator[str]:
    came = Return.objects.filter(kind=Return.Kind.CLOSING, submitted_at__isnull=False).values("grant")
    for grant in Grant.objects.filter(status__in=[GrantStatus.REPORTED]).exclude(pk__in=came):
        yield f"{grant} is reported without a closing return."


@invariant
def a_reconciled_grant_owes_nothing() -> Iterator[str]:
    for grant in Grant.objects.filter(status=GrantStatus.RECONCILED).for_detail():
        if grant.to_recover or grant.awaiting_approval:
            yield f"{grant} is reconciled with money outstanding."
