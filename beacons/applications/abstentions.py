"""For which outcomes of a round an authority may say that it will not apply, and for which it has."""

from datetime import datetime

from django.db.models import QuerySet

from beacons.applications import admission, calls
from beacons.applications.models import Abstention, Application
from beacons.directory.models import Authority
from beacons.rounds.models import Round
from outcomes.models import Outcome, SignUp


def said(a_round: Round, authority: Authority) -> list[Abstention]:
    """What stands."""
    known = Abstention.objects.standing().filter(round=a_round, authority=authority)
    return list(known.select_related("outcome", "said_by", "round", "authority").order_by("outcome__title"))


def possible(a_round: Round, authority: Authority) -> list[Outcome]:
    """Outcomes of the round on which the authority has no application that stands. Having said so is no hindrance."""
    standing = Application.objects.standing().filter(round=a_round, authority=authority).values("outcome")
    return list(a_round.outcomes.exclude(pk__in=standing).order_by("title"))


def offered(a_round: Round, authority: Authority, at: datetime) -> list[Outcome]:
    """Those of them for which it might be expected to apply, and has not said that it will not."""
    left = {each.outcome_id for each in said(a_round, authority)}
    known: QuerySet
    if a_round.needs_sign_up:
        known = SignUp.objects.filter(authority__in=calls.areas(authority))
    elif a_round.follows_id is not None:
        known = admission.admitting(at).filter(round=a_round.follows_id, authority=authority)
    else:
        return [outcome for outcome in possible(a_round, authority) if outcome.pk not in left]
    expected = set(known.values_list("outcome", flat=True))
    return [each for each in possible(a_round, authority) if each.pk in expected - left]
