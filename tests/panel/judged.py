"""Cases walked on from an open seal by the actions people use, for the tests of the meeting and of decisions."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from panel.actions import announcement, decisions, moderation, verifications
from panel.models import Case, Decision
from tests import factories as make
from tests.panel.panels import Panel, a_panel
from tests.worlds import laid_again


@dataclass
class Judged:
    """A panel whose seals are open, and those who sign for the two bodies."""

    panel: Panel
    clg: Any
    lga: Any

    def __getattr__(self, name: str) -> Any:
        # An object that is being copied has no panel yet.
        if "panel" not in vars(self):
            raise AttributeError(name)
        return getattr(self.panel, name)

    @property
    def chairing(self) -> Any:
        return self.panel.chair.user

    def at(self, key: str) -> Any:
        return make.during(self.panel.round, key)

    def opening(self, key: str) -> Any:
        return self.panel.round.stage_of(key).opens_at

    def reference(self, bid: int = 0) -> str:
        return self.panel.bids[bid].reference

    def answer(self, decision: Decision, body: str, agreed: bool = True, **facts: Any) -> Decision:
        by = self.clg if body == "clg" else self.lga
        said = {
            "reason": "" if agreed else "The figures are thin.",
            "by": by,
            "at": self.at("decision"),
            **facts,
        }
        return decisions.answer(Decision.objects.get(pk=decision.pk), body=body, agreed=agreed, **said)


@laid_again
def judged(bids: int = 2, scores: tuple[int, ...] = (4,) * 20, **fields: Any) -> Judged:
    """Every seal open at the closing of scoring; each bid has three readers, and one score on every criterion.

    Made of rows, for speed: how papers are shared out, marked and opened is tested elsewhere.
    """
    panel = a_panel(bids, **fields)
    for number, bid in enumerate(panel.bids):
        case = make.CaseFactory(application=bid, status="scored")
        for reader in readers(panel, number):
            make.marked(case, reader, scores[number])
    return Judged(panel, make.signatory("clg"), make.signatory("lga"))


def readers(panel: Panel, number: int) -> list[Any]:
    """Two of one body and one of the other, in turn."""
    bodies = {body: [held for held in panel.members if held.seat.body == body] for body in ("clg", "lga")}
    first, second = ("clg", "lga") if number % 2 else ("lga", "clg")
    return [*bodies[first][:2], bodies[second][0]]


@laid_again
def moderated(house: Judged, bid: int = 0) -> Case:
    at = house.opening("shortlist")
    return moderation.moderate(house.case(bid), note="Talked over.", by=house.chairing, at=at)


@laid_again
def shortlisted(house: Judged, bid: int = 0, why: str = "") -> Case:
    return moderation.shortlist(moderated(house, bid), by=house.chairing, at=house.at("shortlist"), why=why)


@laid_again
def left_out(house: Judged, bid: int = 0) -> Case:
    case = moderated(house, bid)
    return moderation.leave_out(case, why="Others showed more.", by=house.chairing, at=house.at("shortlist"))


@laid_again
def verified(house: Judged, bid: int = 0) -> Case:
    case = shortlisted(house, bid)
    return verifications.verify(case, note="A call bore it out.", by=house.chairing, at=house.at("verify"))


@laid_again
def proposed(
    house: Judged, bid: int = 0, *, verdict: str = "award", amount: int | None = None, **facts: Any
) -> Decision:
    case = house.case(bid)
    if case.status == "scored":
        case = verified(house, bid)
    if amount is None:
        amount = 0 if verdict == "decline" else 90_000
    said = {"reasons": "Clear figures.", "by": house.chairing, "at": house.at("decision"), **facts}
    return decisions.propose(case, verdict=verdict, amount=amount, **said)


@laid_again
def settled(house: Judged, bid: int = 0, **facts: Any) -> Decision:
    decision = proposed(house, bid, **facts)
    house.answer(decision, "clg")
    return house.answer(decision, "lga")


def announcing(house: Judged, instant: Any = None) -> Any:
    """Set the announcement; returns its instant."""
    at = house.at("decision") + timedelta(hours=2)
    instant = instant or house.round.stage_of("decision").closes_at - timedelta(hours=3)
    announcement.set_announcement(house.round, instant=instant, by=house.chairing, at=at)
    return instant


def bare(page: Any) -> tuple[int, bytes]:
    """A page as it is but for the token that guards its forms, which is new on every page."""
    return page.status_code, re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page.content)
