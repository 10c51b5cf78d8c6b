"""Applications and who may know of them."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, Self

from django.apps import apps
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from beacons.applications.statuses import HANDED_IN, STANDING, Status
from beacons.core import clock
from beacons.core.links import hash_of
from beacons.core.querysets import HouseQuerySet
from beacons.core.steps import Step
from beacons.core.workdays import last_noon
from beacons.directory.models import Role
from beacons.directory.permissions import authority_ids, has_role, runs_rounds, works_in_office
from beacons.rounds.models import Question, Stage

# What a sharing plan is kept in.
PLAN = ("planned_activities", "named_peers")
# Whom its pages name, and where its authority lies.
PEOPLE = ("drafted_by", "certifier_asked_by", "certified_by", "submitted_by", "authority__county")
# So long what was taken out of a bid is kept after its round's closing.
KEPT_AFTER_THE_CLOSING = timedelta(days=30)
# So long after it was handed in people are asked how many hours it took them.
HOURS_ASKED_FOR = timedelta(days=28)
# So often, at least, it is worked out anew how complete a draft is.
MEASURED_ONCE_IN = timedelta(hours=1)


def own(user: Any, prefix: str = "") -> Q:
    """Applications of the authorities that a person acts for, and a councillor's own; `prefix` leads to the application.

    What a councillor writes is no business of the council's officers.
    """
    councils = {f"{prefix}authority__in": authority_ids(user), f"{prefix}councillor__isnull": True}
    return Q(**councils) | Q(**{f"{prefix}councillor": user.pk})


class ApplicationQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Its own authority, or councillor, sees all of it; staff once it is handed in. The panel reads it through its case.

        The leader of a councillor's group certifies, and lead members of the LGA's board endorse: they read what they
        stand behind, the latter once it is handed in.
        """
        if not user.is_authenticated:
            return self.none()
        known = own(user)
        if works_in_office(user):
            known |= Q(status__in=HANDED_IN)
        for hat in user.groups_led:
            known |= Q(
                authority=hat.authority_id, political_group=hat.political_group, councillor__isnull=False
            )
        if has_role(user, Role.LEAD_MEMBER):
            known |= Q(status__in=HANDED_IN, round__endorsements_least__gt=0)
        return self.filter(known)

    def own_of(self, user: Any) -> Self:
        """Applications of the authorities this person acts for, and those this person wrote as a councillor."""
        return self.filter(own(user)) if user.is_authenticated else self.none()

    def led_by(self, user: Any) -> Self:
        """The same, and those of councillors whose group this person leads."""
        if not user.is_authenticated:
            return self.none()
        mine = own(user)
        for hat in user.groups_led:
            mine |= Q(
                authority=hat.authority_id, political_group=hat.political_group, councillor__isnull=False
            )
        return self.filter(mine)

    def to_endorse(self) -> Self:
        """Handed in to a round whose bids lead members stand behind, and not checked yet."""
        return self.filter(status=Status.SUBMITTED, round__endorsements_least__gt=0)

    def handed_in(self) -> Self:
        return self.filter(status__in=HANDED_IN)

    def to_ask_hours_of(self, user: Any, at: datetime) -> Self:
        """Handed in lately, with a hand of this person in it, who has not been asked yet how long it took."""
        worked = [
            self._rows_of(name).filter(application=OuterRef("pk"), **{by: user.pk})
            for name, by in (("details_versions", "saved_by"), ("hours_spent", "person"))
        ]
        texts, told = worked
        answers = self._rows_of("answers")
        versions = answers.model._meta.get_field("versions").related_model._base_manager
        wrote = versions.filter(answer__application=OuterRef("pk"), saved_by=user.pk)
        done = Step.objects.filter(
            subject_type=self.model._meta.label_lower, subject_id=OuterRef("pk"), by_id=user.pk
        )
        lately = self.led_by(user).handed_in().filter(submitted_at__gt=at - HOURS_ASKED_FOR)
        return lately.filter(Exists(texts) | Exists(wrote) | Exists(done), ~Exists(told))

    def _rows_of(self, name: str) -> Any:
        return self.model._meta.get_field(name).related_model._base_manager.all()

    def unfinished(self) -> Self:
        return self.filter(status__in=[Status.DRAFT, Status.CERTIFIED])

    def waiting_for_certifier(self) -> Self:
        """Drafts whose certifiers were asked, and have neither certified nor sent it back."""
        return self.filter(status=Status.DRAFT, certifier_asked_at__isnull=False)

    def standing(self) -> Self:
        """Those that stand in the way of another for the same authority, outcome and category."""
        return self.filter(status__in=STANDING)

    def eligible(self) -> Self:
        return self.filter(status=Status.ELIGIBLE)

    # What the clock finds due

    def closed_at(self, at: datetime) -> Self:
        """Those for which applications have closed: for their round, and for an authority that was given more time."""
        closed = Stage.objects.filter(round=OuterRef("round"), key=Stage.Key.APPLICATIONS).closed_at(at)
        return self.filter(Exists(closed), ~has_more_time(at))

    def unfinished_after(self, at: datetime) -> Self:
        """Unfinished although their round no longer takes them: they lapse."""
        return self.unfinished().closed_at(at)

    def to_measure(self, at: datetime) -> Self:
        """Drafts whose progress was never worked out, or that may have come further since: the longest unmeasured first.

        What was written may be saved a little later than it came. What others do (a partner confirms, a sign-up ends)
        leaves no mark here, so each is looked at once an hour.
        """
        measured = OuterRef("progress__measured_at") - clock.STRAGGLERS
        own = {"application": OuterRef("pk"), "saved_at__gt": measured}
        texts = [self.model._meta.get_field(name).related_model for name in ("answers", "details_versions")]
        changed = Q(*(Exists(model._base_manager.filter(**own)) for model in texts), _connector=Q.OR)
        done = Step.objects.filter(subject_type=self.model._meta.label_lower, subject_id=OuterRef("pk"))
        changed |= Q(Exists(done.filter(at__gt=measured)))
        long_ago = Q(progress__isnull=True) | Q(progress__measured_at__lte=at - MEASURED_ONCE_IN)
        return (
            self.unfinished()
            .filter(long_ago | changed)
            .order_by(F("progress__measured_at").asc(nulls_first=True), "pk")
        )

    # What pages load

    def for_list(self) -> Self:
        return self.select_related(
            "authority", "category", "councillor", "inherited_from", "outcome", "round"
        ).order_by("reference")

    def with_last_step(self) -> Self:
        """`last_step`: its last change of status, by which it knows whether it `was_sent_back`."""
        return self.annotate(last_step=last_step(self.model._meta.label_lower))

    def for_figures(self) -> Self:
        """With its figures, and who takes part."""
        return (
            self.for_partners()
            .select_related("authority__county", "authority__region")
            .prefetch_related("figures")
        )

    def for_partners(self) -> Self:
        """With who takes part, and the round's dates."""
        return self.for_list().prefetch_related(self._partners()).with_closing()

    def _partners(self) -> Prefetch:
        partners = self.model._meta.get_field("partners").related_model.objects
        return Prefetch("partners", queryset=partners.select_related("authority", "inherited_from"))

    def for_paper(self) -> Self:
        """With all that `applications/_paper.html` prints: questions, answers, figures, money, plan and partners."""
        return self._with_words().prefetch_related(*PLAN)

    def _with_words(self) -> Self:
        return self._with_long_lists().prefetch_related("attachments")

    def _with_long_lists(self) -> Self:
        answers = self.model._meta.get_field("answers").related_model.objects.select_related("saved_by")
        return (
            self.for_list()
            .select_related("carried_from")
            .prefetch_related(Prefetch("answers", queryset=answers), "figures", self._partners(), asked())
        )

    def for_section(self) -> Self:
        """What a page needs on which questions are answered: no more, since many are open in the last minutes.

        `figure_count`: how many figures it rests on. `carried_reference`: of its first phase, whose answers were carried
        over.
        """
        answers = self.model._meta.get_field("answers").related_model.objects.select_related("saved_by")
        return (
            self.select_related("authority", "councillor", "inherited_from", "outcome", "round")
            .annotate(figure_count=figure_count(), carried_reference=F("carried_from__reference"))
            .prefetch_related(Prefetch("answers", queryset=answers), asked())
            .with_own_closing()
        )

    def for_details(self) -> Self:
        """What the page of title, summary and lead officer shows; whether it can be withdrawn hangs on the whole plan."""
        return self.for_list().with_closing()

    def for_plan(self) -> Self:
        """What the page of the sharing plan shows."""
        return self.for_list().with_closing().prefetch_related(*PLAN, "round__expected_activities")

    def for_progress(self) -> Self:
        """With all on which it depends how complete it is."""
        return self._with_words().select_related("authority__county").with_closing().prefetch_related(*PLAN)

    def for_detail(self) -> Self:
        """Questions, answers and partners, its people, and when it closes; a page that shows more loads it besides."""
        return self._with_words().select_related(*PEOPLE).with_closing()

    def for_whole(self) -> Self:
        """For a page that shows all of it: without its short lists, which `whole.filled` brings together."""
        return self._with_long_lists().select_related(*PEOPLE).with_given_time()

    def with_given_time(self) -> Self:
        """`given_until`: the end of the time that its authority was given beyond the others; None if it was given none."""
        return self.annotate(given_until=given_until())

    def with_closing(self) -> Self:
        """With what says when each of them closes."""
        return self.with_given_time().prefetch_related(stages())

    def with_own_closing(self) -> Self:
        """The same for a page that asks for nothing else of its round's plan."""
        writing = Stage.objects.filter(key=Stage.Key.APPLICATIONS).order_by()
        return self.with_given_time().prefetch_related(Prefetch("round__stages", queryset=writing))


class PartnerQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """A partner its own part; the bid's own authority, and staff once it is handed in, every part."""
        if not user.is_authenticated:
            return self.none()
        applications = self.model._meta.get_field("application").related_model
        seen = applications.objects.visible_to(user, at)
        return self.filter(Q(authority__in=authority_ids(user)) | Q(application__in=seen))

    def of_people(self, user: Any) -> Self:
        """Parts of the authorities this person acts for, in bids that others lead."""
        return self.filter(authority__in=authority_ids(user))

    def to_be_answered(self) -> Self:
        """Parts in bids that are being written, and about which the partner was asked. Their closing is the bid's."""
        writing = [Status.DRAFT, Status.CERTIFIED]
        return self.filter(asked_at__isnull=False, application__status__in=writing)

    def opened_by(self, secret: str) -> Self:
        """The one whose link holds this secret."""
        return self.filter(secret_hash=hash_of(secret))

    def for_part(self) -> Self:
        """With what the page of one part shows."""
        return self.select_related(
            "authority",
            "inherited_from",
            "application__authority",
            "application__outcome",
            "application__round",
        ).prefetch_related("application__round__stages", "application__round__extensions")


# A bid of an abolished council keeps the time that council was given.
OF_ITS_AUTHORITY = Q(authority=OuterRef("authority")) | Q(authority=OuterRef("inherited_from"))


# Parts of queries that are the same for every page are put together once; a query takes a copy of its own.


@cache
def last_step(label: str) -> Subquery:
    """The last change of status of a row of the model that is called so."""
    happened = Step.objects.filter(subject_type=label, subject_id=OuterRef("pk"))
    return Subquery(happened.exclude(to_status="").order_by("-pk").values("step")[:1])


@cache
def given_until() -> Subquery:
    given = extensions().agreed().filter(OF_ITS_AUTHORITY, round=OuterRef("round")).order_by("-until")
    return Subquery(given.values("until")[:1])


@cache
def figure_count() -> Any:
    return counted(apps.get_model("applications", "EvidenceFigure")._base_manager.all())


def counted(rows: Any) -> Any:
    """How many of these belong to an application."""
    held = rows.filter(application=OuterRef("pk")).order_by().values("application")
    return Coalesce(Subquery(held.annotate(n=Count("pk")).values("n")), 0)


def extensions() -> Any:
    return apps.get_model("applications", "Extension").objects


def has_more_time(at: datetime) -> Exists:
    """Does an application's authority, or the one that began it, have more time that has not run out?"""
    return Exists(extensions().running(at).filter(OF_ITS_AUTHORITY, round=OuterRef("round")))


class ExtensionQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Whose it was is known to those who run rounds, and to the authority itself once it is agreed."""
        if runs_rounds(user):
            return self
        return self.agreed().filter(authority__in=authority_ids(user))

    def agreed(self) -> Self:
        return self.filter(agreed_at__isnull=False)

    def waiting(self) -> Self:
        """Asked for, and neither agreed nor refused."""
        return self.filter(agreed_at__isnull=True, refused_at__isnull=True)

    def running(self, at: datetime) -> Self:
        """Agreed, and not over: what it gives time for can still be written and handed in."""
        return self.agreed().filter(until__gt=at)

    def for_list(self) -> Self:
        return self.select_related("round", "authority", "asked_by", "agreed_by", "refused_by")


def stages() -> Prefetch:
    """A round's stages in their sequence, without asking for their round again to sort by it."""
    return Prefetch("round__stages", queryset=Stage.objects.order_by("position"))


def asked() -> Prefetch:
    """A round's questions, each with the criterion it counts for."""
    return Prefetch(
        "round__questions", queryset=Question.objects.select_related("criterion").order_by("position", "pk")
    )


class AttachmentQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """What is in an application, to whoever sees that; what was taken out of it, to its own people.

        The panel reads files through its case, and only scanned ones. What was deleted for good nobody sees.
        """
        if not user.is_authenticated:
            return self.none()
        applications = self.model._meta.get_field("application").related_model.objects
        inside = Q(removed_at__isnull=True, application__in=applications.visible_to(user, at))
        return self.not_erased().filter(inside | Q(application__in=applications.led_by(user)))

    def kept(self) -> Self:
        """Those that were not taken out again."""
        return self.filter(removed_at__isnull=True)

    def not_erased(self) -> Self:
        """Those whose bytes are there: in an application, or taken out of it."""
        return self.filter(erased_at__isnull=True)

    # What the clock finds due

    def to_scan(self, at: datetime) -> Self:
        """Nobody has looked for a virus in them; those that were tried come after those that were not."""
        waiting = Q(scan_not_before__isnull=True) | Q(scan_not_before__lte=at)
        unscanned = self.not_erased().filter(waiting, scan__in=["waiting", "not_set_up"])
        return unscanned.order_by(F("scan_not_before").asc(nulls_first=True), "added_at", "pk")

    def to_erase(self, at: datetime) -> Self:
        """Taken out, and nobody can put them back: their round has taken no applications for a while."""
        taken_out = self.not_erased().filter(removed_at__isnull=False)
        return taken_out.filter(
            application__round__stages__key=Stage.Key.APPLICATIONS,
            application__round__stages__closes_on__lte=last_noon(at - KEPT_AFTER_THE_CLOSING),
        )

    def to_let_go(self) -> Self:
        """Deleted, and their bytes still on the shelf, since whoever deleted them was cut off."""
        return self.filter(erased_at__isnull=False, stored_as__isnull=False)


class CommentQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Those who write the application, and nobody else, whatever becomes of it."""
        applications = self.model._meta.get_field("application").related_model
        return self.filter(application__in=applications.objects.own_of(user))

    def remarks(self) -> Self:
        """What somebody remarked of their own accord; answers stand below it."""
        return self.filter(thread__isnull=True)

    def open(self) -> Self:
        return self.remarks().filter(resolved_at__isnull=True)

    def for_list(self) -> Self:
        """Remarks and answers in their sequence, with who wrote, settled and reopened them."""
        people = ("written_by", "resolved_by", "reopened_by")
        named = (f"{person}__{part}" for person in people for part in ("name", "email"))
        own = (field.name for field in self.model._meta.concrete_fields)
        return self.select_related(*people).only(*own, *named).order_by("written_at", "pk")


class AbstentionQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Its own council, and staff."""
        if works_in_office(user):
            return self
        return self.filter(authority__in=authority_ids(user))

    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(taken_back_at__isnull=True)


class HoursQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Each person their own; everybody else sees sums alone."""
        return self.filter(person=user.pk) if user.is_authenticated else self.none()
