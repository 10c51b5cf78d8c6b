"""Feedback letters: drafted by the clock, written by a reader, approved by the chair, and sent after the announcement."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from beacons.core import letters, steps
from beacons.core.lifecycle import Refused, refuse_if
from beacons.core.steps import verb
from beacons.rounds.models import Round
from panel.chairing import Chairs
from panel.feedback import drafted_from_reasons, feedback_of
from panel.models import Appointment, Case, FeedbackLetter, FeedbackText
from panel.rules import feedback as rules
from panel.statuses import FEEDBACK


class Overtaken(Refused):
    """Somebody saved other words meanwhile; `texts` holds them by criterion, `version` what they replace now."""

    def __init__(self, letter: FeedbackLetter) -> None:
        super().__init__("This letter was changed in another window since you opened this page.")
        self.version = letter.version
        self.texts = dict(letter.texts.values_list("criterion", "text"))


# By the clock


@verb
def draft(case: Case, *, by: Any, at: datetime) -> FeedbackLetter:
    """Draft the letter of a settled case from what its readers wrote, and choose who writes it."""
    # The round first: leads of one round are chosen one after the other, so that they stay even.
    Round.objects.lock(case.application.round_id)
    case = Case.objects.lock(case.pk)
    refuse_if(rules.reasons_not_to_draft(case, at=at))
    letter = FeedbackLetter.objects.create(case=case, lead=next_lead(case, at=at), drafted_at=at)
    texts = drafted_from_reasons(case)
    FeedbackText.objects.bulk_create(
        FeedbackText(letter=letter, criterion_id=criterion, text=text) for criterion, text in texts.items()
    )
    FEEDBACK.begin(letter, by=by, at=at, texts=texts, lead=letter.lead_id)
    return letter


def next_lead(case: Case, *, at: datetime) -> Appointment | None:
    """Of those who may, whoever leads on fewest letters of the round; of equals, whoever was appointed first."""
    led = Counter(
        FeedbackLetter.objects.of_round(case.application.round_id)
        .exclude(case=case)
        .exclude(lead=None)
        .order_by()
        .values_list("lead", flat=True)
    )
    found = rules.candidates(case, at=at)
    return min(found, key=lambda member: (led[member.pk], member.pk), default=None)


@verb
def replace_lead(letter: FeedbackLetter, *, by: Any, at: datetime) -> FeedbackLetter:
    """Another reader leads where the lead has left, or has an interest; nobody, where no reader is left who may."""
    Round.objects.lock(letter.case.application.round_id)
    letter = FeedbackLetter.objects.lock(letter.pk)
    refuse_if(rules.reasons_it_stands(letter))
    if letter.lead is None or letter.lead not in rules.candidates(letter.case, at=at):
        give_to(letter, next_lead(letter.case, at=at), by=by, at=at)
    return letter


@verb
def send(letter: FeedbackLetter, *, by: Any, at: datetime) -> FeedbackLetter:
    """Send an approved letter to its applicant's people, once the announcement has come."""
    letter = FeedbackLetter.objects.lock(letter.pk)
    refuse_if(rules.reasons_not_to_send(letter, at=at))
    application = letter.case.application
    letter.sent_at = at
    letter.save(update_fields=["sent_at"])
    letters.write_each(
        "panel_feedback_letter",
        to=application.people(),
        key=f"case-{letter.case_id}",
        at=at,
        context={
            "application": application,
            "round": application.round,
            "feedback": feedback_of(letter),
        },
    )
    steps.note(letter, "send", by=by, at=at)
    return letter


# By people


@verb
def name_lead(letter: FeedbackLetter, lead: Appointment, *, by: Any, at: datetime) -> FeedbackLetter:
    """The chair names another reader who writes it."""
    letter = FeedbackLetter.objects.lock(letter.pk)
    refuse_if(rules.reasons_not_to_name_lead(letter, lead, by=by, at=at))
    give_to(letter, lead, by=by, at=at)
    return letter


def give_to(letter: FeedbackLetter, lead: Appointment | None, *, by: Any, at: datetime) -> None:
    if letter.lead_id == (lead and lead.pk):
        return
    before, letter.lead = letter.lead_id, lead
    letter.save(update_fields=["lead"])
    steps.note(letter, "name_lead", by=by, at=at, was=before, now=letter.lead_id)


@verb
def save_texts(
    letter: FeedbackLetter, texts: Mapping[int, str], *, seen: int, by: Any, at: datetime
) -> FeedbackLetter:
    """Keep what was written by criterion. Words that somebody saved since `seen` are not written over."""
    letter = FeedbackLetter.objects.lock(letter.pk)
    refuse_if(rules.reasons_not_to_write(letter, by=by, at=at))
    refuse_if(rules.reasons_against_texts(letter, texts))
    held = {row.criterion_id: row for row in letter.texts.all()}
    changed = {
        criterion: text
        for criterion, text in texts.items()
        if criterion not in held or held[criterion].text != text
    }
    if not changed:
        return letter
    if letter.version != seen:
        raise Overtaken(letter)
    for criterion, text in changed.items():
        row = held.get(criterion) or FeedbackText(letter=letter, criterion_id=criterion)
        row.text = text
        row.save()
    letter.version += 1
    letter.save(update_fields=["version"])
    steps.note(letter, "save", by=by, at=at, texts=changed, version=letter.version)
    return letter


@verb
def hand_over(letter: FeedbackLetter, *, by: Any, at: datetime, seen: int | None = None) -> FeedbackLetter:
    """The letter is written, and waits for the chair."""
    letter = FeedbackLetter.objects.lock(letter.pk)
    hand_over_locked(letter, seen=seen, by=by, at=at)
    return letter


@verb
def save_and_hand_over(
    letter: FeedbackLetter, texts: Mapping[int, str], *, seen: int, by: Any, at: datetime
) -> FeedbackLetter:
    letter = save_texts(letter, texts, seen=seen, by=by, at=at)
    hand_over_locked(letter, seen=None, by=by, at=at)
    return letter


def hand_over_locked(letter: FeedbackLetter, *, seen: int | None, by: Any, at: datetime) -> None:
    refuse_if(rules.reasons_not_to_hand_over(letter, by=by, at=at, seen=seen))
    fields = {"written_at": at, "written_by": by, "sent_back_why": ""}
    FEEDBACK.advance(letter, "hand_over", by=by, at=at, set_fields=fields, version=letter.version)


@verb
def send_back(
    letter: FeedbackLetter, *, why: str, by: Any, at: datetime, seen: int | None = None
) -> FeedbackLetter:
    """The chair wants it written differently, and says how."""
    letter = FeedbackLetter.objects.lock(letter.pk)
    refuse_if(rules.reasons_not_to_send_back(letter, by=by, at=at, why=why, seen=seen))
    FEEDBACK.advance(letter, "send_back", by=by, at=at, why=why, set_fields={"sent_back_why": why})
    return letter


@verb
def approve(letter: FeedbackLetter, *, by: Any, at: datetime, seen: int | None = None) -> FeedbackLetter:
    """Approve the letter as it was read: from now on its words stand."""
    letter = FeedbackLetter.objects.lock(letter.pk)
    approve_locked(letter, seen=seen, by=by, at=at)
    return letter


def approve_locked(
    letter: FeedbackLetter, *, seen: int | None, by: Any, at: datetime, chairs: Chairs | None = None
) -> None:
    refuse_if(rules.reasons_not_to_approve(letter, by=by, at=at, seen=seen, chairs=chairs))
    fields = {"approved_at": at, "approved_by": by}
    FEEDBACK.advance(letter, "approve", by=by, at=at, set_fields=fields, version=letter.version)


@verb
def approve_all(
    a_round: Round, *, seen: Collection[tuple[int, int]], by: Any, at: datetime
) -> list[FeedbackLetter]:
    """Approve those that were listed, each as it was read: (key, version) pairs. All of them, or none."""
    chairs = Chairs(a_round, at)
    refuse_if([] if chairs.holds(by) else chairs.reasons_not_to_act(by))
    versions = dict(seen)
    listed = FeedbackLetter.objects.of_round(a_round).filter(pk__in=versions).for_list()
    found = list(listed.select_for_update(of=("self",)).order_by("pk"))
    refuse_if([] if found else ["No letter waits for approval."])
    for letter in found:
        approve_locked(letter, seen=versions[letter.pk], by=by, at=at, chairs=chairs)
    return found


@verb
def view(a_round: Round, found: Iterable[FeedbackLetter], *, by: Any, at: datetime) -> Round:
    """Note that somebody of the office read these letters before the announcement."""
    steps.note(a_round, "view_feedback", by=by, at=at, letters=[letter.pk for letter in found])
    return a_round
