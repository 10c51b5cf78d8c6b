"""What a sharing plan says, apart from the rows it is kept in: plain Python.

A bid's plan names how many authorities will be helped, what will be held, and who gives days. What a round expects
of each holder has the same shape, so a bid's first plan begins with it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Activity:
    """So many of a kind, held by a day; None for what is not said yet."""

    kind: str
    count: int | None = None
    until: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Peer:
    """Somebody who gives days to other councils."""

    name: str
    job_title: str = ""
    days: int | None = None


@dataclass(frozen=True)
class Plan:
    """How many authorities will be helped, of them struggling ones; what is held; who gives days."""

    authorities: int | None = None
    struggling: int | None = None
    activities: tuple[Activity, ...] = ()
    peers: tuple[Peer, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == Plan()

    @property
    def days(self) -> int:
        """What the named people offer together."""
        return sum(peer.days or 0 for peer in self.peers)

    def content(self) -> dict[str, Any]:
        """The plan as JSON can hold it, in the applicant's own order."""
        return {
            "authorities": self.authorities,
            "struggling": self.struggling,
            "activities": [
                {
                    "kind": each.kind,
                    "count": each.count,
                    "until": each.until.isoformat() if each.until else None,
                    "note": each.note,
                }
                for each in self.activities
            ],
            "peers": [
                {"name": each.name, "job title": each.job_title, "days": each.days} for each in self.peers
            ],
        }

    def fingerprint(self) -> str:
        """Has somebody saved another plan since a form was opened?"""
        return hashlib.sha256(json.dumps(self.content()).encode()).hexdigest()


def plan_of(application: Any) -> Plan:
    """What the application says."""
    return Plan(
        authorities=application.authorities_to_help,
        struggling=application.struggling_to_help,
        activities=tuple(
            Activity(row.kind, row.count, row.until, row.note) for row in application.planned_activities.all()
        ),
        peers=tuple(Peer(row.name, row.job_title, row.days) for row in application.named_peers.all()),
    )


def expected_of(a_round: Any) -> Plan:
    """What the round expects of each holder, without a day yet."""
    return Plan(
        authorities=a_round.authorities_to_help,
        struggling=a_round.struggling_to_help,
        activities=tuple(Activity(row.kind, row.count) for row in a_round.expected_activities.all()),
    )
