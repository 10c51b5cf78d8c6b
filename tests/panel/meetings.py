"""Meetings of a panel whose readers are apart on each of its bids."""

from panel.actions import meetings
from panel.models import Item
from tests.panel.judged import judged
from tests.panel.panels import facts
from tests.panel.test_moderation import set_scores
from tests.worlds import laid_again


def everybody_here(house, meeting, away=(), absent=(), note_taker=None, by=None):
    members = [house.chair, house.vice, *house.members]
    said = {
        member.pk: "absent" if member in absent else "away" if member in away else "room"
        for member in members
    }
    return meetings.note_attendance(
        meeting,
        said,
        note_taker=note_taker.pk if note_taker else None,
        by=by or house.chairing,
        at=house.closes_at,
    )


@laid_again
def prepared(house):
    """An agenda of all the bids whose marks are apart."""
    return meetings.prepare(house.round, by=house.chairing, at=house.closes_at)


@laid_again
def opened(bids=3, **fields):
    """A panel that meets about all its bids: marks are apart on each."""
    house = judged(bids, **fields)
    for bid in range(bids):
        set_scores(house.case(bid), "value", [1, 4, 4])
    meeting = prepared(house)
    everybody_here(house, meeting)
    meetings.open_meeting(meeting, by=house.chairing, at=house.closes_at)
    return house, facts(meeting)


def item_of(house, bid=0):
    return Item.objects.for_list().get(case=house.case(bid))


def called(house, bid=0, by=None):
    return meetings.call(item_of(house, bid), by=by or house.chairing, at=house.closes_at)


def decided(house, bid=0, **facts):
    said = {"recommendation": "shortlist", "said": "Table 3 was missed.", "by": house.chairing}
    item = item_of(house, bid)
    item = item if item.is_called else called(house, bid)
    return meetings.decide(item, **{**said, **facts}, at=house.closes_at)


def own_mark(house, key="value", bid=0):
    sheet = house.sheets(bid)[0]
    return sheet.marks.get(criterion__key=key), sheet.appointment.user


def change(house, mark, by, score=3, **facts):
    said = {"cannot_judge": False, "why": "Table 3 answers it.", "at": house.closes_at, **facts}
    return meetings.change_mark(item_of(house), mark, score=score, by=by, **said)
