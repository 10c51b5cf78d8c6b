"""A shortlisted application is visited: a member arranges it, marks it and writes it down, and its applicant corrects a fact."""

from datetime import timedelta

import pytest

from panel.models import Verification
from tests import factories as make
from tests.panel.judged import judged, shortlisted

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_application_is_visited_and_its_applicant_corrects_a_fact(office):
    house = judged(2)
    shortlisted(house, 0)
    lead = house.case().assessments.lodged().order_by("pk").first().appointment
    council = make.drafter(house.bids[0].authority)
    at = house.at("verify")
    day = (at + timedelta(days=2)).date()
    office.set_clock(at)

    member = office.as_(lead.user).goes_to(f"/panel/cases/{house.reference()}/meeting/")
    member.sees("Nothing is arranged").follows("Arrange a visit")
    member.fills(
        kind="visit",
        day=day,
        hour="10am",
        place="Civic Centre, Room 2",
        looked_for="The team at work.",
        lead=str(lead.pk),
    ).looks_on_a_phone()
    member.presses("Arrange it and tell the applicant").sees("Visit arranged")
    verification = Verification.objects.get()

    office.set_clock(verification.held_at + timedelta(hours=2))
    member.goes_to(verification.get_absolute_url()).follows("Mark what you saw").looks_on_a_phone()
    criterion = house.round.criteria.first()
    member.fills(**{f"score_{criterion.pk}": "2", f"reason_{criterion.pk}": "Half of it is not in use yet."})
    member.presses("Save my marks").sees("Half of it is not in use yet.").looks_on_a_phone()
    member.follows("Write what was found").looks_on_a_phone()
    member.fills(found="Two teams were met.", for_panel="Honest about what is missing.")
    member.presses("Send the facts to the applicant").sees("Nothing yet. It may answer until")

    officer = office.as_(council).goes_to("/desk/")
    officer.follows("Say whether the facts are right").sees("Two teams were met.").looks_on_a_phone()
    officer.does_not_see("Honest about what is missing.").does_not_see("Half of it is not in use yet.")
    officer.fills(right="wrong", corrections="Three teams were met.")
    officer.presses("Send our answer").sees("Your answer is with the panel").looks_on_a_phone()

    member.goes_to("/desk/").follows("Settle the facts").follows("Settle the facts").looks_on_a_phone()
    member.fills(found="Three teams were met.", settlement="Put right.").presses("Settle the facts")
    member.sees("What was made of it").looks_on_a_phone()
    member.goes_to(f"/panel/cases/{house.reference()}/meeting/").looks_on_a_phone()
    member.fills(note="It holds.").presses("Record the verification")
    assert house.case().status == "verified"
    officer.goes_to(f"/panel/verifications/{verification.pk}/facts/").sees("Put right.")
