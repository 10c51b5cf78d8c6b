"""The panel's desk: my papers, and the panels I have to do with."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_filters.views import FilterView

from beacons.core.views import PER_PAGE, SignedIn
from beacons.directory.permissions import works_in_office
from beacons.rounds.models import Round, Stage
from beacons.rounds.rules import reasons_not_to_edit
from panel.filters import PaperFilter
from panel.models import Appointment, Assessment, Seat
from panel.pile import Pile, pile_of
from panel.querysets.seats import rounds_known_to
from panel.rules.seats import risks, stage_is_over


@dataclass(frozen=True)
class Link:
    """Somewhere to go from the desk, and how far things are there."""

    name: str
    url: str
    status: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Bench:
    """One round's panel, as it concerns this person."""

    round: Round
    seat: Seat | None
    links: list[Link]
    risks: list[str]


class PanelDesk(SignedIn, FilterView):
    """My papers: what is due, how far I am, and the next one in one click."""

    filterset_class = PaperFilter
    template_name = "panel/desk.html"
    paginate_by = PER_PAGE
    context_object_name = "papers"

    @cached_property
    def every(self) -> Pile:
        return pile_of(self.request.user, self.request.at)

    @cached_property
    def shows_earlier(self) -> bool:
        return self.request.GET.get("papers") == "earlier"

    @cached_property
    def pile(self) -> Pile:
        """What is before the panel; what it has done with stands apart."""
        return self.every.earlier if self.shows_earlier else self.every.current

    @cached_property
    def seats(self) -> list[Appointment]:
        held = Appointment.objects.of(self.request.user, self.request.at).select_related("seat__round")
        return list(held.prefetch_related(Prefetch("seat__round__stages", Stage.objects.order_by())))

    def get_queryset(self) -> QuerySet[Assessment]:
        # The pile has asked which of them may be opened now.
        return Assessment.objects.filter(pk__in=list(self.pile.places)).with_own_progress()

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        return {
            **super().get_filterset_kwargs(filterset_class),
            "outcomes": self.pile.outcomes,
            "has_earlier": bool(self.every.earlier.papers),
        }

    def paginate_queryset(self, queryset: QuerySet[Assessment], page_size: int) -> Any:
        """The filter says which papers, in the order asked for or in the pile's; of them one page is loaded."""
        found = list(self.pile.places)
        if self.filterset.is_bound:
            found = list(queryset.values_list("pk", flat=True))
            if not queryset.ordered:
                found.sort(key=self.pile.places.__getitem__)
        paginator, page, _, has_others = super().paginate_queryset(found, page_size)
        rows = Assessment.objects.for_desk().with_own_progress().in_bulk(page.object_list)
        page.object_list = [rows[pk] for pk in page.object_list]
        return paginator, page, page.object_list, has_others

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user = self.request.user
        rounds = {held.seat.round_id: held.seat.round for held in self.seats}
        for paper in context["page_obj"]:
            paper.case.application.round = rounds[paper.case.application.round_id]
        oversees = works_in_office(user) or bool(user.bodies_signed_for)
        self.request.has_a_panel = oversees or bool(self.seats)
        return {
            **context,
            "benches": benches(user, self.seats, self.request.at),
            "is_member": any(not held.chairs for held in self.seats),
            "pile": self.pile,
            "shows_earlier": self.shows_earlier,
            "earlier": len(self.every.earlier.papers),
            "next_paper": self.pile.next(),
        }


@login_required
@require_safe
def paper_next(request: HttpRequest) -> HttpResponse:
    """The open sheet that is due first; `after` one, the next in that order, and then from the beginning again."""
    following = pile_of(request.user, request.at).next(request.GET.get("after", ""))
    if following is None:
        messages.success(request, "You have no other paper to mark.")
        return redirect("panel_desk")
    return redirect("assessment_edit", following.reference)


def benches(user: Any, held: list[Appointment], at: datetime) -> list[Bench]:
    """The rounds a person judges, signs for or runs, newest first, with what there is to do in each."""
    oversees = works_in_office(user) or bool(user.bodies_signed_for)
    mine = {appointment.seat.round_id: appointment for appointment in held}
    if oversees:
        rounds = list(rounds_known_to(user, at).exclude(ends_on__lt=at.date()).with_plan())
    else:
        known = (appointment.seat.round for appointment in mine.values())
        rounds = [each for each in known if each.ends_on is None or each.ends_on >= at.date()]
    rounds.sort(key=lambda each: (-each.starts_on.toordinal(), each.pk))
    led = [each for each in rounds if oversees or (each.pk in mine and mine[each.pk].chairs)]
    prefetch_related_objects(led, "approvals", "seats__appointments__user")
    return [bench(user, each, mine.get(each.pk), oversees, at) for each in rounds]


def bench(user: Any, round: Round, held: Appointment | None, oversees: bool, at: datetime) -> Bench:
    links = [Link("Who sits on the panel", reverse("panel_detail", args=[round.slug]))]
    chairs = held is not None and held.chairs
    if oversees or chairs:
        links.append(Link("Seats and appointments", reverse("seat_list", args=[round.slug])))
        given = len(round.approvals.all())
        done = "Approved" if round.approved_at else f"{given} of 4"
        links.append(Link("Outcomes of the round", reverse("outcome_choice", args=[round.slug])))
        links.append(Link("Approval of the round", reverse("round_approve", args=[round.slug]), done))
    settling = round.approved_at is not None and not reasons_not_to_edit(round, at=at)
    hint = "Made from the issues until applications open." if settling else ""
    links.append(
        Link("Criteria and the issues behind them", reverse("criteria_edit", args=[round.slug]), hint=hint)
    )
    if held is not None and stage_is_over(round, "applications", at):
        links.append(
            Link(
                "Declare your interests",
                reverse("interest_declare", args=[round.slug]),
                "Completed" if held.declared_at else "To do",
                "" if held.declared_at else "No paper opens for you before.",
            )
        )
    follows = chairs or user.runs_rounds
    if follows and stage_is_over(round, "applications", at):
        links.append(Link("Interests of the panel", reverse("interest_list", args=[round.slug])))
    if chairs and stage_is_over(round, "applications", at):
        links.append(Link("Share papers out", reverse("assignment_detail", args=[round.slug])))
    if follows and stage_is_over(round, "check", at):
        links.append(Link("Progress of marking", reverse("case_progress", args=[round.slug])))
    if held is not None and stage_is_over(round, "check", at):
        links.append(Link("Say how long your papers took you", reverse("panel_hours", args=[round.slug])))
    if stage_is_over(round, "scoring", at):
        sits = held is not None and held.declared_at is not None
        if sits:
            links.append(Link("Ranking", reverse("ranking_list", args=[round.slug])))
            links.append(Link("Panel sheet", reverse("panel_sheet", args=[round.slug])))
            links.append(Link("Meeting", reverse("meeting_detail", args=[round.slug])))
        if sits and chairs:
            links.append(Link("Shortlist", reverse("shortlist_list", args=[round.slug])))
        if sits or user.bodies_signed_for or user.runs_rounds:
            links.append(Link("Decisions", reverse("decision_list", args=[round.slug])))
        if chairs or user.runs_rounds:
            links.append(Link("Announcement", reverse("announcement_edit", args=[round.slug])))
            links.append(Link("Feedback letters", reverse("feedback_list", args=[round.slug])))
    follows_seats = oversees or chairs
    seats = sorted(round.seats.all(), key=lambda seat: seat.rank) if follows_seats else []
    return Bench(
        round=round,
        seat=held.seat if held else None,
        links=links,
        risks=risks(round, seats, at) if follows_seats else [],
    )
