"""One round, lived from its set-up to its close. Read it from top to bottom: it is the way of an application."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings

from beacons.applications import actions as applying
from beacons.applications.models import Application
from beacons.applications.statuses import Status
from beacons.core import workdays
from beacons.core.lifecycle import Refused
from beacons.desks.simulation import words
from beacons.desks.simulation.clockwork import Clockwork, Reached
from beacons.desks.simulation.figuring import Figuring
from beacons.desks.simulation.helping import Helping
from beacons.desks.simulation.inviting import Inviting
from beacons.desks.simulation.joining import Joining
from beacons.desks.simulation.judging import Judging
from beacons.desks.simulation.listening import Listening
from beacons.desks.simulation.near_missing import NearMissing
from beacons.desks.simulation.people import People
from beacons.desks.simulation.sharing import Sharing
from beacons.desks.simulation.telling import Telling
from beacons.directory.models import Authority, Body, User
from beacons.rounds import actions as planning
from beacons.rounds.models import Round
from outcomes.actions import issues as issuing
from outcomes.actions import sign_ups as signing
from outcomes.models import Issue, Outcome, SignUp
from panel.actions import seats, vacancies
from panel.models import Seat

BEFORE = timedelta(days=21)
OUTCOMES = ("young-people-in-work-or-learning", "out-of-the-justice-system", "fewer-teenage-conceptions")


@dataclass(frozen=True)
class Size:
    """How much happens in a simulated round."""

    councils: int = 64
    applications: int = 100
    awards: int = 12
    guests: int = 40

    @property
    def pot(self) -> int:
        return self.awards * 100_000


@contextmanager
def letters_go_nowhere() -> Iterator[None]:
    """Letters of invented people are written, claimed and stamped as always, and then leave for nowhere."""
    kept = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = kept


class Year:
    """A round of the Beacons preset over real councils, with invented people; the same for the same seed.

    `until` ends it early, in mid-year; `live()` then returns with the round as it stands.
    """

    kind = "beacons"
    clockwork = Clockwork
    why = "The three with the largest cohorts for which figures are at hand."

    def __init__(
        self,
        people: People,
        *,
        name: str,
        slug: str,
        starts_on: date,
        seed: int = 2008,
        outcomes: tuple[str, ...] = OUTCOMES,
        size: Size | None = None,
        until: datetime | None = None,
        tell: Callable[[str], None] = lambda line: None,
    ):
        self.people = people
        self.name, self.slug, self.starts_on = name, slug, starts_on
        self.size = size or Size()
        self.chance = Random(seed)  # noqa: S311
        self.inviting = Inviting(self, seed)
        self.listening = Listening(self, seed)
        self.joining = Joining(self, seed)
        self.figuring = Figuring(self, seed)
        self.sharing = Sharing(self, seed)
        self.near_missing = NearMissing(self, seed)
        self.telling = Telling(self, seed)
        self.chosen = outcomes
        self.clock = self.clockwork(workdays.noon(starts_on) - BEFORE, until=until)
        self.tell = tell
        self.refusals = 0

    def live(self) -> Round:
        """Live the year, whole or until the instant it was given."""
        with letters_go_nowhere():
            try:
                self._live()
            except Reached:
                self.tell(f"{self.name}: stands at {self.clock.at:%d %B %Y}")
        self.round = Round.objects.get(pk=self.round.pk)
        return self.round

    def _live(self) -> None:
        self.set_up()
        self.through("sign_up", self.confirm_and_state_issues, self.listening.hear, self.joining.sign_up)
        self.through("criteria", self.listening.settle)
        self.through("applications", self.apply, self.telling.who_will_not)
        self.through("check", self.check)
        judging = Judging(self)
        self.through("scoring", judging.declare_and_assign, judging.mark)
        self.through("shortlist", judging.shortlist, self.telling.of_assessing)
        self.through("verify", judging.verify)
        self.through("decision", judging.decide)
        helping = Helping(self)
        self.through("agreement", judging.give_feedback, helping.agree)
        self.through("develop", helping.develop, self.near_missing.offer)
        self.through("spread", helping.spread)
        self.through("close", helping.close)
        self.clock.live(self.clock.at + timedelta(days=1))

    def through(self, key: str, *parts: Callable[[], None]) -> None:
        """Plan what happens in a stage, and live until it closes."""
        self.stage = self.round.stage_of(key)
        self.clock.live(self.stage.opens_at)
        for part in parts:
            part()
        self.clock.live(self.stage.closes_at)
        self.tell(f"day {(self.stage.closes_on - self.starts_on).days:3}  {self.stage}")

    def during(self, first: float = 0.05, last: float = 0.9) -> datetime:
        """An instant by chance in the present stage, between two shares of its length."""
        length = self.stage.closes_at - self.stage.opens_at
        share = self.chance.uniform(first, last)
        at = self.stage.opens_at + timedelta(seconds=int(length.total_seconds() * share))
        return max(at, self.clock.at)

    # Before day 0 ---------------------------------------------------------------------------------------

    def set_up(self) -> None:
        """Staff set the round up; both bodies appoint the panel; four people approve."""
        at, people = self.clock.at, self.people
        people.everybody()
        self.outcomes = list(
            Outcome.objects.filter(slug__in=self.chosen).with_cohort_size().order_by("-cohort_size")
        )
        self.round = planning.set_up(
            self.kind,
            name=self.name,
            slug=self.slug,
            starts_on=self.starts_on,
            outcomes=self.outcomes,
            outcomes_reason=self.why,
            pot=self.size.pot,
            by=people.manager,
            at=at,
        )
        bodies = {body: len(members) for body, members in people.members.items()}
        seats.open_panel(
            self.round, clg=bodies[Body.CLG], lga=bodies[Body.LGA], independent=0, by=people.manager, at=at
        )
        holders = {body: list(members) for body, members in people.members.items()}
        for seat in self.round.seats.order_by("pk"):
            holder = {"chair": people.chair, "vice_chair": people.vice_chair}.get(seat.kind)
            if seat.kind == Seat.Kind.VICE_CHAIR:
                self.offer(seat, people.vice_chair, at)
            self.appoint(seat, holder or holders[seat.body].pop(0), at)
        self.choose_councils()
        if self.round.needs_sign_up:
            self.inviting.register()
        for part, by in (
            ("chair", people.chair),
            ("vice_chair", people.vice_chair),
            ("clg", people.signatories["clg"]),
            ("lga", people.signatories["lga"]),
        ):
            seats.approve_round(self.round, part=part, by=by, at=at)
        self.round = Round.objects.get(pk=self.round.pk)
        if self.round.needs_sign_up:
            self.inviting.read()

    def offer(self, seat: Seat, winner: User, at: datetime) -> None:
        """A seat is offered to everybody, and two people come forward: one is appointed, and the other told."""
        closes_at = workdays.noon(workdays.add_working_days(workdays.day_in_london(at), 15))
        vacancy = vacancies.advertise(
            seat, sought=words.SOUGHT, closes_at=closes_at, by=self.people.manager, at=at
        )
        told = {
            "job": "Leader of a council",
            "statement": words.STATEMENT,
            "register": "No general interests.",
        }
        other = f"{words.FIRST_NAMES[-1]} {words.LAST_NAMES[-1]}"
        address = f"{other.lower().replace(' ', '.')}@candidates.example"
        vacancies.come_forward(vacancy, name=winner.name, email=winner.email, by=winner, at=at, **told)
        candidacy = vacancies.come_forward(vacancy, name=other, email=address, by=None, at=at, **told)
        vacancies.confirm(candidacy, at=at)

    def appoint(self, seat, holder: User, at: datetime) -> None:  # type: ignore[no-untyped-def]
        appointment = seats.propose_appointment(
            seat, holder, register="No general interests.", by=self.people.manager, at=at
        )
        for body in seat.bodies_to_agree:
            seats.agree_appointment(appointment, body=body, by=self.people.signatories[body], at=at)
        appointment.expertise.set(self.chance.sample(self.outcomes, k=min(2, len(self.outcomes))))

    def choose_councils(self) -> None:
        """Who will apply for what, and which other members of the cohorts will come to see it."""
        pairs = [
            (sign_up.authority, sign_up.outcome)
            for sign_up in SignUp.objects.of_agreements()
            .filter(outcome__in=self.outcomes)
            .select_related("authority", "outcome")
            .order_by("pk")
        ]
        councils = sorted({authority for authority, _ in pairs}, key=lambda authority: authority.code)
        self.applicants = self.chance.sample(councils, k=min(self.size.councils, len(councils)))
        rest = [council for council in councils if council not in set(self.applicants)]
        self.guests = [*self.applicants, *self.chance.sample(rest, k=min(self.size.guests, len(rest)))]
        mine = [pair for pair in pairs if pair[0] in set(self.applicants)]
        self.chance.shuffle(mine)
        first: dict[Authority, tuple[Authority, Outcome]] = {}
        for pair in mine:
            first.setdefault(pair[0], pair)
        more = [pair for pair in mine if first[pair[0]] != pair]
        # A few more are begun than are handed in: some never finish.
        self.bids = [*first.values(), *more][: self.size.applications + 5]

    # Day 0 to 35 ----------------------------------------------------------------------------------------

    def confirm_and_state_issues(self) -> None:
        """Cohort members confirm what their agreement says, and say what is hard about it."""
        guests = set(self.guests)
        for sign_up in SignUp.objects.filter(outcome__in=self.outcomes).select_related(
            "authority", "outcome"
        ):
            if sign_up.authority in guests and sign_up.confirmed_at is None:
                self.clock.plan(self.during(), lambda at, s=sign_up: self.confirm(s, at))
        for authority, outcome in self.chance.sample(self.bids, k=min(30, len(self.bids))):
            self.clock.plan(self.during(0.3), lambda at, a=authority, o=outcome: self.state(a, o, at))

    def confirm(self, sign_up: SignUp, at: datetime) -> None:
        chief = self.people.certifier(sign_up.authority)
        self.inviting.before_confirming(sign_up.authority, sign_up.outcome, chief, at)
        signing.confirm_sign_up(sign_up, lead_officer=words.name(self.chance), by=chief, at=at)

    def state(self, authority: Authority, outcome: Outcome, at: datetime) -> None:
        officer = self.people.drafter(authority)
        # A council of an earlier round of the demonstration does not say the same again.
        mine = Issue.objects.filter(outcome=outcome, authority=authority).values_list("text", flat=True)
        said = {words.in_first_words(text) for text in mine}
        text = self.chance.choice([text for text in words.ISSUES if text not in said])
        if self.listening.chance.random() < 0.5:
            text, _ = words.IN_OTHER_WORDS[text]
        issuing.state_issue(outcome, authority, text=text, by=officer, at=at)

    # Day 35 to 70 ---------------------------------------------------------------------------------------

    def apply(self) -> None:
        """Officers draft, a second person certifies or sends back, most hand in; five never finish."""
        for number, (authority, outcome) in enumerate(self.bids):
            begun = self.during(0.02, 0.6)
            finishes = number < self.size.applications
            self.clock.plan(begun, lambda at, a=authority, o=outcome, f=finishes: self.draft(a, o, f, at))
        self.clock.plan(self.stage.closes_at - timedelta(seconds=1), lambda at: self.try_too_late())

    def draft(self, authority: Authority, outcome: Outcome, finishes: bool, at: datetime) -> None:
        title, how = words.way(self.chance)
        officer = self.people.drafter(authority)
        bid = self.begin(outcome, authority, title=title, by=officer, at=at)
        asked = self.chance.randrange(60, 130) * 1000
        applying.save_details(
            bid,
            title=title,
            summary=f"{authority.name} improved its figures by {how}.",
            lead_officer=words.name(self.chance),
            by=officer,
            at=at,
        )
        applying.save_budget(
            bid,
            own=(asked * 30 // 100, asked * 25 // 100, asked * 25 // 100, asked * 20 // 100),
            parts={},
            is_whole_area=False,
            own_pooled=0,
            pooled={},
            by=officer,
            at=at,
        )
        questions = list(self.round.questions.all())
        if not finishes:
            questions = questions[: len(questions) // 2]
        said = words.answers(self.chance, questions, how, at.year)
        typed = {pk: (text, 0) for pk, text in said.items()}
        applying.save_answers(bid, typed, by=officer, at=at + timedelta(minutes=50))
        self.figuring.add(bid, officer, at + timedelta(minutes=55))
        if finishes:
            applying.save_plan(bid, self.sharing.plan(), by=officer, at=at + timedelta(minutes=70))
            left = self.stage.closes_at - at
            self.clock.plan(at + left * self.chance.uniform(0.2, 0.9), lambda then: self.certify(bid, then))

    def begin(self, outcome: Outcome, authority: Authority, **facts: Any) -> Application:
        return applying.start(self.round, outcome, authority, **facts)

    def certify(self, bid: Application, at: datetime) -> None:
        bid = Application.objects.get(pk=bid.pk)
        chief = self.people.certifier(bid.authority)
        applying.certify(bid, by=chief, at=at)
        left = self.stage.closes_at - at
        if self.chance.random() < 0.1:
            applying.send_back(bid, why="Give the cost of the second year as well.", by=chief, at=at)
            self.clock.plan(at + left * 0.3, lambda then: self.certify_again(bid, then))
            return
        self.clock.plan(at + left * self.chance.uniform(0.1, 0.9), lambda then: self.submit(bid, then))

    def certify_again(self, bid: Application, at: datetime) -> None:
        bid = Application.objects.get(pk=bid.pk)
        applying.certify(bid, by=self.people.certifier(bid.authority), at=at)
        self.clock.plan(at + (self.stage.closes_at - at) * 0.5, lambda then: self.submit(bid, then))

    def submit(self, bid: Application, at: datetime) -> None:
        bid = Application.objects.get(pk=bid.pk)
        applying.submit(bid, by=self.people.drafter(bid.authority), at=at)
        self.telling.of_applying(bid, at)

    def try_too_late(self) -> None:
        """With the closing instant as the time of arrival nobody gets in any more, though no task has run yet."""
        at = self.stage.closes_at
        for bid in Application.objects.filter(round=self.round).unfinished()[:3]:
            try:
                applying.certify(bid, by=self.people.certifier(bid.authority), at=at)
            except Refused:
                self.refusals += 1
            else:
                raise RuntimeError(f"{bid} got in at the instant of closing")

    def check(self) -> None:
        """The case officer finds nearly all of them eligible."""
        for number, bid in enumerate(Application.objects.filter(round=self.round, status=Status.SUBMITTED)):
            self.clock.plan(self.during(), lambda at, b=bid, n=number: self.check_one(b, n, at))

    def check_one(self, bid: Application, number: int, at: datetime) -> None:
        officer = self.people.case_officer
        if number % 40 == 39:
            why = "The practice is paid for by another programme in full."
            applying.find_ineligible(bid, why=why, by=officer, at=at)
        else:
            applying.find_eligible(bid, by=officer, at=at)
