"""The way of a case, which is sealed, of a score sheet, of a meeting with its items, and of a feedback letter."""

from django.db import models

from beacons.core.lifecycle import Lifecycle


class CaseStatus(models.TextChoices):
    ASSIGNED = "assigned", "Assigned"
    SCORED = "scored", "Scored"
    MODERATED = "moderated", "Moderated"
    SHORTLISTED = "shortlisted", "Shortlisted"
    NOT_SHORTLISTED = "not_shortlisted", "Not shortlisted"
    VERIFIED = "verified", "Verified"
    AWARDED = "awarded", "Awarded"
    RESERVED = "reserved", "Reserved"
    DECLINED = "declined", "Declined"
    ANNOUNCED = "announced", "Announced"
    WITHDRAWN = "withdrawn", "Withdrawn"


# These say which way a case went at the shortlist, which is sealed from most of the panel.
SAYS_HOW = (CaseStatus.SHORTLISTED, CaseStatus.NOT_SHORTLISTED, CaseStatus.VERIFIED)


CASE = Lifecycle(
    "case",
    CaseStatus.ASSIGNED,
    ("open_seal", [CaseStatus.ASSIGNED], CaseStatus.SCORED),
    ("moderate", [CaseStatus.SCORED], CaseStatus.MODERATED),
    ("shortlist", [CaseStatus.MODERATED], CaseStatus.SHORTLISTED),
    ("leave_out", [CaseStatus.MODERATED], CaseStatus.NOT_SHORTLISTED),
    ("verify", [CaseStatus.SHORTLISTED], CaseStatus.VERIFIED),
    ("award", [CaseStatus.VERIFIED], CaseStatus.AWARDED),
    ("reserve", [CaseStatus.VERIFIED], CaseStatus.RESERVED),
    ("decline", [CaseStatus.VERIFIED, CaseStatus.NOT_SHORTLISTED], CaseStatus.DECLINED),
    ("announce", [CaseStatus.AWARDED, CaseStatus.RESERVED, CaseStatus.DECLINED], CaseStatus.ANNOUNCED),
    (
        "withdraw",
        [
            CaseStatus.ASSIGNED,
            CaseStatus.SCORED,
            CaseStatus.MODERATED,
            CaseStatus.SHORTLISTED,
            CaseStatus.NOT_SHORTLISTED,
            CaseStatus.VERIFIED,
            CaseStatus.AWARDED,
            CaseStatus.RESERVED,
            CaseStatus.DECLINED,
        ],
        CaseStatus.WITHDRAWN,
    ),
)


class SheetStatus(models.TextChoices):
    OPEN = "open", "Open"
    LODGED = "lodged", "Lodged"
    DISCHARGED = "discharged", "Discharged"


SHEET = Lifecycle(
    "score sheet",
    SheetStatus.OPEN,
    ("lodge", [SheetStatus.OPEN], SheetStatus.LODGED),
    ("reopen", [SheetStatus.LODGED], SheetStatus.OPEN),
    # A chair discharges only what is open; a lodged sheet goes when its member turns out to have an interest.
    ("discharge", [SheetStatus.OPEN, SheetStatus.LODGED], SheetStatus.DISCHARGED),
)


class Verdict(models.TextChoices):
    AWARD = "award", "Award"
    RESERVE = "reserve", "Reserve"
    DECLINE = "decline", "Decline"


class MeetingStatus(models.TextChoices):
    PREPARED = "prepared", "Agenda made"
    OPEN = "open", "Going on"
    CLOSED = "closed", "Closed"
    APPROVED = "approved", "Minutes approved"


MEETING = Lifecycle(
    "meeting",
    MeetingStatus.PREPARED,
    ("open", [MeetingStatus.PREPARED], MeetingStatus.OPEN),
    ("close", [MeetingStatus.OPEN], MeetingStatus.CLOSED),
    ("approve", [MeetingStatus.CLOSED], MeetingStatus.APPROVED),
)


class ItemStatus(models.TextChoices):
    WAITING = "waiting", "Waiting"
    CALLED = "called", "Being discussed"
    DEFERRED = "deferred", "Deferred"
    DECIDED = "decided", "Discussed"


ITEM = Lifecycle(
    "item",
    ItemStatus.WAITING,
    ("call", [ItemStatus.WAITING, ItemStatus.DEFERRED], ItemStatus.CALLED),
    ("rest", [ItemStatus.CALLED], ItemStatus.WAITING),
    ("defer", [ItemStatus.WAITING, ItemStatus.CALLED], ItemStatus.DEFERRED),
    ("decide", [ItemStatus.CALLED], ItemStatus.DECIDED),
)


class Recommendation(models.TextChoices):
    """What the meeting makes of an item. The shortlist is the chair's act, and comes later."""

    SHORTLIST = "shortlist", "Recommend it for the shortlist"
    LEAVE_OUT = "leave_out", "Recommend to leave it out"
    KEEP = "keep", "Let the marks speak"


class Presence(models.TextChoices):
    ROOM = "room", "In the room"
    AWAY = "away", "Away, by phone or screen"
    ABSENT = "absent", "Absent"


class FeedbackStatus(models.TextChoices):
    DRAFTED = "drafted", "Being written"
    WRITTEN = "written", "Waiting for approval"
    APPROVED = "approved", "Approved"


FEEDBACK = Lifecycle(
    "feedback letter",
    FeedbackStatus.DRAFTED,
    ("hand_over", [FeedbackStatus.DRAFTED], FeedbackStatus.WRITTEN),
    ("send_back", [FeedbackStatus.WRITTEN], FeedbackStatus.DRAFTED),
    ("approve", [FeedbackStatus.WRITTEN], FeedbackStatus.APPROVED),
)
