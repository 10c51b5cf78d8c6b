"""Rows of several models in one query are what each model's own query gives."""

from datetime import date

import pytest
from django.db import models

from beacons.applications.models import Application, Attachment, NamedPeer, PlannedActivity
from beacons.core import together
from beacons.core.together import Wanted
from beacons.rounds.models import Stage
from tests import factories


def columns(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.fixture
def bid(db):
    """With rows whose sequence is not that in which they were written, and columns that hold nothing."""
    bid = factories.ApplicationFactory()
    bid.planned_activities.create(kind="open_day", count=None, until=date(2027, 1, 2), position=1)
    bid.planned_activities.create(kind="open_day", count=3, note="Schools, 100 % of them", position=0)
    bid.named_peers.create(name="Zoë", days=2, position=1)
    bid.named_peers.create(name="Ann", position=0)
    factories.AttachmentFactory.create_batch(2, application=bid)
    factories.ApplicationFactory().named_peers.create(name="Of another bid")
    return bid


def test_each_comes_as_its_own_query_gives_it(bid, django_assert_num_queries):
    asked = [model.objects.filter(application=bid) for model in (PlannedActivity, NamedPeer, Attachment)]
    asked.append(Stage.objects.filter(round=bid.round))
    alone = [[columns(row) for row in rows] for rows in asked]

    with django_assert_num_queries(1):
        found = together.rows(*map(Wanted, asked))

    assert [[columns(row) for row in rows] for rows in found] == alone
    assert [[type(row) for row in rows] for rows in found] == [[type(row) for row in rows] for rows in asked]
    assert all(len(rows) > 1 for rows in alone)


def test_whoever_comes_first_says_what_nothing_is(bid):
    """PostgreSQL takes the types of the columns from the first, which may have none of them."""
    peers, files = NamedPeer.objects.filter(application=bid), Attachment.objects.filter(application=bid)

    for first, second in ((peers, files), (files, peers)):
        assert together.rows(Wanted(first), Wanted(second)) == [list(first), list(second)]


def test_only_some_columns_are_fetched(bid):
    peers = Wanted(NamedPeer.objects.filter(application=bid), only=("name",))

    [found] = together.rows(peers)

    assert {row.name for row in found} == {"Zoë", "Ann"}
    assert all(
        row.get_deferred_fields() == {"application_id", "job_title", "days", "position"} for row in found
    )


def test_what_is_kept_is_not_asked_for_again(bid, django_assert_num_queries):
    peers = list(bid.named_peers.all())
    bid = Application.objects.get(pk=bid.pk)
    together.keep(bid, "named_peers", peers)

    with django_assert_num_queries(0):
        assert list(bid.named_peers.all()) == peers
        assert bid.named_peers.all()[0].application is bid


def test_what_does_not_fit_is_a_mistake():
    with pytest.raises(TypeError, match="does not fit"):
        together.held_as(models.JSONField())
