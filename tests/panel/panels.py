"""A small panel with papers, for the tests of this room."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from panel.actions import sheets
from panel.models import Appointment, Assessment, Case
from tests import factories as make
from tests.worlds import laid_again


@dataclass
class Panel:
    """A round with eligible bids, both chairs, and members of both bodies who have declared."""

    round: Any
    chair: Appointment
    vice: Appointment
    members: list[Appointment]
    bids: list[Any]
    opens_at: Any
    closes_at: Any
    author: Appointment | None = None

    @property
    def during(self):
        return make.during(self.round, "scoring")

    def case(self, bid: int = 0) -> Case:
        return Case.objects.get(application=self.bids[bid])

    def sheets(self, bid: int = 0) -> list[Assessment]:
        return list(Assessment.objects.filter(case__application=self.bids[bid]).for_list().order_by("pk"))


@laid_again
def a_panel(bids: int = 2, clg: int = 2, lga: int = 2, independent: int = 0, **fields: Any) -> Panel:
    round = make.a_round(**{"assessors_each": 3, **fields})
    members = [
        make.seated(round, body=body, user__name=f"{body.upper() or 'Independent'} member {number}")
        for body, count in (("clg", clg), ("lga", lga), ("", independent))
        for number in range(1, count + 1)
    ]
    return Panel(
        round=round,
        chair=make.seated(round, kind="chair", user__name="The Chair"),
        vice=make.seated(round, kind="vice_chair", user__name="The Vice-chair"),
        members=members,
        bids=[make.handed_in(round=round) for _ in range(bids)],
        opens_at=round.stage_of("scoring").opens_at,
        closes_at=round.stage_of("scoring").closes_at,
    )


@laid_again
def assigned(bids: int = 2, **fields: Any) -> Panel:
    """Papers are shared out as scoring opens."""
    panel = a_panel(bids, **fields)
    sheets.assign(panel.round, by=panel.chair.user, at=panel.opens_at)
    return panel


def marks(round: Any, score: int | None = 3, reason: str = "Good figures over three years.") -> dict:
    """The same for every criterion."""
    return {criterion.pk: (score, score is None, reason) for criterion in round.criteria.all()}


def lodge(sheet: Assessment, *, at: Any, score: int | None = 3) -> Assessment:
    by = sheet.appointment.user
    sheets.save_marks(sheet, marks(sheet.case.application.round, score), by=by, at=at)
    return sheets.lodge(sheet, by=by, at=at)


@laid_again
def lodge_all(panel: Panel, bid: int = 0, *, score: int = 3) -> Case:
    for sheet in panel.sheets(bid):
        lodge(sheet, at=panel.during, score=score)
    return panel.case(bid)


@laid_again
def opened(panel: Panel, bid: int = 0) -> Case:
    lodge_all(panel, bid)
    return sheets.open_seal(panel.case(bid), by=None, at=panel.closes_at)


def queries(client: Any, url: str) -> list[str]:
    """The statements that a page takes."""
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200, url
    return [query["sql"] for query in caught.captured_queries]


def facts(row: Any) -> SimpleNamespace:
    """A row as it stands in the database."""
    return type(row).objects.get(pk=row.pk)
