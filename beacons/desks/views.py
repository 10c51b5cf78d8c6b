"""Pages that look into several rooms: home, the desk one lands on, the office, the round's report."""

from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.views.generic import DetailView, TemplateView

from beacons.core.charts import Span, timeline
from beacons.core.workdays import day_in_london
from beacons.desks import control, demonstration, navigation, reach, todo
from beacons.desks.permissions import OfficeOnly
from beacons.rounds.models import Round
from grants.dissemination.models import Activity, Practice
from outcomes.models import Outcome
from panel.models import Announcement, Vacancy


class Home(TemplateView):
    """What the scheme is, where its rounds stand, and what closes next."""

    template_name = "desks/home.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        at = self.request.at
        running = list(Round.objects.running(at).with_plan().order_by("starts_on"))
        standing = [(each, each.stage(at)) for each in running]
        return super().get_context_data(
            rounds=[(each, stage) for each, stage in standing if stage is not None],
            outcomes=Outcome.objects.visible_to(self.request.user, at).for_list()[:6],
            activities=Activity.objects.visible_to(self.request.user, at).coming(at).for_list()[:4],
            practices=Practice.objects.in_library().for_list().order_by("-published_at")[:4],
            vacancies=Vacancy.objects.open(at).count(),
            **context,
        )


class Desk(LoginRequiredMixin, TemplateView):
    """Where a person lands after signing in: what waits for them, and the way to each of their rooms."""

    template_name = "desks/desk.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user = self.request.user
        found = todo.duties(user, self.request.at)
        return super().get_context_data(
            duties=found[: todo.MOST],
            more=max(len(found) - todo.MOST, 0),
            hats=user.hats,
            rooms=navigation.rooms(user, self.request.at),
            rounds=Round.objects.running(self.request.at).with_plan().order_by("starts_on"),
            **context,
        )


class Office(OfficeOnly, TemplateView):
    """The rounds there are, and whether the clock goes."""

    template_name = "desks/office.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        at = self.request.at
        rounds = Round.objects.visible_to(self.request.user, at).with_plan().select_related("programme")
        return super().get_context_data(
            rounds=[(each, each.stage(at)) for each in rounds.order_by("-starts_on")],
            health=control.health(at),
            **context,
        )


class ControlRoom(OfficeOnly, DetailView):
    """One round, as the office needs it."""

    template_name = "desks/control_room.html"
    context_object_name = "round"

    def get_queryset(self) -> Any:
        return Round.objects.visible_to(self.request.user, self.request.at).with_plan()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        at, shown = self.request.at, self.object
        return super().get_context_data(
            stage=shown.stage(at),
            timeline=drawn_timeline(shown, at),
            applications=control.applications_by_outcome(shown),
            categories=control.applications_by_category(shown),
            marking=control.marking(shown),
            money=control.money(shown),
            late_returns=control.late_returns(shown, at),
            late_feedback=control.late_feedback(shown, at),
            reach=control.reach(shown),
            empty_seats=control.empty_seats(shown),
            announcement=Announcement.objects.filter(round=shown).first(),
            **context,
        )


def drawn_timeline(shown: Round, at: Any) -> Any:
    """The year as a picture with its table."""
    current = shown.stage(at)
    spans = [Span(str(stage), stage.opens_on, stage.closes_on) for stage in shown.plan]
    return timeline(f"The year of {shown}", spans, today=day_in_london(at), current=str(current or ""))


class RoundReport(DetailView):
    """What a round came to so far, in figures that nobody has to keep to themselves."""

    template_name = "desks/round_report.html"
    context_object_name = "round"

    def get_queryset(self) -> Any:
        return (
            Round.objects.visible_to(self.request.user, self.request.at)
            .with_plan()
            .select_related("announcement")
        )

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        shown, at = self.object, self.request.at
        return super().get_context_data(
            figures=control.public_figures(shown, at),
            timeline=drawn_timeline(shown, at),
            reach=reach.picture(shown, self.request.user, at),
            **context,
        )


class TryIt(TemplateView):
    """The log-ins of the demonstration. There is no such page anywhere else."""

    template_name = "desks/try_it.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        if not settings.DEMONSTRATION:
            raise Http404
        return super().get_context_data(log_ins=demonstration.log_ins(), **context)
