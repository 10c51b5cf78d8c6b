"""What councils find hard, as an outcome's page shows it."""

from collections.abc import Sequence
from typing import Any

from outcomes import permissions, voices
from outcomes.models import Outcome
from outcomes.views.base import ISSUES, page_of
from outcomes.views.ours import Ours


def issues_block(request: Any, outcome: Outcome, ours: Sequence[Ours]) -> dict[str, Any]:
    """A page of issues, what most councils find hard first, each with its voices and the reader's buttons.

    Three queries: the issues, the words merged into them, and who supports them.
    """
    count: int = outcome.issue_count  # type: ignore[attr-defined]
    found = outcome.issues.visible_to(request.user, request.at).standing().select_related("authority")
    # Voices are counted by the database only where it chooses what stands on this page; else `hear` knows them.
    is_whole = count <= ISSUES
    rows = found.order_by("stated_at", "pk") if is_whole else found.by_voices()
    page = page_of(rows, ISSUES, count, request.GET.get("issues"))
    for issue in page:
        issue.outcome = outcome
    heard = voices.hear(list(page))
    if is_whole:
        heard.sort(key=lambda each: -each.voices)
    voices.take_stances(heard, [our.authority for our in ours if our.sign_up], at=request.at)
    return {
        "issues": page,
        "heard": heard,
        "merges_issues": permissions.may_merge_issues(request.user),
    }
