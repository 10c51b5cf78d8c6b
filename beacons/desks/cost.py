"""The cost ledger of a round: hours and pounds for each application, assessment and authority reached."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import pluralize
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from beacons.applications.models import Application, HoursSpent, Work
from beacons.core import exports
from beacons.core.templatetags.govuk import pounds
from beacons.core.views import download
from beacons.core.workdays import day_in_london
from beacons.desks import control, ledger, old_scheme
from beacons.desks.ledger import Hours, Told
from beacons.desks.old_scheme import Known
from beacons.desks.permissions import OfficeOnly, may_enter_office
from beacons.directory.models import Authority
from beacons.rounds.models import Round
from grants.dissemination.models import Adoption, Booking
from grants.dissemination.statuses import AdoptionStatus
from panel.models import Announcement, Assessment

TOO_FEW = "Not shown yet: fewer than five people have told"
UNKNOWN = "Not known yet"
INCOMPLETE = "Not known while one of the figures above is missing"
COLUMNS = ("What", "Hours", "Pounds", "How it is known", "The old scheme", "Source")


@dataclass(frozen=True)
class Line:
    """A line of the ledger: hours and pounds where they are known, how, and the same of the old scheme."""

    what: str
    hours: Decimal | None
    pounds: Decimal | None
    basis: str
    old: Known

    @property
    def hours_shown(self) -> str:
        return "–" if self.hours is None else f"{self.hours:,.1f}"

    @property
    def pounds_shown(self) -> str:
        return "–" if self.pounds is None else pounds(self.pounds)


@dataclass(frozen=True)
class Fact:
    """Something else than hours, beside the same of the old scheme."""

    what: str
    here: str
    old: Known


@dataclass
class Ledger:
    """One round's, worked out afresh. A fixed number of queries; each person's hours are added up at once."""

    round: Round
    at: datetime

    @cached_property
    def told(self) -> dict[str, list[Told]]:
        """The answers that count, by the work they are about."""
        found: dict[str, list[Told]] = {Work.APPLYING: [], Work.ASSESSING: []}
        answers = HoursSpent.objects.filter(round=self.round, hours__isnull=False).values_list(
            "work", "person", "application", "application__authority__kind", "hours", "told_at"
        )
        for work, person, application, kind, hours, at in answers:
            group = str(Authority.Kind(kind).label) if kind else ""
            found[work].append(Told(person, application or 0, group, hours, at))
        return {work: ledger.countable(told) for work, told in found.items()}

    @cached_property
    def handed_in(self) -> int:
        return Application.objects.filter(round=self.round).handed_in().count()

    @cached_property
    def lodged(self) -> dict[int, int]:
        """{member: papers lodged}."""
        sheets = Assessment.objects.filter(case__application__round=self.round).lodged().order_by()
        counted = sheets.values("appointment__user").annotate(number=Count("pk"))
        return {row["appointment__user"]: row["number"] for row in counted}

    @cached_property
    def reached(self) -> int:
        """Authorities that booked a place, or took up a practice, of the round's holders."""
        booked = Booking.objects.filter(activity__grant__round=self.round).standing().order_by()
        adopted = Adoption.objects.filter(practice__grant__round=self.round).order_by()
        adopted = adopted.exclude(status=AdoptionStatus.GIVEN_UP)
        return booked.values("authority").union(adopted.values("authority")).count()

    @cached_property
    def money(self) -> dict[str, Any]:
        return control.money(self.round)

    @property
    def has_gaps(self) -> bool:
        """Does a figure stand as a dash?"""
        return any(None in (line.hours, line.pounds) for line in self.lines)

    @cached_property
    def applying(self) -> Hours | None:
        return ledger.added_up(self.told[Work.APPLYING])

    @cached_property
    def kinds(self) -> list[tuple[str, Hours]]:
        return ledger.by_group(self.told[Work.APPLYING])

    @cached_property
    def assessing(self) -> Hours | None:
        """The things are papers, of those members who told."""
        told = self.told[Work.ASSESSING]
        total = ledger.added_up(told)
        papers = sum(self.lodged.get(person, 0) for person in {each.person for each in told})
        return Hours(total.people, papers, total.hours) if total and papers else None

    # Hours of all, where what those who told says is taken for the rest

    @cached_property
    def all_applying(self) -> Decimal | None:
        return self.applying.each * self.handed_in if self.applying else None

    @cached_property
    def all_assessing(self) -> Decimal | None:
        return self.assessing.each * sum(self.lodged.values()) if self.assessing else None

    @property
    def office(self) -> Decimal | None:
        return None if self.round.office_hours is None else Decimal(self.round.office_hours)

    @property
    def all_hours(self) -> Decimal | None:
        return total(self.all_applying, self.all_assessing, self.office)

    @property
    def all_pounds(self) -> Decimal | None:
        a_round = self.round
        return total(
            times(self.all_applying, a_round.hour_rate_council),
            times(self.all_assessing, a_round.hour_rate_panel),
            times(self.office, a_round.hour_rate_office),
        )

    @cached_property
    def lines(self) -> list[Line]:
        a_round, papers = self.round, sum(self.lodged.values())
        applying = self.applying.each if self.applying else None
        assessing = self.assessing.each if self.assessing else None
        for_each = over(self.all_assessing, self.handed_in)
        paid = Decimal(self.money["approved"])
        return [
            Line(
                "An application, at the council",
                applying,
                times(applying, a_round.hour_rate_council),
                told_by(self.applying, "application", self.handed_in),
                old_scheme.HOURS_OF_AN_APPLICATION,
            ),
            Line(
                "An assessment of one paper",
                assessing,
                times(assessing, a_round.hour_rate_panel),
                told_by(self.assessing, "paper", papers),
                old_scheme.HOURS_OF_AN_ASSESSMENT,
            ),
            Line(
                "An application, on the panel",
                for_each,
                times(for_each, a_round.hour_rate_panel),
                f"{papers} paper{pluralize(papers)} on {applications(self.handed_in)}",
                old_scheme.HOURS_OF_AN_ASSESSMENT,
            ),
            Line(
                "An application, in the office",
                over(self.office, self.handed_in),
                times(over(self.office, self.handed_in), a_round.hour_rate_office),
                "The office’s own reckoning, over all applications"
                if self.office is not None
                else "The office has not entered its hours yet",
                old_scheme.HOURS_OF_AN_ASSESSMENT,
            ),
            Line(
                "An application, all together",
                over(self.all_hours, self.handed_in),
                over(self.all_pounds, self.handed_in),
                "Council, panel and office" if self.all_hours is not None else INCOMPLETE,
                old_scheme.HOURS_OF_AN_APPLICATION,
            ),
            Line(
                "An authority reached, by all that work",
                over(self.all_hours, self.reached),
                over(self.all_pounds, self.reached),
                f"{self.reached} reached: booked a place, or took up a practice"
                if self.all_hours is not None
                else INCOMPLETE,
                old_scheme.COST_OF_REACHING,
            ),
            Line(
                "An authority reached, by that work and the grants paid so far",
                None,
                over(total(self.all_pounds, paid), self.reached),
                f"{pounds(paid)} of grants approved for payment",
                old_scheme.COST_OF_REACHING,
            ),
        ]

    @cached_property
    def facts(self) -> list[Fact]:
        """What else can be set beside the old scheme."""
        plan = self.round.plan
        stage = {each.key: each for each in plan}
        announced = Announcement.objects.filter(round=self.round).values_list("at", flat=True).first()
        known = announced is not None and announced <= self.at
        applied = stage.get("applications")
        return [
            Fact(
                "From the first day to the end of dissemination",
                f"{(plan[-1].closes_on - plan[0].opens_on).days} days" if plan else UNKNOWN,
                old_scheme.YEARS,
            ),
            Fact(
                "Days to apply",
                f"{(applied.closes_on - applied.opens_on).days} days" if applied else UNKNOWN,
                old_scheme.DAYS_TO_APPLY,
            ),
            Fact(
                "From the first day to the awards",
                f"{(day_in_london(announced) - plan[0].opens_on).days} days" if known and plan else UNKNOWN,
                old_scheme.DAYS_TO_AWARD,
            ),
            Fact("Applications", f"{self.handed_in:,} submitted", old_scheme.APPLICATIONS),
            Fact(
                "The panel",
                in_pounds(times(self.all_assessing, self.round.hour_rate_panel), "of reading and marking"),
                old_scheme.PANEL,
            ),
            Fact("Grants", f"{pounds(self.money['granted'])} granted", old_scheme.GRANTS),
        ]


# Small things: whatever rests on something unknown is unknown itself


def times(hours: Decimal | None, rate: int) -> Decimal | None:
    return None if hours is None else hours * rate


def over(amount: Decimal | None, number: int) -> Decimal | None:
    return amount / number if amount is not None and number else None


def total(*amounts: Decimal | None) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def in_pounds(amount: Decimal | None, words: str) -> str:
    return UNKNOWN if amount is None else f"{pounds(amount)} {words}"


def applications(number: int) -> str:
    return f"{number:,} application{pluralize(number)}"


def told_by(hours: Hours | None, noun: str, whole: int) -> str:
    """How it is known."""
    if hours is None:
        return TOO_FEW
    return f"Told by {hours.people} people on {hours.things:,} {noun}{pluralize(hours.things)} of {whole:,}"


# Pages


def ledger_for(request: HttpRequest, slug: str) -> Ledger:
    known = Round.objects.visible_to(request.user, request.at).with_plan()
    return Ledger(get_object_or_404(known, slug=slug), request.at)


class CostLedger(OfficeOnly, TemplateView):
    template_name = "desks/cost_ledger.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        found = ledger_for(self.request, self.kwargs["slug"])
        return super().get_context_data(ledger=found, round=found.round, least=ledger.LEAST, **context)


@require_safe
@login_required
def cost_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a table to take away."""
    if not may_enter_office(request.user):
        raise PermissionDenied
    return download(exports.csv_bytes(COLUMNS, cells(ledger_for(request, slug))), f"cost-{slug}.csv")


def cells(found: Ledger) -> Iterator[tuple[Any, ...]]:
    for line in found.lines:
        yield (
            line.what,
            rounded(line.hours, 1),
            rounded(line.pounds, 0),
            line.basis,
            line.old.words,
            line.old.source,
        )
    for name, hours in found.kinds:
        rate = found.round.hour_rate_council
        basis = f"Told by {hours.people} people on {applications(hours.things)}"
        yield (
            f"An application, at the council: {name}",
            rounded(hours.each, 1),
            rounded(hours.each * rate, 0),
            basis,
            "",
            "",
        )
    for fact in found.facts:
        yield fact.what, None, None, fact.here, fact.old.words, fact.old.source


def rounded(amount: Decimal | None, places: int) -> Decimal | None:
    return None if amount is None else round(amount, places)
