"""The panel's desk: my papers, and the panels I have to do with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.urls import reverse
from django_filters.views import FilterView

from beacons.core.views import PER_PAGE, SignedIn
from beacons.core.workdays import day_in_london
from beacons.directory.permissions import works_in_office
from beacons.rounds.models import Round
from beacons.rounds.rules import reasons_not_to_edit
from panel.filters import PaperFilter
from panel.models import Appointment, Assessment, Seat
from panel.querysets import rounds_known_to
from panel.rules.seats import risks, stage_is_over
from panel.statuses import SheetStatus

OPEN_FIRST = Case(When(status=SheetStatus.OPEN, then=Value(0)), default=Value(1))


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

    def get_queryset(self) -> QuerySet[Assessment]:
        mine = Assessment.objects.of(self.request.user, self.request.at)
        return (
            mine.for_list()
            .with_own_progress()
            .prefetch_related("case__application__round__stages")
            .order_by(OPEN_FIRST, "due_on", "case__application__reference")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user, at = self.request.user, self.request.at
        seats = list(Appointment.objects.of(user, at).for_list().prefetch_related("seat__round__stages"))
        counts = (
            Assessment.objects.of(user, at)
            .counting()
            .aggregate(all=Count("pk"), lodged=Count("pk", filter=Q(status=SheetStatus.LODGED)))
        )
        context.update(
            benches=benches(user, seats, at),
            is_member=any(not held.chairs for held in seats),
            sheets=counts["all"],
            lodged=counts["lodged"],
            next_paper=next_paper(user, at),
            criteria=criteria_counts(context["page_obj"]),
        )
        for paper in context["page_obj"]:
            paper.criteria = context["criteria"][paper.case.application.round_id]
        return context


def next_paper(user: Any, at: datetime, after: Assessment | None = None) -> Assessment | None:
    """The open sheet that is due first; after one, the next in that order, and then from the beginning again."""
    mine = (
        Assessment.objects.of(user, at)
        .open()
        .standing()
        .for_list()
        .with_own_progress()
        .order_by("due_on", "case__application__reference")
    )
    if after is not None:
        rest = mine.exclude(pk=after.pk)
        due = day_in_london(after.due_at)
        later = rest.filter(
            Q(due_on__gt=due)
            | Q(due_on=due, case__application__reference__gt=after.case.application.reference)
        )
        return later.first() or rest.first()
    return mine.first()


def criteria_counts(papers: Any) -> dict[int, int]:
    """How many criteria each of these papers' rounds has."""
    rounds = {paper.case.application.round_id for paper in papers}
    counted = Round.objects.filter(pk__in=rounds).annotate(number=Count("criteria"))
    return {found.pk: found.number for found in counted}


def benches(user: Any, held: list[Appointment], at: datetime) -> list[Bench]:
    """The rounds a person judges, signs for or runs, newest first, with what there is to do in each."""
    oversees = works_in_office(user) or bool(user.bodies_signed_for)
    mine = {appointment.seat.round_id: appointment for appointment in held}
    known = rounds_known_to(user, at) if oversees else Round.objects.filter(pk__in=mine)
    rounds = known.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=at.date())).with_plan()
    rounds = rounds.prefetch_related("approvals", "seats__appointments__user").order_by(
        F("starts_on").desc(), "pk"
    )
    return [bench(user, found, mine.get(found.pk), oversees, at) for found in rounds]


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
            links.append(Link("Meeting", reverse("meeting_detail", args=[round.slug])))
        if chairs:
            links.append(Link("Shortlist", reverse("shortlist_list", args=[round.slug])))
        if sits or user.bodies_signed_for or user.runs_rounds:
            links.append(Link("Decisions", reverse("decision_list", args=[round.slug])))
        if chairs or user.runs_rounds:
            links.append(Link("Announcement", reverse("announcement_edit", args=[round.slug])))
    seats = sorted(round.seats.all(), key=lambda seat: seat.rank)
    return Bench(
        round=round,
        seat=held.seat if held else None,
        links=links,
        risks=risks(round, seats, at) if oversees or chairs else [],
    )
