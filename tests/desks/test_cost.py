"""The cost ledger: hours and pounds for each application, assessment and authority reached, beside the old scheme."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from beacons.applications.models import HoursSpent
from beacons.core.steps import Step
from beacons.desks import old_scheme
from beacons.rounds import actions as planning
from panel.models import Announcement
from panel.statuses import SheetStatus
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return make.scheme_manager()


@pytest.fixture
def a_round():
    return make.a_round(office_hours=120)


def at(a_round):
    return make.during(a_round, "spread")


def applied(a_round, number, hours, kind="unitary"):
    """So many applications, each with one person who told."""
    for _ in range(number):
        council = make.AuthorityFactory(kind=kind)
        bid = make.handed_in(round=a_round, authority=council)
        told(a_round, "applying", hours, application=bid, person=bid.drafted_by)


def told(a_round, work, hours, **whose):
    told_at = make.during(a_round, "check") + timedelta(minutes=HoursSpent.objects.count())
    HoursSpent.objects.create(round=a_round, work=work, hours=hours, told_at=told_at, **whose)


def marked(a_round, members, papers, hours):
    """So many members, each of whom has lodged so many papers and told the hours for all of them."""
    bids = [make.handed_in(round=a_round) for _ in range(papers)]
    cases = [make.CaseFactory(application=bid) for bid in bids]
    for _ in range(members):
        seat = make.seated(a_round, "member", "clg")
        for case in cases:
            make.AssessmentFactory(
                case=case, appointment=seat, status=SheetStatus.LODGED, lodged_at=make.during(a_round, "scoring")
            )  # fmt: skip
        told(a_round, "assessing", hours, person=seat.user)


def lines(visit, user, a_round):
    page = visit(user, at=at(a_round)).get(reverse("cost_ledger", args=[a_round.slug]))
    assert page.status_code == 200
    return {line.what: (line.hours_shown, line.pounds_shown) for line in page.context["ledger"].lines}, page


def test_hours_and_pounds_for_each_thing(visit, manager, a_round):
    applied(a_round, 5, 20)
    # Two more applications, on which nobody told.
    marked(a_round, members=5, papers=2, hours=6)
    grant = make.GrantFactory(application=make.handed_in(round=a_round), round=a_round)
    activity = make.ActivityFactory(grant=grant)
    guests = [make.BookingFactory(activity=activity).authority for _ in range(4)]
    make.BookingFactory(activity=make.ActivityFactory(grant=grant), authority=guests[0])
    make.PaymentFactory(
        grant=grant, amount=40_000, status="approved", approved_by=manager, approved_at=at(a_round)
    )

    found, page = lines(visit, manager, a_round)

    # 8 applications: 160 hours at £35. 10 papers: 30 hours at £50. The office: 120 hours at £35.
    assert found == {
        "An application, at the council": ("20.0", "£700"),
        "An assessment of one paper": ("3.0", "£150"),
        "An application, on the panel": ("3.8", "£188"),
        "An application, in the office": ("15.0", "£525"),
        "An application, all together": ("38.8", "£1,412"),
        "An authority reached, by all that work": ("77.5", "£2,825"),
        "An authority reached, by that work and the grants paid so far": ("–", "£12,825"),
    }
    said = page.content.decode()
    assert "Told by 5 people on 5 applications of 8" in said
    assert "Told by 5 people on 10 papers of 10" in said
    assert "4 reached" in said


def test_of_fewer_than_five_nothing_is_shown_and_nothing_rests_on_it(visit, manager, a_round):
    applied(a_round, 4, 19)
    told(a_round, "applying", None, application=make.handed_in(round=a_round), person=make.UserFactory())
    marked(a_round, members=4, papers=1, hours=6)

    found, page = lines(visit, manager, a_round)

    assert {what for what, shown in found.items() if shown != ("–", "–")} == {"An application, in the office"}
    assert page.content.decode().count("Not shown yet: fewer than five people have told") == 2
    assert "19.0" not in page.content.decode()


def test_one_more_answer_changes_no_figure(visit, manager, a_round):
    applied(a_round, 5, 20)
    before, _ = lines(visit, manager, a_round)
    applied(a_round, 1, 400)

    after, _ = lines(visit, manager, a_round)

    assert (
        after["An application, at the council"]
        == before["An application, at the council"]
        == ("20.0", "£700")
    )


def test_types_of_councils_are_compared_where_there_are_five_of_each(visit, manager, a_round):
    applied(a_round, 5, 10, kind="county")
    applied(a_round, 5, 30, kind="district")

    _, page = lines(visit, manager, a_round)

    assert [(name, hours.people, hours.each) for name, hours in page.context["ledger"].kinds] == [
        ("County council", 5, 10),
        ("District council", 5, 30),
    ]


def test_the_old_scheme_stands_beside_it_with_its_sources_and_what_is_not_known_is_said(
    visit, manager, a_round
):
    Announcement.objects.create(
        round=a_round, at=make.closing(a_round, "decision"), set_by=manager, set_at=make.during(a_round, "decision")
    )  # fmt: skip

    found, page = lines(visit, manager, a_round)

    facts = {fact.what: (fact.here, fact.old.words) for fact in page.context["ledger"].facts}
    assert facts["Days to apply"] == ("28 days", "70 days")
    assert facts["From the first day to the awards"] == ("126 days", "About 290 days")
    assert facts["Applications"] == ("0 submitted", "218")
    assert "Hansard, answer of 4 November 2008" in page.content.decode()
    assert page.content.decode().count(old_scheme.NOT_KNOWN) >= 3
    assert found["An authority reached, by all that work"] == ("–", "–")


def test_before_the_announcement_the_day_of_the_awards_is_told_to_nobody(visit, manager, a_round):
    Announcement.objects.create(
        round=a_round, at=at(a_round) + timedelta(days=1), set_by=manager, set_at=at(a_round)
    )

    _, page = lines(visit, manager, a_round)

    facts = {fact.what: fact.here for fact in page.context["ledger"].facts}
    assert facts["From the first day to the awards"] == "Not known yet"


def test_the_file_says_the_same(visit, manager, a_round):
    applied(a_round, 5, 20)

    file = visit(manager, at=at(a_round)).get(reverse("cost_file", args=[a_round.slug]))

    rows = {row["What"]: row for row in csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")))}
    council = rows["An application, at the council"]
    assert (council["Hours"], council["Pounds"], council["The old scheme"]) == ("20", "700", "Not known")
    assert rows["Days to apply"]["How it is known"] == "28 days"
    assert (rows["An assessment of one paper"]["Hours"], rows["Grants"]["Source"][:7]) == ("", "Round 7")


def test_rates_are_the_rounds_own(visit, manager, a_round):
    applied(a_round, 5, 10)

    planning.set_costs(a_round, hour_rate_council=40, office_hours=None, by=manager, at=at(a_round))

    found, _ = lines(visit, manager, a_round)
    assert found["An application, at the council"] == ("10.0", "£400")
    assert found["An application, in the office"] == ("–", "–")
    assert Step.objects.of(a_round).get(step="set_costs").words.data == {
        "before": {"hour_rate_council": 35, "office_hours": 120},
        "after": {"hour_rate_council": 40, "office_hours": None},
    }
    with pytest.raises(TypeError):
        planning.set_costs(a_round, pot=1, by=manager, at=at(a_round))


def test_who_reads_it_and_what_it_costs(visit, a_round, django_assert_max_num_queries):
    address = reverse("cost_ledger", args=[a_round.slug])
    asked = []
    for number in (5, 20):
        applied(a_round, number, Decimal("12.5"))
        client = visit(make.finance_officer(), at=at(a_round))
        with django_assert_max_num_queries(12) as taken:
            assert client.get(address).status_code == 200
        asked.append(len(taken))
    assert asked[0] == asked[1]
    for person in (make.drafter(make.AuthorityFactory()), make.signatory("lga")):
        assert visit(person, at=at(a_round)).get(address).status_code == 403
    room = visit(make.grants_officer(), at=at(a_round)).get(reverse("control_room", args=[a_round.slug]))
    assert address in room.content.decode()


def test_a_dash_is_explained_where_there_is_one(visit, manager, a_round):
    _, page = lines(visit, manager, a_round)

    assert page.context["ledger"].has_gaps
    assert "A dash (–) means that the figure is not known yet" in page.content.decode()
