"""One authority's bid, with partners, on one outcome in one round."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from beacons.applications import budget as money
from beacons.applications import closings, content, evidence, kinds, paper, sharing
from beacons.applications.querysets import ApplicationQuerySet
from beacons.applications.statuses import HANDED_IN, STANDING, Status
from beacons.directory.models import COUNCIL_ROLES, Authority, Inherited, Role, User
from beacons.rounds.models import Category, Round
from outcomes.models import Outcome


class Application(Inherited):
    """A bid, drafted by officers of its lead authority and certified by a second person of it."""

    reference = models.CharField(max_length=20, unique=True)
    round = models.ForeignKey(Round, models.PROTECT, related_name="applications")
    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="applications")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="applications")
    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="applications", verbose_name="lead authority"
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    title = models.CharField(max_length=120)
    summary = models.TextField(
        "summary for the public", blank=True, help_text="Published if the application wins an award."
    )
    lead_officer = models.CharField(max_length=120, blank=True)
    # Of title, summary and lead officer; it grows with each save (`DetailsVersion`).
    details_version = models.PositiveIntegerField(default=0, editable=False)
    # The grant asked for under its four heads, partners' parts included; in whole pounds.
    develop = models.PositiveIntegerField("developing the practice", default=0)
    innovate = models.PositiveIntegerField("innovation", default=0)
    disseminate = models.PositiveIntegerField("dissemination", default=0)
    support = models.PositiveIntegerField("performance support", default=0)
    # What partners have of it, kept by a trigger from their rows. The rest is the lead authority's own.
    parts_develop = models.PositiveIntegerField(default=0, editable=False)
    parts_innovate = models.PositiveIntegerField(default=0, editable=False)
    parts_disseminate = models.PositiveIntegerField(default=0, editable=False)
    parts_support = models.PositiveIntegerField(default=0, editable=False)
    # What it promises others, with its planned activities and named peers; the grant's sector-wide outcomes.
    authorities_to_help = models.PositiveSmallIntegerField("authorities it will help", null=True, blank=True)
    struggling_to_help = models.PositiveSmallIntegerField("of them struggling", null=True, blank=True)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    # Who asked those who certify to do so, until somebody has, or has sent it back.
    certifier_asked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    certifier_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    certified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    certified_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    content_hash = models.CharField("SHA-256 of what was certified", max_length=64, blank=True)
    # A councillor who applies for themselves (Next Generation), and their political group.
    councillor = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="own_applications"
    )
    political_group = models.CharField(max_length=80, blank=True)
    # In a second phase: the application of the first whose award opened it, and whose words it began with.
    carried_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="carried_on"
    )
    # A whole-area bid (Total Place, community budgets) shows what each partner puts into a pooled budget.
    is_whole_area = models.BooleanField("a whole-area application", default=False)
    pooled = models.PositiveIntegerField("what the lead authority puts into the pooled budget", default=0)

    objects = ApplicationQuerySet.as_manager()

    # Until when its authority was given time, where `with_given_time` asked.
    given_until: datetime | None
    # Which of its areas, and of its partners', are signed up to its outcome, where `whole.filled` asked.
    areas_signed_up: set[int] | None = None
    # What was done to it since it was sent back, by the names of steps, where `whole.filled` asked.
    done_since_sent_back: Iterable[str] = ()
    # By `with_last_step()`.
    last_step: str | None = None
    # By `for_section()`.
    carried_reference: str | None

    class Meta:
        indexes = [
            # Whether a council has begun is asked of each that is expected: some two thousand times for one page.
            models.Index(fields=["round", "authority", "outcome"], name="application_of_a_council"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "authority", "outcome", "category"],
                condition=Q(
                    status__in=STANDING,
                    category__isnull=False,
                    inherited_from__isnull=True,
                    councillor__isnull=True,
                ),
                name="application_once_in_category",
                violation_error_message="This authority has an application for this outcome and category already.",
            ),
            models.UniqueConstraint(
                fields=["round", "authority", "outcome"],
                condition=Q(
                    status__in=STANDING,
                    category__isnull=True,
                    inherited_from__isnull=True,
                    councillor__isnull=True,
                ),
                name="application_once",
                violation_error_message="This authority has an application for this outcome already.",
            ),
            # Beside its own, a successor keeps what each of the councils that it took over had.
            models.UniqueConstraint(
                fields=["round", "inherited_from", "outcome", "category"],
                condition=Q(
                    status__in=STANDING,
                    category__isnull=False,
                    inherited_from__isnull=False,
                    councillor__isnull=True,
                ),
                name="application_once_in_category_of_a_predecessor",
            ),
            models.UniqueConstraint(
                fields=["round", "inherited_from", "outcome"],
                condition=Q(
                    status__in=STANDING,
                    category__isnull=True,
                    inherited_from__isnull=False,
                    councillor__isnull=True,
                ),
                name="application_once_of_a_predecessor",
            ),
            models.UniqueConstraint(
                fields=["round", "councillor"],
                condition=Q(status__in=STANDING, councillor__isnull=False),
                name="application_once_of_a_councillor",
                violation_error_message="You have an application in this round already.",
            ),
            models.CheckConstraint(
                condition=Q(councillor__isnull=True, political_group="")
                | (Q(councillor__isnull=False) & ~Q(political_group="")),
                name="application_of_a_councillor_names_the_group",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["submitted", "eligible", "ineligible", "closed"])
                | Q(submitted_at__isnull=False, certified_at__isnull=False),
                name="application_handed_in_has_its_instants",
            ),
            models.CheckConstraint(
                condition=Q(struggling_to_help__isnull=True)
                | Q(authorities_to_help__isnull=True)
                | Q(struggling_to_help__lte=models.F("authorities_to_help")),
                name="application_struggling_among_helped",
                violation_error_message="The struggling authorities are among those helped, so there cannot be more.",
            ),
            models.CheckConstraint(
                condition=Q(certified_by__isnull=True) | ~Q(certified_by=models.F("drafted_by")),
                name="application_certified_by_a_second_person",
                violation_error_message="An application is certified by somebody other than the person who began it.",
            ),
            models.CheckConstraint(
                condition=Q(
                    parts_develop__lte=models.F("develop"),
                    parts_innovate__lte=models.F("innovate"),
                    parts_disseminate__lte=models.F("disseminate"),
                    parts_support__lte=models.F("support"),
                ),
                name="application_parts_within_its_heads",
                violation_error_message="The partners' parts would come to more than the grant asked for.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.authority}"

    def get_absolute_url(self) -> str:
        return reverse("application_detail", args=[self.reference])

    @property
    def applicant(self) -> str:
        """Who applies: the authority, or a councillor of it."""
        return (
            f"Councillor {self.councillor}, {self.authority}" if self.councillor_id else str(self.authority)
        )

    @property
    def aim(self) -> str:
        """What it is about: the outcome and, where its round has categories, the category."""
        return f"{self.outcome}, {self.category}" if self.category_id else str(self.outcome)

    def people(self, *roles: str) -> Any:
        """Who writes it and who certifies it, as a queryset: officers and certifiers, or the councillor and the leader.

        Of these only some, if roles are named: `Role.DRAFTER` who writes, `Role.CERTIFIER` who certifies.
        """
        if self.councillor_id is None:
            return User.objects.of_authority(self.authority_id, *roles)
        wanted = roles or COUNCIL_ROLES
        found = Q(pk__in=[])
        if Role.DRAFTER in wanted:
            found |= Q(pk=self.councillor_id, is_active=True)
        if Role.CERTIFIER in wanted:
            leaders = User.objects.leading_group(self.authority_id, self.political_group)
            found |= Q(pk__in=leaders.values("pk"))
        return User.objects.filter(found)

    def certifiers(self) -> Any:
        """Those who can certify it, as a queryset: not the person who began it."""
        return self.people(Role.CERTIFIER).exclude(pk=self.drafted_by_id)

    @property
    def requested(self) -> int:
        """The four heads together, in pounds."""
        return self.develop + self.innovate + self.disseminate + self.support

    @property
    def shared(self) -> int:
        """What goes into dissemination and support, in pounds."""
        return self.disseminate + self.support

    @property
    def shared_percent(self) -> int:
        """That share in whole per cent, rounded down, so that 39.9 is never shown as enough."""
        return self.shared * 100 // self.requested if self.requested else 0

    @property
    def budget(self) -> money.Budget:
        """Its money body by body, from partners that are loaded."""
        return money.of(self)

    @cached_property
    def closes_at(self) -> datetime:
        """The instant from which nothing more can be written or handed in: the round's, or later by an extension."""
        # Where many are shown, `with_closing` has found it for all of them.
        if not hasattr(self, "given_until"):
            authorities = (self.authority_id, self.inherited_from_id)
            self.given_until = closings.given_until(self.round, authorities)
        return closings.later(self.round, self.given_until)

    @property
    def has_more_time(self) -> bool:
        """Was its authority given longer than the others?"""
        return self.closes_at > closings.of_round(self.round)

    @property
    def earlier_details(self) -> int:
        """How many versions of title, summary and lead officer were saved before those that stand."""
        return max(0, self.details_version - 1)

    @property
    def is_unfinished(self) -> bool:
        return self.status in (Status.DRAFT, Status.CERTIFIED)

    @property
    def was_sent_back(self) -> bool:
        """Is the last thing that happened to it that a certifier sent it back? Of one with its `last_step`."""
        return self.status == Status.DRAFT and self.last_step == "send_back"

    @property
    def is_handed_in(self) -> bool:
        return self.status in HANDED_IN

    @cached_property
    def sections(self) -> list[paper.Section]:
        """The round's questions by section, each with its answer."""
        questions = list(self.round.questions.all())
        asks_for_files = any(question.kind == kinds.FILE for question in questions)
        return paper.sections(questions, self.answers.all(), self.files if asks_for_files else ())

    @property
    def files(self) -> list[Any]:
        """The files that go with it; not those that were taken out again."""
        return [held for held in self.attachments.all() if held.removed_at is None]

    @property
    def files_of_the_whole(self) -> list[Any]:
        """Those that answer no question of their own."""
        return [held for held in self.files if held.question_id is None]

    @cached_property
    def evidence(self) -> list[evidence.Evidence]:
        """The figures it rests on: as they were when it was certified, or else as they stand now."""
        return evidence.of(self)

    @cached_property
    def submission(self) -> Any:
        """The `Submission` that counts: the last one, while the application is handed in; else None."""
        return self._counting("submitted_by", "certification__certified_by")

    @cached_property
    def handed_in(self) -> Any:
        """The same for those who read what it says, and not who signed and sent it."""
        return self._counting("certification")

    def _counting(self, *relations: str) -> Any:
        if not self.is_handed_in:
            return None
        return self.submissions.select_related(*relations).order_by("-number").first()

    def canonical(self) -> bytes:
        """What it says now, as bytes that anybody can hash again."""
        return content.canonical(self)

    @cached_property
    def open_comments(self) -> Counter[int | None]:
        """{question, None for the application as a whole: how many comments of colleagues are open}."""
        return Counter(self.comments.open().order_by().values_list("question", flat=True))

    @cached_property
    def plan(self) -> sharing.Plan:
        """What it will do for others if it wins."""
        return sharing.plan_of(self)

    def fingerprint(self) -> str:
        """SHA-256 of what it says now."""
        return content.fingerprint(self)
