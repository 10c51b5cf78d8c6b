"""What is still to be done before an application can be certified."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from beacons.applications import calls, kinds
from beacons.applications.deadline import count
from beacons.applications.models import Application
from beacons.applications.paper import Section
from beacons.applications.rules.figures import reasons_figures
from beacons.applications.rules.files import reasons_files
from beacons.applications.rules.money import reasons_money, reasons_whole_area
from beacons.applications.rules.sharing import reasons_plan
from beacons.applications.rules.starting import not_signed_up, reasons_title
from beacons.core import text

SUMMARY_WORDS = 150
MISSING = {kinds.FILE: "Add a file for"}


@dataclass(frozen=True)
class Lack:
    """Something to be done before it can be certified, the part of the task list where it is done, and its question."""

    words: str
    part: str
    question: Any = None


def reasons_details(application: Application) -> list[str]:
    """What is missing in the details."""
    reasons = reasons_title(application.title)
    if text.is_blank(application.summary):
        reasons.append("Write the summary for the public.")
    over = text.words(application.summary) - SUMMARY_WORDS
    if over > 0:
        reasons.append(
            f"The summary for the public is {count(over, 'word')} too long; the limit is {SUMMARY_WORDS}."
        )
    if text.is_blank(application.lead_officer):
        reasons.append("Name the lead officer.")
    return reasons


def reasons_answers(application: Application, number: int | None = None) -> list[str]:
    """Which answers are missing or wrong: in one section, or in all."""
    sections = [each for each in application.sections if number in (None, each.number)]
    return [lack.words for section in sections for lack in lacking_answers(section)]


def lacking_answers(section: Section) -> list[Lack]:
    """What is missing or wrong in one section, question by question."""
    found = []
    for item in section.asked:
        asked = MISSING.get(item.question.kind, "Answer")
        words = [f"{asked} “{item.question}”"] if item.is_missing else item.faults
        found += [Lack(each, section.part, item.question) for each in words]
    return found


def reasons_not_entitled(application: Application) -> list[str]:
    """Is the authority, its county or a named partner still signed up to the outcome, and has that partner agreed,
    where the round asks for that?

    A partner on whose sign-up the bid rests must have confirmed its part: named without knowing of it, it would let
    anybody apply.
    """
    if not application.round.needs_sign_up:
        return []
    signed_up = calls.entitled(application)
    if application.authority in signed_up:
        return []
    bearing = [partner for partner in application.partners.all() if partner.authority in signed_up]
    if not bearing:
        return [not_signed_up(application.authority, application.outcome)]
    if any(partner.is_confirmed for partner in bearing):
        return []
    names = " or ".join(str(partner) for partner in bearing)
    return [
        f"{application.authority} may apply only with a partner that is signed up, so {names} must confirm its part."
    ]


def reasons_declined(application: Application) -> list[str]:
    """A bid does not go on naming a partner that has said no."""
    return [
        f"{partner} has declined its part. Change it and ask again, or take {partner} out of the application."
        for partner in application.partners.all()
        if partner.has_declined
    ]


def reasons_cluster(application: Application) -> list[str]:
    """Do as many authorities bid together as this kind of round asks for?"""
    least = application.round.cluster_least
    together = {application.authority_id} | {
        partner.authority_id for partner in application.partners.all() if partner.authority_id
    }
    missing = least - len(together)
    if missing <= 0:
        return []
    return [
        f"In this round {least} authorities apply together at least, and you are {len(together)}: name"
        f" {count(missing, 'further partner')} that {'is an authority' if missing == 1 else 'are authorities'}."
    ]


def lacks(application: Application) -> list[Lack]:
    """All that is still to be done before it can be certified, in the order of the task list."""
    return [
        *lacking("details", reasons_details(application)),
        *(lack for section in application.sections for lack in lacking_answers(section)),
        *lacking("figures", reasons_figures(application)),
        *lacking("plan", reasons_plan(application)),
        *lacking("files", reasons_files(application)),
        *lacking("partners", reasons_not_entitled(application)),
        *lacking("partners", reasons_cluster(application)),
        *lacking("partners", reasons_declined(application)),
        *lacking("budget", reasons_money(application)),
        *lacking("budget", reasons_whole_area(application)),
    ]


def lacking(part: str, reasons: Iterable[str]) -> list[Lack]:
    return [Lack(words, part) for words in reasons]


def reasons_incomplete(application: Application) -> list[str]:
    """The same in sentences."""
    return [lack.words for lack in lacks(application)]
