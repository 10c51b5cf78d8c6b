"""The meeting as it goes on: everybody's view follows the item that its chair has called."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST, require_safe
from django.views.generic import FormView, TemplateView

from beacons.core import papers
from beacons.core.lifecycle import Refused
from beacons.core.views import PER_PAGE, ClosingFirst, SignedIn, download
from panel import agenda, minutes, permissions
from panel.actions import meetings as actions
from panel.floor import Floor
from panel.forms.meetings import (
    AskForm,
    AttendanceForm,
    ItemAddForm,
)
from panel.models import Case, Item, Meeting
from panel.rules import meetings as rules
from panel.statuses import CaseStatus
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
        facts = floor.chairs_part(rows, user, at) if floor.is_chair else {}
        taker = meeting.note_taker
        return super().get_context_data(
            meeting=meeting,
            round=meeting.round,
            floor=floor,
            now=floor.now,
            number=number_of(floor.now, items),
            marks=floor.marks,
            own=floor.own_marks(user),
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


# Forms


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
