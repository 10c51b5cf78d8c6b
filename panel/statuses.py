"""The way of a case, which is sealed, of a score sheet, a meeting with its items, a verification, and a feedback letter."""

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
    ("open_seal", [CaseStatus.ASSIGNED], CaseStatus.SCORED, "have its marks opened"),
    ("moderate", [CaseStatus.SCORED], CaseStatus.MODERATED, "be moderated"),
    ("shortlist", [CaseStatus.MODERATED], CaseStatus.SHORTLISTED, "be shortlisted"),
    ("leave_out", [CaseStatus.MODERATED], CaseStatus.NOT_SHORTLISTED, "be left out of the shortlist"),
    ("verify", [CaseStatus.SHORTLISTED], CaseStatus.VERIFIED, "be verified"),
    ("award", [CaseStatus.VERIFIED], CaseStatus.AWARDED, "be awarded"),
    ("reserve", [CaseStatus.VERIFIED], CaseStatus.RESERVED, "be put in reserve"),
    ("decline", [CaseStatus.VERIFIED, CaseStatus.NOT_SHORTLISTED], CaseStatus.DECLINED, "be declined"),
    (
        "announce",
        [CaseStatus.AWARDED, CaseStatus.RESERVED, CaseStatus.DECLINED],
        CaseStatus.ANNOUNCED,
        "be announced",
    ),
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
        "be withdrawn",
    ),
    said={CaseStatus.RESERVED: "is in reserve"},
)


class SheetStatus(models.TextChoices):
    OPEN = "open", "Open"
    LODGED = "lodged", "Lodged"
    DISCHARGED = "discharged", "Discharged"


SHEET = Lifecycle(
    "score sheet",
    SheetStatus.OPEN,
    ("lodge", [SheetStatus.OPEN], SheetStatus.LODGED, "be lodged"),
    ("reopen", [SheetStatus.LODGED], SheetStatus.OPEN, "be opened again"),
    # A chair discharges only what is open; a lodged sheet goes when its member turns out to have an interest.
    ("discharge", [SheetStatus.OPEN, SheetStatus.LODGED], SheetStatus.DISCHARGED, "be discharged"),
    back=("reopen",),
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
    ("open", [MeetingStatus.PREPARED], MeetingStatus.OPEN, "be opened"),
    ("close", [MeetingStatus.OPEN], MeetingStatus.CLOSED, "be closed"),
    ("approve", [MeetingStatus.CLOSED], MeetingStatus.APPROVED, "be approved"),
    said={MeetingStatus.PREPARED: "has its agenda", MeetingStatus.APPROVED: "has its minutes approved"},
)


class ItemStatus(models.TextChoices):
    WAITING = "waiting", "Waiting"
    CALLED = "called", "Being discussed"
    DEFERRED = "deferred", "Deferred"
    DECIDED = "decided", "Discussed"


ITEM = Lifecycle(
    "item",
    ItemStatus.WAITING,
    ("call", [ItemStatus.WAITING, ItemStatus.DEFERRED], ItemStatus.CALLED, "be called"),
    ("rest", [ItemStatus.CALLED], ItemStatus.WAITING, "be put back"),
    ("defer", [ItemStatus.WAITING, ItemStatus.CALLED], ItemStatus.DEFERRED, "be put off"),
    ("decide", [ItemStatus.CALLED], ItemStatus.DECIDED, "be settled"),
    back=("rest",),
    said={ItemStatus.DEFERRED: "is put off", ItemStatus.DECIDED: "has been discussed"},
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


class VerificationKind(models.TextChoices):
    """How the panel sees for itself whether a shortlisted application holds."""

    VISIT = "visit", "Visit"
    CALL = "call", "Call"
    CHALLENGE = "challenge", "Peer challenge"
    PRESENTATION = "presentation", "Presentation to the panel"


class VerificationStatus(models.TextChoices):
    ARRANGED = "arranged", "Arranged"
    REPORTED = "reported", "Facts with the applicant"
    SETTLED = "settled", "Settled"
    CALLED_OFF = "called_off", "Called off"


VERIFICATION = Lifecycle(
    "verification",
    VerificationStatus.ARRANGED,
    ("report", [VerificationStatus.ARRANGED], VerificationStatus.REPORTED, "be reported"),
    ("settle", [VerificationStatus.REPORTED], VerificationStatus.SETTLED, "be settled"),
    ("call_off", [VerificationStatus.ARRANGED], VerificationStatus.CALLED_OFF, "be called off"),
    said={VerificationStatus.REPORTED: "has its facts with the applicant"},
)


class FeedbackStatus(models.TextChoices):
    DRAFTED = "drafted", "Being written"
    WRITTEN = "written", "Waiting for approval"
    APPROVED = "approved", "Approved"


FEEDBACK = Lifecycle(
    "feedback letter",
    FeedbackStatus.DRAFTED,
    ("hand_over", [FeedbackStatus.DRAFTED], FeedbackStatus.WRITTEN, "be handed over for approval"),
    ("send_back", [FeedbackStatus.WRITTEN], FeedbackStatus.DRAFTED, "be sent back"),
    ("approve", [FeedbackStatus.WRITTEN], FeedbackStatus.APPROVED, "be approved"),
    back=("send_back",),
)
