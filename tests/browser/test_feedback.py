"""The pages of feedback letters in a real browser: no fault for axe, wide and narrow, and the way from lead to applicant."""

import pytest
from django.urls import reverse

from panel.models import Announcement, FeedbackLetter
from tests.panel.judged import announcing
from tests.panel.test_feedback import drafted, written

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_of_feedback_pleases_axe_and_fits_the_window(office, width):
    house = drafted(3)
    for bid in (0, 1):
        written(house, bid)
    announcing(house)
    office.set_clock(Announcement.objects.get().feedback_due_at)
    lead = FeedbackLetter.objects.get(case=house.case(2)).lead.user
    reference, council = house.reference(0), house.bids[0].drafted_by
    pages = [
        (house.chairing, reverse("feedback_list", args=[house.round.slug])),
        (lead, reverse("feedback_edit", args=[house.reference(2)])),
        (house.chairing, reverse("feedback_edit", args=[reference])),
        (house.chairing, reverse("feedback_send_back", args=[reference])),
        (house.chairing, reverse("feedback_lead", args=[reference])),
        (council, reverse("own_result", args=[reference])),
    ]
    for who, path in pages:
        someone = office.as_(who)
        someone.page.set_viewport_size({"width": width, "height": 900})
        someone.goes_to(path, looks=False)
        office.look(someone.page)

    chair = office.as_(house.chairing).goes_to(pages[0][1], looks=False)
    chair.presses("Approve these 2 letters").sees("2 letters are approved.")
    someone = office.as_(council).goes_to(pages[-1][1], looks=False)
    someone.sees("Bring figures of three years.")
    office.look(someone.page)
