"""The doors to the panel's later pages: a round and its case, for those who may know of them."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from beacons.rounds.models import Round
from panel.models import Case, Decision, FeedbackLetter, Item, Meeting
from panel.querysets.seats import rounds_known_to


def the_round(request: HttpRequest, slug: str) -> Round:
    known = rounds_known_to(request.user, request.at).with_plan()
    return get_object_or_404(known, slug=slug)


def the_round_with_announcement(request: HttpRequest, slug: str) -> Round:
    known = rounds_known_to(request.user, request.at).with_plan().select_related("announcement")
    return get_object_or_404(known, slug=slug)


def the_case(request: HttpRequest, reference: str) -> Case:
    """An unsealed case in which this member has no interest."""
    known = Case.objects.visible_to(request.user, request.at).unsealed().for_list()
    return get_object_or_404(known, application__reference=reference)


def the_decision(request: HttpRequest, reference: str) -> Decision:
    known: Any = Decision.objects.visible_to(request.user, request.at).standing().for_list()
    return get_object_or_404(known, case__application__reference=reference)


def the_meeting(request: HttpRequest, pk: int) -> Meeting:
    """A meeting of a panel on which this member sits, with interests declared."""
    known = Meeting.objects.visible_to(request.user, request.at)
    return get_object_or_404(known.select_related("round", "note_taker", "approved_by"), pk=pk)


def the_item(request: HttpRequest, pk: int) -> Item:
    """An item in whose case this member has no interest."""
    known = Item.objects.visible_to(request.user, request.at)
    return get_object_or_404(known.for_list().select_related("meeting__note_taker"), pk=pk)


def the_feedback(request: HttpRequest, reference: str) -> FeedbackLetter:
    """A feedback letter, for those who have a part in it."""
    known = FeedbackLetter.objects.worked_on_by(request.user, request.at).for_list()
    return get_object_or_404(
        known.select_related("written_by", "approved_by"), case__application__reference=reference
    )
