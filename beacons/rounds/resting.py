"""Which issues of councils a criterion rests on, and which criteria rest on an issue."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from beacons.rounds import rules
from beacons.rounds.models import Criterion, Round
from outcomes.models import Issue, IssueSupport, Outcome
from outcomes.voices import Heard

Rest = Criterion.issues.through


def issues_of(criteria: Iterable[Criterion], *, outcome: Outcome | None = None) -> dict[int, list[Issue]]:
    """For each criterion, by its id, the issues it rests on, each once and as it counts now; most voices first.

    Three queries, whatever the number of criteria. With an outcome, what was said of that one alone.
    """
    rests: dict[int, set[int]] = defaultdict(set)
    rows = Rest.objects.filter(criterion__in=[criterion.pk for criterion in criteria])
    if outcome is not None:
        rows = rows.filter(issue__outcome=outcome)
    for criterion, issue, root in rows.values_list("criterion", "issue", "issue__merged_into"):
        rests[criterion].add(root or issue)
    if not rests:
        return {}
    standing = voiced(set().union(*rests.values()))
    return {criterion: [issue for issue in standing if issue.pk in held] for criterion, held in rests.items()}


def voiced(roots: set[int]) -> list[Any]:
    """These issues as `Issue.objects.standing().by_voices()` gives them, with `voices`.

    Counted here and not in the database: applicants' forms show it, and two plain queries cost them less than
    the one that counts.
    """
    said = Issue.objects.filter(Q(pk__in=roots) | Q(merged_into__in=roots))
    supports = IssueSupport.objects.filter(Q(issue__in=roots) | Q(issue__merged_into__in=roots))
    issues: dict[int, Any] = {}
    councils: dict[int, set[int]] = defaultdict(set)
    for issue in said.select_related("authority", "outcome"):
        if issue.merged_into_id is None:
            issues[issue.pk] = issue
        if issue.withdrawn_at is None:
            councils[issue.merged_into_id or issue.pk].add(issue.authority_id)
    for issue_id, root, council in supports.values_list("issue", "issue__merged_into", "authority"):
        councils[root or issue_id].add(council)
    for pk, issue in issues.items():
        issue.voices = len(councils[pk])
    return sorted(
        (issue for issue in issues.values() if issue.voices),
        key=lambda issue: (-issue.voices, issue.stated_at, issue.pk),
    )


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
