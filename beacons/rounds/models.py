"""A programme's rounds: outcomes, dates, criteria, questions and pot; never longer than its limit."""

from datetime import date, datetime
from functools import cached_property

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from beacons.core import guards, workdays
from beacons.core.fields import MonthsLater
from beacons.directory.models import Authority, User
from beacons.rounds import timeline
from beacons.rounds.activities import ActivityKind, counted
from beacons.rounds.presets import ANY, COHORT, COUNCILLORS, FIRST_PHASE, PRESETS, Preset
from beacons.rounds.presets.shape import STATEMENTS
from beacons.rounds.querysets import InvitationQuerySet, RoundQuerySet, StageQuerySet
from outcomes.models import Issue, Outcome

MARKS = range(6)
# In pounds, unless a round says otherwise.
HOUR_AT_A_COUNCIL, HOUR_OF_AN_ASSESSOR = 35, 50


class Programme(models.Model):
    """The kind of round. Its presets are data (`presets.py`); this row is what rounds point at."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


def real_days(words: str) -> None:
    """The validator of days before a closing."""
    try:
        timeline.read_days(words)
    except timeline.DaysError as error:
        raise ValidationError(str(error)) from error


class Round(models.Model):
    """One running of a programme, from the choice of outcomes to the end of dissemination."""

    class OpenTo(models.TextChoices):
        COHORT = COHORT, "Councils signed up to one of its outcomes, with their districts and partners"
        ANY = ANY, "Every council, fire, police and park authority"
        FIRST_PHASE = FIRST_PHASE, "Those awarded in its first phase"
        COUNCILLORS = COUNCILLORS, "Councillors, each for themselves"

    # The preset from which it was set up.
    kind = models.CharField(max_length=40, blank=True, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rounds")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    outcomes = models.ManyToManyField(Outcome, related_name="rounds")
    outcomes_reason = models.TextField("why these outcomes", blank=True)
    open_to = models.CharField("who may apply", max_length=12, choices=OpenTo, default=OpenTo.COHORT)
    starts_on = models.DateField("day 0")
    limit_months = models.PositiveSmallIntegerField(
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(18)],
        help_text="Calendar months from day 0 within which the last stage must end.",
    )
    # Kept by a trigger from the stages, so that no way of writing a stage gets round the limit.
    ends_on = models.DateField(null=True, blank=True, editable=False)
    pot = models.PositiveIntegerField(help_text="All the grants of the round together, in pounds.")
    # Kept by a trigger from the grants that stand.
    granted = models.PositiveIntegerField(default=0, editable=False)
    grant_least = models.PositiveIntegerField("smallest grant", default=40_000)
    grant_most = models.PositiveIntegerField("largest grant", default=250_000)
    shared_least = models.PositiveSmallIntegerField(
        "least share for dissemination and support (per cent)",
        default=40,
        validators=[MaxValueValidator(100)],
    )
    assessors_each = models.PositiveSmallIntegerField(
        "assessors for each application", default=3, validators=[MinValueValidator(2)]
    )
    # The sector-wide outcomes that come with each grant: a bid may promise more, not fewer.
    authorities_to_help = models.PositiveSmallIntegerField(
        "authorities that each holder helps, at least", default=12, validators=[MinValueValidator(1)]
    )
    struggling_to_help = models.PositiveSmallIntegerField("of them struggling, at least", default=3)
    asks_for_a_plan = models.BooleanField(
        "each application plans how it will share",
        default=False,
        help_text="Its plan begins with the activities expected below, and is the grant’s plan if it wins.",
    )
    reminds = models.BooleanField("remind councils before sign-up and applications close", default=True)
    reminder_days = models.CharField(
        "working days before sign-up closes",
        max_length=40,
        default=timeline.in_days(timeline.REMINDERS),
        validators=[real_days],
        help_text="On which those who have something left to do are written to, at noon: 5, 2, 1.",
    )
    application_reminder_days = models.CharField(
        "working days before applications close",
        max_length=40,
        default=timeline.in_days(timeline.APPLICATION_REMINDERS),
        validators=[real_days],
        help_text="On which those who have not begun, finished, certified or submitted are written to, at noon.",
    )
    # The second phase of a programme with two opens only to those awarded in the first; both keep one limit.
    follows = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="second_phase", verbose_name="first phase"
    )
    # Day 0 of the first phase, from which the limit of both is counted. Kept by a trigger.
    first_began_on = models.DateField(null=True, blank=True, editable=False)
    # When a grant is paid and reported on. What the first two parts leave is paid after the closing return.
    paid_on_signature = models.PositiveSmallIntegerField(
        "paid on signature (per cent)", default=40, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    paid_after_middle = models.PositiveSmallIntegerField(
        "paid after the mid-point return (per cent)",
        default=40,
        validators=[MaxValueValidator(99)],
        help_text="What then remains is paid after the closing return.",
    )
    middle_return_at = models.PositiveSmallIntegerField(
        "mid-point return due (per cent of spreading)",
        null=True,
        blank=True,
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="50: half-way through the stage. Left empty, no mid-point return is asked for.",
    )
    closing_return_at = models.PositiveSmallIntegerField(
        "closing return due (per cent of the close)",
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    days_to_accept = models.PositiveSmallIntegerField(
        "days to accept an offer", default=7, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    reserve_days = models.PositiveSmallIntegerField(
        "days of spreading that a reserve needs",
        default=120,
        help_text="A reserve is offered a grant only while so many days of spreading and closing remain.",
    )
    cluster_least = models.PositiveSmallIntegerField(
        "authorities that apply together at least",
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text="With the lead authority: 1 lets it apply alone, 3 asks for two partners that are authorities.",
    )
    endorsements_least = models.PositiveSmallIntegerField(
        "endorsements that an application needs",
        default=0,
        validators=[MaxValueValidator(10)],
        help_text="By lead members of the LGA's board, before it is found eligible.",
    )
    files_most = models.PositiveSmallIntegerField(
        "files with one application at most",
        default=3,
        validators=[MaxValueValidator(10)],
        help_text="None to ten. Those that answer a question of the kind “file” count too.",
    )
    file_megabytes = models.PositiveSmallIntegerField(
        "size of a file at most (MB)", default=5, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    figures_least = models.PositiveSmallIntegerField("evidence figures at least", default=0)
    figures_most = models.PositiveSmallIntegerField(
        "evidence figures at most", default=8, validators=[MaxValueValidator(12)]
    )
    # What the cost ledger reckons an hour at.
    hour_rate_council = models.PositiveSmallIntegerField(
        "an hour at a council (£)",
        default=HOUR_AT_A_COUNCIL,
        help_text="An assumption, no measurement: a salary of £43,000 with 30 per cent on top, over 1,600 hours.",
    )
    hour_rate_panel = models.PositiveSmallIntegerField(
        "an hour of an assessor (£)",
        default=HOUR_OF_AN_ASSESSOR,
        help_text="An assumption, no measurement: a salary of £61,500 with 30 per cent on top, over 1,600 hours.",
    )
    hour_rate_office = models.PositiveSmallIntegerField(
        "an hour in the office (£)", default=HOUR_AT_A_COUNCIL, help_text="An assumption, as for a council."
    )
    office_hours = models.PositiveIntegerField(
        "hours of the office so far",
        null=True,
        blank=True,
        help_text="Of the whole team on this round, as it reckons them itself; blank while it does not know.",
    )
    statements = models.TextField(
        "what a certifier confirms",
        default="\n".join(STATEMENTS),
        help_text="One statement on each line; whoever certifies an application ticks each of them.",
    )
    # Set by the panel's approval: chair, vice-chair and a signatory of each body.
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on", "name")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(
                    ends_on__lte=MonthsLater(Coalesce(F("first_began_on"), F("starts_on")), F("limit_months"))
                ),
                name="round_within_its_limit",
                violation_error_message="The round would run past its limit.",
            ),
            models.CheckConstraint(
                condition=Q(granted__lte=F("pot")),
                name="round_granted_within_pot",
                violation_error_message="The grants would come to more than the pot.",
            ),
            models.CheckConstraint(
                condition=Q(grant_least__lte=F("grant_most")),
                name="round_grant_range",
                violation_error_message="The smallest grant must not be larger than the largest.",
            ),
            models.CheckConstraint(
                condition=Q(paid_on_signature__gte=1, paid_on_signature__lte=100 - F("paid_after_middle")),
                name="round_pays_a_whole_grant",
                violation_error_message="What is paid on signature and after the mid-point return cannot be more than all.",
            ),
            models.CheckConstraint(
                condition=Q(paid_after_middle=0) | Q(middle_return_at__isnull=False),
                name="round_pays_after_a_return_it_asks_for",
                violation_error_message="Without a mid-point return nothing can be paid after it.",
            ),
            models.CheckConstraint(
                condition=Q(struggling_to_help__lte=F("authorities_to_help")),
                name="round_struggling_among_helped",
                violation_error_message="The struggling authorities are among those helped, so there cannot be more.",
            ),
            models.CheckConstraint(
                condition=Q(open_to=FIRST_PHASE, follows__isnull=False)
                | (~Q(open_to=FIRST_PHASE) & Q(follows__isnull=True)),
                name="round_second_phase_is_for_the_first",
                violation_error_message="Only a second phase is open to those awarded in a first, and to nobody else.",
            ),
            models.CheckConstraint(
                condition=Q(follows__isnull=True) | ~Q(follows=F("pk")),
                name="round_follows_another",
                violation_error_message="A round cannot follow itself.",
            ),
            models.CheckConstraint(
                condition=Q(figures_least__lte=F("figures_most")),
                name="round_figures_range",
                violation_error_message="No more evidence figures can be asked for than are allowed.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("round_detail", args=[self.slug])

    @property
    def preset(self) -> Preset | None:
        """What this kind of round began with; None where it is of another making."""
        return PRESETS.get(self.kind)

    @property
    def counted_from(self) -> date:
        """The day from which its limit is counted: day 0, or that of the first phase."""
        return self.first_began_on or self.starts_on

    @property
    def to_confirm(self) -> list[str]:
        """The statements that a certifier confirms."""
        return [line.strip() for line in self.statements.splitlines() if line.strip()]

    @property
    def limit_on(self) -> date:
        """The last day on which the round may end."""
        return timeline.limit(self.counted_from, self.limit_months)

    @property
    def limit_in_words(self) -> str:
        """18 months after day 0 of the first phase."""
        return f"{self.limit_months} months after day 0{' of the first phase' if self.first_began_on else ''}"

    @property
    def paid_after_closing(self) -> int:
        """The share of a grant that waits for the closing return, in per cent."""
        return 100 - self.paid_on_signature - self.paid_after_middle

    @property
    def is_for_councillors(self) -> bool:
        """Do councillors apply for themselves, and no council for itself?"""
        return self.open_to == self.OpenTo.COUNCILLORS

    @property
    def needs_sign_up(self) -> bool:
        """Does an application rest on a sign-up to its outcome?"""
        return self.open_to == self.OpenTo.COHORT

    @property
    def days_of_reminders(self) -> tuple[int, ...]:
        """How many working days before sign-up closes its councils are reminded; none while reminders are off."""
        return timeline.read_days(self.reminder_days) if self.reminds else ()

    @property
    def days_of_application_reminders(self) -> tuple[int, ...]:
        """The same before applications close."""
        return timeline.read_days(self.application_reminder_days) if self.reminds else ()

    @cached_property
    def plan(self) -> list["Stage"]:
        """The stages in their order."""
        return sorted(self.stages.all(), key=lambda stage: stage.position)

    def stage(self, at: datetime) -> "Stage | None":
        """The stage the round is in at this instant: None before day 0 and after the end."""
        return next((stage for stage in self.plan if stage.is_open(at)), None)

    def stage_of(self, key: str) -> "Stage":
        """The stage with this key; KeyError if this round has none."""
        for stage in self.plan:
            if stage.key == key:
                return stage
        raise KeyError(key)

    def closes_next(self, at: datetime) -> "Stage | None":
        """The stage whose closing is the next to come."""
        return timeline.closes_next(self.plan, at)

    def has_closed(self, key: str, at: datetime) -> bool:
        """Is this stage over at this instant?"""
        return at >= self.stage_of(key).closes_at

    def has_opened(self, key: str, at: datetime) -> bool:
        return at >= self.stage_of(key).opens_at

    def is_in(self, key: str, at: datetime) -> bool:
        return self.stage_of(key).is_open(at)


class Stage(models.Model):
    """Where a round is between two dates. It opens and closes at noon, Europe/London."""

    class Key(models.TextChoices):
        SIGN_UP = "sign_up", "Cohort signs up"
        CRITERIA = "criteria", "Criteria from the issues"
        APPLICATIONS = "applications", "Applications"
        CHECK = "check", "Check"
        SCORING = "scoring", "Scoring"
        SHORTLIST = "shortlist", "Shortlist"
        VERIFY = "verify", "Verify"
        DECISION = "decision", "Decision"
        AGREEMENT = "agreement", "Agreement"
        DEVELOP = "develop", "Develop the practice"
        SPREAD = "spread", "Spread and support"
        CLOSE = "close", "Close"

    round = models.ForeignKey(Round, models.CASCADE, related_name="stages")
    key = models.CharField(max_length=20, choices=Key)
    # What this round calls it, where that is not the usual name.
    name = models.CharField(max_length=60, blank=True)
    position = models.PositiveSmallIntegerField()
    opens_on = models.DateField()
    closes_on = models.DateField()
    # Its length before its closing moved back to a working day, so that moving a plan to and fro loses no days.
    days = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)

    objects = StageQuerySet.as_manager()

    class Meta:
        ordering = ("round", "position")
        constraints = [
            models.UniqueConstraint(fields=["round", "key"], name="stage_once"),
            models.UniqueConstraint(fields=["round", "position"], name="stage_position_once"),
            models.CheckConstraint(
                condition=Q(opens_on__lt=F("closes_on")),
                name="stage_closes_after_it_opens",
                violation_error_message="A stage must close after it opens.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_key_display()

    @property
    def opens_at(self) -> datetime:
        """Noon in London on its first day, in UTC."""
        return workdays.noon(self.opens_on)

    @property
    def closes_at(self) -> datetime:
        """Noon in London on its last day, in UTC. At this very instant the stage is over."""
        return workdays.noon(self.closes_on)

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at

    @property
    def length(self) -> int:
        """Planned days, or those between its dates where they were written without a plan."""
        return (self.closes_on - self.opens_on).days if self.days is None else self.days

    def day(self, on: date) -> int:
        """Which day of the round a date is, day 0 being the first."""
        return (on - self.round.starts_on).days


guards.kept_on_parent(
    name="stages_within_the_year",
    child=Stage,
    key="round_id",
    parent=Round,
    column="ends_on",
    figure="MAX(child.closes_on)",
)
guards.copied_from_parent(
    name="phases_within_one_limit",
    child=Round,
    key="follows_id",
    parent=Round,
    column="first_began_on",
    figure="starts_on",
)


class ExpectedActivity(models.Model):
    """What every holder of a round is expected to do for others: a bid's plan begins with it, and may differ."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="expected_activities")
    kind = models.CharField(max_length=12, choices=ActivityKind)
    count = models.PositiveSmallIntegerField("how many", validators=[MinValueValidator(1)])
    counted_as = models.CharField(
        max_length=120, blank=True, help_text="What tells how far it reached: authorities attending."
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("round", "position", "pk")
        verbose_name_plural = "expected activities"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "kind"],
                name="expected_activity_once",
                violation_error_message="This kind of activity is in the list already.",
            ),
            models.CheckConstraint(condition=Q(count__gt=0), name="expected_activity_of_something"),
        ]

    def __str__(self) -> str:
        return counted(self.kind, self.count)


class Category(models.Model):
    """A kind of award within a round, where the programme has them."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="categories")
    name = models.CharField(max_length=120)
    about = models.TextField("what belongs into it", blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("round", "position", "pk")
        verbose_name_plural = "categories"
        constraints = [models.UniqueConstraint(fields=["round", "name"], name="category_once")]

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """What an application is marked on, 0 to 5, with a weight. Locked when applications open."""

    class Key(models.TextChoices):
        OUTCOMES = "outcomes", "Outcomes"
        ISSUES = "issues", "Answers the cohort's issues"
        INNOVATION = "innovation", "Innovation"
        TRANSFER = "transfer", "Can be transferred"
        SHARING = "sharing", "Plan to share and to help"
        PARTNERSHIP = "partnership", "Partnership and engagement"
        VALUE = "value", "Value for money"
        LEADERSHIP = "leadership", "Leadership and equality"
        OWN = "own", "Set by the panel"

    round = models.ForeignKey(Round, models.CASCADE, related_name="criteria")
    key = models.CharField(max_length=20, choices=Key, default=Key.OWN)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    weight = models.PositiveSmallIntegerField(help_text="Out of 100; the weights of a round add up to 100.")
    least = models.PositiveSmallIntegerField(
        "smallest mean mark to be shortlisted", default=0, validators=[MaxValueValidator(5)]
    )
    anchors = models.TextField(
        "what the marks mean", blank=True, help_text="Six lines: what earns 0, 1, 2, 3, 4 and 5."
    )
    position = models.PositiveSmallIntegerField(default=0)
    issues = models.ManyToManyField(
        Issue, related_name="criteria", blank=True, verbose_name="the issues it rests on"
    )

    class Meta:
        ordering = ("round", "position", "pk")
        verbose_name_plural = "criteria"
        constraints = [models.UniqueConstraint(fields=["round", "name"], name="criterion_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def scale(self) -> list[tuple[int, str]]:
        """Each mark with what it means; empty where no anchors are written."""
        return list(zip(MARKS, self.anchors.splitlines(), strict=False))

    def clean(self) -> None:
        super().clean()
        self.anchors = "\n".join(line.strip() for line in self.anchors.splitlines() if line.strip())
        if self.anchors and len(self.anchors.splitlines()) != len(MARKS):
            raise ValidationError({"anchors": "Write six lines, one for each mark from 0 to 5, or none."})


class Question(models.Model):
    """What an applicant is asked: its kind, its limits, and when it is asked. Locked when applications open."""

    class Kind(models.TextChoices):
        SHORT = "short", "Short text"
        LONG = "long", "Long text with a word limit"
        NUMBER = "number", "Number"
        MONEY = "money", "Money, in whole pounds"
        DATE = "date", "Date"
        CHOICE = "choice", "One choice"
        CHOICES = "choices", "Several choices"
        TABLE = "table", "Table of figures"
        FILE = "file", "File"
        STATEMENT = "statement", "Statement to confirm"

    round = models.ForeignKey(Round, models.CASCADE, related_name="questions")
    section = models.CharField(max_length=80)
    text = models.CharField("question", max_length=300)
    hint = models.TextField(blank=True)
    # What a question is called when it is copied into the next round or carried into the second phase.
    key = models.SlugField(max_length=60, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.LONG)
    word_limit = models.PositiveSmallIntegerField(
        default=300, validators=[MinValueValidator(1)], help_text="For texts."
    )
    options = models.TextField("choices", blank=True, help_text="One on each line.")
    unit = models.CharField(max_length=40, blank=True, help_text="For a number: %, days, homes.")
    lowest = models.DecimalField("smallest number", max_digits=16, decimal_places=4, null=True, blank=True)
    highest = models.DecimalField("largest number", max_digits=16, decimal_places=4, null=True, blank=True)
    columns = models.TextField(
        "columns of the table",
        blank=True,
        help_text="One on each line, the first names the rows: Year, Visits.",
    )
    most_rows = models.PositiveSmallIntegerField("rows of the table at most", default=10)
    shown_if = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name="asked only if",
        help_text="An earlier question of the round, of one choice, several choices or a statement.",
    )
    shown_if_answer = models.CharField("was answered with", max_length=300, blank=True)
    criterion = models.ForeignKey(Criterion, models.SET_NULL, null=True, blank=True, related_name="questions")
    required = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("round", "position", "pk")
        constraints = [
            models.UniqueConstraint(fields=["round", "text"], name="question_once"),
            models.CheckConstraint(
                condition=Q(shown_if__isnull=True) | ~Q(shown_if=F("pk")),
                name="question_not_asked_if_itself",
                violation_error_message="A question cannot depend on its own answer.",
            ),
            models.CheckConstraint(
                condition=Q(lowest__isnull=True) | Q(highest__isnull=True) | Q(lowest__lte=F("highest")),
                name="question_number_range",
                violation_error_message="The smallest number must not be larger than the largest.",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def choices(self) -> list[str]:
        """What can be chosen, as it was written."""
        return [line.strip() for line in self.options.splitlines() if line.strip()]

    @property
    def headings(self) -> list[str]:
        """The columns of its table."""
        return [line.strip() for line in self.columns.splitlines() if line.strip()]


class QuestionEdition(models.Model):
    """The questions of a round as they stood from one change to the next. What applicants saw can be shown again."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="question_editions")
    edition = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField("SHA-256 of the content", max_length=64)
    kept_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ("round", "-edition")
        constraints = [models.UniqueConstraint(fields=["round", "edition"], name="question_edition_once")]

    def __str__(self) -> str:
        return f"{self.round}, questions, edition {self.edition}"


class Invitation(models.Model):
    """An authority of an outcome's cohort, invited to a round on that outcome; and when somebody there opened it."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="invitations")
    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="invitations")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="invitations")
    # None: the clock sent it.
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "outcome", "authority"],
                name="invitation_once",
                violation_error_message="This authority is invited on this outcome already.",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(opened_by__isnull=False),
                name="invitation_opened_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority}: {self.outcome}, {self.round}"

    def get_absolute_url(self) -> str:
        return reverse("invitation_detail", args=[self.pk])
