"""The task list of a draft: what is to be written, and what is to be done to submit it.

`groups` is the list; a function gives each of its lines. A line that a certifier may point at when sending the
application back has a `part`, and `CHANGES` says which steps are a change of that part.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from beacons.applications import comments, history, paper, permissions, rules
from beacons.applications.models import Application
from beacons.applications.statuses import Status
from beacons.core.templatetags.govuk import pounds

# The page on which a part is written; sections have theirs by number.
PAGES = {
    "details": "application_details",
    "figures": "figure_list",
    "plan": "application_plan",
    "files": "application_files",
    "partners": "application_partners",
    "budget": "application_budget",
}
# Steps after which a part is no longer as it was when it was sent back. Answers and files say themselves when they were saved.
CHANGES = {
    "save_details": "details",
    "save_budget": "budget",
    "save_plan": "plan",
    "add_partner": "partners",
    "edit_partner": "partners",
    "remove_partner": "partners",
    "pick_figure": "figures",
    "write_figure": "figures",
    "edit_figure": "figures",
    "move_figure": "figures",
    "remove_figure": "figures",
    "add_file": "files",
    "remove_file": "files",
    "restore_file": "files",
}

PLAN_BEGINS = "Nothing is saved yet: the round’s numbers on its page count once you save them"


@dataclass(frozen=True)
class Task:
    """A line of the task list; without an address it cannot be started yet. An optional one holds nothing up."""

    name: str
    status: str
    url: str = ""
    hint: str = ""
    is_optional: bool = False
    # What a certifier may point at; empty for what is no part of what is written.
    part: str = ""

    @property
    def is_done(self) -> bool:
        return self.status == paper.DONE


@dataclass(frozen=True)
class Group:
    """Lines under one heading."""

    name: str
    tasks: list[Task] = field(default_factory=list)


@dataclass
class Desk:
    """What the lines ask about: the application, who reads the list, and at which instant."""

    application: Application
    user: Any
    at: datetime
    # The step by which a certifier sent it back, if nothing has become of it since.
    sent_back: history.Entry | None = None

    @cached_property
    def is_closed(self) -> bool:
        return bool(rules.reasons_closed(self.application, at=self.at))

    @cached_property
    def may_write(self) -> bool:
        may = permissions.may_edit(self.user, self.application)
        return may and not rules.reasons_not_to_edit(self.application, at=self.at)

    @cached_property
    def lacks(self) -> list[rules.Lack]:
        """What is still to be done before it can be certified."""
        return rules.lacks(self.application)

    @property
    def is_incomplete(self) -> bool:
        return bool(self.lacks)

    @property
    def addresses(self) -> dict[str, str]:
        """Where each part is written, by its name; nothing while nothing can be written."""
        sections = {
            section.part: self.form("section_edit", section.number) for section in self.application.sections
        }
        return {**{part: self.form(name) for part, name in PAGES.items()}, **sections}

    @cached_property
    def is_certified(self) -> bool:
        return self.application.status == Status.CERTIFIED

    def page(self, name: str, *arguments: Any) -> str:
        """The address of a page of this application."""
        return reverse(name, args=[self.application.reference, *arguments])

    def form(self, name: str, *arguments: Any) -> str:
        """The address of a page on which something is written; nothing while nothing can be."""
        return self.page(name, *arguments) if self.may_write else ""

    @cached_property
    def to_be_changed(self) -> set[str]:
        """The parts that the certifier pointed at and that nobody has changed since."""
        if self.sent_back is None or not self.sent_back.parts:
            return set()
        since = self.sent_back.at
        changed = {CHANGES.get(step, "") for step in self.application.done_since_sent_back}
        for section in self.application.sections:
            if any(changed_since(item, since) for item in section.items):
                changed.add(section.part)
        return set(self.sent_back.parts) - changed


def groups(desk: Desk) -> list[Group]:
    """The whole list, in the order in which people work."""
    submission = Group("Check, certify and submit", [reading(desk), certifying(desk), submitting(desk)])
    found = [*what_it_says(desk), submission]
    return [
        Group(group.name, [sent_back(desk, task) for task in group.tasks]) for group in found if group.tasks
    ]


def what_it_says(desk: Desk) -> list[Group]:
    """What is written, part by part."""
    return [
        Group("Write", [details(desk), *sections(desk), figures(desk), sharing(desk), *files(desk)]),
        Group("Who takes part, and the money", [partners(desk), budget(desk)]),
    ]


def percent(application: Application, at: datetime) -> int:
    """How much of what it says is done, rounded down: 100 only when no part is left."""
    required, _ = counts(what_it_says(Desk(application, AnonymousUser(), at)))
    return 100 * required.done // required.all if required.all else 0


@dataclass(frozen=True)
class Count:
    """How many lines are done."""

    done: int
    all: int


def counts(found: list[Group]) -> tuple[Count, Count]:
    """What is done of what has to be, and of what is optional. What is optional is never said to be left."""
    tasks = [task for group in found for task in group.tasks]
    required = [task.is_done for task in tasks if not task.is_optional]
    optional = [task.is_done for task in tasks if task.is_optional]
    return Count(sum(required), len(required)), Count(sum(optional), len(optional))


def parts(application: Application, user: Any, at: datetime) -> dict[str, str]:
    """What a certifier may point at when sending the application back: names by part."""
    found = groups(Desk(application, user, at))
    return {task.part: task.name for group in found for task in group.tasks if task.part}


def sent_back(desk: Desk, task: Task) -> Task:
    return replace(task, status=paper.SENT_BACK) if task.part in desk.to_be_changed else task


# What is written


def details(desk: Desk) -> Task:
    return Task(
        "Details",
        details_status(desk.application),
        desk.form("application_details"),
        "Title and public summary"
        if desk.application.councillor_id
        else "Title, public summary and lead officer",
        part="details",
    )


def details_status(application: Application) -> str:
    if not application.summary:
        return paper.NOT_STARTED
    return paper.IN_PROGRESS if rules.reasons_details(application) else paper.DONE


def sections(desk: Desk) -> Iterator[Task]:
    """A line for each section of the round's questions."""
    for section in desk.application.sections:
        open_ones = comments.in_section(desk.application, section)
        commented = f", {comments.in_words(open_ones)}" if open_ones else ""
        yield Task(
            section.name,
            section.status,
            desk.form("section_edit", section.number),
            f"{section.progress}{commented}",
            section.is_optional and section.status != paper.IN_PROGRESS,
            part=section.part,
        )


def figures(desk: Desk) -> Task:
    """Optional, unless the round asks for some."""
    asked = desk.application.round
    least, most = asked.figures_least, asked.figures_most
    wanted = f"{least} to {most}" if least else f"Optional: up to {most}"
    status = figures_status(desk.application)
    return Task(
        "Evidence figures",
        status,
        desk.form("figure_list"),
        f"{wanted}, official ones filled in for you, or your own with their source",
        not asked.figures_least and status != paper.IN_PROGRESS,
        part="figures",
    )


def figures_status(application: Application) -> str:
    if not application.figures.all():
        return paper.NOT_STARTED
    return paper.IN_PROGRESS if rules.reasons_figures(application) else paper.DONE


def changed_since(item: paper.Item, since: datetime) -> bool:
    saved = [item.answer.saved_at] if item.answer else []
    return any(at > since for at in (*saved, *(file.added_at for file in item.files)))


def files(desk: Desk) -> Iterator[Task]:
    """Optional: what a question needs as a file is counted in its section. No line where the round takes none."""
    most, held = desk.application.round.files_most, len(desk.application.files)
    if not (most or held):
        return
    status = paper.DONE if held else paper.NOT_STARTED
    if rules.reasons_files(desk.application):
        status = paper.IN_PROGRESS
    yield Task(
        "Files",
        status,
        desk.form("application_files"),
        f"{held} of {most} at most" if held else f"Optional: up to {most}, such as a plan or a chart",
        status != paper.IN_PROGRESS,
        part="files",
    )


def partners(desk: Desk) -> Task:
    """Optional, unless only a partner is signed up to the outcome, or a cluster bids; whoever is named had better
    confirm."""
    named = list(desk.application.partners.all())
    application = desk.application
    cluster = rules.reasons_cluster(application)
    left = [lack for lack in desk.lacks if lack.part == "partners"]
    confirmed = sum(partner.is_confirmed for partner in named)
    if cluster:
        hint = f"{application.round.cluster_least} authorities apply together at least"
    elif not named:
        hint = (
            "A partner that is signed up is needed"
            if left
            else "Optional: other bodies with a part in the application"
        )
    else:
        hint = f"{confirmed} of {len(named)} confirmed"
    if left or confirmed < len(named):
        status = paper.IN_PROGRESS if named else paper.NOT_STARTED
    else:
        status = paper.DONE if named else paper.NOT_STARTED
    # Those who have not confirmed hold up nobody, but on whose sign-up the bid rests, and who has declined.
    return Task("Partners", status, desk.form("application_partners"), hint, not left, part="partners")


def budget(desk: Desk) -> Task:
    asked = desk.application.requested
    return Task(
        "Budget",
        budget_status(desk.application),
        desk.form("application_budget"),
        f"{pounds(asked)} asked for" if asked else "The grant you ask for, head by head",
        part="budget",
    )


def budget_status(application: Application) -> str:
    if not (application.requested or application.is_whole_area):
        return paper.NOT_STARTED
    left = rules.reasons_money(application) + rules.reasons_whole_area(application)
    return paper.IN_PROGRESS if left else paper.DONE


def sharing(desk: Desk) -> Task:
    """Optional, unless the round asks for it."""
    is_asked = desk.application.round.asks_for_a_plan
    status = plan_status(desk.application)
    # Its page opens with the round's own numbers, which look like an answer.
    begins = status == paper.NOT_STARTED and is_asked
    return Task(
        "Sharing plan",
        status,
        desk.form("application_plan"),
        f"{PLAN_BEGINS if begins else 'Whom you will help, what you will hold by when'}{'' if is_asked else ', optional'}",
        not is_asked and status != paper.IN_PROGRESS,
        part="plan",
    )


def plan_status(application: Application) -> str:
    if application.plan.is_empty:
        return paper.NOT_STARTED
    return paper.IN_PROGRESS if rules.reasons_plan(application) else paper.DONE


# What is done to submit it


def reading(desk: Desk) -> Task:
    """Checking the answers is open at any time; it is done when nothing is left to be done."""
    status = paper.IN_PROGRESS if desk.is_incomplete else paper.DONE
    if desk.sent_back and not desk.sent_back.parts:
        # The certifier pointed at nothing, so all of it is to be looked at again.
        status = paper.SENT_BACK
    return Task("Check your answers", status, desk.page("application_check"))


def certifying(desk: Desk) -> Task:
    if desk.is_certified:
        return Task("Certify", paper.DONE, hint=f"By {desk.application.certified_by}")
    if desk.is_incomplete or desk.is_closed:
        return Task("Certify", paper.CANNOT_START, hint="When everything else is done")
    if permissions.may_certify(desk.user, desk.application):
        return Task("Certify", paper.NOT_STARTED, desk.page("application_certify"))
    return Task("Certify", paper.CANNOT_START, hint="By a certifier who did not begin the application")


def submitting(desk: Desk) -> Task:
    if desk.is_certified and not desk.is_closed:
        return Task("Submit", paper.NOT_STARTED, f"{desk.page('application_check')}#submit")
    return Task("Submit", paper.CANNOT_START, hint="When it is certified")
