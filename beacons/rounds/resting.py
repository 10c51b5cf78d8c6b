"""Which issues of councils a criterion rests on, and which criteria rest on an issue."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.urls import reverse

from beacons.rounds import rules
from beacons.rounds.models import Criterion, Round
from outcomes.models import Issue, Outcome
from outcomes.voices import Heard

Rest = Criterion.issues.through
# An issue counts as the one it was merged into.
WAYS = ("issue", "issue__merged_into")
SHOWN = ("pk", "text", "stated_at", "authority__name")


@dataclass
class Behind:
    """An issue as the list of those behind a criterion shows it: a few words of a row that holds many."""

    pk: int
    text: str
    stated_at: datetime
    authority: str
    voices: int = 0

    def get_absolute_url(self) -> str:
        return reverse("issue_detail", args=[self.pk])


def issues_of(
    criteria: Iterable[Criterion], *, outcome: Outcome | int | None = None
) -> dict[int, list[Behind]]:
    """For each criterion, by its id, the issues it rests on, each once and as it counts now; most voices first.

    Two queries, whatever the number of criteria. With an outcome, what was said of that one alone.

    Voices are counted here and not in the database: applicants' forms show them, and two plain queries cost them less
    than the one that counts.
    """
    named = [criterion.pk for criterion in criteria]
    if not named:
        return {}
    rows = Rest.objects.filter(criterion__in=named)
    if outcome is not None:
        rows = rows.filter(issue__outcome=outcome)
    roots: dict[int, Behind] = {}
    rests: dict[int, set[int]] = defaultdict(set)
    for criterion, *told in rows.values_list(
        "criterion", *(f"{way}__{name}" for way in WAYS for name in SHOWN)
    ):
        own, root = told[: len(SHOWN)], told[len(SHOWN) :]
        pk, *shown = own if root[0] is None else root
        if pk not in roots:
            roots[pk] = Behind(pk, *shown)
        rests[criterion].add(pk)
    if not rests:
        return {}
    heard = Issue.objects.filter(Q(pk__in=roots) | Q(merged_into__in=roots))
    councils: dict[int, set[int]] = defaultdict(set)
    for pk, root_pk, withdrawn_at, stated_by, supported_by in heard.values_list(
        "pk", "merged_into", "withdrawn_at", "authority", "supports__authority"
    ):
        voices = councils[root_pk or pk]
        if withdrawn_at is None:
            voices.add(stated_by)
        if supported_by is not None:
            voices.add(supported_by)
    for pk, issue in roots.items():
        issue.voices = len(councils[pk])
    standing = sorted(
        (issue for issue in roots.values() if issue.voices),
        key=lambda issue: (-issue.voices, issue.stated_at, issue.pk),
    )
    return {criterion: [issue for issue in standing if issue.pk in held] for criterion, held in rests.items()}


def criteria_of(outcome: Outcome, at: datetime) -> list[tuple[Round, list[Criterion]]]:
    """The approved rounds on this outcome that have not ended, each with its criteria. Asked once an object.

    Each criterion knows by `rests_on` the ids of its issues: one query for both.
    """
    if not hasattr(outcome, "criteria_of_rounds"):
        rounds = {round.pk: round for round in rules.rounds_of(outcome, at)}
        found: dict[int, dict[int, Any]] = {pk: {} for pk in rounds}
        rows = Criterion.objects.filter(round__in=rounds).annotate(rest=F("issues")) if rounds else ()
        for row in rows:
            criterion = found[row.round_id].setdefault(row.pk, row)
            criterion.round = rounds[row.round_id]
            criterion.rests_on = {*getattr(criterion, "rests_on", ()), *([row.rest] if row.rest else [])}
        outcome.criteria_of_rounds = [  # type: ignore[attr-defined]
            (rounds[pk], list(criteria.values())) for pk, criteria in found.items() if criteria
        ]
    return outcome.criteria_of_rounds  # type: ignore[attr-defined]


def resting_on(each: Heard, criteria: Iterable[Any]) -> list[Criterion]:
    """Which of these criteria rest on an issue or on words merged into it."""
    said = {issue.pk for issue in (each.issue, *each.also_said)}
    return [criterion for criterion in criteria if criterion.rests_on & said]


def criteria_on(each: Heard, user: Any, at: datetime) -> list[Criterion]:
    """The criteria of all rounds this person knows, those that have ended too, that rest on an issue."""
    said = [issue.pk for issue in (each.issue, *each.also_said)]
    known = Round.objects.visible_to(user, at).values("pk")
    found = Criterion.objects.filter(issues__in=said, round__in=known).select_related("round").distinct()
    return list(found.order_by("-round__starts_on", "position", "pk"))
