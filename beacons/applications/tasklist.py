"""The task list of a draft: what is to be written, and what is to be done to hand it in."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from beacons.applications import paper, permissions, rules
from beacons.applications.models import Application
from beacons.applications.statuses import Status


@dataclass(frozen=True)
class Task:
    """A line of the task list; without an address it cannot be started yet."""

    name: str
    status: str
    url: str = ""
    hint: str = ""
    is_optional: bool = False

    @property
    def is_done(self) -> bool:
        return self.status == paper.DONE


def tasks(application: Application, user: Any, at: Any) -> tuple[list[Task], list[Task]]:
    """What is to be written, and what is to be done to hand it in."""
    reference = application.reference
    may_write = not rules.reasons_not_to_edit(application, at=at)

    def page(name: str, *arguments: Any) -> str:
        return reverse(name, args=[reference, *arguments]) if may_write else ""

    writing = [
        Task(
            "Details and money",
            details_status(application),
            page("application_details"),
            "Title, public summary, lead officer and the grant you ask for",
        )
    ]
    writing += [
        Task(
            section.name,
            section.status,
            page("section_edit", section.number),
            f"{section.answered} of {len(section.items)} answered"
            + (", optional" if section.is_optional else ""),
            section.is_optional,
        )
        for section in application.sections
    ]
    partners = list(application.partners.all())
    not_entitled = rules.reasons_not_entitled(application)
    writing.append(
        Task(
            "Partners",
            paper.DONE if partners and not not_entitled else paper.NOT_STARTED,
            page("application_partners"),
            "A partner that is signed up is needed"
            if not_entitled
            else "Optional: other bodies with a part in the bid",
            not not_entitled,
        )
    )
    incomplete = bool(rules.reasons_incomplete(application))
    return writing, [
        *reading(application, incomplete),
        *handing_in(application, user, at, incomplete=incomplete),
    ]


def reading(application: Application, incomplete: bool) -> list[Task]:
    """Checking the answers is open at any time; it is done when nothing is left to be done."""
    status = paper.IN_PROGRESS if incomplete else paper.DONE
    if getattr(application, "sent_back", False):
        status = paper.SENT_BACK
    return [Task("Check your answers", status, reverse("application_check", args=[application.reference]))]


def handing_in(application: Application, user: Any, at: Any, *, incomplete: bool) -> list[Task]:
    reference = application.reference
    closed = bool(rules.reasons_closed(application.round, at=at))
    certified = application.status == Status.CERTIFIED
    if certified:
        certifying = Task("Certify", paper.DONE, hint=f"By {application.certified_by}")
    elif incomplete or closed:
        certifying = Task("Certify", paper.CANNOT_START, hint="When everything else is done")
    elif permissions.may_certify(user, application):
        certifying = Task("Certify", paper.NOT_STARTED, reverse("application_certify", args=[reference]))
    else:
        certifying = Task(
            "Certify", paper.CANNOT_START, hint="By a certifier who did not begin the application"
        )
    if certified and not closed:
        submitting = Task(
            "Hand it in", paper.NOT_STARTED, f"{reverse('application_check', args=[reference])}#hand-in"
        )
    else:
        submitting = Task("Hand it in", paper.CANNOT_START, hint="When it is certified")
    return [certifying, submitting]


def details_status(application: Application) -> str:
    if not (application.summary or application.requested):
        return paper.NOT_STARTED
    left = rules.reasons_details(application) + rules.reasons_money(application)
    return paper.IN_PROGRESS if left else paper.DONE
