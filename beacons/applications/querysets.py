"""Applications and who may know of them."""

from datetime import datetime
from typing import Any, Self

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery

from beacons.applications.statuses import HANDED_IN, STANDING, Status
from beacons.core.querysets import HouseQuerySet
from beacons.core.steps import Step
from beacons.directory.permissions import authority_ids, works_in_office
from beacons.rounds.models import Question, Stage
from beacons.rounds.timeline import reminder_due


class ApplicationQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """Its own authority sees all of it; staff once it is handed in. The panel reads it through its case."""
        if not user.is_authenticated:
            return self.none()
        known = Q(authority__in=authority_ids(user))
        if works_in_office(user):
            known |= Q(status__in=HANDED_IN)
        return self.filter(known)

    def led_by(self, user: Any) -> Self:
        """Applications of the authorities this person acts for."""
        return self.filter(authority__in=authority_ids(user))

    def handed_in(self) -> Self:
        return self.filter(status__in=HANDED_IN)

    def unfinished(self) -> Self:
        return self.filter(status__in=[Status.DRAFT, Status.CERTIFIED])

    def standing(self) -> Self:
        """Those that stand in the way of another for the same authority, outcome and category."""
        return self.filter(status__in=STANDING)

    def eligible(self) -> Self:
        return self.filter(status=Status.ELIGIBLE)

    # What the clock finds due

    def unfinished_after(self, at: datetime) -> Self:
        """Unfinished although their round no longer takes any: they lapse."""
        closed = Stage.objects.filter(round=OuterRef("round"), key=Stage.Key.APPLICATIONS).closed_at(at)
        return self.unfinished().filter(Exists(closed))

    def to_be_reminded(self, at: datetime) -> Self:
        """Unfinished, begun before the last reminder fell due, and not reminded since then."""
        due = Q(pk__in=[])
        stages = Stage.objects.filter(key=Stage.Key.APPLICATIONS, round__reminds=True).open_at(at)
        for stage in stages.select_related("round"):
            instant = reminder_due(stage.closes_on, at, stage.round.days_of_reminders)
            if instant is not None:
                unheard = Q(reminded_at__isnull=True) | Q(reminded_at__lt=instant)
                due |= Q(round=stage.round_id, drafted_at__lt=instant) & unheard
        return self.unfinished().filter(due)

    # What pages load

    def for_list(self) -> Self:
        return self.select_related("authority", "inherited_from", "outcome", "round", "category").order_by(
            "reference"
        )

    def with_sent_back(self) -> Self:
        """`sent_back`: is the last thing that happened to it that a certifier sent it back?"""
        happened = Step.objects.filter(subject_type=self.model._meta.label_lower, subject_id=OuterRef("pk"))
        last = happened.exclude(to_status="").order_by("-pk").values("step")[:1]
        return self.alias(last_step=Subquery(last)).annotate(
            sent_back=Q(status=Status.DRAFT) & Q(last_step="send_back")
        )

    def for_paper(self) -> Self:
        """With all that `applications/_paper.html` prints: questions, answers, money and partners."""
        partners = self.model._meta.get_field("partners").related_model.objects.select_related("authority")
        return self.for_list().prefetch_related(
            "answers", Prefetch("partners", queryset=partners), "round__questions"
        )

    def for_section(self) -> Self:
        """What a page needs on which questions are answered: no more, since many are open in the last minutes."""
        answers = self.model._meta.get_field("answers").related_model.objects.select_related("saved_by")
        questions = Question.objects.select_related("criterion").order_by("position", "pk")
        return self.for_list().prefetch_related(
            Prefetch("answers", queryset=answers),
            Prefetch("round__questions", queryset=questions),
            "round__stages",
        )

    def for_detail(self) -> Self:
        """The paper, its people, and the round's dates."""
        return (
            self.for_paper()
            .select_related("drafted_by", "certified_by", "submitted_by")
            .prefetch_related("round__stages")
        )

    # What staff may know of drafts: that they exist, and how complete they are

    def completeness(self) -> Any:
        """One dictionary for each unfinished application, without a word of what it says."""
        answered = Count("answers", filter=Q(answers__question__required=True) & ~Q(answers__text=""))
        return (
            self.unfinished()
            .order_by("authority__name", "reference")
            .values("reference", "status", council=F("authority__name"), about=F("outcome__title"))
            .annotate(answered=answered)
        )


class PartnerQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """A partner its own part; the bid's own authority, and staff once it is handed in, every part."""
        if not user.is_authenticated:
            return self.none()
        applications = self.model._meta.get_field("application").related_model
        seen = applications.objects.visible_to(user, at)
        return self.filter(Q(authority__in=authority_ids(user)) | Q(application__in=seen))


class AttachmentQuerySet(HouseQuerySet):
    def visible_to(self, user: Any, at: datetime) -> Self:
        """To whoever sees the application. The panel reads files through its case, and only scanned ones."""
        applications = self.model._meta.get_field("application").related_model
        seen = applications.objects.visible_to(user, at)
        return self.kept().filter(application__in=seen)

    def kept(self) -> Self:
        """Those that were not taken out again."""
        return self.filter(removed_at__isnull=True)
