"""What the panel keeps."""

from panel.models.cases import Case, Concern, SharingOut
from panel.models.decisions import Announcement, Consent, Decision
from panel.models.feedback import FeedbackLetter, FeedbackText
from panel.models.interests import Employment, Interest
from panel.models.meetings import Attendance, Departure, Item, MarkChange, Meeting
from panel.models.rankings import Portfolio, Ranking, RankingRow
from panel.models.seats import Appointment, Approval, Seat
from panel.models.sheets import Assessment, Bundle, Mark, Note, Said
from panel.models.vacancies import Candidacy, Vacancy
from panel.models.verifications import Verification, VerificationMark

__all__ = [
    "Announcement",
    "Appointment",
    "Approval",
    "Assessment",
    "Attendance",
    "Bundle",
    "Candidacy",
    "Case",
    "Concern",
    "Consent",
    "Decision",
    "Departure",
    "Employment",
    "FeedbackLetter",
    "FeedbackText",
    "Interest",
    "Item",
    "Mark",
    "MarkChange",
    "Meeting",
    "Note",
    "Portfolio",
    "Ranking",
    "RankingRow",
    "Said",
    "Seat",
    "SharingOut",
    "Vacancy",
    "Verification",
    "VerificationMark",
]
