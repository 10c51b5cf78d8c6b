"""A holder with its grant, councils that come to see, and how many rows and queries a page takes."""

from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

from django.db import connection
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext

from beacons.core.models import Letter
from grants.dissemination import actions
from tests import factories as make
from tests.worlds import laid_again

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
ENTRY = {
    "title": "A second chance at sixteen",
    "problem": "Nobody knew where they were.",
    "done": "We asked them, at home.",
    "cost": 24_000,
    "result": "From 8% to 4% in two years.",
    "conditions": "One shared list.",
    "lessons": "The first rota burnt people out.",
    "contact": "hall@example.org",
}


@laid_again
def holder(**fields):
    """A grant at work, with an officer of its council; `at` lies in the months of developing."""
    grant = make.GrantFactory(**fields)
    return SimpleNamespace(
        grant=grant,
        authority=grant.authority,
        officer=make.drafter(grant.authority),
        outcome=grant.application.outcome,
        round=grant.round,
        at=make.during(grant.round, "develop"),
    )


@laid_again
def guest(host, *, signed_up=True, **fields):
    """A council with an officer; signed up to the holder's outcome unless told otherwise."""
    authority = make.AuthorityFactory(**fields)
    if signed_up:
        make.SignUpFactory(outcome=host.outcome, authority=authority)
    return SimpleNamespace(authority=authority, officer=make.drafter(authority))


@laid_again
def event(host, **fields):
    return make.ActivityFactory(grant=host.grant, planned_by=host.officer, **fields)


@laid_again
def drafted(host, **fields):
    return actions.draft_practice(host.grant, **{**ENTRY, **fields}, by=host.officer, at=host.at)


@laid_again
def in_library(host, **fields):
    """A practice taken into the library by those who do it."""
    practice = drafted(host, **fields)
    actions.develop(practice, by=host.officer, at=host.at + DAY)
    actions.review(practice, by=make.case_officer(), at=host.at + 2 * DAY)
    review_on = (host.at + 700 * DAY).date()
    return actions.publish(practice, review_on=review_on, by=make.scheme_manager(), at=host.at + 3 * DAY)


def letters(kind):
    """To whom such letters were written, in order of their addresses."""
    return sorted(Letter.objects.filter(kind=kind).values_list("to", flat=True))


def text(page):
    return " ".join(page.content.decode().split())


@contextmanager
def counted(*models):
    """How many queries run and how many rows of these models are loaded within the block."""
    found = SimpleNamespace(queries=0, rows=Counter())

    def note(sender, **_):
        found.rows[sender.__name__] += 1

    for model in models:
        post_init.connect(note, sender=model)
    try:
        with CaptureQueriesContext(connection) as context:
            yield found
    finally:
        for model in models:
            post_init.disconnect(note, sender=model)
        found.queries = len(context)
