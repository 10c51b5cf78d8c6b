"""Who of a round's cohort has been invited, opened that, signed up and said what is hard; for staff."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import pluralize
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView

from beacons.core import exports, workdays
from beacons.core.charts import Bar, bars
from beacons.core.lifecycle import Refused
from beacons.core.views import download
from beacons.desks.filters import EngagementFilter
from beacons.desks.permissions import OfficeOnly, may_enter_office
from beacons.rounds import engagement as facts
from beacons.rounds import invitations, permissions, rules, timeline
from beacons.rounds.models import Round

PAGE = 50
COUNTS = (*facts.FUNNEL, "nobody")
COLUMNS = (
    "Council",
    "Code",
    "Region",
    "Outcome",
    "Invited",
    "Opened",
    "Sign-up confirmed",
    "Issue stated",
    "Issue supported",
    "Somebody to write to",
)


class EngagementList(OfficeOnly, TemplateView):
    template_name = "desks/engagement_list.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        request, at = self.request, self.request.at
        shown = round_of(request, self.kwargs["slug"])
        if not shown.needs_sign_up:
            return super().get_context_data(round=shown, **context)
        tally = facts.tally(shown, at)
        total = added_up(tally)
        found = narrowed(request, shown, tally)
        paginator = Paginator(found.qs, PAGE)
        if not any(request.GET.get(name) for name in found.filters):
            paginator.count = total["members"]
        return super().get_context_data(
            round=shown,
            total=total,
            funnel=funnel(total),
            by_outcome=grouped(tally, "outcome__title"),
            by_region=grouped(tally, "authority__region__name"),
            filter=found,
            page_obj=paginator.get_page(request.GET.get("page")),
            count=paginator.count,
            query=request.GET.urlencode(),
            **writing(request, shown, total, at=at),
            **context,
        )


def writing(request: HttpRequest, shown: Round, total: dict[str, int], *, at: datetime) -> dict[str, Any]:
    """What staff may write to the cohort now: how many letters it would be, or the reasons against it."""
    if not permissions.may_invite(request.user):
        return {"may_write": False}
    people = facts.letters_to_write(shown, at)
    stage = rules.sign_up_of(shown)
    waiting = total["members"] - total["invited"]
    return {
        "may_write": True,
        "people": people,
        "waiting": waiting,
        "stage": stage,
        "reasons_not_to_invite": rules.reasons_not_to_invite(shown, at=at, waiting=waiting),
        "reasons_not_to_remind": rules.reasons_not_to_remind(
            stage, by=request.user, at=at, people=people["remind"]
        ),
        "reminders": [
            instant
            for instant in map(
                workdays.noon,
                timeline.reminders(stage.closes_on, shown.days_of_reminders) if stage else (),
            )
            if instant > at
        ],
    }


def round_of(request: Any, slug: str) -> Round:
    """The round, with its plan, for staff."""
    rounds = Round.objects.visible_to(request.user, request.at).with_plan()
    return get_object_or_404(rounds, slug=slug)


def narrowed(request: Any, shown: Round, tally: list[dict[str, Any]]) -> EngagementFilter:
    """The members that the address asks for, in the order in which they are listed."""
    rows = facts.members(shown, request.at).for_list()
    return EngagementFilter(
        request.GET,
        queryset=rows.order_by("authority__name", "outcome__title", "pk"),
        outcomes=choices(tally, "outcome"),
        regions=choices(tally, "authority__region"),
    )


def choices(tally: list[dict[str, Any]], key: str) -> list[tuple[Any, str]]:
    """What members there are of, in the order of its name."""
    label = {"outcome": "outcome__title", "authority__region": "authority__region__name"}[key]
    held = {line[key]: line[label] for line in tally if line[key] is not None}
    return sorted(held.items(), key=lambda pair: pair[1])


def added_up(lines: Iterable[dict[str, Any]]) -> dict[str, int]:
    total = dict.fromkeys(COUNTS, 0)
    for line in lines:
        for name in COUNTS:
            total[name] += line[name]
    return total


def grouped(tally: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """The counts by outcome, or by region."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in tally:
        found[line[key] or "No region"].append(line)
    return [{"name": name, **added_up(lines)} for name, lines in sorted(found.items())]


def funnel(total: dict[str, int]) -> Any:
    rows = [Bar(words, total[name]) for name, (words, _) in facts.FUNNEL.items()]
    return bars("How far the cohort has come", rows, value_name="Members", label_name="Step")


@require_safe
@login_required
def engagement_csv(request: Any, slug: str) -> HttpResponse:
    """The members that the page's filters leave, as a table to take away."""
    if not may_enter_office(request.user):
        raise PermissionDenied
    shown = round_of(request, slug)
    members = narrowed(request, shown, facts.tally(shown, request.at)).qs
    return download(exports.csv_bytes(COLUMNS, cells(members)), f"engagement-{shown.slug}.csv")


def cells(members: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    for member in members:
        council = member.authority
        yield (
            council.name,
            council.code,
            council.region.name if council.region else "",
            member.outcome.title,
            member.invited_at,
            member.opened_at,
            member.confirmed_at,
            member.has_stated,
            member.has_supported,
            member.has_people,
        )


@login_required
@require_POST
def cohort_invite(request: Any, slug: str) -> HttpResponse:
    shown = round_to_write_to(request, slug)
    try:
        sent = invitations.invite(shown, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{len(sent)} invitation{pluralize(len(sent))} sent.")
    return redirect("engagement_list", slug=slug)


@login_required
@require_POST
def cohort_remind(request: Any, slug: str) -> HttpResponse:
    shown = round_to_write_to(request, slug)
    count = facts.letters_to_write(shown, request.at)["remind"]
    stage = rules.sign_up_of(shown)
    try:
        if stage is None:
            raise Refused(*rules.reasons_not_to_remind(stage, by=request.user, at=request.at))
        invitations.remind(stage, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{count} {'person is' if count == 1 else 'people are'} reminded.")
    return redirect("engagement_list", slug=slug)


def round_to_write_to(request: Any, slug: str) -> Round:
    shown = round_of(request, slug)
    if not permissions.may_invite(request.user):
        raise PermissionDenied
    return shown
