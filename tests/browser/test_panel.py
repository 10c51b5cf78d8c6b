"""The panel's way in real browsers: twelve members of two bodies, from an infeasible start to the reserve that moves up."""

import re
from datetime import timedelta

import pytest

from grants.models import Grant
from panel.models import Assessment, Case, MarkChange, Meeting
from tests import factories as make
from tests.journeys import walk
from tests.journeys.walk import AFTER, REASON, Entry, House, tick
from tests.rounds.made import approved

pytestmark = pytest.mark.django_db(transaction=True)
TABLE_3 = "Table 3 answers what I asked."


class Panel:
    """Chair, vice-chair and five members of each body, who have not declared; and four bids that were found eligible."""

    def __init__(self):
        self.house = House()
        self.house.members = {
            body: [make.UserFactory(name=f"{body.upper()} Member {number}") for number in range(1, 6)]
            for body in ("clg", "lga")
        }
        self.round = approved(
            make.OutcomeFactory(title="Homes that are warm"), name="Beacons", slug="beacons"
        )
        for kind, user in (("chair", self.house.chair), ("vice_chair", self.house.vice_chair)):
            make.seated(self.round, kind=kind, user=user, declared_at=None)
        for body, members in self.house.members.items():
            for user in members:
                make.seated(self.round, body=body, user=user, declared_at=None)
        fates = (("award", 5, 60_000), ("reserve", 4, 60_000), ("decline", 3, 0), (walk.LEFT_OUT, 2, 0))
        self.entries = [
            Entry(
                make.AuthorityFactory(name=f"{fate.capitalize()}shire"),
                self.round.outcomes.get(),
                f"Warm homes {number}",
                score=score,
                fate=fate,
                amount=amount,
                reserve_place=1 if fate == "reserve" else None,
            )
            for number, (fate, score, amount) in enumerate(fates)
        ]
        for entry in self.entries:
            walk.as_the_first(self.round, entry)
            type(entry.bid).objects.filter(pk=entry.bid.pk).update(status="eligible")

    def address(self, page):
        return f"/panel/rounds/{self.round.slug}/{page}/"


def declares(office, panel, person, interest=None):
    someone = office.as_(person).goes_to("/desk/").follows("Declare your interests")
    if interest is not None:
        someone.fills(**{f"bid_{interest.pk}": "My sister works there."})
    return someone.fills(sure=True).presses("Declare")


def marks_by_hand(office, panel):
    """Every reader marks every paper on its page; one of the second bid's readers thinks little of it."""
    sheets = Assessment.objects.select_related("appointment__user", "case__application").order_by("pk")
    scores = {entry.bid.pk: entry.score for entry in panel.entries}
    doubter = sheets.filter(case__application=panel.entries[1].bid).first()
    criteria = list(panel.round.criteria.all())
    for sheet in sheets:
        someone = office.as_(sheet.appointment.user)
        someone.goes_to(f"/panel/papers/{sheet.case.application.reference}/")
        for criterion in criteria:
            score = 1 if sheet == doubter else scores[sheet.case.application_id]
            someone.fills(**{f"score_{criterion.pk}": score, f"reason_{criterion.pk}": REASON})
        someone.presses("Save and check before lodging").presses("Lodge these marks")
    return doubter.appointment.user


def meets(office, panel, doubter):
    """The chair calls the bid whose marks are apart, its doubter changes a mark, and the meeting says what it makes of it."""
    reference = panel.entries[1].bid.reference
    chair = office.as_(panel.house.chair).goes_to(panel.address("meeting"))
    chair.presses("Make the agenda of a meeting").follows("Note who is here")
    for seat in panel.round.seats.all():
        chair.ticks(f"presence_{seat.appointments.get().pk}", "room")
    chair.presses("Note who is here").presses("Open the meeting")
    with chair.page.expect_navigation():
        chair.page.get_by_role("button", name=re.compile(f"^Call .*{reference}")).click()
    chair.sees(f", {reference}").looks()
    room = f"/panel/meetings/{Meeting.objects.get().pk}/"
    someone = office.as_(doubter).goes_to(room).sees(reference)
    someone.follows("Change this mark").fills(score="4", why=TABLE_3).presses("Change the mark")
    assert MarkChange.objects.get().why == TABLE_3
    chair.follows("Record what the meeting makes of it")
    chair.fills(recommendation="shortlist", said="The figures hold.").presses("Record it")
    chair.presses("Close the meeting").presses("Approve the minutes").sees("Minutes approved by")


def test_the_panels_way_with_twelve_members(office):
    panel = Panel()
    house, entries = panel.house, panel.entries
    assert len(house.panel) == 12
    office.set_clock(panel.round.stage_of("check").opens_at + AFTER)

    # Nobody of the LGA has declared: the papers cannot be shared out, and the page says why.
    for person in (house.chair, house.vice_chair, *house.members["clg"]):
        declares(office, panel, person)
    office.set_clock(panel.round.stage_of("scoring").opens_at + AFTER)
    chair = office.as_(house.chair).goes_to(panel.address("assignment"))
    chair.sees("cannot be shared out as the rules ask").sees("has no LGA member").sees("LGA Member 1")
    assert not chair.can_press("Share these papers out")

    # They declare, one with an interest in the first bid, which nobody gives them or shows them.
    conflicted, first = house.members["lga"][0], entries[0].bid
    declares(office, panel, conflicted, interest=first)
    for person in house.members["lga"][1:]:
        declares(office, panel, person)
    chair.goes_to(panel.address("assignment")).presses("Share these papers out")
    assert not Assessment.objects.filter(appointment__user=conflicted, case__application=first).exists()
    office.as_(conflicted).is_kept_from(f"/panel/cases/{first.reference}/")

    doubter = marks_by_hand(office, panel)
    walk.open_the_seal(office, house, panel.round)
    meets(office, panel, doubter)
    walk.shortlist_and_verify(office, house, panel.round, entries)
    walk.decide(office, house, panel.round, entries)
    walk.announce(office, house, panel.round, entries)

    # The award's offer lapses, and the reserve is offered what comes free.
    tick()
    award, reserve = entries[0].renewed(), entries[1].renewed()
    offered = Grant.objects.get(application=award)
    assert (offered.status, offered.amount) == ("offered", 60_000)
    office.set_clock(office.at + timedelta(days=panel.round.days_to_accept, hours=25))
    tick()
    assert Grant.objects.get(application=award).status == "lapsed"
    moved_up = Grant.objects.get(application=reserve)
    assert (moved_up.status, moved_up.amount) == ("offered", 60_000)
    office.as_(entries[1].certifier).goes_to("/desk/").follows("Accept or refuse the offer").sees("£60,000")
    assert Case.objects.get(application=reserve).status == "announced"
