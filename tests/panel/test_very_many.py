"""Very many applications, up to ten thousand: the clock ranks them, and a page of the ranking stays a page."""

import os
import time
from datetime import timedelta
from random import Random

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.urls import reverse

from beacons.applications.models import Application
from beacons.core import clock
from beacons.directory.models import Authority
from panel.models import Assessment, Case, Mark, Ranking
from panel.tasks import sweep_rankings
from tests import factories as make
from tests.panel.panels import a_panel, queries

pytestmark = pytest.mark.django_db
# Enough for the way of very many by default; `APPLICATIONS=10000` measures, and `TIMES` says how often.
APPLICATIONS = int(os.environ.get("APPLICATIONS", "1200"))
READERS, EACH, LIMIT = 60, 3, 12
# Without the watcher of tests, which looks at every row that a page loads.
BARE = [name for name in settings.MIDDLEWARE if "zeal" not in name]


def copies(row, **own):
    """As many unsaved copies of a row, each with values of its own."""
    held = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}
    return [type(row)(**{**held, **{name: of(n) for name, of in own.items()}}) for n in range(APPLICATIONS)]


@pytest.fixture
def crowd():
    """Everything open; marks by chance from worth and severity."""
    chance = Random(2008)
    panel = a_panel(1, clg=READERS // 2, lga=READERS // 2, pot=10_000_000)
    bid = panel.bids[0]
    councils = Authority.objects.bulk_create(
        copies(bid.authority, code=lambda n: f"M{n:05d}", name=lambda n: f"Council {n}"), batch_size=500
    )
    panel.bids = bids = Application.objects.bulk_create(
        copies(bid, reference=lambda n: f"MANY-{n:05d}", authority_id=lambda n: councils[n].pk),
        batch_size=500,
    )
    opened_at = panel.opens_at
    cases = Case.objects.bulk_create(
        [Case(application=one, status="scored", opened_at=opened_at) for one in bids], batch_size=500
    )
    severity = {held.pk: chance.gauss(0, 0.6) for held in panel.members}
    worth = [chance.gauss(3, 0.8) for _ in cases]
    sheets = Assessment.objects.bulk_create(
        [
            Assessment(
                case=case,
                appointment=held,
                status="lodged",
                assigned_at=opened_at,
                lodged_at=opened_at + timedelta(days=1),
            )
            for case in cases
            for held in chance.sample(panel.members, EACH)
        ],
        batch_size=500,
    )
    criteria = list(panel.round.criteria.all())
    Mark.objects.bulk_create(
        [
            Mark(
                assessment=sheet,
                criterion=criterion,
                reason="Because.",
                score=min(
                    5,
                    max(0, round(worth[n // EACH] - severity[sheet.appointment_id] + chance.gauss(0, 0.7))),
                ),
            )
            for n, sheet in enumerate(sheets)
            for criterion in criteria
        ],
        batch_size=500,
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return panel


@override_settings(MIDDLEWARE=BARE)
def test_a_page_of_very_many_takes_twelve_queries(visit, crowd):
    address = reverse("ranking_list", args=[crowd.round.slug])
    chair = crowd.chair.user
    make.InterestFactory(appointment=crowd.members[0], application=crowd.bids[0])
    member = crowd.members[0].user

    with clock.set_to(crowd.closes_at):
        assert "being worked out" in visit(chair).get(address).content.decode()
        began = time.process_time()
        assert sweep_rankings.run() == 1
        print("reckoned in", round(time.process_time() - began, 1), "s CPU")  # noqa: T201
        assert sweep_rankings.run() == 1
        assert sweep_rankings.run() == 0
        for who in (chair, member):
            client = visit(who)
            for query in ("", "?page=150", "?order=fair&show=zone", "?show=discuss"):
                asked = queries(client, address + query)
                spent = []
                for _ in range(int(os.environ.get("TIMES", "1"))):
                    began = time.process_time()
                    client.get(address + query)
                    spent.append((time.process_time() - began) * 1000)
                print(query, len(asked), "queries", [round(one) for one in sorted(spent)])  # noqa: T201
                assert len(asked) <= LIMIT

    kept = Ranking.objects.get(hidden=[])
    assert (kept.facts["count"], kept.facts["groups"]) == (APPLICATIONS, [APPLICATIONS])
    assert kept.facts["in_zone"] > 0
