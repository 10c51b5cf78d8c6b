"""Long tables of the office and the pages that ask for hours, on a screen and on a phone, with rows and with none."""

from datetime import timedelta

import pytest
from django.urls import reverse

from beacons.applications.models import HoursSpent
from panel.statuses import SheetStatus
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)
# As long as names of councils and outcomes come.
LONG = "Bournemouth, Christchurch and Poole with the districts around them"
OUTCOME = "More adults with the skills that employers along the coast say they cannot find"


@pytest.fixture
def a_round():
    return make.a_round(make.OutcomeFactory(title=OUTCOME), make.OutcomeFactory(title="Warmer homes"))


def told(a_round, work, hours, **whose):
    told_at = make.during(a_round, "check") + timedelta(minutes=HoursSpent.objects.count())
    return HoursSpent.objects.create(round=a_round, work=work, hours=hours, told_at=told_at, **whose)


def test_expected_councils_with_rows_and_with_none(office, a_round):
    skills, homes = a_round.outcomes.order_by("pk")
    region = make.RegionFactory(name="Yorkshire and The Humber")
    for number in range(51):
        council = make.AuthorityFactory(name=f"Council {number:02}", region=region)
        make.SignUpFactory(authority=council, outcome=skills if number % 2 else homes)
    begun = make.AuthorityFactory(name=LONG, region=region)
    make.SignUpFactory(authority=begun, outcome=skills)
    make.ApplicationFactory(round=a_round, outcome=skills, authority=begun, drafted_by=make.drafter(begun))
    office.set_clock(make.during(a_round, "applications"))
    address = reverse("expected_list", args=[a_round.slug])

    someone = office.as_(make.case_officer()).goes_to(address)
    someone.sees("52 lines").sees(LONG).sees("Drafting").sees("Nobody to write to").looks_on_a_phone()
    someone.goes_to(f"{address}?page=2", looks=False).sees("Council 50")
    someone.goes_to(f"{address}?state=certified", looks=False).sees("Nothing is like that").looks_on_a_phone()
    office.look(someone.page)


def test_a_round_for_which_nobody_is_signed_up(office, a_round):
    office.set_clock(make.during(a_round, "applications"))

    someone = office.as_(make.case_officer()).goes_to(reverse("expected_list", args=[a_round.slug]))

    someone.sees("No council is signed up to the outcomes of this round").looks_on_a_phone()


def test_an_applicant_says_how_many_hours_it_took(office, a_round):
    bid = make.handed_in(round=a_round, outcome=a_round.outcomes.first(), title=OUTCOME)
    office.set_clock(bid.submitted_at + timedelta(hours=1))
    address = reverse("application_hours", args=[bid.reference])

    someone = office.as_(bid.drafted_by).goes_to(address).looks_on_a_phone()
    someone.fills(hours="many").presses("Tell").sees("There is a problem")
    office.look(someone.page)
    someone.looks_on_a_phone()
    someone.fills(hours="12.5").presses("Tell").sees("Thank you. Only sums are shown")

    someone.goes_to(address, looks=False).looks_on_a_phone()
    assert someone.page.input_value("[name=hours]") == "12.5"
    assert someone.can_press("Take it back")
    assert HoursSpent.objects.get().person == bid.drafted_by


def test_a_member_says_how_many_hours_the_papers_took(office, a_round):
    seat = make.seated(a_round, "member", "clg")
    case = make.CaseFactory(application=make.handed_in(round=a_round, outcome=a_round.outcomes.first()))
    at = make.during(a_round, "scoring")
    sheet = make.AssessmentFactory(case=case, appointment=seat)
    office.set_clock(at)
    address = reverse("panel_hours", args=[a_round.slug])

    someone = office.as_(seat.user).goes_to(address, looks=False).sees("when you have lodged all your papers")
    office.look(someone.page)
    someone.looks_on_a_phone()
    type(sheet).objects.filter(pk=sheet.pk).update(status=SheetStatus.LODGED, lodged_at=at)
    someone.goes_to(address, looks=False).looks_on_a_phone()
    office.look(someone.page)
    someone.fills(hours="9").presses("Tell").sees("Thank you. Only sums are shown")
    assert HoursSpent.objects.get().person == seat.user


def test_the_cost_ledger_with_hours_and_with_none(office, a_round):
    outcome = a_round.outcomes.first()
    office.set_clock(make.during(a_round, "spread"))
    address = reverse("cost_ledger", args=[a_round.slug])
    someone = office.as_(make.scheme_manager()).goes_to(address).sees("Not shown yet").looks_on_a_phone()
    for _ in range(5):
        bid = make.handed_in(round=a_round, outcome=outcome)
        told(a_round, "applying", 30, application=bid, person=bid.drafted_by)

    someone.goes_to(address, looks=False).sees("An application, by type of council").looks_on_a_phone()
    office.look(someone.page)
