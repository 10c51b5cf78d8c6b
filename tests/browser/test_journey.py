"""One round in a real browser, from the choice of outcomes to an adoption, through the pages people use.

Once with a mouse: each kind of page is looked at by axe and for sideways scroll, and any console error or breach of
the content policy fails. And once with the keyboard alone and scripts switched off, but for Django's admin. Where the clock's tasks have their part, they run as the ticker would run them.
"""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import override_settings

from beacons.applications.models import Application
from beacons.celery import app
from beacons.core import invariants, workdays
from beacons.core.models import Letter
from beacons.directory.models import Authority
from beacons.rounds.models import Round
from grants.dissemination.models import Activity, Adoption, Booking, Practice
from grants.models import Grant, Payment
from outcomes.models import SignUp
from panel.models import Assessment, Case, Decision
from tests import factories as make
from tests.browser.answers import SAID, answer_all
from tests.browser.hands import Keyboard, Mouse
from tests.browser.people import Office

pytestmark = pytest.mark.django_db(transaction=True)
DAY_0 = date(2026, 1, 5)
# The clock leaves a while for requests that came in time and are still being handled.
AFTER = timedelta(hours=1)


# What a keyboard can reach does not hang on the database, so one walk with it is enough.
HANDS = {"mouse": Mouse} | ({} if settings.DATABASE_URL else {"keyboard, no scripts": Keyboard})


@pytest.fixture(params=HANDS.values(), ids=HANDS.keys())
def office(request, browser, live_server, look, monkeypatch):
    # Django's own static server is used in tests, so HTTPS and the manifest stay out of the way.
    with override_settings(SITE_URL=live_server.url):
        yield Office(browser, live_server.url, look, monkeypatch, request.param)


def tick():
    """What the ticker does when its minute comes."""
    app.loader.import_default_modules()
    for line in settings.CELERY_BEAT_SCHEDULE.values():
        app.tasks[line["task"]].run()


class World:
    """Four councils signed up to one outcome, the panel's people, and the office."""

    def __init__(self):
        region = make.RegionFactory(name="North West")
        names = ["Blackpool", "Bolton", "Derby", "Wigan"]
        self.councils = [
            make.AuthorityFactory(name=name, code=name[:3].upper(), region=region) for name in names
        ]
        self.outcome = make.OutcomeFactory(
            title="More young people in work or learning", slug="work-or-learning"
        )
        for number, council in enumerate(self.councils):
            make.SignUpFactory(outcome=self.outcome, authority=council)
            for year in (2022, 2023, 2024):
                make.IndicatorValueFactory(
                    indicator=self.outcome.measure,
                    authority=council,
                    year=year,
                    value=4 + number - (year - 2022) / 2,
                )
        self.drafters = [make.drafter(council) for council in self.councils]
        self.certifiers = [make.certifier(council) for council in self.councils]
        self.manager, self.case_officer = make.scheme_manager(), make.case_officer()
        self.grants_officer, self.finance_officer = make.grants_officer(), make.finance_officer()
        self.signatories = {body: make.signatory(body) for body in ("clg", "lga")}
        self.chair, self.vice_chair = (
            make.UserFactory(name="Chair Person"),
            make.UserFactory(name="Vice Person"),
        )
        self.members = {
            "clg": [make.UserFactory(name="Clara Member"), make.UserFactory(name="Claude Member")],
            "lga": [make.UserFactory(name="Liam Member"), make.UserFactory(name="Lena Member")],
        }


def test_one_round_from_its_outcomes_to_an_adoption(office):
    world = World()
    a_round = set_up_the_round(office, world)
    confirm_and_state_an_issue(office, world, a_round)
    bids = apply(office, world, a_round)
    check(office, world, a_round, bids)
    declare_share_out_and_mark(office, world, a_round, bids)
    shortlist_and_verify(office, world, a_round, bids)
    decide_and_announce(office, world, a_round, bids)
    grant = accept_and_sign(office, world, a_round)
    pay_the_first_instalment(office, world, a_round, grant)
    practice = publish_a_practice(office, world, a_round, grant)
    hold_an_open_day(office, world, a_round, grant)
    report_and_pay_the_second(office, world, a_round, grant)
    adopt(office, world, practice)

    assert list(invariants.broken()) == []
    assert Letter.objects.failing().count() == 0


def set_up_the_round(office, world):
    """Staff set it up in the admin; the panel is seated and four people approve."""
    office.set_clock(workdays.noon(DAY_0) - timedelta(days=10))
    manager = office.as_(world.manager)
    manager.goes_to("/admin/rounds/round/add/", looks=False)
    manager.page.locator("[name=preset]").select_option("beacons")
    manager.fills(name="Beacons 2026")
    if not manager.hands.scripts:  # with scripts the admin makes the address from the name
        manager.fills(slug="beacons-2026")
    manager.page.locator("[name=starts_on]").fill("2026-01-05")
    manager.page.get_by_label(world.outcome.title).check()
    manager.page.locator("[name=outcomes_reason]").fill("The outcome most councils signed up to.")
    manager.page.locator("[name=pot]").fill("100000")
    manager.presses("Save and continue editing")
    a_round = Round.objects.get(slug="beacons-2026")
    assert (a_round.ends_on - a_round.starts_on).days <= 365
    office.visitor().is_kept_from("/rounds/beacons-2026/")

    manager.goes_to("/panel/rounds/beacons-2026/seats/").follows("Open the panel")
    manager.fills(clg=2, lga=2, independent=0).presses("Open the panel")
    waiting = {body: list(members) for body, members in world.members.items()}
    joint = {"chair": world.chair, "vice_chair": world.vice_chair}
    for seat in a_round.seats.order_by("pk"):
        holder = joint.get(seat.kind) or waiting[seat.body].pop(0)
        manager.goes_to(f"/panel/seats/{seat.pk}/propose/")
        manager.fills(email=holder.email, register="Trustee of a youth charity.").presses("Propose")
    for body, signatory in world.signatories.items():
        someone = office.as_(signatory).goes_to("/panel/rounds/beacons-2026/seats/")
        waiting = someone.page.get_by_role("button", name=f"Agree for {body.upper()}")
        while waiting.count():
            someone.presses(f"Agree for {body.upper()}")
    for person in (world.chair, world.vice_chair, *world.signatories.values()):
        office.as_(person).goes_to("/desk/").follows("Approve Beacons 2026").presses("Approve")
    a_round.refresh_from_db()
    assert a_round.approved_at == office.at
    office.visitor().goes_to("/").goes_to("/rounds/beacons-2026/").sees("Cohort signs up")
    return a_round


def confirm_and_state_an_issue(office, world, a_round):
    office.set_clock(a_round.stage_of("sign_up").opens_at + timedelta(days=2))
    tick()
    chief = office.as_(world.certifiers[0])
    chief.goes_to("/desk/").follows("You are invited to Beacons 2026").follows("Confirm the sign-up")
    chief.fills(lead_officer="Sam Taylor").presses("Confirm the sign-up")
    chief.goes_to(f"/outcomes/{world.outcome.slug}/").follows("State an issue")
    chief.fills(text="Those we most need to reach do not trust us.").presses("State the issue")
    office.visitor().goes_to(f"/outcomes/{world.outcome.slug}/").sees("do not trust us")
    assert SignUp.objects.get(authority=world.councils[0]).confirmed_at == office.at


def apply(office, world, a_round):
    """Three councils apply; one is sent back by its certifier first; one signs in by hand; one is too late."""
    at = office.set_clock(a_round.stage_of("applications").opens_at + timedelta(days=3))
    tick()
    bids = []
    for number in range(4):
        officer = office.as_(world.drafters[number])
        officer.goes_to("/applications/start/").follows(world.outcome.title)
        officer.fills(title=f"A second chance, {world.councils[number]}").presses("Begin the application")
        bid = Application.objects.get(authority=world.councils[number])
        answer_everything(officer, bid)
        bids.append(bid)
    chief = office.as_(world.certifiers[0])
    chief.goes_to(f"/applications/{bids[0].reference}/check/").follows("Send it back")
    chief.fills(why="Give the cost of the second year.").presses("Send it back")
    office.as_(world.drafters[0]).goes_to(bids[0].get_absolute_url()).sees(
        "Give the cost of the second year."
    )
    for number, bid in enumerate(bids):
        chief = office.as_(world.certifiers[number])
        chief.goes_to(f"/applications/{bid.reference}/check/").follows("Certify")
        chief.ticks("main input[type=checkbox]").presses("Certify the application")
    for number, bid in enumerate(bids[:3]):
        officer = office.as_(world.drafters[number])
        officer.goes_to(f"/applications/{bid.reference}/check/").presses("Hand in the application")
        officer.sees(bid.reference)
    late = office.as_(world.drafters[3]).goes_to(f"/applications/{bids[3].reference}/check/")
    office.set_clock(a_round.stage_of("applications").closes_at)
    late.presses("Hand in the application").sees("closed")
    bids[3].refresh_from_db()
    assert bids[3].status == "certified"
    office.set_clock(office.at + AFTER)
    tick()
    statuses = Application.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["submitted", "submitted", "submitted", "lapsed"]
    assert at < office.at
    return bids[:3]


def answer_everything(officer, bid):
    """All sections, details and budget of one application."""
    officer.goes_to(f"/applications/{bid.reference}/details/")
    officer.fills(summary="We found those who had left.", lead_officer="Sam Taylor")
    officer.presses("Save and return to the task list").follows("Budget")
    officer.fills(
        lead_develop="20000", lead_innovate="15000", lead_disseminate="15000", lead_support="10000"
    ).presses("Save and return to the task list")
    answer_all(officer, bid)
    plan_what_the_round_expects(officer, bid)


def plan_what_the_round_expects(officer, bid):
    """The page begins with the round's kinds and counts, so only days are to be filled in, and who gives theirs."""
    officer.goes_to(f"/applications/{bid.reference}/plan/")
    by = bid.round.stage_of("spread").closes_on - timedelta(days=10)
    kinds = bid.round.expected_activities.count()
    officer.fills(
        **{f"activity{number}_until": by for number in range(kinds)},
        peer0_name="Sam Taylor",
        peer0_job_title="Head of skills",
        peer0_days="8",
    ).presses("Save and return to the task list")
    assert (bid.planned_activities.count(), bid.named_peers.get().days) == (kinds, 8)


def check(office, world, a_round, bids):
    office.set_clock(a_round.stage_of("check").opens_at + timedelta(days=1))
    officer = office.as_(world.case_officer)
    officer.goes_to("/desk/").follows("Check 3 applications")
    for bid in bids:
        officer.goes_to(bid.get_absolute_url()).sees(SAID).presses("Eligible")
    assert Application.objects.eligible().count() == 3


def declare_share_out_and_mark(office, world, a_round, bids):
    """Interests before papers; the chair shares out; marks are blind until all are lodged."""
    conflicted = world.members["clg"][1]
    for person in (world.chair, world.vice_chair, *world.members["clg"], *world.members["lga"]):
        someone = office.as_(person).goes_to("/desk/").follows("Declare your interests")
        someone.does_not_see("A second chance")
        if person == conflicted:
            someone.fills(**{f"bid_{bids[2].pk}": "My sister works there."})
        someone.fills(sure=True).presses("Declare")
    office.set_clock(a_round.stage_of("scoring").opens_at + timedelta(hours=1))
    tick()
    chair = office.as_(world.chair).goes_to("/panel/rounds/beacons-2026/assignment/")
    chair.presses("Share these papers out")
    assert Case.objects.count() == 3
    assert not Assessment.objects.filter(appointment__user=conflicted, case__application=bids[2]).exists()
    office.as_(conflicted).is_kept_from(f"/panel/cases/{bids[2].reference}/")
    for sheet in Assessment.objects.select_related("appointment__user", "case__application").order_by("pk"):
        someone = office.as_(sheet.appointment.user)
        bid = sheet.case.application
        someone.goes_to("/panel/", looks=False).goes_to(f"/panel/papers/{bid.reference}/")
        someone.sees(SAID)
        score = 5 if bid == bids[0] else 3
        for criterion in a_round.criteria.all():
            someone.page.locator(f"[name='score_{criterion.pk}'][value='{score}']").check()
            someone.page.locator(f"[name='reason_{criterion.pk}']").fill(
                "Figures of three years, plainly told."
            )
        someone.presses("Save and check before lodging").presses("Lodge these marks")
    chair.is_kept_from("/panel/cases/NO-SUCH/").goes_to("/panel/rounds/beacons-2026/progress/")
    office.set_clock(a_round.stage_of("scoring").closes_at + AFTER)
    tick()
    assert set(Case.objects.values_list("status", flat=True)) == {"scored"}
    chair.goes_to("/panel/rounds/beacons-2026/ranking/").sees("Blackpool")


def shortlist_and_verify(office, world, a_round, bids):
    office.set_clock(a_round.stage_of("shortlist").opens_at + timedelta(days=1))
    for number, bid in enumerate(bids):
        chair = office.as_(world.chair)
        chair.goes_to("/panel/rounds/beacons-2026/meeting/").goes_to(f"/panel/cases/{bid.reference}/meeting/")
        chair.fills(note="We talked it over; the marks stand.").presses("Record the note")
        chair.goes_to(f"/panel/cases/{bid.reference}/meeting/")
        chair.fills(choice="shortlist" if number < 2 else "leave_out")
        chair.fills(why="Others showed more of what the cohort asks for.").presses("Save")
    office.set_clock(a_round.stage_of("verify").opens_at + timedelta(days=1))
    tick()
    for bid in bids[:2]:
        chair = office.as_(world.chair).goes_to(f"/panel/cases/{bid.reference}/meeting/")
        chair.fills(note="A call with a receiving service bore it out.").presses("Record the verification")
    assert sorted(Case.objects.values_list("status", flat=True)) == [
        "not_shortlisted",
        "verified",
        "verified",
    ]


def decide_and_announce(office, world, a_round, bids):
    """Award, reserve and decline are proposed, agreed by both bodies, and sealed to the instant."""
    office.set_clock(a_round.stage_of("decision").opens_at + timedelta(hours=20))
    chair = office.as_(world.chair)
    for bid, verdict, amount in ((bids[0], "award", "60000"), (bids[1], "reserve", "40000")):
        chair.goes_to("/panel/rounds/beacons-2026/decisions/").goes_to(
            f"/panel/cases/{bid.reference}/decision/propose/"
        )
        chair.fills(verdict=verdict, amount=amount, reasons="Clear figures, and others can do it too.")
        if verdict == "reserve":
            chair.fills(reserve_place="1")
        chair.presses("Propose this decision")
    chair.goes_to("/panel/rounds/beacons-2026/decisions/").presses("Propose to decline all of them")
    for signatory in world.signatories.values():
        someone = office.as_(signatory).goes_to("/desk/").follows("proposed decisions")
        for bid in bids[:2]:
            someone.goes_to(f"/panel/cases/{bid.reference}/decision/")
            someone.fills(answer="agree").presses("Send the answer")
        someone.goes_to("/panel/rounds/beacons-2026/decisions/").presses("Agree to all of them")
    assert Decision.objects.filter(settled_at__isnull=False).count() == 3
    instant = a_round.stage_of("decision").closes_at - timedelta(hours=2, minutes=30)
    london = instant.astimezone(workdays.LONDON)
    chair.goes_to("/panel/rounds/beacons-2026/announcement/")
    chair.fills(day=london.date(), hour=f"{london:%H:%M}").presses("Set the announcement")
    office.set_clock(instant - timedelta(microseconds=1))
    visitor = office.visitor()
    before = visitor.page.goto("/panel/beacons-2026/results/")
    assert before is not None
    visitor.complaints.clear()
    visitor.does_not_see("Blackpool")
    office.set_clock(instant)
    visitor.goes_to("/panel/beacons-2026/results/").sees("Blackpool")
    tick()
    assert set(Case.objects.values_list("status", flat=True)) == {"announced"}
    assert Letter.objects.filter(to=world.certifiers[2].email, kind__startswith="panel").exists()


def accept_and_sign(office, world, a_round):
    tick()
    grant = Grant.objects.get()
    assert (grant.authority, grant.status, grant.amount) == (world.councils[0], "offered", 60_000)
    office.set_clock(office.at + timedelta(days=1))
    chief = office.as_(world.certifiers[0])
    chief.goes_to("/desk/").follows("Accept or refuse the offer").presses("Accept the grant")
    chief.presses("Sign the agreement")
    for person in (world.chair, world.signatories["lga"]):
        office.as_(person).goes_to("/desk/").follows("Countersign").goes_to(
            f"/grants/{grant.reference}/agreement/"
        )
        office.as_(person).presses("Sign the agreement")
    tick()
    grant.refresh_from_db()
    assert grant.status == "active"
    return grant


def pay_the_first_instalment(office, world, a_round, grant):
    pay(office, world, grant, 1)
    grant.refresh_from_db()
    assert grant.paid == 24_000


def pay(office, world, grant, number):
    """Prepared in the admin by one officer; refused to the same, approved by another."""
    instalment = grant.instalments.get(number=number)
    office.set_clock(max(workdays.noon(instalment.due_on), office.at) + timedelta(hours=1))
    tick()
    preparing = office.as_(world.grants_officer)
    preparing.goes_to(f"/admin/grants/grant/{grant.pk}/change/").follows("Prepare")
    preparing.presses_last()
    payment = Payment.objects.get(instalment=instalment)
    assert (payment.status, payment.prepared_by) == ("prepared", world.grants_officer)
    preparing.goes_to(f"/admin/grants/payment/{payment.pk}/change/")
    assert preparing.page.get_by_role("link", name="Approve").count() == 0
    approving = office.as_(world.finance_officer).goes_to("/desk/").follows("Approve 1 payment")
    approving.goes_to(f"/admin/grants/payment/{payment.pk}/change/").follows("Approve")
    approving.presses_last()
    payment.refresh_from_db()
    assert (payment.status, payment.approved_by) == ("approved", world.finance_officer)


def publish_a_practice(office, world, a_round, grant):
    office.set_clock(a_round.stage_of("develop").opens_at + timedelta(days=10))
    writer = office.as_(world.drafters[0]).goes_to(f"/grants/{grant.reference}/practices/new/")
    writer.fills(
        title="Ask first",
        problem="Nobody knew where they were.",
        done=SAID,
        cost="30000",
        result="The figure fell by a third.",
        conditions="One willing manager.",
        lessons="The first rota burnt people out.",
        contact="ask@blackpool.example",
    ).presses("Save")
    practice = Practice.objects.get()
    office.visitor().is_kept_from(practice.get_absolute_url())
    writer.goes_to(practice.get_absolute_url()).presses("Hand it in for review")
    office.as_(world.case_officer).goes_to(practice.get_absolute_url()).presses("It is fit to be published")
    manager = office.as_(world.manager).goes_to(practice.get_absolute_url()).follows("Publish it")
    manager.fills(review_on=date(2028, 1, 10)).presses("Publish it")
    office.visitor().goes_to("/library/").follows("Ask first").sees("The figure fell by a third.")
    practice.refresh_from_db()
    return practice


def hold_an_open_day(office, world, a_round, grant):
    """Planned, booked by another council of the cohort, held, recorded; the guest says what it will change."""
    spread = a_round.stage_of("spread")
    day = workdays.working_day_on_or_before(spread.opens_on + timedelta(days=20))
    host = office.as_(world.drafters[0]).goes_to(f"/grants/{grant.reference}/events/new/")
    host.fills(
        kind="open_day",
        title="Open day in Blackpool",
        description="See how it is done.",
        place="Town hall",
        day=day,
        begins="10:00",
        ends="15:00",
        places="20",
    ).presses("Plan the event and invite the cohort")
    activity = Activity.objects.get()
    guest = (
        office.as_(world.drafters[3])
        .goes_to("/events/")
        .follows("Open day in Blackpool")
        .follows("Book places")
    )
    if guest.page.locator("[name=authority][type=radio]").count():
        guest.fills(authority=world.councils[3].pk)
    guest.fills(people="2").presses("Book")
    booking = Booking.objects.get()
    office.set_clock(activity.ends_at + timedelta(hours=20))
    host.goes_to("/desk/").follows("Record who came")
    host.goes_to(f"/events/{activity.pk}/attendance/")
    host.fills(**{f"came-{booking.pk}": 2}, note="Questions ran over.").presses("Record who came")
    guest.goes_to("/desk/").follows("Say what you will change")
    guest.goes_to(f"/events/bookings/{booking.pk}/change/")
    guest.fills(text="We shall keep one shared list.").presses("Save")
    booking.refresh_from_db()
    assert (booking.attended, booking.will_change) == (True, "We shall keep one shared list.")


def report_and_pay_the_second(office, world, a_round, grant):
    """No second instalment without the return; with it, it is paid."""
    waiting = grant.returns.get(kind="middle")
    office.set_clock(max(waiting.due_at - timedelta(days=5), office.at))
    holder = office.as_(world.drafters[0]).goes_to(f"/grants/{grant.reference}/returns/middle/")
    holder.fills(
        done="One day held.",
        learned="Fewer words.",
        authorities_helped="6",
        struggling_helped="2",
        spent="20000",
    ).presses("Send the return")
    pay(office, world, grant, 2)
    grant.refresh_from_db()
    assert grant.paid == 48_000


def adopt(office, world, practice):
    guest = office.as_(world.drafters[3]).goes_to(practice.get_absolute_url()).follows("Take it up")
    if guest.page.locator("[name=authority][type=radio]").count():
        guest.fills(authority=world.councils[3].pk)
    guest.fills(status="changed")
    guest.writes("main textarea", "We began with two schools.").presses("Record it")
    office.visitor().goes_to(practice.get_absolute_url()).sees("Wigan")
    adoption = Adoption.objects.get()
    assert (adoption.authority, adoption.status) == (Authority.objects.get(name="Wigan"), "changed")
