"""One item of the meeting: called, put off, what is made of it, its notes, and marks that are changed in the talk."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from beacons.applications.views.autosave import AutosaveMixin
from beacons.core.lifecycle import Refused
from beacons.core.text import whole
from beacons.core.views import CarriesOn
from panel import permissions
from panel.actions import meetings as actions
from panel.chairing import Chairs
from panel.forms.meetings import (
    ItemDecideForm,
    ItemDeferForm,
    MarkChangeForm,
    NotesForm,
)
from panel.models import Item, Mark
from panel.rules import meetings as rules
from panel.views.doors import the_item
from panel.views.meetings import InMeeting, act

# Acts of the chair


@login_required
@require_POST
def item_call(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an item before the meeting."""
    item, seen = the_item(request, pk), whole(request.POST.get("seen", ""))
    return act(
        request, item.meeting, actions.call, item, f"Now: {item.case.application.reference}.", seen=seen
    )


@login_required
@require_POST
def item_rest(request: HttpRequest, pk: int) -> HttpResponse:
    """End the talk for now."""
    item, seen = the_item(request, pk), whole(request.POST.get("seen", ""))
    return act(request, item.meeting, actions.rest, item, "Nothing is being discussed now.", seen=seen)


@login_required
@require_POST
def item_move(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    item, up = the_item(request, pk), request.POST.get("to") == "up"
    told = f"{item.case.application.reference} moved {'up' if up else 'down'}."
    return act(request, item.meeting, actions.move, item, told, up=up)


# Forms


class ItemDefer(InMeeting):
    """Put an item off."""

    form_class = ItemDeferForm
    heading = "Put this item off"
    told = "It is put off. It can be called again, and comes to the next meeting."

    def closing(self) -> list[str]:
        return rules.reasons_not_to_defer(self.item, by=self.request.user, at=self.request.at)

    def act(self, form: ItemDeferForm) -> None:
        actions.defer(self.item, why=form.cleaned_data["why"], by=self.request.user, at=self.request.at)


class ItemDecide(InMeeting):
    """What the meeting makes of the item that is being discussed."""

    form_class = ItemDecideForm
    heading = "What the meeting makes of it"
    told = "What the meeting makes of it is recorded."

    @cached_property
    def quorum(self) -> rules.Quorum:
        return rules.quorum_for(self.item)

    def closing(self) -> list[str]:
        return rules.reasons_not_to_settle(self.item, by=self.request.user, at=self.request.at)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(quorum=self.quorum, **context)

    def act(self, form: ItemDecideForm) -> None:
        facts = {"by": self.request.user, "at": self.request.at}
        chosen, said = form.cleaned_data["recommendation"], form.cleaned_data["said"]
        if chosen == ItemDecideForm.AGAIN:
            actions.defer(self.item, why=said, **facts)
            return
        actions.decide(self.item, recommendation=chosen, said=said, **facts)


class MarkChange(InMeeting):
    """A reader's other mark on one criterion."""

    form_class = MarkChangeForm
    heading = "Change your mark"
    told = "Your mark is changed. The mark as it was is kept beside it."

    def find(self) -> None:
        super().find()
        mine = Mark.objects.filter(
            assessment__in=self.item.case.assessments.lodged(),
            assessment__appointment__user=self.request.user,
        )
        self.mark = get_object_or_404(
            mine.select_related("criterion", "assessment__appointment").prefetch_related("changes"),
            pk=self.kwargs["mark"],
        )
        self.about = f"Your mark is {self.mark.score if self.mark.score is not None else 'none'} now."

    def may(self) -> bool:
        return permissions.sits(self.request.user, self.meeting.round, self.request.at)

    def closing(self) -> list[str]:
        return rules.reasons_not_to_change_mark(
            self.item, self.mark, by=self.request.user, at=self.request.at
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "mark": self.mark}

    def act(self, form: MarkChangeForm) -> None:
        actions.change_mark(
            self.item,
            self.mark,
            **form.mark(),
            why=form.cleaned_data["why"],
            seen=form.cleaned_data["seen"],
            by=self.request.user,
            at=self.request.at,
        )


class ItemNotes(CarriesOn, InMeeting):
    """The note taker's text on one item: saved while it is typed, and never written over unread."""

    template_name = "panel/item_notes.html"
    form_class = NotesForm
    heading = "Notes"
    told = "The notes are saved."

    @cached_property
    def chairs(self) -> Chairs:
        return rules.presiding(self.meeting, self.request.at)

    def may(self) -> bool:
        return permissions.may_take_notes(self.request.user, self.item, self.chairs)

    def closing(self) -> list[str]:
        by, at = self.request.user, self.request.at
        return rules.reasons_not_to_take_notes(self.item, by=by, at=at, chairs=self.chairs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "item": self.item}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        if self.request.method != "POST":
            form.autosave_url = reverse("item_notes_autosave", kwargs=self.kwargs)
            form.person = str(self.request.user.pk)
        return form

    def form_valid(self, form: NotesForm) -> HttpResponse:
        try:
            self.keep(form)
        except actions.NotesOvertaken as refusal:
            return self.render_to_response(
                self.get_context_data(form=form.overtaken(refusal), other=refusal.item)
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, self.told, extra_tags=self.request.POST.get("page", "")[:32])
        return redirect("item_notes", self.item.pk) if "stay" in self.request.POST else redirect(self.meeting)

    def keep(self, form: NotesForm) -> Item:
        return actions.take_notes(
            self.item,
            notes=form.cleaned_data["notes"],
            seen=form.cleaned_data["seen"] or 0,
            by=self.request.user,
            at=self.request.at,
        )


class ItemNotesAutosave(AutosaveMixin, ItemNotes):
    """What the page's script sends while the notes are typed."""

    page_name = "item_notes"

    def keep(self, form: NotesForm) -> dict[str, Any]:  # type: ignore[override]
        if "notes" in form.errors:
            return {"versions": {}, "overtaken": {}}
        try:
            item = super().keep(form)
        except actions.NotesOvertaken:
            return {"versions": {}, "overtaken": {"notes": "Somebody saved other notes meanwhile."}}
        return {"versions": {"seen": item.notes_version}, "overtaken": {}}
