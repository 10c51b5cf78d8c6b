"""The simulated year is lived by real actions, keeps every promise, and is the same for the same seed."""

from datetime import date, timedelta
from random import Random

import pytest
from django.conf import settings
from django.db import transaction

from beacons.applications.models import Application
from beacons.core import invariants, workdays
from beacons.core.models import Letter, Step
from beacons.desks import demonstration
from beacons.desks.simulation import report
from beacons.desks.simulation.awards import Awards
from beacons.desks.simulation.people import People
from beacons.desks.simulation.year import OUTCOMES, Size, Year
from grants.models import Grant, Payment
from panel.models import Case, FeedbackLetter
from tests import factories as make

DAY_0 = date(2026, 1, 5)
SMALL = Size(councils=7, applications=8, awards=3, guests=6)

pytestmark = [
    pytest.mark.django_db,
    # Its loops are the simulation's own; the pages' queries are watched elsewhere.
    pytest.mark.skipif(not settings.ZEAL_RAISE, reason="needs the settings of the tests"),
]


@pytest.fixture(autouse=True)
def unwatched(settings):
    settings.ZEAL_RAISE = False


def lived(seed: int, until=None):
    year = Year(
        People(Random(seed)),
        name="Simulated",
        slug="simulated",
        starts_on=DAY_0,
        seed=seed,
        size=SMALL,
        until=until,
    )
    return year, year.live()


def what_was_said():
    """Who applied for what, with which words, and when."""
    return list(
        Application.objects.order_by("reference").values_list(
            "authority__code", "outcome__slug", "title", "summary", "develop", "drafted_at"
        )
    )


def test_a_small_year_is_lived_to_its_end_and_keeps_every_promise():
    demonstration.load_reference_data(tell=lambda line: None)

    year, a_round = lived(2008)

    counts = report.counts(a_round)
    assert counts["applications submitted"] == SMALL.applications
    assert counts["cases announced"] == SMALL.applications
    assert year.refusals >= 1
    assert set(Grant.objects.values_list("status", flat=True)) <= {"closed", "refused", "lapsed"}
    assert counts["grants now closed"] >= 1
    assert Payment.objects.filter(status="approved").count() == 3 * counts["grants now closed"]
    assert counts["bookings"] > 0
    assert counts["adoptions recorded"] > 0
    assert counts["evidence figures"] > 0
    assert counts["outcomes for which councils will not apply"] > 0
    assert counts["answers on hours spent"] > 8
    assert counts["of those that won nothing"] >= 1
    written = FeedbackLetter.objects.of_round(a_round)
    assert written.filter(sent_at__lte=a_round.announcement.feedback_due_at).count() == SMALL.applications
    assert Step.objects.filter(subject_type="panel.feedbackletter", step="send_back").count() == 1
    assert Letter.objects.failing().count() == 0
    assert Step.objects.filter(by_id=None).exists()
    assert max((stage.closes_on - DAY_0).days for stage in a_round.plan) <= 365
    assert list(invariants.broken()) == []
    assert any("Spread and support" in line for line in report.lines(a_round))


def test_the_same_seed_gives_the_same_year_and_another_seed_another():
    demonstration.load_reference_data(tell=lambda line: None)
    until = workdays.noon(date(2026, 3, 10))
    told = []
    for seed in (2008, 2008, 2009):
        with transaction.atomic():
            lived(seed, until=until)
            told.append(what_was_said())
            transaction.set_rollback(True)

    assert len(told[0]) == SMALL.applications + 5
    assert told[0] == told[1]
    assert told[0] != told[2]


def test_a_few_awards_are_lived_in_strides_to_their_results_by_category():
    outcome = make.OutcomeFactory(slug=OUTCOMES[0])
    for _ in range(4):
        make.SignUpFactory(outcome=outcome)
    people = People(Random(2008))

    a_round = Awards(
        people,
        name="Awards",
        slug="awards",
        starts_on=DAY_0,
        size=Size(councils=4, applications=4, awards=2, guests=0),
        until=workdays.noon(DAY_0) + timedelta(days=113),
    ).live()

    announced = Case.objects.filter(application__round=a_round, status="announced")
    assert announced.count() == 4
    assert announced.values("application__category").distinct().count() == 4
    assert set(Grant.objects.values_list("status", flat=True)) == {"offered"}
    assert list(invariants.broken()) == []
