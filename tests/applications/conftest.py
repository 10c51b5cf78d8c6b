"""A council with a round that takes applications, and the instants that matter."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from beacons.applications import actions
from beacons.core.letters import Letter
from tests import factories
from tests.worlds import laid_again

LONG_ENOUGH = "We asked them why, and then changed how we teach."
DETAILS = {
    "title": "A second chance at sixteen",
    "summary": "We found those who had left and asked them why.",
    "lead_officer": "Sam Taylor",
}
MONEY = {
    "own": (30_000, 20_000, 30_000, 20_000),
    "parts": {},
    "is_whole_area": False,
    "own_pooled": 0,
    "pooled": {},
}


@pytest.fixture
def council(db):
    return a_council()


@laid_again
def a_council():
    """An authority signed up to a round's outcome, its officer and certifier, and the instants of the round."""
    a_round = factories.a_round()
    outcome = a_round.outcomes.get()
    authority = factories.AuthorityFactory(name="Testbury")
    factories.SignUpFactory(outcome=outcome, authority=authority, lead_officer="Alex Green")
    return SimpleNamespace(
        round=a_round,
        outcome=outcome,
        authority=authority,
        drafter=factories.drafter(authority),
        certifier=factories.certifier(authority),
        at=factories.during(a_round, "applications"),
        closes=factories.closing(a_round, "applications"),
        last=factories.closing(a_round, "applications") - timedelta(microseconds=1),
        checking=factories.during(a_round, "check"),
        questions=list(a_round.questions.all()),
    )


@laid_again
def begun(council, **fields):
    at = fields.pop("at", council.at)
    who = fields.pop("by", council.drafter)
    fields.setdefault("title", "A second chance at sixteen")
    return actions.start(council.round, council.outcome, council.authority, by=who, at=at, **fields)


@laid_again
def written(council):
    """A draft with nothing left to be done."""
    return finished(council, begun(council), council.at)


def finished(council, bid, at):
    """The draft with nothing left to be done, all of it written at one instant."""
    bid = actions.save_details(bid, **DETAILS, by=council.drafter, at=at)
    bid = actions.save_budget(bid, **MONEY, by=council.drafter, at=at)
    answers = {question.pk: (LONG_ENOUGH, 0) for question in council.questions}
    return actions.save_answers(bid, answers, by=council.drafter, at=at)


@laid_again
def certified(council):
    return actions.certify(written(council), by=council.certifier, at=council.at)


@laid_again
def submitted(council):
    return actions.submit(certified(council), by=council.drafter, at=council.at)


@pytest.fixture
def draft(council):
    return written(council)


def letters_of(kind):
    return list(Letter.objects.filter(kind=kind).order_by("to"))
