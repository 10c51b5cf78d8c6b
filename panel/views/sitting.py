"""The meeting as it goes on: everybody's view follows the item that its chair has called."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe
from django.views.generic import FormView, TemplateView

from beacons.applications.views.autosave import AutosaveMixin
from beacons.core import papers
from beacons.core.lifecycle import Refused
from beacons.core.text import whole
from beacons.core.views import PER_PAGE, CarriesOn, ClosingFirst, SignedIn, download
from panel import agenda, minutes, permissions
from panel.actions import sitting as actions
from panel.chairing import Chairs
from panel.floor import Floor
from panel.forms.sitting import (
    AskForm,
    AttendanceForm,
    ItemAddForm,
    ItemDecideForm,
    ItemDeferForm,
    MarkChangeForm,
    NotesForm,
)
from panel.models import Case, Item, Mark, Meeting
from panel.rules import sitting as rules
from panel.rules.meeting import reasons_it_stands_still
from panel.statuses import CaseStatus, ItemStatus
from panel.views.doors import the_case, the_item, the_meeting, the_round

# Without scripts a page that follows the meeting loads itself again after so many seconds.
SECONDS = 20


class MeetingRoom(SignedIn, TemplateView):
    """Now: the item that is being discussed, with its marks; who is here; and the agenda."""

    template_name = "panel/meeting_room.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        meeting = the_meeting(self.request, self.kwargs["pk"])
        floor = Floor.of(meeting, user, at)
        items = meeting.items.visible_to(user, at).for_list().order_by("place", "pk")
        page = Paginator(items, PER_PAGE).get_page(self.request.GET.get("page"))
        first = page.start_index()
        rows = [
            {"item": item, "number": number, "why": agenda.shown(item, sees_all=floor.sees_all)}
            for number, item in enumerate(page, start=first)
        ]
        facts = chairs_part(floor, rows, user, at) if floor.is_chair else {}
        taker = meeting.note_taker
        return super().get_context_data(
            meeting=meeting,
            round=meeting.round,
            floor=floor,
            now=floor.now,
            number=number_of(floor.now, items),
            marks=floor.marks,
            own=own_marks(floor, user),
            rows=rows,
            page_obj=page,
            takes_notes=taker is not None and taker.user_id == user.pk,
            follows=meeting.is_open and "still" not in self.request.GET,
            seconds=SECONDS,
            **facts,
            **context,
        )


def number_of(now: Item | None, items: Any) -> int | None:
    """Its number among those that this member sees: a gap would tell of one behind an interest."""
    return None if now is None else items.filter(place__lt=now.place).count() + 1


def own_marks(floor: Floor, user: Any) -> set[int]:
    """The marks that this member may change now."""
    one = next((member for member in floor.members if member.user_id == user.pk), None)
    attendance = floor.attendances.get(one.pk) if one else None
    if floor.now is None or floor.marks is None or attendance is None or not attendance.is_present:
        return set()
    return {
        mark.pk
        for row in floor.marks.rows
        for sheet, mark in row.pairs
        if mark is not None and sheet.appointment.user_id == user.pk
    }


def chairs_part(floor: Floor, rows: list[dict[str, Any]], user: Any, at: Any) -> dict[str, Any]:
    """For the chairs: what each of them may do next."""
    meeting, chairs = floor.meeting, floor.chairs(at)
    shown = {row["item"].case_id for row in rows} | ({floor.now.case_id} if floor.now else set())
    # The cases for which this person takes the chair here.
    own = set(Case.objects.filter(chairs.cases_of(user), pk__in=shown).values_list("pk", flat=True))
    presides = chairs.is_acting(user)
    interrupts = floor.asked_out or (floor.now is not None and floor.now.case_id not in own)
    for row in rows:
        item = row["item"]
        acts, ahead = item.case_id in own, not meeting.is_over
        waits = item.status == ItemStatus.WAITING
        callable_now = waits or item.status == ItemStatus.DEFERRED
        row["may_call"] = (
            acts
            and callable_now
            and meeting.is_open
            and not interrupts
            and not reasons_it_stands_still(item.case, "moderate")
        )
        row["may_defer"] = acts and waits and ahead
        row["may_move"] = (acts or presides) and waits and ahead
    following = next(
        (row for row in rows if row["may_call"] and row["item"].status == ItemStatus.WAITING), None
    )
    return {
        "is_chair": True,
        "presides": presides,
        "acts_now": floor.now is not None and floor.now.case_id in own,
        "following": following,
        "call_words": f"Call item {following['number']}, {following['item'].case.application.reference}"
        if following
        else "",
        # While an item is discussed, what comes first is to record what the meeting makes of it.
        "call_style": "secondary" if floor.now else "",
        "opening": rules.reasons_not_to_open(meeting, by=user, at=at) if not meeting.opened_at else [],
    }


@require_GET
@login_required
def meeting_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Has anything changed? A number, the same for everybody, that goes up with each change of what all see."""
    known = Meeting.objects.visible_to(request.user, request.at).filter(pk=pk)
    turn = known.values_list("turn", flat=True).first()
    if turn is None:
        raise Http404
    mark = f'"{pk}-{turn}"'
    same = request.headers.get("If-None-Match") == mark
    answer = HttpResponseNotModified() if same else JsonResponse({"turn": turn})
    answer["ETag"] = mark
    answer["Cache-Control"] = "private, no-cache"
    return answer


@login_required
@require_safe
def meeting_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """The minutes as a PDF, without what lies behind an interest of the reader; a draft until they are approved."""
    meeting = the_meeting(request, pk)
    if meeting.opened_at is None:
        raise Http404
    try:
        content = minutes.pdf(meeting, request.user, request.at)
    except papers.NoPress:
        return render(request, "panel/minutes_no_press.html", {"meeting": meeting}, status=503)
    answer = download(content, minutes.name(meeting), inline=True)
    answer["Cache-Control"] = "private, no-store"
    return answer


# Acts of the chair


def act(
    request: HttpRequest, meeting: Meeting, verb: Callable[..., Any], row: Any, told: str, **more: Any
) -> HttpResponse:
    """A short act of the chair or the vice-chair; back to the meeting."""
    if not permissions.chairs(request.user, meeting.round, request.at):
        raise PermissionDenied
    try:
        verb(row, by=request.user, at=request.at, **more)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, told)
    return redirect(meeting)


@login_required
@require_POST
def meeting_prepare(request: HttpRequest, slug: str) -> HttpResponse:
    """Make the agenda."""
    shown = the_round(request, slug)
    if not permissions.chairs(request.user, shown, request.at):
        raise PermissionDenied
    try:
        meeting = actions.prepare(shown, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("meeting_detail", slug)
    messages.success(
        request, "The agenda is made. Add, reorder or put off what you like, then open the meeting."
    )
    return redirect(meeting)


@login_required
@require_POST
def meeting_open(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = the_meeting(request, pk)
    return act(request, meeting, actions.open_meeting, meeting, "The meeting is open.")


@login_required
@require_POST
def meeting_close(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = the_meeting(request, pk)
    told = "The meeting is closed. Read the minutes, and approve them."
    return act(request, meeting, actions.close, meeting, told)


@login_required
@require_POST
def minutes_approve(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = the_meeting(request, pk)
    return act(request, meeting, actions.approve, meeting, "The minutes are approved.")


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


# Forms of the chair


class InMeeting(ClosingFirst, SignedIn, FormView):
    """A form of the meeting. What is typed comes back when it is refused; the page says when the meeting moves on."""

    template_name = "panel/meeting_form.html"
    heading = ""
    about = ""
    told = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.find()
            if not self.may():
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def find(self) -> None:
        """What the form is about: an item, unless said otherwise."""
        self.item: Item | None = the_item(self.request, self.kwargs["pk"])
        self.meeting = self.item.meeting

    def may(self) -> bool:
        return permissions.chairs(self.request.user, self.meeting.round, self.request.at)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            meeting=self.meeting,
            round=self.meeting.round,
            item=self.item,
            application=self.item.case.application if self.item else None,
            heading=self.heading,
            about=self.about,
            reasons=self.closing(),
            **context,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.act(form)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, self.told)
        return redirect(self.meeting)

    def act(self, form: Any) -> None:
        raise Http404


class AttendanceEdit(InMeeting):
    """Who is in the room, away or absent, and who takes the notes."""

    form_class = AttendanceForm
    heading = "Who is here?"
    told = "It is noted who is here."

    def find(self) -> None:
        self.item, self.meeting = None, the_meeting(self.request, self.kwargs["pk"])

    def closing(self) -> list[str]:
        return rules.reasons_not_to_note_attendance(self.meeting, by=self.request.user, at=self.request.at)

    def get_form_kwargs(self) -> dict[str, Any]:
        held = dict(self.meeting.attendances.values_list("appointment", "presence"))
        members = rules.members_of(self.meeting.round, self.request.at)
        return {**super().get_form_kwargs(), "members": members, "held": held}

    def get_initial(self) -> dict[str, Any]:
        return {"note_taker": self.meeting.note_taker_id or ""}

    def act(self, form: AttendanceForm) -> None:
        actions.note_attendance(
            self.meeting,
            form.presences(),
            note_taker=form.names_note_taker(),
            by=self.request.user,
            at=self.request.at,
        )


class ItemAdd(InMeeting):
    """A further application for the agenda."""

    form_class = ItemAddForm
    heading = "Add an application to the agenda"
    told = "It is on the agenda, last."

    def find(self) -> None:
        self.item, self.meeting = None, the_meeting(self.request, self.kwargs["pk"])

    def closing(self) -> list[str]:
        return rules.reasons_it_is_over(self.meeting)

    def get_form_kwargs(self) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        visible = Case.objects.visible_to(user, at).of_round(self.meeting.round).standing()
        waiting = visible.filter(status=CaseStatus.SCORED).exclude(items__meeting=self.meeting)
        cases = list(waiting.for_list().order_by("application__reference"))
        return {**super().get_form_kwargs(), "cases": cases}

    def act(self, form: ItemAddForm) -> None:
        case = form.cases[form.cleaned_data["case"]]
        actions.add(
            self.meeting, case, why=form.cleaned_data["why"], by=self.request.user, at=self.request.at
        )


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
        found = rules.reasons_not_to_decide(
            self.item, by=self.request.user, at=self.request.at, quorum=self.quorum
        )
        # Those who are too few to decide may still put it off.
        return [] if found == self.quorum.reasons else found

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(quorum=self.quorum, **context)

    def act(self, form: ItemDecideForm) -> None:
        facts = {"by": self.request.user, "at": self.request.at}
        chosen, said = form.cleaned_data["recommendation"], form.cleaned_data["said"]
        if chosen == ItemDecideForm.AGAIN:
            actions.defer(self.item, why=said, **facts)
            return
        actions.decide(self.item, recommendation=chosen, said=said, **facts)


# Forms of members


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


class CaseAsk(SignedIn, FormView):
    """A member asks that the meeting talks about a case."""

    template_name = "panel/case_ask.html"
    form_class = AskForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            self.case = the_case(request, kwargs["reference"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(
            case=self.case,
            application=self.case.application,
            reasons=rules.reasons_not_to_ask(self.case, by=self.request.user, at=self.request.at),
            **context,
        )

    def form_valid(self, form: AskForm) -> HttpResponse:
        try:
            actions.ask_to_talk(
                self.case, reason=form.cleaned_data["why"], by=self.request.user, at=self.request.at
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "The meeting will talk about it.")
        return redirect("meeting_item", self.case.application.reference)


# Notes


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
        return rules.may_take_notes(self.item, by=self.request.user, chairs=self.chairs)

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
