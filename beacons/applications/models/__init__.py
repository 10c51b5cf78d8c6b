"""A bid: what it says, the figures and files it rests on, who takes part, and how it is handed in."""

from beacons.applications.models.answers import Answer, AnswerVersion, Comment, DetailsVersion
from beacons.applications.models.applications import Application
from beacons.applications.models.evidence import EvidenceFigure
from beacons.applications.models.expecting import Abstention, Progress, Reminder
from beacons.applications.models.files import Attachment
from beacons.applications.models.handing_in import (
    Certification,
    Endorsement,
    Extension,
    Submission,
)
from beacons.applications.models.hours import MOST_HOURS, HoursSpent, Work
from beacons.applications.models.partners import Partner
from beacons.applications.models.sharing import NamedPeer, PlannedActivity

__all__ = [
    "MOST_HOURS",
    "Abstention",
    "Answer",
    "AnswerVersion",
    "Application",
    "Attachment",
    "Certification",
    "Comment",
    "DetailsVersion",
    "Endorsement",
    "EvidenceFigure",
    "Extension",
    "HoursSpent",
    "NamedPeer",
    "Partner",
    "PlannedActivity",
    "Progress",
    "Reminder",
    "Submission",
    "Work",
]
