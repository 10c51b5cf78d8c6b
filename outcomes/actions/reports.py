"""Officers save headline reports, share and copy them, and choose their council's local priorities."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from beacons.core import steps
from beacons.core.lifecycle import refuse_if
from beacons.core.steps import verb
from beacons.core.text import clean
from beacons.directory.models import Authority, User
from outcomes.headlines import rules
from outcomes.headlines.choices import Choices
from outcomes.models import HeadlineReport, Indicator, LocalPriority

TITLE = 120


@verb
def save_report(
    authority: Authority,
    choices: Choices,
    *,
    title: str,
    sharing: str,
    council: Authority | None,
    by: User,
    at: datetime,
) -> HeadlineReport:
    """Keep what a report shows under a name: whose figures, which measures, compared with whom."""
    title = clean(title)
    compared = list(Authority.objects.filter(code__in=choices.own_list))
    refuse_if(rules.reasons_against_report(title, sharing, choices.comparison, council, compared))
    report = HeadlineReport(
        key=uuid4(), authority=authority, council=council, made_by=by, made_at=at, changed_at=at
    )
    _write(report, choices, title, sharing)
    report.own_list.set(compared)
    steps.note(report, "save", by=by, at=at, sharing=sharing)
    return report


@verb
def change_report(
    report: HeadlineReport,
    *,
    title: str,
    sharing: str,
    by: User,
    at: datetime,
    choices: Choices | None = None,
) -> HeadlineReport:
    """Its maker gives it another name, shares it with others, or lets it show something else."""
    report = HeadlineReport.objects.lock(report.pk)
    title = clean(title)
    comparison = choices.comparison if choices else report.comparison
    compared = list(Authority.objects.filter(code__in=choices.own_list) if choices else report.own_list.all())
    refuse_if(rules.reasons_against_report(title, sharing, comparison, report.council, compared))
    report.changed_at = at
    _write(report, choices, title, sharing)
    if choices:
        report.own_list.set(compared)
    steps.note(report, "change", by=by, at=at, sharing=sharing)
    return report


@verb
def copy_report(
    report: HeadlineReport, *, council: Authority | None, by: User, at: datetime
) -> HeadlineReport:
    """A report of one's own that shows the same. Nobody else sees it until its maker shares it."""
    compared = list(report.own_list.all())
    copied = HeadlineReport.objects.create(
        key=uuid4(),
        authority=report.authority,
        council=council,
        title=f"Copy of {report.title}"[:TITLE].rstrip(),
        measures=report.measures,
        comparison=report.comparison,
        weights=report.weights,
        sharing=HeadlineReport.Sharing.OWN,
        copied_from=report,
        made_by=by,
        made_at=at,
        changed_at=at,
    )
    copied.own_list.set(compared)
    steps.note(copied, "copy", by=by, at=at, copied_from=report.pk)
    return copied


@verb
def delete_report(report: HeadlineReport, *, by: User, at: datetime) -> HeadlineReport:
    """Gone for its maker and for whoever it was shared with; copies of it stay."""
    report = HeadlineReport.objects.lock(report.pk)
    steps.note(report, "delete", by=by, at=at)
    HeadlineReport.objects.filter(pk=report.pk).delete()
    return report


def _write(report: HeadlineReport, choices: Choices | None, title: str, sharing: str) -> None:
    report.title, report.sharing = title, sharing
    if choices:
        report.measures, report.comparison = choices.measures, choices.comparison
        report.weights = dict(choices.weights)
    report.save()


@verb
def choose_priorities(
    authority: Authority, indicators: Sequence[Indicator], *, by: User, at: datetime
) -> Authority:
    """The council's own measures for its headline report, in its own order; none at all is a choice too."""
    authority = Authority.objects.lock(authority.pk)
    refuse_if(rules.reasons_against_priorities(authority, indicators))
    there = {each.indicator_id: each for each in authority.local_priorities.all()}
    authority.local_priorities.exclude(indicator__in=indicators).delete()
    for position, indicator in enumerate(indicators, start=1):
        kept = there.get(indicator.pk)
        if kept is None:
            LocalPriority.objects.create(
                authority=authority, indicator=indicator, position=position, chosen_by=by, chosen_at=at
            )
        elif kept.position != position:
            kept.position = position
            kept.save(update_fields=["position"])
    steps.note(authority, "choose_priorities", by=by, at=at, measures=[each.code for each in indicators])
    return authority
