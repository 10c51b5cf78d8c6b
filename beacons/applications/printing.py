"""An application on paper: as it was certified and handed in, or as a draft that says so.

What was handed in is printed from what was kept when it was certified, so that it says the same for ever, whatever is
put right later in names, questions or templates of pages.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from beacons.applications import content
from beacons.core import papers

if TYPE_CHECKING:
    from beacons.applications.models import Application, Attachment, Submission

TEMPLATE = "applications/application_paper.html"


def paper(application: "Application") -> str:
    """What it says, as HTML for a paper; `application` comes from `for_paper()`."""
    return render_to_string("applications/_paper.html", {"application": application, "paper": True}).strip()


def submission_pdf(submission: "Submission") -> bytes:
    """Exactly what was handed in, with its reference, time and hash: the same bytes whoever asks, and whenever."""
    certification = submission.certification
    facts = {"submission": submission, "certification": certification}
    # Written by our own template, which has escaped what people typed.
    return _pdf(submission.application, mark_safe(certification.paper), **facts)  # noqa: S308


def draft_pdf(application: "Application", *, at: datetime) -> bytes:
    """What it says now, marked as not handed in; `application` comes from `for_paper()`."""
    return _pdf(application, mark_safe(paper(application)), at=at)  # noqa: S308


@dataclass(frozen=True)
class Paper:
    """What was handed in, as those read it who judge it: the words kept when it was certified, and its files.

    Nothing is looked up anew: whoever marks reads what was signed, whatever is put right later in names or questions.
    """

    submission: "Submission"
    files: tuple["Attachment", ...]

    @classmethod
    def of(cls, submission: "Submission") -> "Paper":
        listed = content.files_listed(submission.content)
        kept = submission.application.attachments.kept() if listed else ()
        return cls(submission, tuple(file for file in kept if content.is_listed(file, listed)))

    @property
    def said(self) -> SafeString:
        # Written by our own template, which has escaped what people typed.
        return mark_safe(self.submission.certification.paper)  # noqa: S308


def _pdf(application: "Application", said: str, **facts: Any) -> bytes:
    return papers.pdf(TEMPLATE, {"application": application, "said": said, **facts})


def name(application: "Application", submission: "Submission | None" = None) -> str:
    """What the file is called: BCN-00012.pdf, or BCN-00012-draft.pdf."""
    return f"{application.reference}{'' if submission else '-draft'}.pdf"
