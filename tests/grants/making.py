"""Grants walked to where a test begins, by the verbs people and the clock use."""

from datetime import timedelta

from beacons.core import guards
from beacons.core.workdays import noon
from grants import actions
from grants.models import Grant, Instalment, Return
from panel.models import Announcement, Case
from tests.factories import (
    CaseFactory,
    DecisionFactory,
    UserFactory,
    a_round,
    certifier,
    closing,
    finance_officer,
    grants_officer,
    handed_in,
    seated,
    signatory,
)
from tests.worlds import laid_again


class World:
    """A round whose decisions were announced when its decision stage closed, and the people who sign and pay."""

    def __init__(self, a_round):
        self.round = a_round
        self.announced_at = closing(a_round, "decision")
        Announcement.objects.create(
            round=a_round,
            at=self.announced_at,
            set_by=UserFactory(),
            set_at=self.announced_at - timedelta(days=1),
        )
        self.chair = seated(a_round, "chair").user
        self.vice_chair = seated(a_round, "vice_chair").user
        self.lga = signatory("lga")
        self.officer = grants_officer()
        self.finance = finance_officer()

    def stage(self, key):
        return self.round.stages.get(key=key)

    @laid_again
    def case(self, verdict="award", amount=90_000, *, reserve_place=None, **bid):
        """An announced decision on an application of this round."""
        application = handed_in(round=self.round, **bid)
        case = CaseFactory(application=application, status="announced")
        DecisionFactory(case=case, verdict=verdict, amount=amount, reserve_place=reserve_place)
        return Case.objects.get(pk=case.pk)

    @laid_again
    def drafted(self, **award):
        return actions.draft(self.case(**award), by=None, at=self.announced_at)

    @laid_again
    def offered(self, **award):
        return actions.offer(self.drafted(**award), by=None, at=self.announced_at)

    @laid_again
    def accepted(self, **award):
        """With the certifier who accepted it as `grant.accepted_by`."""
        grant = self.offered(**award)
        return actions.accept(grant, by=certifier(grant.authority), at=self.announced_at + timedelta(days=1))

    @laid_again
    def signed_by_council(self, **award):
        grant = self.accepted(**award)
        return actions.sign(grant, part="council", by=grant.accepted_by, at=self.signed_at)

    @laid_again
    def active(self, **award):
        grant = self.signed_by_council(**award)
        actions.sign(grant, part="chair", by=self.chair, at=self.signed_at)
        return actions.sign(grant, part="lga", by=self.lga, at=self.signed_at)

    @property
    def signed_at(self):
        return self.announced_at + timedelta(days=2)

    def pay(self, grant, number, *, at=None):
        payment = self.prepare(grant, number, at=at)
        return actions.approve_payment(payment, by=self.finance, at=payment.prepared_at)

    def prepare(self, grant, number, *, at=None):
        part = instalment(grant, number)
        return actions.prepare_payment(part, by=self.officer, at=at or self.due(part))

    def due(self, part):
        """The first moment of the day on which an instalment is due, but never before the signatures."""
        return max(noon(part.due_on), self.signed_at)

    def report(self, grant, kind, *, spent=None, at=None, **said):
        due = return_of(grant, kind)
        facts = {
            "done": "Two open days were held.",
            "learned": "Fewer words, more people.",
            "authorities_helped": 6,
            "struggling_helped": 2,
            "spent": grant.amount if spent is None else spent,
        } | said
        return actions.submit_return(
            due, **facts, by=grant.accepted_by, at=at or due.due_at - timedelta(hours=1)
        )

    @laid_again
    def half_way(self, **award):
        """The first instalment is paid and the mid-point return has come."""
        grant = self.active(**award)
        self.pay(grant, 1)
        self.report(grant, "middle", spent=grant.amount * 2 // 5)
        return fresh(grant)

    @laid_again
    def reported(self, *, spent=None, **award):
        """Two instalments are paid and both returns have come."""
        grant = self.half_way(**award)
        self.pay(grant, 2)
        self.report(grant, "closing", spent=spent)
        return fresh(grant)


def beyond_the_pot(world, number, amount):
    """Awards that come to more than the pot, as only a database without the panel's guard would hold.

    Against them grants have a rule and a guard of their own.
    """
    guards.drop_all()
    try:
        return [world.case(amount=amount) for _ in range(number)]
    finally:
        guards.set_all()


@laid_again
def announced(**facts):
    """A world whose round is of these facts."""
    return World(a_round(**facts))


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def instalment(grant, number) -> Instalment:
    return Instalment.objects.get(grant=grant, number=number)


def return_of(grant, kind) -> Return:
    return Return.objects.get(grant=grant, kind=kind)


def statuses(*grants) -> list[str]:
    return [Grant.objects.get(pk=grant.pk).status for grant in grants]
