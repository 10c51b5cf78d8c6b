"""Why a report cannot be saved as it is, or measures not be a council's priorities."""

from collections.abc import Collection, Sequence

from beacons.core.text import is_blank
from beacons.directory.models import Authority
from outcomes.headlines import choices
from outcomes.models import HeadlineReport, Indicator

MOST_PRIORITIES = 6


def reasons_against_report(
    title: str, sharing: str, comparison: str, council: Authority | None, compared: Collection[Authority]
) -> list[str]:
    reasons = []
    if is_blank(title):
        reasons.append("Enter a name for the report.")
    if sharing not in HeadlineReport.Sharing.values:
        reasons.append("Say who may see the report.")
    if sharing == HeadlineReport.Sharing.COUNCIL and council is None:
        reasons.append("Only an officer of a council can share a report inside it.")
    if comparison == choices.OWN and not compared:
        reasons.append("Choose at least one council to compare with.")
    if len(compared) > choices.MOST_COUNCILS:
        reasons.append(f"Choose {choices.MOST_COUNCILS} councils or fewer to compare with.")
    return reasons


def reasons_against_priorities(authority: Authority, indicators: Sequence[Indicator]) -> list[str]:
    reasons = []
    if len(indicators) > MOST_PRIORITIES:
        reasons.append(f"Choose {MOST_PRIORITIES} priorities or fewer.")
    if len({each.pk for each in indicators}) < len(indicators):
        reasons.append("Choose each measure once.")
    for each in indicators:
        if each.kind == Indicator.Kind.NATIONAL:
            reasons.append(f"There are no figures of {each.code} itself: choose a present-day measure.")
        if each.kind == Indicator.Kind.OWN and each.authority_id != authority.pk:
            reasons.append(f"“{each.title}” is a measure of another authority’s own.")
    return reasons
