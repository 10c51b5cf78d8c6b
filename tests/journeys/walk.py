"""One round as people walk it, page by page: from setting it up in the admin to the announcement, and on to a grant.

Each step takes the `office` in which people sit, which may be one of browsers (`tests.browser.people`) or of Django's
test client (`tests.journeys.pages`), and asserts that the house then says what it should.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings

from beacons.applications.models import Application
from beacons.celery import app
from beacons.core import workdays
from beacons.core.models import Letter
from beacons.directory.models import Authority
from beacons.rounds.models import Round
from grants.models import Grant, Payment
from outcomes.models import Outcome
from panel.actions import sheets as sheets_actions
from panel.models import Announcement, Assessment, Case, Decision, FeedbackLetter
from tests import factories as make
from tests.journeys.answers import SAID, answer_all

# The clock leaves a while for requests that came in time and are still being handled.
AFTER = timedelta(hours=1)
LEFT_OUT = "left out"
# What each applicant is written on the day of the announcement.
LETTERS = {
    "award": "panel_award",
    "reserve": "panel_reserve",
    "decline": "panel_decline",
    LEFT_OUT: "panel_decline",
}
REASON = "Figures of three years, plainly told."


def tick() -> None:
    """What the ticker does when its minute comes."""
    app.loader.import_default_modules()
    for line in settings.CELERY_BEAT_SCHEDULE.values():
        app.tasks[line["task"]].run()


class House:
    """Those who run a round, judge it and pay: the office, two bodies and a panel of six."""

    def __init__(self) -> None:
        self.manager, self.case_officer = make.scheme_manager(), make.case_officer()
        self.grants_officer, self.finance_officer = make.grants_officer(), make.finance_officer()
        self.signatories = {body: make.signatory(body) for body in ("clg", "lga")}
        self.chair = make.UserFactory(name="Chair Person")
        self.vice_chair = make.UserFactory(name="Vice Person")
        self.members = {
            "clg": [make.UserFactory(name="Clara Member"), make.UserFactory(name="Claude Member")],
            "lga": [make.UserFactory(name="Liam Member"), make.UserFactory(name="Lena Member")],
        }

    @property
    def panel(self) -> list[Any]:
        return [self.chair, self.vice_chair, *self.members["clg"], *self.members["lga"]]


@dataclass
class Entry:
    """What one applicant hands in, who does it, and what becomes of it."""

    authority: Authority
    outcome: Outcome
    title: str
    # The lead's money for each head.
    budget: tuple[int, int, int, int] = (20_000, 15_000, 15_000, 10_000)
    category: str = ""
    partners: list[Authority] = field(default_factory=list)
    # A councillor who applies alone, with the leader of the group.
    councillor: Any = None
    leader: Any = None
    score: int = 4
    fate: str = "award"
    amount: int = 0
    reserve_place: int | None = None
    bid: Any = None

    def __post_init__(self) -> None:
        self.writer = self.councillor or make.drafter(self.authority)
        self.certifier = self.leader or make.certifier(self.authority)

    @property
    def asked(self) -> int:
        return sum(self.budget)

    def renewed(self) -> Application:
        self.bid = Application.objects.get(pk=self.bid.pk)
        return self.bid


# Before day 0


def set_up(office: Any, house: House, preset: str, **facts: Any) -> Round:
    """Staff choose the preset in the admin and say what is particular to this round; nothing of it is public yet."""
    outcomes = facts.pop("outcomes")
    follows = facts.pop("follows", None)
    manager = office.as_(house.manager).goes_to("/admin/rounds/round/add/")
    # The address before the name: scripts make it from the name while nobody has written one.
    manager.fills(preset=preset, slug=facts["slug"], name=facts["name"])
    if follows:
        manager.fills(follows=follows.pk)
    manager.fills(
        starts_on=facts["starts_on"].isoformat(),
        outcomes_reason="What councils asked for most.",
        pot=str(facts["pot"]),
    )
    for outcome in outcomes:
        manager.ticks("outcomes", outcome.pk)
    manager.presses("Save and continue editing")
    made = Round.objects.get(slug=facts["slug"])
    assert made.kind == preset
    assert made.ends_on <= made.limit_on
    office.visitor().is_kept_from(made.get_absolute_url())
    return made


def seat_and_approve(office: Any, house: House, a_round: Round) -> Round:
    """A panel of six is proposed and agreed by both bodies; chair, vice-chair and both bodies approve the round."""
    manager = office.as_(house.manager)
    manager.goes_to(f"/panel/rounds/{a_round.slug}/seats/").follows("Open the panel")
    manager.fills(clg=2, lga=2, independent=0).presses("Open the panel")
    waiting = {body: list(members) for body, members in house.members.items()}
    joint = {"chair": house.chair, "vice_chair": house.vice_chair}
    for seat in a_round.seats.order_by("pk"):
        holder = joint.get(seat.kind) or waiting[seat.body].pop(0)
        manager.goes_to(f"/panel/seats/{seat.pk}/propose/")
        manager.fills(email=holder.email, register="Trustee of a youth charity.").presses("Propose")
    for body, signatory in house.signatories.items():
        someone = office.as_(signatory).goes_to(f"/panel/rounds/{a_round.slug}/seats/")
        while someone.can_press(f"Agree for {body.upper()}"):
            someone.presses(f"Agree for {body.upper()}")
    for person in (house.chair, house.vice_chair, *house.signatories.values()):
        office.as_(person).goes_to("/desk/").follows(f"Approve {a_round}").presses("Approve")
    a_round = Round.objects.get(pk=a_round.pk)
    assert a_round.approved_at == office.at
    office.visitor().goes_to(a_round.get_absolute_url()).sees(str(a_round.plan[0]))
    return a_round


# Applying


def open_applications(office: Any, a_round: Round) -> None:
    office.set_clock(a_round.stage_of("applications").opens_at + timedelta(days=3))
    tick()


def begin(office: Any, a_round: Round, entry: Entry) -> Application:
    """From the page of what can be applied for, with a category where the round has some."""
    officer = office.as_(entry.writer)
    if entry.councillor:
        officer.goes_to("/applications/own/").follows(f"councillor of {entry.authority}")
        officer.fills(outcome=entry.outcome.pk)
    else:
        officer.goes_to("/applications/start/")
        officer.follows(f"an application of {entry.authority} for {entry.outcome}")
        if entry.category:
            officer.fills(category=a_round.categories.get(name=entry.category).pk)
    officer.fills(title=entry.title).presses("Begin")
    entry.bid = Application.objects.get(round=a_round, drafted_by=entry.writer)
    assert str(entry.bid.category or "") == entry.category
    officer.sees(entry.bid.reference)
    return entry.bid


def write(office: Any, entry: Entry) -> None:
    """Details, budget, answers, and what the round asks for besides; afterwards nothing is left to be done."""
    officer, bid = office.as_(entry.writer), entry.bid
    here = bid.get_absolute_url()
    officer.goes_to(f"{here}details/")
    officer.fills(summary="We found those who had left.")
    if not entry.councillor:
        officer.fills(lead_officer="Sam Taylor")
    officer.presses("Save and return to the task list")
    for partner in entry.partners:
        officer.goes_to(f"{here}partners/")
        officer.fills(authority=partner.pk, role="Tries it in its own place.").presses("Add this partner")
    officer.goes_to(f"{here}budget/")
    heads = dict(zip(("develop", "innovate", "disseminate", "support"), entry.budget, strict=True))
    officer.fills(**{f"lead_{head}": pounds for head, pounds in heads.items()})
    officer.presses("Save and return to the task list")
    answer_all(officer, bid)
    if bid.round.asks_for_a_plan:
        plan_what_the_round_expects(officer, bid)


def plan_what_the_round_expects(officer: Any, bid: Application) -> None:
    """The page begins with the round's kinds and counts, so only days are to be filled in, and who gives theirs."""
    officer.goes_to(f"{bid.get_absolute_url()}plan/")
    by = bid.round.stage_of("spread").closes_on - timedelta(days=10)
    kinds = bid.round.expected_activities.count()
    officer.fills(
        **{f"activity{number}_until": by for number in range(kinds)},
        peer0_name="Sam Taylor",
        peer0_job_title="Head of skills",
        peer0_days="8",
    ).presses("Save and return to the task list")
    assert (bid.planned_activities.count(), bid.named_peers.get().days) == (kinds, 8)


def certify(office: Any, entry: Entry) -> None:
    check = f"{entry.bid.get_absolute_url()}check/"
    office.as_(entry.certifier).goes_to(check).follows("Certify").ticks_all().presses(
        "Certify the application"
    )


def hand_in(office: Any, entry: Entry) -> None:
    officer = office.as_(entry.writer).goes_to(f"{entry.bid.get_absolute_url()}check/")
    officer.presses("Submit the application").sees(entry.bid.reference)
    assert entry.renewed().status == "submitted"


def by_hand(office: Any, a_round: Round, entry: Entry) -> None:
    """Begun, written, certified and handed in, each on its page."""
    begin(office, a_round, entry)
    write(office, entry)
    certify(office, entry)
    hand_in(office, entry)


def as_the_first(a_round: Round, entry: Entry) -> None:
    """Handed in as another was by hand: of rows, for speed."""
    heads = dict(zip(("develop", "innovate", "disseminate", "support"), entry.budget, strict=True))
    own = {"councillor": entry.councillor, "political_group": entry.category} if entry.councillor else {}
    entry.bid = make.handed_in(
        status="submitted",
        certified_by=entry.certifier,
        reference=f"LIKE-{entry.writer.pk}",
        round=a_round,
        outcome=entry.outcome,
        authority=entry.authority,
        category=a_round.categories.filter(name=entry.category).first(),
        title=entry.title,
        drafted_by=entry.writer,
        **heads,
        **own,
    )


def apply(office: Any, a_round: Round, entries: list[Entry]) -> None:
    """The first by hand, the others as the first; then applications close."""
    by_hand(office, a_round, entries[0])
    for entry in entries[1:]:
        as_the_first(a_round, entry)
    close_applications(office, a_round)


def close_applications(office: Any, a_round: Round) -> None:
    office.set_clock(a_round.stage_of("applications").closes_at + AFTER)
    tick()


def find_eligible(office: Any, house: House, a_round: Round, entries: list[Entry]) -> None:
    office.set_clock(a_round.stage_of("check").opens_at + timedelta(days=1))
    officer = office.as_(house.case_officer).goes_to("/desk/").follows(f"Check {len(entries)} application")
    for entry in entries:
        officer.goes_to(entry.bid.get_absolute_url()).sees(SAID).presses("Eligible")
        assert entry.renewed().status == "eligible"


# Judging


def declare_interests(office: Any, house: House, a_round: Round, conflicts: dict[Any, Application]) -> None:
    """Before a paper is opened. `conflicts` says who has an interest in what."""
    for person in house.panel:
        someone = office.as_(person).goes_to("/desk/").follows("Declare your interests")
        someone.does_not_see(SAID)
        if person in conflicts:
            someone.fills(**{f"bid_{conflicts[person].pk}": "My sister works there."})
        someone.fills(sure=True).presses("Declare")


def share_out(office: Any, house: House, a_round: Round) -> None:
    office.set_clock(a_round.stage_of("scoring").opens_at + AFTER)
    tick()
    chair = office.as_(house.chair).goes_to(f"/panel/rounds/{a_round.slug}/assignment/")
    chair.presses("Share these papers out")


def mark(office: Any, a_round: Round, entries: list[Entry]) -> None:
    """Every reader marks apart: of each application the first by hand, the others by the same verbs."""
    scores = {entry.bid: entry.score for entry in entries}
    criteria = list(a_round.criteria.all())
    begun = set()
    sheets = Assessment.objects.filter(case__application__round=a_round).select_related(
        "appointment__user", "case__application"
    )
    for sheet in sheets.order_by("pk"):
        reader, bid = sheet.appointment.user, sheet.case.application
        if bid in begun:
            given = {criterion.pk: (scores[bid], False, REASON) for criterion in criteria}
            sheets_actions.save_marks(sheet, given, by=reader, at=office.at)
            sheets_actions.lodge(sheet, by=reader, at=office.at)
            continue
        begun.add(bid)
        someone = office.as_(reader)
        someone.goes_to(f"/panel/papers/{bid.reference}/").sees(SAID)
        for criterion in criteria:
            boxes = {f"score_{criterion.pk}": scores[bid], f"reason_{criterion.pk}": REASON}
            someone.fills(**boxes)
        someone.presses("Save and check before lodging").presses("Lodge these marks")


def open_the_seal(office: Any, house: House, a_round: Round) -> None:
    chair = office.as_(house.chair).goes_to(f"/panel/rounds/{a_round.slug}/progress/").sees("Sealed")
    office.set_clock(a_round.stage_of("scoring").closes_at + AFTER)
    tick()
    cases = Case.objects.filter(application__round=a_round)
    assert set(cases.values_list("status", flat=True)) == {"scored"}
    chair.goes_to(f"/panel/rounds/{a_round.slug}/ranking/")


def shortlist_and_verify(office: Any, house: House, a_round: Round, entries: list[Entry]) -> None:
    office.set_clock(a_round.stage_of("shortlist").opens_at + timedelta(days=1))
    chair = office.as_(house.chair)
    for entry in entries:
        here = f"/panel/cases/{entry.bid.reference}/meeting/"
        chair.goes_to(f"/panel/rounds/{a_round.slug}/meeting/").goes_to(here)
        if chair.has("note"):
            # A meeting may have said it already.
            chair.fills(note="We talked it over; the marks stand.").presses("Record the note").goes_to(here)
        chair.fills(choice="leave_out" if entry.fate == LEFT_OUT else "shortlist")
        chair.fills(why="Others showed more of what the round asks for.").presses("Save")
    office.set_clock(a_round.stage_of("verify").opens_at + timedelta(days=1))
    tick()
    for entry in entries:
        if entry.fate != LEFT_OUT:
            chair.goes_to(f"/panel/cases/{entry.bid.reference}/meeting/")
            chair.fills(note="A call with a receiving service bore it out.").presses(
                "Record the verification"
            )


def decide(office: Any, house: House, a_round: Round, entries: list[Entry]) -> None:
    """The chair proposes; a signatory of each body agrees; with both, it is settled."""
    office.set_clock(a_round.stage_of("decision").opens_at + timedelta(hours=20))
    decisions = f"/panel/rounds/{a_round.slug}/decisions/"
    chair = office.as_(house.chair)
    judged = [entry for entry in entries if entry.fate != LEFT_OUT]
    for entry in judged:
        chair.goes_to(decisions).goes_to(f"/panel/cases/{entry.bid.reference}/decision/propose/")
        chair.fills(verdict=entry.fate, reasons="Clear figures, and others can do it too.")
        chair.fills(amount=str(entry.amount) if entry.amount else "")
        if entry.reserve_place:
            chair.fills(reserve_place=str(entry.reserve_place))
        chair.presses("Propose this decision")
    if len(judged) < len(entries):
        chair.goes_to(decisions).presses("Propose to decline all of them")
    for signatory in house.signatories.values():
        someone = office.as_(signatory).goes_to("/desk/").follows("proposed decision")
        for entry in judged:
            someone.goes_to(f"/panel/cases/{entry.bid.reference}/decision/")
            someone.fills(answer="agree").presses("Send the answer")
        if len(judged) < len(entries):
            someone.goes_to(decisions).presses("Agree to all of them")
    settled = Decision.objects.filter(case__application__round=a_round, settled_at__isnull=False)
    assert settled.count() == len(entries)


def announce(office: Any, house: House, a_round: Round, entries: list[Entry]) -> Any:
    """Sealed to the instant; then open to everybody. The window of a visitor who reads the results."""
    results = f"/panel/{a_round.slug}/results/"
    instant = a_round.stage_of("decision").closes_at - timedelta(hours=2, minutes=30)
    london = instant.astimezone(workdays.LONDON)
    office.as_(house.chair).goes_to(f"/panel/rounds/{a_round.slug}/announcement/").fills(
        day=london.date(), hour=f"{london:%H:%M}"
    ).presses("Set the announcement")
    awards = [entry for entry in entries if entry.fate == "award"]
    office.set_clock(instant - timedelta(microseconds=1))
    visitor = office.visitor().goes_to(results)
    for entry in entries:
        visitor.does_not_see(entry.title)
    office.set_clock(instant)
    visitor.goes_to(results)
    for entry in entries:
        visitor.sees(entry.title) if entry in awards else visitor.does_not_see(entry.title)
    tick()
    assert Announcement.objects.get(round=a_round).at == instant
    cases = Case.objects.filter(application__round=a_round)
    assert set(cases.values_list("status", flat=True)) == {"announced"}
    for entry in entries:
        letters = Letter.objects.filter(
            to=entry.writer.email, kind=LETTERS[entry.fate], body__contains=entry.bid.reference
        )
        assert letters.count() == 1, (entry.title, entry.fate)
    give_feedback(office, house, a_round, entries)
    return visitor


def give_feedback(office: Any, house: House, a_round: Round, entries: list[Entry]) -> None:
    """A reader writes each letter, the chair approves them all, and each applicant is sent its own."""
    waiting = office.as_(entries[0].writer).goes_to(f"/results/{entries[0].bid.reference}/")
    waiting.sees("feedback by criterion is on its way")
    for entry in entries:
        lead = FeedbackLetter.objects.get(case__application=entry.bid).lead.user
        someone = office.as_(lead).goes_to("/desk/").follows("feedback letter").follows(entry.bid.reference)
        someone.presses("Save and hand over to the chair").sees("is handed over to the chair")
    chair = office.as_(house.chair).goes_to("/desk/").follows("Approve").presses("Approve th")
    chair.sees("approved")
    sent = Letter.objects.filter(kind="panel_feedback_letter")
    for entry in entries:
        assert not sent.filter(body__contains=entry.bid.reference).exists(), entry.title
    tick()
    for entry in entries:
        letters = Letter.objects.filter(to=entry.writer.email, kind="panel_feedback_letter")
        assert letters.filter(body__contains=entry.bid.reference).count() == 1, entry.title
        office.as_(entry.writer).goes_to(f"/results/{entry.bid.reference}/").sees("mean mark")


def judge(office: Any, house: House, a_round: Round, entries: list[Entry], **conflicts: Any) -> Any:
    """All of the panel's part at once, from the check to the announcement."""
    find_eligible(office, house, a_round, entries)
    declare_interests(office, house, a_round, conflicts.get("conflicts", {}))
    share_out(office, house, a_round)
    mark(office, a_round, entries)
    open_the_seal(office, house, a_round)
    shortlist_and_verify(office, house, a_round, entries)
    decide(office, house, a_round, entries)
    return announce(office, house, a_round, entries)


# The grant


def accept_and_sign(office: Any, house: House, entry: Entry) -> Grant:
    """The council accepts and signs, then chair and LGA; with the third signature the grant is active."""
    tick()
    grant = Grant.objects.get(application=entry.bid)
    assert (grant.authority, grant.status, grant.amount) == (entry.authority, "offered", entry.amount)
    office.set_clock(office.at + timedelta(days=1))
    signer = grant_signer(entry)
    chief = office.as_(signer).goes_to("/desk/").follows("Accept or refuse the offer")
    chief.goes_to(f"/grants/{grant.reference}/").presses("Accept the grant").presses("Sign the agreement")
    for person in (house.chair, house.signatories["lga"]):
        someone = office.as_(person).goes_to("/desk/").follows("Countersign")
        someone.goes_to(f"/grants/{grant.reference}/agreement/").presses("Sign the agreement")
    tick()
    grant.refresh_from_db()
    assert grant.status == "active"
    return grant


def grant_signer(entry: Entry) -> Any:
    """Every grant is the council's, also where a councillor won it."""
    return make.certifier(entry.authority) if entry.councillor else entry.certifier


def pay(office: Any, house: House, grant: Grant, number: int) -> None:
    """Prepared in the admin by one officer; refused to the same, approved by another."""
    instalment = grant.instalments.get(number=number)
    office.set_clock(max(workdays.noon(instalment.due_on), office.at) + AFTER)
    tick()
    preparing = office.as_(house.grants_officer)
    preparing.goes_to(f"/admin/grants/grant/{grant.pk}/change/").follows("Prepare")
    preparing.presses_last()
    payment = Payment.objects.get(instalment=instalment)
    assert (payment.status, payment.prepared_by) == ("prepared", house.grants_officer)
    preparing.goes_to(f"/admin/grants/payment/{payment.pk}/change/")
    assert not preparing.can_follow("Approve")
    approving = office.as_(house.finance_officer).goes_to("/desk/").follows("Approve 1 payment")
    approving.goes_to(f"/admin/grants/payment/{payment.pk}/change/").follows("Approve")
    approving.presses_last()
    payment.refresh_from_db()
    assert (payment.status, payment.approved_by) == ("approved", house.finance_officer)
    grant.refresh_from_db()


def report(office: Any, grant: Grant, kind: str, writer: Any, *, spent: int) -> None:
    """A return that the holder owes, sent in time."""
    due = grant.returns.get(kind=kind)
    office.set_clock(max(due.due_at - timedelta(days=5), office.at))
    office.as_(writer).goes_to(f"/grants/{grant.reference}/returns/{kind}/").fills(
        done="One day held.",
        learned="Fewer words.",
        authorities_helped="6",
        struggling_helped="2",
        spent=str(spent),
    ).presses("Send the return")
    due.refresh_from_db()
    assert due.submitted_at == office.at


def before(a_round_starts_on: date) -> datetime:
    """Ten days ahead of day 0, when a round is set up."""
    return workdays.noon(a_round_starts_on) - timedelta(days=10)
