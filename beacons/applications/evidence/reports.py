"""Headline reports as a source of figures: the council's own, or one that an officer saved."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from beacons.directory.models import Authority
from outcomes.headlines.choices import OWN, Choices
from outcomes.headlines.report import Report, build, saved_choices
from outcomes.models import HeadlineReport, Indicator

# So many saved reports are offered; whoever has more picks figures from the list.
MOST_OFFERED = 5


def saved(application: Any, user: Any, at: datetime) -> QuerySet[HeadlineReport]:
    """Reports on the lead authority that this person may see, the newest first."""
    known = HeadlineReport.objects.visible_to(user, at).filter(authority=application.authority_id)
    return known[:MOST_OFFERED]


def asked_for(application: Any, key: str, user: Any, at: datetime) -> Report | None:
    """The report under this key; without one, what the council's page shows. None if nobody may see it any more."""
    lead = Authority.objects.select_related("region", "county").get(pk=application.authority_id)
    if not key:
        return build(lead, Choices(), user=user, at=at)
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    known = HeadlineReport.objects.visible_to(user, at).filter(authority=lead)
    found = known.filter(key=wanted).first()
    if found is None:
        return None
    codes = list(found.own_list.values_list("code", flat=True))
    return build(lead, saved_choices(found, codes), user=user, at=at)


def figures_in(report: Report) -> tuple[list[tuple[Indicator, Authority]], str]:
    """The report's lines that have figures, each with whose they are, and what it compares them with.

    A list of councils that somebody chose is no comparison that a bid can have: the usual one takes its place.
    """
    lines = [line for line in [*report.lines, *report.county_lines] if line.series]
    indicators = {
        indicator.code: indicator
        for indicator in Indicator.objects.filter(code__in=[line.code for line in lines])
    }
    county = report.authority.county
    found = [
        (indicators[line.code], county if line.is_county and county else report.authority) for line in lines
    ]
    return found, "" if report.comparison == OWN else report.comparison
