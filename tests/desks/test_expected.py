"""Who is expected to apply, and how far each has come: for staff, who learn of a draft only how complete it is."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beacons.applications import actions, expected, tasks
from beacons.applications.models import Application
from beacons.applications.statuses import Status
from beacons.core import clock
from beacons.rounds.models import Invitation
from tests import factories as make
from tests.applications.conftest import MONEY

pytestmark = pytest.mark.django_db
CANARY = "Nobody but its council may read this"


@pytest.fixture
def manager():
    return make.scheme_manager()


@pytest.fixture
def cohort():
    """A round on two outcomes, with a council in each state; (round, an instant in its third week)."""
    jobs, homes = make.OutcomeFactory(title="Jobs"), make.OutcomeFactory(title="Homes")
    a_round = make.a_round(jobs, homes)
    at = make.during(a_round, "applications") + timedelta(days=14)
    north = make.RegionFactory(name="North")

    def council(name, outcome=jobs, **facts):
        made = make.AuthorityFactory(name=name, region=north, **facts)
        make.SignUpFactory(outcome=outcome, authority=made)
        make.drafter(made)
        return made

    def bid(name, outcome=jobs, **facts):
        return make.ApplicationFactory(
            round=a_round, outcome=outcome, authority=council(name, outcome), title=CANARY, summary=CANARY, **facts
        )  # fmt: skip

    council("Aster")
    quiet = council("Birch", kind="county")
    actions.abstain(a_round, quiet, [jobs], why="Busy", by=quiet.memberships.get().user, at=at)
    bid("Cedar")
    returned = make.answered(bid("Dogwood"), CANARY)
    actions.send_back(returned, why="x", by=make.certifier(returned.authority), at=at)
    asked = make.answered(bid("Elder"), CANARY)
    make.certifier(asked.authority)
    actions.ask_certifier(asked, by=asked.drafted_by, at=at)
    signed = make.answered(bid("Fir", homes), CANARY)
    actions.certify(signed, by=make.certifier(signed.authority), at=at)
    make.handed_in("submitted", round=a_round, outcome=jobs, authority=council("Gorse"), reference="IN-1")
    gone = bid("Hazel")
    actions.withdraw(gone, why="x", by=gone.drafted_by, at=at)
    again = bid("Ivy")
    actions.withdraw(again, why="x", by=again.drafted_by, at=at)
    actions.start(a_round, jobs, again.authority, title=CANARY, by=again.drafted_by, at=at)
    with clock.set_to(at):
        tasks.sweep_progress()
    return a_round, at


STATES = [
    ("Aster", "Jobs", "not_started", None),
    ("Birch", "Jobs", "abstains", None),
    ("Cedar", "Jobs", "drafting", 66),
    ("Dogwood", "Jobs", "sent_back", 100),
    ("Elder", "Jobs", "waiting", 100),
    ("Fir", "Homes", "certified", 100),
    ("Gorse", "Jobs", "submitted", None),
    ("Hazel", "Jobs", "withdrawn", None),
    ("Ivy", "Jobs", "drafting", 0),
]


def page(visit, user, a_round, at, query=""):
    return visit(user, at=at).get(reverse("expected_list", args=[a_round.slug]) + query)


def lines(response):
    return [(row.council, row.outcome, row.state, row.percent) for row, _ in response.context["rows"]]


def test_every_expected_council_stands_there_with_its_state_and_nothing_of_what_it_writes(
    cohort, visit, manager
):
    a_round, at = cohort

    shown = page(visit, manager, a_round, at)

    said = shown.content.decode()
    assert lines(shown) == STATES
    assert "Applications close at noon on Monday 9 March, in 13 days." in said
    assert "IN-1" in said
    assert "“Busy”" in said
    assert CANARY not in said
    assert not [
        bid.reference for bid in Application.objects.exclude(status=Status.SUBMITTED) if bid.reference in said
    ]
    assert dict(shown.context["states"]) == {
        "Not started": 1, "Will not apply": 1, "Drafting": 2, "Sent back": 1, "Waiting for certification": 1,
        "Certified, not submitted": 1, "Submitted": 1, "Withdrawn": 1,
    }  # fmt: skip


def test_the_list_is_narrowed_and_the_file_with_it(cohort, visit, manager):
    a_round, at = cohort
    homes = a_round.outcomes.get(title="Homes").pk
    north = make.Authority.objects.get(name="Fir").region_id
    client, address = visit(manager, at=at), reverse("expected_file", args=[a_round.slug, "csv"])
    everybody = {name for name, *_ in STATES}

    for query, found in [
        *((f"?state={state}", {name}) for name, _, state, _ in STATES if state != "drafting"),
        ("?state=drafting", {"Cedar", "Ivy"}),
        ("?type=county", {"Birch"}),
        (f"?outcome={homes}", {"Fir"}),
        (f"?region={north}&state=withdrawn", {"Hazel"}),
        (f"?outcome={homes}&state=drafting", set()),
        # What somebody types into the address narrows nothing.
        ("?state=asleep&page=99", everybody),
    ]:
        shown = page(visit, manager, a_round, at, query)
        file = client.get(address + query).content.decode("utf-8-sig")

        rows = list(csv.DictReader(io.StringIO(file)))
        assert {name for name, *_ in lines(shown)} == {row["Council"] for row in rows} == found, query
        assert shown.context["count"] == len(rows)
        assert CANARY not in file


def test_the_file_says_what_the_page_says(cohort, visit, manager):
    a_round, at = cohort
    make.Authority.objects.filter(name="Cedar").update(name="=Cedar()")
    client = visit(manager, at=at)

    answers = {kind: client.get(reverse("expected_file", args=[a_round.slug, kind])) for kind in ("csv", "xlsx", "doc")}  # fmt: skip

    rows = list(csv.DictReader(io.StringIO(answers["csv"].content.decode("utf-8-sig"))))
    cedar = next(row for row in rows if row["State"] == "Drafting")
    assert (cedar["Council"], cedar["Per cent complete"], cedar["Closes"], cedar["Reference"]) == (
        "'=Cedar()", "66", "2026-03-09 12:00", "",
    )  # fmt: skip
    assert answers["xlsx"].content[:2] == b"PK"
    assert answers["doc"].status_code == 404


def test_last_activity_is_what_people_of_the_council_did_last(cohort, visit, manager):
    a_round, at = cohort
    bid = Application.objects.get(authority__name="Cedar")
    [question, _] = a_round.questions.all()
    actions.save_answers(bid, {question.pk: ("A word", 0)}, by=bid.drafted_by, at=at + timedelta(minutes=5))

    rows = {row.council: row for row, _ in page(visit, manager, a_round, at).context["rows"]}

    assert rows["Cedar"].last_at == at + timedelta(minutes=5)
    assert rows["Birch"].last_at == rows["Hazel"].last_at == at
    assert rows["Aster"].last_at is None


def test_more_time_moves_the_closing_of_its_council_alone(cohort, visit, manager):
    a_round, at = cohort
    for name in ("Aster", "Cedar"):
        authority = make.Authority.objects.get(name=name)
        make.ExtensionFactory(round=a_round, authority=authority)

    closings = {row.council: words for row, words in page(visit, manager, a_round, at).context["rows"]}

    longer = "In 15 days: more time, until noon on Wednesday 11 March"
    assert closings["Aster"] == closings["Cedar"] == longer
    assert closings["Birch"] == "In 13 days"


def test_after_the_closing_the_list_stands_and_says_who_never_finished(cohort, visit, manager):
    a_round, _ = cohort
    closes = make.closing(a_round, "applications")
    with clock.set_to(closes + clock.STRAGGLERS):
        tasks.sweep()

    shown = page(visit, manager, a_round, closes + timedelta(days=1))

    states = {name: state for name, _, state, _ in lines(shown)}
    assert (states["Aster"], states["Cedar"], states["Fir"], states["Gorse"]) == (
        "not_started", "lapsed", "lapsed", "submitted",
    )  # fmt: skip
    assert "Applications closed at noon on Monday 9 March 2026." in shown.content.decode()
    assert {closing for _, closing in shown.context["rows"]} == {"Closed"}


def test_a_round_without_sign_ups_says_whom_it_lists(visit, manager):
    a_round = make.a_round(open_to="any")
    outcome, at = a_round.outcomes.get(), make.during(a_round, "applications")
    invited = make.AuthorityFactory(name="Invited")
    Invitation.objects.create(round=a_round, outcome=outcome, authority=invited, sent_at=at)
    make.ApplicationFactory(round=a_round, authority=make.AuthorityFactory(name="Began"))
    make.SignUpFactory(outcome=outcome, authority__name="Signed up to the outcome")

    shown = page(visit, manager, a_round, at)

    assert [(name, state) for name, _, state, _ in lines(shown)] == [
        ("Began", "drafting"),
        ("Invited", "not_started"),
    ]
    assert "This round asks for no sign-up, so nobody has to apply." in shown.content.decode()
    assert "Nobody to write to" in shown.content.decode()


def test_councillors_are_not_expected_and_those_who_began_are_listed(visit, manager):
    a_round = make.a_round(open_to="councillors")
    seat = make.person(
        "councillor", authority=make.AuthorityFactory(name="Seat"), political_group="Independent"
    )
    make.SignUpFactory(outcome=a_round.outcomes.get())
    make.ApplicationFactory(
        round=a_round, authority=make.Authority.objects.get(name="Seat"), councillor=seat,
        political_group="Independent", drafted_by=seat,
    )  # fmt: skip

    shown = page(visit, manager, a_round, make.during(a_round, "applications"))

    assert [(name, state) for name, _, state, _ in lines(shown)] == [("Seat", "drafting")]
    assert "so nobody is expected" in shown.content.decode()


def test_who_may_see_it(cohort, visit):
    a_round, at = cohort
    for person, answer in (
        (make.case_officer(), 200),
        (make.finance_officer(), 403),
        (make.drafter(make.Authority.objects.get(name="Aster")), 403),
        (None, 302),
    ):
        assert page(visit, person, a_round, at).status_code == answer
        room = visit(person, at=at).get(reverse("control_room", args=[a_round.slug]))
        assert (reverse("expected_list", args=[a_round.slug]) in room.content.decode()) is (answer == 200)


def test_the_page_costs_the_same_for_few_and_for_many_and_fetches_what_it_shows(visit, manager):
    a_round = make.a_round(make.OutcomeFactory(), make.OutcomeFactory())
    at = make.during(a_round, "applications")
    client, address = visit(manager, at=at), reverse("expected_list", args=[a_round.slug])
    asked = []
    region = make.RegionFactory()
    for few, many in ((0, 2), (2, 350)):
        for number in range(few, many):
            authority = make.AuthorityFactory(region=region)
            for outcome in a_round.outcomes.all():
                make.SignUpFactory(outcome=outcome, authority=authority)
            # On each page stand some that have begun, of which more is read.
            if number % 10 == 0:
                make.ApplicationFactory(round=a_round, authority=authority, outcome=a_round.outcomes.first())
        with clock.set_to(at):
            tasks.sweep_progress()
        for query in ("", "?state=not_started", "?page=2"):
            with CaptureQueriesContext(connection) as taken:
                response = client.get(address + query)
            assert len(response.context["rows"]) <= 50
            assert len(taken) <= 12, query
            asked.append((query, len(taken)))

    assert response.context["count"] == 700
    assert asked[:3] == asked[3:]


def test_whether_a_council_has_begun_is_looked_up_and_not_searched_for():
    """Some two thousand times for one page: by reading all bids of the round each time it took ten times as long."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL joins them at once, as its statistics say")
    a_round = make.a_round()

    plan = expected.not_begun(a_round, make.during(a_round, "applications")).explain()

    assert "application_of_a_council" in plan


# How complete a draft is


def test_progress_follows_what_is_written_within_a_minute(cohort):
    _, at = cohort
    bid = Application.objects.get(authority__name="Ivy", status="draft")
    later = at + timedelta(hours=2)
    actions.save_budget(bid, **MONEY, by=bid.drafted_by, at=later)

    with clock.set_to(later + timedelta(minutes=1)):
        tasks.sweep_progress()

    assert (bid.progress.percent, bid.progress.measured_at) == (33, later + timedelta(minutes=1))


def measured(at):
    with clock.set_to(at):
        return tasks.sweep_progress()


def test_what_nobody_touched_is_measured_once_an_hour(cohort):
    _, at = cohort

    found = [measured(at + timedelta(minutes=minutes)) for minutes in (15, 30, 60, 75, 90)]

    # Four of five were changed at the instant of the first measuring, and are looked at again: what came just before
    # may have been saved since.
    assert found == [4, 0, 1, 4, 0]


def test_what_was_saved_a_little_later_than_it_came_is_not_missed(cohort):
    _, at = cohort
    bid = Application.objects.get(authority__name="Cedar")
    quarter = at + timedelta(minutes=15)
    measured(quarter)
    # It came a minute before, and was still being handled.
    question = bid.round.questions.first()
    actions.save_answers(
        bid, {question.pk: ("A word", 0)}, by=bid.drafted_by, at=quarter - timedelta(minutes=1)
    )

    assert measured(quarter + timedelta(minutes=1)) == 1


def test_how_many_were_submitted_is_told_before_anybody_has(visit, manager):
    a_round = make.a_round()
    make.SignUpFactory(outcome=a_round.outcomes.get())

    shown = page(visit, manager, a_round, make.during(a_round, "applications"))

    assert dict(shown.context["states"]) == {"Not started": 1, "Submitted": 0}


def test_the_states_are_all_in_the_test():
    assert {state for _, _, state, _ in STATES} == set(expected.STATES) - {"lapsed"}
