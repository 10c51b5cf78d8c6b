"""Outcomes, who signed up to them, and the figures."""

from datetime import datetime
from typing import Any, Self

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Rank

from beacons.core.querysets import HouseQuerySet
from beacons.directory.models import Succession
from beacons.directory.permissions import authority_ids, works_in_office


class OutcomeQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Outcomes are public."""
        return self

    def with_cohort_size(self) -> Self:
        """The size of a cohort is the number of areas signed up; bodies that joined one are not counted again."""
        return self.annotate(
            cohort_size=Count("sign_ups", distinct=True, filter=Q(sign_ups__joins__isnull=True))
        )

    def for_list(self) -> Self:
        return self.with_cohort_size().select_related("national_indicator").order_by("-cohort_size", "title")

    def for_detail(self) -> Self:
        """With its indicators, and how many issues were stated; the page reads the whole cohort, and counts it there.

        `national_figures`: whether there are figures of its national indicator; for most there never were.
        """
        figures: Any = self.model._meta.get_field("national_indicator").related_model.values_held.rel
        held = figures.related_model._base_manager.filter(indicator=OuterRef("national_indicator"))
        return self.select_related("national_indicator", "measure").annotate(
            issue_count=self._issues_standing(), national_figures=Exists(held)
        )

    def ranked(self) -> Self:
        """By how many areas signed up, with what else is to be weighed when a round's outcomes are chosen."""
        return self.annotate(
            cohort_size=self._sign_ups(joins__isnull=True),
            confirmed_size=self._sign_ups(joins__isnull=True, confirmed_at__isnull=False),
            joined_size=self._sign_ups(joins__isnull=False),
            issue_count=self._issues_standing(),
            rank=Window(Rank(), order_by=F("cohort_size").desc()),
        ).order_by("-cohort_size", "title")

    def with_red_flags(self, user: Any, at: datetime) -> Self:
        """How many authorities have a red flag on each, as far as this person may know."""
        flags: Any = self.model._meta.get_field("flags").related_model
        red = flags.objects.visible_to(user, at).filter(colour=flags.Colour.RED).on_outer_outcome()
        return self.annotate(red_flags=_councils(red.order_by()))

    def _sign_ups(self, **which: Any) -> Coalesce:
        """How many sign-ups, without joining them: two joins would multiply each other."""
        sign_ups: Any = self.model._meta.get_field("sign_ups").related_model
        held = sign_ups.objects.filter(outcome=OuterRef("pk"), **which).order_by().values("outcome")
        return Coalesce(Subquery(held.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)

    def _issues_standing(self) -> Coalesce:
        issues: Any = self.model._meta.get_field("issues").related_model
        standing = issues.objects.standing().filter(outcome=OuterRef("pk")).order_by().values("outcome")
        return Coalesce(
            Subquery(standing.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0
        )


class IndicatorQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Indicators and their official figures are public."""
        return self

    def national(self) -> Self:
        return self.filter(kind=self.model.Kind.NATIONAL)

    def with_newest(self) -> Self:
        """Annotate `newest_year`, and `newest_count`: how many authorities have a figure of that year."""
        held = self.model.values_held.rel.related_model._base_manager.filter(indicator=OuterRef("pk"))
        newest = held.order_by("-year").values("year")[:1]
        counted = held.filter(year=OuterRef("newest_year")).order_by().values("year")
        return self.annotate(newest_year=Subquery(newest)).annotate(
            newest_count=Coalesce(
                Subquery(
                    counted.annotate(n=Count("pk")).values("n"),
                    output_field=IntegerField(),
                ),
                0,
            )
        )

    def for_list(self) -> Self:
        """What we hold figures of comes first, and what has no title last."""
        untitled = Case(When(title="", then=Value(1)), default=Value(0))
        return self.with_newest().order_by(F("newest_year").desc(nulls_last=True), untitled, "title", "code")

    def measured(self) -> Self:
        """Indicators for which we hold figures."""
        return self.exclude(kind=self.model.Kind.NATIONAL)


class IndicatorValueQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Official figures are public."""
        return self

    def latest(self) -> Self:
        """The newest value of each indicator for each authority."""
        newest = self.model._base_manager.filter(
            indicator=OuterRef("indicator"), authority=OuterRef("authority")
        ).order_by("-year")
        return self.filter(pk=Subquery(newest.values("pk")[:1]))

    def year_compared(self, indicator: Any) -> Subquery:
        """The year from which most of the newest figures are, as `outcomes.standing.year_compared` finds it."""
        newest = (
            self.filter(indicator=indicator).latest().order_by().values("year").annotate(held=Count("pk"))
        )
        return Subquery(newest.order_by("-held", "-year").values("year")[:1])

    def of_year_compared(self, indicator: Any) -> Self:
        """The figures of that year: those of one year can be compared."""
        return self.filter(indicator=indicator, year=self.year_compared(indicator))


class FigureImportQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Files of figures are the office's."""
        return self if works_in_office(user) else self.none()

    def for_list(self) -> Self:
        return self.select_related("checked_by", "carried_out_by").defer("packed")


class SupersededValueQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """What was published stays public when it is revised."""
        return self

    def for_list(self) -> Self:
        return self.select_related("authority").order_by("-superseded_on", "authority__name", "-year", "pk")


class SignUpQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Who signed up to what is in the published agreements."""
        return self

    def of_agreements(self) -> Self:
        """The areas' own sign-ups, without the bodies that joined one."""
        return self.filter(joins__isnull=True)

    def confirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=False)

    def unconfirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=True)

    def of_areas(self, area_ids: list[int]) -> Self:
        return self.filter(authority_id__in=area_ids)

    def for_list(self) -> Self:
        return self.select_related("authority", "authority__region", "outcome")


class IssueQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """What cohort members find hard is shared with everyone; what its council took back, while others say it."""
        return self if works_in_office(user) else self.heard()

    def heard(self) -> Self:
        """Issues that some council still says: its own, a supporter, or one whose words were merged into it."""
        merged = self.model._base_manager.filter(merged_into=OuterRef("pk"), withdrawn_at__isnull=True)
        supports = self._supports().filter(issue__in=self._tree(OuterRef(OuterRef("pk"))).values("pk"))
        return self.filter(Q(withdrawn_at__isnull=True) | Exists(supports) | Exists(merged))

    def standing(self) -> Self:
        """Issues that are still said, each once: neither withdrawn by all who said it nor merged into another."""
        return self.heard().filter(merged_into__isnull=True)

    def with_voices(self) -> Self:
        """Annotate `voices`: the councils that say it, each once, in its words or in those merged into it."""
        stated = self._tree(OuterRef("pk")).filter(withdrawn_at__isnull=True)
        twice = self._tree(OuterRef(OuterRef("pk"))).filter(
            withdrawn_at__isnull=True, authority=OuterRef("authority")
        )
        supported = self._supports().filter(
            ~Exists(twice), issue__in=self._tree(OuterRef(OuterRef("pk"))).values("pk")
        )
        return self.annotate(voices=_councils(stated) + _councils(supported))

    def by_voices(self) -> Self:
        """What most councils say first; of equals what was said first."""
        return self.with_voices().order_by("-voices", "stated_at", "pk")

    def containing(self, words: str) -> Self:
        """Issues in whose text, council or merged words each of these words stands."""
        found = self
        for word in words.split():
            merged = self.model._base_manager.filter(merged_into=OuterRef("pk"), text__icontains=word)
            found = found.filter(
                Q(text__icontains=word) | Q(authority__name__icontains=word) | Exists(merged)
            )
        return found

    def for_list(self) -> Self:
        return self.select_related("authority", "outcome").order_by("-stated_at", "pk")

    def _tree(self, root: Any) -> Any:
        """An issue and what was merged into it."""
        return self.model._base_manager.filter(Q(pk=root) | Q(merged_into=root)).order_by()

    def _supports(self) -> Any:
        return self.model._meta.get_field("supports").related_model._base_manager.order_by()


def _councils(rows: Any) -> Coalesce:
    """How many councils there are among these rows; no GROUP BY, so that none at all are counted as well."""
    counted = Func(F("authority"), function="COUNT", template="%(function)s(DISTINCT %(expressions)s)")
    counting = rows.annotate(councils=counted).values("councils")
    return Coalesce(Subquery(counting, output_field=IntegerField()), 0)


class FlagQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """A flag is known to staff, the region's coordinator and the authority itself, and never shown publicly.

        Whoever took an authority over knows its flags too.
        """
        if works_in_office(user):
            return self
        if not user.is_authenticated:
            return self.none()
        regions = [hat.region_id for hat in user.hats if hat.region_id]
        mine = authority_ids(user)
        known = Q(authority__in=mine) | Q(authority__region__in=regions)
        if mine:
            taken_over = Succession.objects.filter(successor__in=mine, carried_out_at__isnull=False)
            known |= Q(authority__in=taken_over.values("authority"))
        return self.filter(known)

    def on(self, outcome: Any) -> Self:
        """Flags that speak of an outcome: given to it, or to nothing else and on its subject."""
        about = Q(outcome=outcome)
        if outcome.flag_subject:
            about |= Q(outcome__isnull=True, subject__iexact=outcome.flag_subject)
        return self.filter(about)

    def on_outer_outcome(self) -> Self:
        """The same of the outcome in whose query this one stands."""
        on_subject = Q(outcome__isnull=True, subject__iexact=OuterRef("flag_subject")) & ~Q(subject="")
        return self.filter(Q(outcome=OuterRef("pk")) | on_subject)


class RegionObjectiveQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """What a partnership wants to reach is published."""
        return self


class HeadlineReportQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Everyone's public reports; one's own; and what colleagues share inside the council."""
        public = Q(sharing=self.model.Sharing.PUBLIC)
        if not user.is_authenticated:
            return self.filter(public)
        inside = Q(sharing=self.model.Sharing.COUNCIL, council__in=authority_ids(user))
        return self.filter(public | inside | Q(made_by=user))


class AgreementImportQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Files of agreements are the office's."""
        return self if works_in_office(user) else self.none()

    def for_list(self) -> Self:
        """Without what the files said, which may be thousands of rows."""
        return self.defer("rows", "lines").select_related("checked_by", "carried_out_by")

    def for_detail(self) -> Self:
        return self.defer("rows").select_related("checked_by", "carried_out_by")
