"""What awards lead to in a simulated round: grants and money, then practice that reaches others."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from beacons.core import workdays
from beacons.core.lifecycle import Refused
from beacons.desks.simulation import words
from beacons.directory.models import Authority
from grants import actions as granting
from grants.dissemination import actions as spreading
from grants.dissemination.models import Activity, Booking, Practice
from grants.models import Grant, Instalment, Return, Undertaking
from grants.statuses import GrantStatus

if TYPE_CHECKING:
    from beacons.desks.simulation.year import Year

# How many people an activity of each kind takes, and how many councils come to it at most.
SIZES = {
    "open_day": (40, 24),
    "workshop": (24, 20),
    "exchange": (20, 8),
    "conference": (60, 12),
    "visit": (4, 2),
    "mentoring": (2, 1),
    "secondment": (1, 1),
    "toolkit": (12, 4),
}


class Helping:
    """Grant holders, grants officers, and the councils that come to learn."""

    def __init__(self, year: Year):
        self.year = year
        self.people, self.chance, self.clock, self.round = year.people, year.chance, year.clock, year.round

    def grants(self, *statuses: str) -> list[Grant]:
        found = Grant.objects.filter(round=self.round, status__in=statuses)
        return list(found.select_related("authority", "application__outcome").order_by("pk"))

    # Offers and agreements ------------------------------------------------------------------------------

    def agree(self) -> None:
        """Holders accept and sign; one refuses and one lets its offer lapse, so reserves are offered."""
        offered = self.grants(GrantStatus.OFFERED)
        for number, grant in enumerate(offered):
            if number == len(offered) - 1 and number > 1:
                continue
            at = self.year.during(0.05, 0.35)
            if number == len(offered) - 2 and number > 1:
                self.clock.plan(at, lambda then, g=grant: self.refuse(g, then))
            else:
                self.clock.plan(at, lambda then, g=grant: self.accept(g, then))
        # Reserves are offered as places come free; whoever holds an offer towards the end accepts it.
        closes = self.year.stage.closes_at
        self.clock.plan(closes - timedelta(days=4), self.accept_reserves)
        self.clock.plan(closes - timedelta(hours=30), self.accept_reserves)

    def accept(self, grant: Grant, at: datetime) -> None:
        grant = Grant.objects.get(pk=grant.pk)
        chief = self.people.certifier(grant.authority)
        granting.accept(grant, by=chief, at=at)
        granting.sign(grant, part="council", by=chief, at=at + timedelta(minutes=5))
        try:
            granting.sign(grant, part="chair", by=self.people.chair, at=at + timedelta(hours=4))
        except Refused:
            granting.sign(grant, part="chair", by=self.people.vice_chair, at=at + timedelta(hours=4))
        granting.sign(grant, part="lga", by=self.people.signatories["lga"], at=at + timedelta(hours=8))

    def refuse(self, grant: Grant, at: datetime) -> None:
        grant = Grant.objects.get(pk=grant.pk)
        why = "The service moves to a trust in May, so we cannot promise the staff."
        granting.refuse(grant, why=why, by=self.people.certifier(grant.authority), at=at)

    def accept_reserves(self, at: datetime) -> None:
        for grant in self.grants(GrantStatus.OFFERED)[:2]:
            if grant.offer_is_open(at):
                self.accept(grant, at)

    # Develop --------------------------------------------------------------------------------------------

    def develop(self) -> None:
        """First instalments are paid; each holder writes its practice down and plans its activities."""
        for grant in self.grants(GrantStatus.AGREED, GrantStatus.ACTIVE):
            self.clock.plan(self.year.during(0.02, 0.1), lambda at, g=grant: self.pay(g, 1, at))
            self.clock.plan(self.year.during(0.1, 0.4), lambda at, g=grant: self.write_practice(g, at))
            self.clock.plan(self.year.during(0.3, 0.9), lambda at, g=grant: self.plan_activities(g, at))

    def pay(self, grant: Grant, number: int, at: datetime) -> None:
        """One officer prepares when the instalment is due, another approves four days later."""
        instalment = Instalment.objects.select_related("grant").get(grant=grant, number=number)
        due = workdays.noon(instalment.due_on)
        if due > at:
            self.clock.plan(due + timedelta(hours=1), lambda then: self.pay(grant, number, then))
            return
        payment = granting.prepare_payment(instalment, by=self.people.grants_officer, at=at)
        self.clock.plan(
            at + timedelta(days=4),
            lambda then: granting.approve_payment(payment, by=self.people.finance_officer, at=then),
        )

    def write_practice(self, grant: Grant, at: datetime) -> None:
        title, how = words.way(self.chance)
        officer = self.people.drafter(grant.authority)
        practice = spreading.draft_practice(
            grant,
            title=f"{title}: {grant.authority.name}",
            problem=self.chance.choice(words.ISSUES),
            done=words.answer(self.chance, how),
            cost=grant.amount // 2,
            result="The figure moved by a tenth in two years; see the indicator's own page.",
            conditions="One willing manager, a shared list, and a day of training a month.",
            lessons="The first rota burnt people out and had to be redrawn.",
            contact=officer.email,
            by=officer,
            at=at,
        )
        self.clock.plan(
            at + timedelta(days=12), lambda then: spreading.develop(practice, by=officer, at=then)
        )
        self.clock.plan(
            at + timedelta(days=18),
            lambda then: spreading.review(practice, by=self.people.case_officer, at=then),
        )
        review_on = (at + timedelta(days=2 * 365)).date()
        self.clock.plan(
            at + timedelta(days=20),
            lambda then: spreading.publish(practice, review_on=review_on, by=self.people.manager, at=then),
        )

    def plan_activities(self, grant: Grant, at: datetime) -> None:
        """What the holder undertook, each by its day."""
        for undertaking in grant.undertakings.all():
            for number, day in enumerate(self.year.sharing.days_of(undertaking), start=1):
                self.plan_activity(grant, undertaking, number, day, at)

    def plan_activity(
        self, grant: Grant, undertaking: Undertaking, number: int, day: date, at: datetime
    ) -> None:
        label, host = undertaking.get_kind_display(), grant.authority
        of_several = f" {number}" if undertaking.count > 1 else ""
        starts_at = workdays.noon(day) - timedelta(hours=2)
        activity = spreading.plan_activity(
            grant,
            kind=undertaking.kind,
            title=f"{label}{of_several} in {host.name}",
            description=undertaking.note or "See how it is done, and ask those who do it.",
            place=f"Town hall, {host.name}",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=5),
            places=SIZES[undertaking.kind][0],
            by=self.people.drafter(host),
            at=at,
        )
        self.plan_bookings(activity)

    def plan_bookings(self, activity: Activity) -> None:
        guests = [guest for guest in self.year.guests if guest.pk != activity.grant.authority_id]
        most = SIZES[activity.kind][1]
        wanted = self.chance.randrange(max(1, most * 2 // 3), most + 1)
        for guest in self.chance.sample(guests, k=min(len(guests), wanted)):
            opens = max(self.clock.at, activity.starts_at - timedelta(days=40))
            at = opens + (activity.starts_at - timedelta(days=1) - opens) * self.chance.random()
            self.clock.plan(at, lambda then, g=guest: self.book(activity, g, then))
        self.clock.plan(activity.ends_at + timedelta(hours=20), lambda then: self.record(activity, then))

    def book(self, activity: Activity, guest: Authority, at: datetime) -> None:
        people = self.chance.choice([1, 1, 2, 2, 3])
        try:
            spreading.book(activity, guest, people=people, by=self.people.drafter(guest), at=at)
        except Refused:  # full
            self.year.refusals += 1

    def record(self, activity: Activity, at: datetime) -> None:
        """The host says who came; those who came say what they will change; some take the practice up."""
        activity = Activity.objects.select_related("grant__authority").get(pk=activity.pk)
        bookings = list(Booking.objects.filter(activity=activity).standing().for_list().order_by("pk"))
        came = {booking.pk: 0 if self.chance.random() < 0.1 else booking.people for booking in bookings}
        host = self.people.drafter(activity.grant.authority)
        spreading.record_attendance(
            activity, came, note="Questions ran over; next time more of them.", by=host, at=at
        )
        for booking in bookings:
            if came[booking.pk] and self.chance.random() < 0.8:
                self.clock.plan(at + timedelta(days=3), lambda then, b=booking: self.tell_change(b, then))
            if came[booking.pk] and self.chance.random() < 0.8:
                self.clock.plan(at + timedelta(days=9), lambda then, b=booking: self.adopt(b, then))

    def tell_change(self, booking: Booking, at: datetime) -> None:
        officer = self.people.drafter(booking.authority)
        spreading.tell_change(booking, text=self.chance.choice(words.CHANGES), by=officer, at=at)

    def adopt(self, booking: Booking, at: datetime) -> None:
        practice = Practice.objects.in_library().filter(grant_id=booking.activity.grant_id).first()
        if practice is None or practice.adoptions.filter(authority=booking.authority).exists():
            return
        officer = self.people.drafter(booking.authority)
        status = self.chance.choice(["considering", "considering", "planned", "changed"])
        adoption = spreading.record_adoption(
            practice,
            booking.authority,
            status=status,
            note=self.chance.choice(words.CHANGES),
            by=officer,
            at=at,
        )
        if status == "considering" and self.chance.random() < 0.5:
            self.clock.plan(
                at + timedelta(days=20),
                lambda then: spreading.move_adoption(
                    adoption, step="plan", note="Agreed by our cabinet.", by=officer, at=then
                ),
            )

    # Spread and close -----------------------------------------------------------------------------------

    def spread(self) -> None:
        """Mid-point returns come in, and the second instalment follows each."""
        self.plan_returns(Return.Kind.MIDDLE, then_pay=2)

    def close(self) -> None:
        """Closing returns, the last instalments, reconciliation; the clock closes what is done."""
        self.plan_returns(Return.Kind.CLOSING, then_pay=3)

    def plan_returns(self, kind: str, *, then_pay: int) -> None:
        due = Return.objects.filter(grant__round=self.round, kind=kind, grant__status=GrantStatus.ACTIVE)
        for waiting in due.select_related("grant__authority").order_by("pk"):
            at = max(waiting.due_at - timedelta(days=self.chance.randrange(1, 8)), self.clock.at)
            self.clock.plan(at, lambda then, r=waiting: self.report(r, then_pay, then))

    def report(self, waiting: Return, then_pay: int, at: datetime) -> None:
        grant = waiting.grant
        closing = waiting.kind == Return.Kind.CLOSING
        granting.submit_return(
            waiting,
            done="Two days held, a toolkit sent to everyone who came.",
            learned="Fewer words, more of the people who do the work.",
            authorities_helped=14 if closing else 6,
            struggling_helped=4 if closing else 2,
            spent=grant.amount if closing else grant.amount * 2 // 5,
            by=self.people.drafter(grant.authority),
            at=at,
        )
        self.pay(grant, then_pay, at + timedelta(hours=2))
        if closing:
            last = workdays.noon(Instalment.objects.get(grant=grant, number=then_pay).due_on)
            after = max(last, at) + timedelta(days=6)
            self.clock.plan(after, lambda then: self.reconcile(grant, then))

    def reconcile(self, grant: Grant, at: datetime) -> None:
        granting.reconcile(Grant.objects.get(pk=grant.pk), by=self.people.finance_officer, at=at)
