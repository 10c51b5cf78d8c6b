"""What stands in the way of writing, handing over, sending back, approving and sending a feedback letter."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects

from beacons.applications.statuses import Status
from beacons.core.text import is_blank, words
from panel import permissions
from panel.chairing import Chairs
from panel.models import Appointment, Case, FeedbackLetter, Seat
from panel.rules.interests import free_of_interest
from panel.rules.sheets import REASON_WORDS
from panel.statuses import FEEDBACK, CaseStatus, FeedbackStatus

# The reasons of three readers together, each as long as it may be.
WORDS = 3 * REASON_WORDS
SEEN = "Somebody has changed this letter since you opened the page. Read it again."


def candidates(case: Case, *, at: datetime) -> list[Appointment]:
    """Members who lodged a sheet on it, sit still, and have no interest in it."""
    held = Appointment.objects.active(at).declared().filter(seat__kind=Seat.Kind.MEMBER)
    lodged = held.filter(assessments__in=case.assessments.lodged()).select_related("seat", "user")
    prefetch_related_objects([case.application], "partners__authority")
    return free_of_interest(lodged.order_by("pk"), case.application)


# Drafting


def reasons_not_to_draft(case: Case, *, at: datetime) -> list[str]:
    if FeedbackLetter.objects.filter(case=case).exists():
        return ["There is a feedback letter already."]
    if not Case.objects.to_draft_feedback(at).filter(pk=case.pk).exists():
        return ["The decision is not settled."]
    return []


def reasons_not_to_name_lead(
    letter: FeedbackLetter, lead: Appointment | None, *, by: Any, at: datetime
) -> list[str]:
    """Without a lead, of naming any."""
    found = reasons_it_stands(letter)
    if found:
        return found
    found = reasons_not_to_chair(letter, by=by, at=at)
    if lead is not None and lead not in candidates(letter.case, at=at):
        found.append(f"{lead.user} did not lodge marks on this application, or may not act on it now.")
    return found


# Writing


def reasons_not_to_write(letter: FeedbackLetter, *, by: Any, at: datetime) -> list[str]:
    found = reasons_it_stands(letter)
    if not found and letter.status == FeedbackStatus.WRITTEN:
        found = ["This letter was handed over to the chair, who can send it back."]
    if not found and not permissions.may_write_feedback(by, letter, at):
        found = ["Only the member who leads on this letter and the chairs may write it."]
    return found


def reasons_against_texts(letter: FeedbackLetter, texts: Mapping[int, str]) -> list[str]:
    """What is typed may be unfinished, but not too long, and each text is on a criterion of the letter."""
    names = names_of(letter)
    if not set(texts) <= set(names):
        return ["This is not a criterion of the round."]
    return [
        f"{names[criterion]}: {over} {'word' if over == 1 else 'words'} too many, the limit is {WORDS}"
        for criterion, text in texts.items()
        if (over := words(text) - WORDS) > 0
    ]


def reasons_not_to_hand_over(
    letter: FeedbackLetter, *, by: Any, at: datetime, seen: int | None = None
) -> list[str]:
    found = reasons_not_to_write(letter, by=by, at=at) or reasons_it_changed(letter, seen)
    if found:
        return found
    texts = dict(letter.texts.values_list("criterion", "text"))
    empty = [
        f"{name}: write what the applicant is told"
        for criterion, name in names_of(letter).items()
        if is_blank(texts.get(criterion, ""))
    ]
    return empty + reasons_against_texts(letter, texts)


# The chair's part


def reasons_not_to_send_back(
    letter: FeedbackLetter, *, by: Any, at: datetime, why: str | None = None, seen: int | None = None
) -> list[str]:
    """Without `why`, of sending it back for any reason."""
    found = reasons_it_stands(letter) or FEEDBACK.reasons_not_to(letter, "send_back")
    found = found or reasons_not_to_chair(letter, by=by, at=at) or reasons_it_changed(letter, seen)
    if not found and why is not None and is_blank(why):
        found = ["Say what is to be changed."]
    return found


def reasons_not_to_approve(
    letter: FeedbackLetter,
    *,
    by: Any,
    at: datetime,
    seen: int | None = None,
    chairs: Chairs | None = None,
) -> list[str]:
    found = reasons_it_stands(letter) or FEEDBACK.reasons_not_to(letter, "approve")
    return (
        found or reasons_not_to_chair(letter, by=by, at=at, chairs=chairs) or reasons_it_changed(letter, seen)
    )


def reasons_not_to_chair(
    letter: FeedbackLetter, *, by: Any, at: datetime, chairs: Chairs | None = None
) -> list[str]:
    chairs = chairs or Chairs(letter.case.application.round, at)
    return chairs.reasons_not_to_act(by, letter.case.application_id)


# Sending


def reasons_not_to_send(letter: FeedbackLetter, *, at: datetime) -> list[str]:
    if letter.sent_at is not None:
        return ["This letter has been sent."]
    if not FeedbackLetter.objects.to_send(at).filter(pk=letter.pk).exists():
        return ["It is not approved, or the announcement has not come."]
    return []


# What they share


def reasons_it_stands(letter: FeedbackLetter) -> list[str]:
    if letter.is_approved:
        return ["This letter is approved, so nothing in it changes any more."]
    case = letter.case
    if case.status == CaseStatus.WITHDRAWN or case.application.status == Status.WITHDRAWN:
        return ["The application was withdrawn."]
    return []


def reasons_it_changed(letter: FeedbackLetter, seen: int | None) -> list[str]:
    return [SEEN] if seen is not None and seen != letter.version else []


def names_of(letter: FeedbackLetter) -> dict[int, str]:
    """The round's criteria by their keys, in their order."""
    return dict(letter.case.application.round.criteria.values_list("pk", "name"))
