"""Rankings as they stood, and the portfolios worked out from them."""

from typing import Any

from django.db import models
from django.utils.functional import cached_property

from beacons.core import guards
from beacons.rounds.models import Round
from panel.models.cases import Case
from panel.querysets.rankings import RankingQuerySet, RankingRowQuerySet


class Ranking(models.Model):
    """A round's ranking as it stood, among the cases that are not hidden from a member. It is never changed.

    `inputs` is a digest of what it rests on; `facts` says what holds for the panel as a whole (`reckoning`).
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="rankings")
    hidden = models.JSONField("cases left out")
    hidden_key = models.CharField(max_length=64)
    inputs = models.CharField(max_length=64)
    method = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    facts = models.JSONField()

    objects = RankingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "inputs"], name="ranking_once")]
        indexes = [models.Index(fields=["round", "hidden_key"], name="ranking_of_same_cases")]

    def __str__(self) -> str:
        return f"{self.round}: ranking of {self.made_at:%d %B %Y %H:%M}"


guards.unchanged(Ranking)


class RankingRow(models.Model):
    """Where one case stands: by raw marks first, and beside them by what calibration makes of them."""

    class Zone(models.TextChoices):
        ABOVE = "above", "Above the line"
        WITHIN = "within", "Too close to call"
        BELOW = "below", "Below the line"

    ranking = models.ForeignKey(Ranking, models.CASCADE, related_name="rows")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    outcome = models.ForeignKey("outcomes.Outcome", models.CASCADE, related_name="+")
    # In the order of raw marks and of expected ranks, from nought.
    position = models.PositiveIntegerField()
    place = models.PositiveIntegerField()
    rank = models.PositiveIntegerField(null=True)
    needs_reason = models.BooleanField()
    parted_by = models.CharField(max_length=200, blank=True)
    shown = models.DecimalField("score", max_digits=4, decimal_places=1, null=True)
    lowest = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    highest = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    spread = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    requested = models.PositiveIntegerField()
    fails = models.BooleanField("below a least mark")
    to_discuss = models.BooleanField()
    # By criterion, in their order: mean as shown, lowest, highest, are they apart, is it below the least.
    criteria = models.JSONField()
    calibrated = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    deviation = models.FloatField(null=True)
    expected_rank = models.FloatField(null=True)
    best = models.PositiveIntegerField(null=True)
    worst = models.PositiveIntegerField(null=True)
    zone = models.CharField(max_length=6, choices=Zone, blank=True)
    chance = models.FloatField("chance that the pot reaches it", null=True)

    objects = RankingRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ranking", "position"], name="ranking_row_position"),
            models.UniqueConstraint(fields=["ranking", "place"], name="ranking_row_place"),
            models.UniqueConstraint(fields=["ranking", "case"], name="ranking_row_case"),
        ]

    def __str__(self) -> str:
        return f"{self.case}: row of a ranking"

    @property
    def own_scores(self) -> str:
        """The span of the readers' own scores, in words."""
        return "–" if self.lowest is None else f"{self.lowest} to {self.highest}"

    @property
    def ranks(self) -> str:
        """The ranks between which it lies with one half's chance, in words."""
        if self.best is None:
            return "–"
        return f"{self.best}" if self.best == self.worst else f"{self.best} to {self.worst}"

    @cached_property
    def on_criteria(self) -> list[dict[str, Any]]:
        """By criterion: the mean as shown, and what is to note of it."""
        told = []
        for shown, lowest, highest, is_apart, fails in self.criteria:
            notes = (["too low"] if fails else []) + ([f"{lowest} to {highest}"] if is_apart else [])
            told.append({"shown": shown or "–", "notes": notes})
        return told

    @property
    def is_apart(self) -> bool:
        """Are its readers two points apart on a criterion, or more?"""
        return any(is_apart for _, _, _, is_apart, _ in self.criteria)


guards.unchanged(RankingRow)


class Portfolio(models.Model):
    """What the pot could pay for by one ranking, under certain minima: advice, worked out once (`options`)."""

    ranking = models.ForeignKey(Ranking, models.CASCADE, related_name="portfolios")
    # The fewest of each region and outcome, by its name.
    least = models.JSONField()
    least_key = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    facts = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ranking", "least_key"], name="portfolio_once")]

    def __str__(self) -> str:
        return f"{self.ranking}: what the pot could pay for"


guards.unchanged(Portfolio)
