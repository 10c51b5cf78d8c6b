"""Which councils say what is hard, and what the reader's council has to do with it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from beacons.directory.models import Authority
from outcomes import rules
from outcomes.models import Issue, IssueSupport

# What is shown of words that were merged: a council's many facts would take longer to read than all the rest.
SHOWN = (
    "text",
    "stated_at",
    "withdrawn_at",
    "merged_into",
    "merged_at",
    "merged_why",
    "authority__name",
    "merged_by__name",
    "merged_by__email",
)


@dataclass(frozen=True)
class Stance:
    """What one of the reader's councils says to an issue."""

    authority: Authority
    has_stated: bool
    supports: bool
    reasons: list[str]

    @property
    def is_open(self) -> bool:
        return not self.reasons


@dataclass
class Heard:
    """An issue that counts, with the words merged into it and the councils that say it."""

    issue: Issue
    also_said: list[Issue] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    supporters: set[int] = field(default_factory=set)
    stated_by: set[int] = field(default_factory=set)
    stances: list[Stance] = field(default_factory=list)

    @property
    def voices(self) -> int:
        return len(self.names)

    @property
    def councils(self) -> list[str]:
        return sorted(self.names.values())

    @property
    def others(self) -> list[str]:
        """The councils beside the one whose words are shown."""
        own = self.issue.authority_id if self.issue.withdrawn_at is None else None
        return sorted(name for pk, name in self.names.items() if pk != own)


def hear(issues: Sequence[Issue]) -> list[Heard]:
    """Two queries, whatever the number of issues: the words merged into them, and who supports them."""
    heard = {issue.pk: Heard(issue) for issue in issues}
    if not heard:
        return []
    for issue in issues:
        _add_statement(heard[issue.pk], issue)
    merged = Issue.objects.filter(merged_into__in=heard).select_related("authority", "merged_by").only(*SHOWN)
    for issue in merged.order_by("stated_at", "pk"):
        assert issue.merged_into_id
        into = heard[issue.merged_into_id]
        into.also_said.append(issue)
        _add_statement(into, issue)
    supports = IssueSupport.objects.filter(Q(issue__in=heard) | Q(issue__merged_into__in=heard))
    by_issue: dict[int, set[int]] = defaultdict(set)
    for issue_id, root, council, name in supports.values_list(
        "issue", "issue__merged_into", "authority", "authority__name"
    ):
        into = heard.get(issue_id) or heard[root or issue_id]
        by_issue[issue_id].add(council)
        into.supporters.add(council)
        into.names[council] = name
    for each in heard.values():
        # What its council took back is shown only where another council said so in the same words.
        each.also_said = [said for said in each.also_said if said.withdrawn_at is None or by_issue[said.pk]]
    return list(heard.values())


def _add_statement(into: Heard, issue: Issue) -> None:
    if issue.withdrawn_at is None:
        into.names[issue.authority_id] = issue.authority.name
        into.stated_by.add(issue.authority_id)


def take_stances(heard: Sequence[Heard], councils: Sequence[Authority], *, at: datetime) -> None:
    """What each of these councils, which belong to the cohort, says to each issue, and may do about it now."""
    for each in heard:
        each.stances = [
            Stance(
                council,
                council.pk in each.stated_by,
                council.pk in each.supporters,
                rules.reasons_not_now(each.issue.outcome, at=at),
            )
            for council in councils
        ]


def councils_of_cohort(outcome: Any, mine: Sequence[Authority]) -> list[Authority]:
    """Which of these councils belong to the outcome's cohort: themselves, or by the area they are part of."""
    if not mine:
        return []
    areas = {area for council in mine for area in (council.pk, council.area_id)}
    signed = set(outcome.sign_ups.of_areas(list(areas)).values_list("authority", flat=True))
    return [council for council in mine if signed & {council.pk, council.area_id}]
