"""What a sign-up says: from which figure to which, by when, by which measure, and who leads on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from outcomes.models import FormerTerms, Indicator, Outcome, SignUp

FIGURES = ("baseline", "baseline_year", "target", "target_year")
# What its council stands by when it confirms. The lead officer may change without that.
AGREED = ("measure", *FIGURES)


@dataclass(frozen=True)
class Terms:
    """The terms of a sign-up, whoever proposes them. Without a measure the outcome's own is meant."""

    baseline: Decimal | None = None
    baseline_year: int | None = None
    target: Decimal | None = None
    target_year: int | None = None
    lead_officer: str = ""
    measure: Indicator | None = None

    @classmethod
    def of(cls, sign_up: SignUp | FormerTerms) -> Terms:
        return cls(**{name: getattr(sign_up, name) for name in (*AGREED, "lead_officer")})

    def is_agreed_with(self, other: Terms) -> bool:
        """Do both say the same, whoever leads?"""
        return all(getattr(self, name) == getattr(other, name) for name in AGREED)

    def written(self, outcome: Outcome) -> dict[str, str]:
        """Each term in words, by its name; empty where there is none."""
        teller = self.measure or outcome
        return {
            "Measure": title_of(self.measure or outcome.measure),
            "Baseline": _in_year(teller, self.baseline, "in", self.baseline_year),
            "Target": _in_year(teller, self.target, "by", self.target_year),
            "Lead officer": self.lead_officer,
        }

    def changes(self, new: Terms, outcome: Outcome) -> Iterator[tuple[str, str, str]]:
        """What changes from these terms to new ones: the term, what it was, what it becomes."""
        before, after = self.written(outcome), new.written(outcome)
        for name, words in after.items():
            if words != before[name]:
                yield name, before[name] or "–", words or "–"


def title_of(measure: Indicator | None) -> str:
    return (measure.title or measure.code) if measure else ""


def _in_year(teller: Indicator | Outcome, value: Decimal | None, joined: str, year: int | None) -> str:
    """40% by 2011."""
    said = "" if value is None else teller.written(value)
    return f"{said} {joined} {year}".strip() if year else said
