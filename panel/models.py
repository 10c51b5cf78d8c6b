"""Joint assessment by CLG and the LGA: seats, interests, cases, score sheets, decisions, announcement."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.functional import cached_property

from beacons.applications.models import Application
from beacons.core import guards
from beacons.core.workdays import add_working_days, day_in_london, noon
from beacons.directory.models import Authority, Body, User
from beacons.rounds.models import Criterion, Round
from panel.querysets import (
    BUNDLE_KEPT,
    AnnouncementQuerySet,
    AppointmentQuerySet,
    AssessmentQuerySet,
    BundleQuerySet,
    CandidacyQuerySet,
    CaseQuerySet,
    ConcernQuerySet,
    DecisionQuerySet,
    EmploymentQuerySet,
    FeedbackLetterQuerySet,
    InterestQuerySet,
    ItemQuerySet,
    MeetingQuerySet,
    NoteQuerySet,
    RankingQuerySet,
    RankingRowQuerySet,
    SeatQuerySet,
    SharingOutQuerySet,
    VacancyQuerySet,
)
from panel.statuses import (
    SAYS_HOW,
    CaseStatus,
    FeedbackStatus,
    ItemStatus,
    MeetingStatus,
    Presence,
    Recommendation,
    SheetStatus,
    Verdict,
)

# A mark as it is said: its score or none, that it cannot be judged, and the reason.
Said = tuple[int | None, bool, str]


class Seat(models.Model):
    """A place on a round's panel. Chair and vice-chair are joint; other seats are CLG's, the LGA's or independent."""

    class Kind(models.TextChoices):
        CHAIR = "chair", "Chair"
        VICE_CHAIR = "vice_chair", "Vice-chair"
        MEMBER = "member", "Member"

    CHAIRS: ClassVar = (Kind.CHAIR, Kind.VICE_CHAIR)

    round = models.ForeignKey(Round, models.CASCADE, related_name="seats")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.MEMBER)
    body = models.CharField(max_length=3, choices=Body, blank=True, help_text="Blank: joint, or independent.")

    objects = SeatQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "kind"],
                condition=Q(kind__in=["chair", "vice_chair"]),
                name="seat_one_chair_one_vice_chair",
                violation_error_message="This panel has this seat already.",
            ),
            models.CheckConstraint(
                condition=Q(kind="member") | Q(body=""),
                name="seat_chairs_are_joint",
                violation_error_message="The chair and the vice-chair belong to both bodies.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.body_words}"

    @property
    def body_words(self) -> str:
        if self.body:
            return self.get_body_display()
        return "joint" if self.kind in self.CHAIRS else "independent"

    @property
    def bodies_to_agree(self) -> tuple[str, ...]:
        """The bodies whose signatories must agree who sits here: the seat's own, or both."""
        return (self.body,) if self.body else (Body.CLG, Body.LGA)

    @property
    def rank(self) -> tuple[int, str, int]:
        """The order in which a panel is listed: chair, vice-chair, CLG, LGA, independent."""
        return list(Seat.Kind).index(Seat.Kind(self.kind)), self.body or "~", self.pk

    @property
    def appointment(self) -> "Appointment | None":
        """Who sits here or is proposed to; load it with `with_holders()`."""
        return next((held for held in self.appointments.all() if held.ended_at is None), None)

    @property
    def is_vacant(self) -> bool:
        return self.appointment is None or self.appointment.agreed_at is None


class Appointment(models.Model):
    """Who sits in a seat. It counts once every body it needs has agreed."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="appointments")
    user = models.ForeignKey(User, models.PROTECT, related_name="appointments")
    # In which outcomes and regions this member knows most; used for a good fit, never for exclusion.
    expertise = models.ManyToManyField("outcomes.Outcome", blank=True, related_name="+")
    register = models.TextField("general register of interests (published)", blank=True)
    agreed_by_clg = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_by_lga = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    # The last day of the term; without one it ends with the round.
    until = models.DateField("last day of the term", null=True, blank=True)
    # When the member declared the interests it has in this round's bids; no paper opens before.
    declared_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seat"],
                condition=Q(ended_at__isnull=True),
                name="appointment_one_holder",
                violation_error_message="This seat has a holder.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.seat}"

    @property
    def chairs(self) -> bool:
        return self.seat.kind in Seat.CHAIRS

    def agreed_by(self, body: str) -> User | None:
        """The signatory who agreed for this body."""
        return self.agreed_by_clg if body == Body.CLG else self.agreed_by_lga

    @property
    def bodies_missing(self) -> list[Body]:
        """The bodies that have yet to agree."""
        if self.agreed_at is not None:
            return []
        return [Body(body) for body in self.seat.bodies_to_agree if self.agreed_by(body) is None]

    def is_active(self, at: datetime) -> bool:
        """Does this person sit on the panel at this instant?"""
        begun = self.agreed_at is not None and self.agreed_at <= at
        over = self.until is not None and self.until < day_in_london(at)
        return begun and not over and (self.ended_at is None or self.ended_at > at)

    @property
    def last_day(self) -> date | None:
        """Of the term, or of the round."""
        return self.until or self.seat.round.ends_on


class Vacancy(models.Model):
    """A seat that is offered to everybody: what the panel looks for, and until when candidates may come forward."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="vacancies")
    sought = models.TextField("what the panel looks for")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closes_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = VacancyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "vacancies"
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("published_at")),
                name="vacancy_closes_later",
                violation_error_message="A vacancy closes after it was published.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.seat}, {self.seat.round}"

    def get_absolute_url(self) -> str:
        return reverse("vacancy_detail", args=[self.pk])

    def is_open(self, at: datetime) -> bool:
        """May candidates come forward at this instant?"""
        ended = self.withdrawn_at is not None and self.withdrawn_at <= at
        return self.published_at <= at < self.closes_at and not ended


class Candidacy(models.Model):
    """Somebody who would sit in a vacant seat, in their own words. It counts once the mailbox has proved to be theirs."""

    # So long a link confirms what was sent in before the vacancy closed.
    TO_CONFIRM = timedelta(days=2)

    vacancy = models.ForeignKey(Vacancy, models.CASCADE, related_name="candidacies")
    name = models.CharField(max_length=120)
    email = models.EmailField("email address")
    job = models.CharField("present post", max_length=160)
    statement = models.TextField()
    register = models.TextField("general register of interests")
    made_at = models.DateTimeField()
    # Only the SHA-256 of the link's secret is kept.
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = CandidacyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "candidacies"
        ordering = ("vacancy", "confirmed_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["vacancy", "email"],
                condition=Q(confirmed_at__isnull=False, withdrawn_at__isnull=True),
                name="candidacy_one_of_each",
                violation_error_message="This person is a candidate for this seat already.",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="candidacy_email_in_small_letters"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.vacancy}"

    @property
    def confirm_until(self) -> datetime:
        """At this instant the link confirms no longer."""
        return self.made_at + self.TO_CONFIRM


class Approval(models.Model):
    """One of the four agreements that make a round: chair, vice-chair and a signatory of each body."""

    class Part(models.TextChoices):
        CHAIR = "chair", "Chair"
        VICE_CHAIR = "vice_chair", "Vice-chair"
        CLG = "clg", "CLG signatory"
        LGA = "lga", "LGA signatory"

    round = models.ForeignKey(Round, models.CASCADE, related_name="approvals")
    part = models.CharField(max_length=12, choices=Part)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "part"], name="approval_once"),
            models.UniqueConstraint(
                fields=["round", "by"],
                name="approval_four_people",
                violation_error_message="One person cannot approve a round in two parts.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.get_part_display()}"


class Employment(models.Model):
    """A council or other authority for which a member has worked, told by the member; asked once, whatever the round."""

    user = models.ForeignKey(User, models.CASCADE, related_name="employments")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    # Without a day the member works there still.
    until = models.DateField("last day", null=True, blank=True)
    told_at = models.DateTimeField()

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        ordering = (F("until").desc(nulls_first=True), "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "authority"],
                name="employment_once",
                violation_error_message="You have named this authority already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.authority}"


class Interest(models.Model):
    """Why a member may not see or score an application. Found by the system or declared by the member."""

    class Kind(models.TextChoices):
        OWN = "own", "Acts for the lead authority"
        AREA = "area", "Acts for an authority of the same area"
        PARTNER = "partner", "Acts for a partner in the bid"
        EMPLOYER = "employer", "Worked for the lead authority or a partner in the last five years"
        DECLARED = "declared", "Declared by the member"

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="interests")
    application = models.ForeignKey(Application, models.CASCADE, related_name="interests")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField(blank=True)
    noted_at = models.DateTimeField()

    objects = InterestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appointment", "application"], name="interest_once"),
            models.CheckConstraint(
                condition=~Q(kind="declared") | ~Q(reason=""),
                name="interest_declared_says_why",
                violation_error_message="Say in a sentence what your interest is.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment.user}: {self.get_kind_display()}"


class Case(models.Model):
    """What the panel makes of one eligible application: sealed, and the only door to its papers."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="case")
    status = models.CharField(max_length=20, choices=CaseStatus, default=CaseStatus.ASSIGNED)
    opened_at = models.DateTimeField()
    moderation_note = models.TextField(blank=True)
    # Where it stands among equals, and why: the chair's word where marks cannot part them.
    tie_place = models.PositiveSmallIntegerField(null=True, blank=True)
    tie_reason = models.TextField(blank=True)
    # A later status no longer says which way it went, and the applicant may know that before the verdict.
    shortlisted_at = models.DateTimeField(null=True, blank=True)
    left_out_at = models.DateTimeField(null=True, blank=True)
    shortlist_reason = models.TextField("why it was, or was not, shortlisted", blank=True)
    verification_note = models.TextField(blank=True)

    objects = CaseQuerySet.as_manager()

    def __str__(self) -> str:
        return self.application.reference

    def get_absolute_url(self) -> str:
        return reverse("case_detail", args=[self.application.reference])

    def status_for(self, knows_shortlist: bool) -> str:
        """In words, for somebody who may or may not know how the shortlist went."""
        hidden = self.status in SAYS_HOW and not knows_shortlist
        return CaseStatus.MODERATED.label if hidden else self.get_status_display()

    @property
    def is_sealed(self) -> bool:
        """Are the marks still each assessor's own?"""
        return self.status in (CaseStatus.ASSIGNED, CaseStatus.WITHDRAWN)


class SharingOut(models.Model):
    """A plan of who reads what that a chair asked for and the clock works out, for panels too large to wait for.

    `found` holds the readings as [application, appointment, is it new], what is in the way as [application or None,
    sentence], and the loads' least and most; `inputs` is the digest of the facts that it rests on (`readers.Plan`).
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="sharings_out")
    least_fit = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    # How many degrees of evenness have been tried so far.
    tried = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    inputs = models.CharField(max_length=64, blank=True)
    found = models.JSONField(null=True, blank=True)

    objects = SharingOutQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | (Q(found__isnull=False) & ~Q(inputs="")),
                name="sharing_out_done_with_what_was_found",
            )
        ]

    def __str__(self) -> str:
        return f"{self.round}: who reads what, asked at {self.asked_at:%d %B %Y %H:%M}"


class Assessment(models.Model):
    """A member's score sheet on a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="assessments")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="assessments")
    status = models.CharField(max_length=12, choices=SheetStatus, default=SheetStatus.OPEN)
    assigned_at = models.DateTimeField()
    # The chair may give one sheet more time, with a reason (kept in its steps).
    extended_to = models.DateTimeField(null=True, blank=True)
    lodged_at = models.DateTimeField(null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "appointment"], name="assessment_once"),
            models.CheckConstraint(
                condition=~Q(status="lodged") | Q(lodged_at__isnull=False), name="assessment_lodged_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.appointment.user}"

    def get_absolute_url(self) -> str:
        return reverse("assessment_edit", args=[self.case.application.reference])

    @property
    def due_at(self) -> datetime:
        """At this very instant it is too late to save or lodge: scoring closes, or the longer time given ends."""
        return self.extended_to or self.case.application.round.stage_of("scoring").closes_at

    @property
    def body(self) -> str:
        return self.appointment.seat.body


class Mark(models.Model):
    """One criterion's score, 0 to 5, with its reason. “Cannot judge” is no score, which is not nought."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="marks")
    score = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(5)])
    cannot_judge = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    # The page from which it was last saved, and how often that page had sent by then (decision 23).
    page = models.CharField(max_length=32, blank=True, editable=False)
    turn = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="mark_once"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__lte=5), name="mark_nought_to_five"
            ),
            models.CheckConstraint(
                condition=Q(cannot_judge=False) | Q(score__isnull=True), name="mark_or_cannot_judge"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {'cannot judge' if self.cannot_judge else self.score}"

    @property
    def said(self) -> Said:
        return self.score, self.cannot_judge, self.reason

    @property
    def history(self) -> "list[MarkChange]":
        """What a meeting changed of it, the first change first; load it with `marks__changes`."""
        return sorted(self.changes.all(), key=lambda change: change.number)


class Concern(models.Model):
    """A member asks that the meeting talks about a case, and says why."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="concerns")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="concerns")
    reason = models.TextField()
    at = models.DateTimeField()

    objects = ConcernQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "appointment"],
                name="concern_once",
                violation_error_message="You have asked to talk about this application.",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="concern_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.case}: asked by {self.appointment.user}"


class Meeting(models.Model):
    """The panel's talk about cases before any is shortlisted: its agenda is kept, and one item is on at a time."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="meetings")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=MeetingStatus, default=MeetingStatus.PREPARED)
    prepared_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note_taker = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    # Goes up whenever everybody's view changes: what a page has seen, and what it asks for.
    turn = models.PositiveIntegerField(default=0)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="meeting_number"),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(status__in=["prepared", "open"]),
                name="meeting_one_ahead",
                violation_error_message="This panel has a meeting that is not closed.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}: meeting {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("meeting_room", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == MeetingStatus.OPEN

    @property
    def is_over(self) -> bool:
        return self.status in (MeetingStatus.CLOSED, MeetingStatus.APPROVED)


class Item(models.Model):
    """A case on a meeting's agenda: why it is there, what was said, and what the meeting makes of it."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, models.PROTECT, related_name="items")
    place = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=ItemStatus, default=ItemStatus.WAITING)
    # As the agenda was made: [kind, sentence] pairs (`agenda.Kind`).
    why = models.JSONField(default=list)
    called_at = models.DateTimeField(null=True, blank=True)
    deferred_why = models.TextField(blank=True)
    notes = models.TextField(blank=True)
    notes_version = models.PositiveIntegerField(default=0)
    recommendation = models.CharField(max_length=10, choices=Recommendation, blank=True)
    said = models.TextField("what the meeting said", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "case"], name="item_once"),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(status="called"),
                name="item_one_at_a_time",
                violation_error_message="Another item is being discussed.",
            ),
            models.CheckConstraint(
                condition=~Q(status="decided") | (~Q(recommendation="") & Q(decided_at__isnull=False)),
                name="item_decided_says_what",
                violation_error_message="A decided item says what the meeting makes of it, and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}: item of a meeting"

    @property
    def is_called(self) -> bool:
        return self.status == ItemStatus.CALLED


class Attendance(models.Model):
    """Whether a member is in the room, away but with us, or absent, as the chair last noted it."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="attendances")
    presence = models.CharField(max_length=6, choices=Presence)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "appointment"], name="attendance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.appointment.user}: {self.get_presence_display()}"

    @property
    def is_present(self) -> bool:
        return self.presence != Presence.ABSENT


class Departure(models.Model):
    """A member left, because of an interest, while an item was discussed."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="departures")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "appointment"], name="departure_once")]

    def __str__(self) -> str:
        return f"{self.appointment.user} left"


class MarkChange(models.Model):
    """A lodged mark that its reader changed in a meeting. The mark as it was stays here for good."""

    mark = models.ForeignKey(Mark, models.CASCADE, related_name="changes")
    item = models.ForeignKey(Item, models.PROTECT, related_name="changes")
    number = models.PositiveSmallIntegerField()
    old_score = models.PositiveSmallIntegerField(null=True)
    old_reason = models.TextField(blank=True)
    new_score = models.PositiveSmallIntegerField(null=True)
    why = models.TextField("why it was changed")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mark", "number"], name="mark_change_number"),
            models.CheckConstraint(condition=~Q(why=""), name="mark_change_says_why"),
            models.CheckConstraint(
                condition=~Q(old_score=F("new_score"))
                | Q(old_score__isnull=True)
                | Q(new_score__isnull=True),
                name="mark_change_changes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mark}: changed"

    @property
    def words(self) -> str:
        """From what to what."""
        was, now = ("no mark" if score is None else f"{score}" for score in (self.old_score, self.new_score))
        return f"{was} to {now}"


class Note(models.Model):
    """What a member wrote down about a paper for themselves alone. Every text that was saved stays; the last one stands."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="notes")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    saved_at = models.DateTimeField()
    # The page from which it was saved, and how often that page had sent by then (decision 23).
    page = models.CharField(max_length=32, blank=True)
    turn = models.PositiveIntegerField(default=0)

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "number"], name="note_once")]

    def __str__(self) -> str:
        # Not a word of it: a name turns up in logs, titles and messages.
        return f"Note {self.number}"


class Bundle(models.Model):
    """All papers of one member as one PDF, to be read offline: asked for, drawn by the clock, and thrown away soon after."""

    reader = models.OneToOneField(User, models.CASCADE, related_name="bundle")
    asked_at = models.DateTimeField()
    # When somebody began to draw it; another may begin again after a while.
    begun_at = models.DateTimeField(null=True, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    # The references of its papers, in their order.
    papers = models.JSONField(default=list)
    # Empty where this machine cannot make PDFs.
    content = models.BinaryField(null=True, blank=True)

    objects = BundleQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Papers of {self.reader}"

    @property
    def is_drawn(self) -> bool:
        return self.drawn_at is not None

    def is_over(self, at: datetime) -> bool:
        """Has its day passed?"""
        return at >= self.asked_at + BUNDLE_KEPT


class Decision(models.Model):
    """Award, reserve or decline, with reasons: proposed by the chair, agreed by a signatory of each body."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="decision")
    verdict = models.CharField(max_length=10, choices=Verdict)
    # For a reserve: the order in which reserves of the same round are offered what comes free.
    reserve_place = models.PositiveSmallIntegerField(null=True, blank=True)
    amount = models.PositiveIntegerField("grant (pounds)", default=0)
    reasons = models.TextField(help_text="Sent to the applicant after the announcement.")
    proposals = models.PositiveSmallIntegerField(default=1)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="award", amount__gt=0)
                | (~Q(verdict="award") & Q(amount=0))
                | Q(verdict="reserve"),
                name="decision_only_awards_have_amounts",
                violation_error_message="An award needs an amount; a decline has none.",
            )
        ]

    def __str__(self) -> str:
        # Not the verdict: a name turns up in logs, titles and messages.
        return f"Decision on {self.case}"

    def get_absolute_url(self) -> str:
        return reverse("decision_detail", args=[self.case.application.reference])


class Consent(models.Model):
    """A body's answer to a proposed decision, by a signatory. A refusal gives its reason."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="consents")
    proposal = models.PositiveSmallIntegerField()
    body = models.CharField(max_length=3, choices=Body)
    agreed = models.BooleanField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "proposal", "body"], name="consent_once"),
            models.CheckConstraint(
                condition=Q(agreed=True) | ~Q(reason=""),
                name="consent_refusal_says_why",
                violation_error_message="Say why your body does not agree.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_body_display()}: {'agreed' if self.agreed else 'refused'}"


class Announcement(models.Model):
    """The instant at which a round's decisions open to everybody. Nothing opens a second earlier."""

    round = models.OneToOneField(Round, models.CASCADE, related_name="announcement")
    at = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(at__gte=F("set_at")),
                name="announcement_lies_ahead",
                violation_error_message="The announcement must lie ahead.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.at:%d %B %Y %H:%M}"

    def has_come(self, at: datetime) -> bool:
        return at >= self.at

    @property
    def feedback_due_on(self) -> date:
        """By noon of this day every applicant has the feedback on its bid."""
        return add_working_days(day_in_london(self.at), FeedbackLetterQuerySet.WITHIN)

    @property
    def feedback_due_at(self) -> datetime:
        return noon(self.feedback_due_on)


class FeedbackLetter(models.Model):
    """What an applicant is told of its bid by criterion: drafted from the readers' reasons, written by one of them.

    It leaves once the acting chair has approved it and the announcement has come.
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="feedback")
    # The reader who writes it; nobody while no reader is left who may.
    lead = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="feedback_letters"
    )
    status = models.CharField(max_length=10, choices=FeedbackStatus, default=FeedbackStatus.DRAFTED)
    # Goes up with each change of a text: what a page has seen.
    version = models.PositiveIntegerField(default=1)
    drafted_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True, blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sent_back_why = models.TextField("why it was sent back", blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = FeedbackLetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="approved", approved_at__isnull=False, approved_by__isnull=False)
                | (~Q(status="approved") & Q(approved_at__isnull=True, approved_by__isnull=True)),
                name="feedback_letter_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(sent_at__gte=F("approved_at")),
                name="feedback_letter_leaves_approved",
            ),
        ]

    def __str__(self) -> str:
        # Not a word of it: a name turns up in logs, titles and messages.
        return f"Feedback letter {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("feedback_edit", args=[self.case.application.reference])

    @property
    def is_approved(self) -> bool:
        return self.status == FeedbackStatus.APPROVED

    @property
    def due_at(self) -> datetime | None:
        """When the applicant is to have it; None while no announcement is set."""
        announcement = getattr(self.case.application.round, "announcement", None)
        return None if announcement is None else announcement.feedback_due_at

    def is_overdue(self, at: datetime) -> bool:
        return not self.is_approved and self.due_at is not None and at >= self.due_at

    @property
    def seen(self) -> str:
        """What a page names that approves it among others: which letter, and as it was read."""
        return f"{self.pk}:{self.version}"


class FeedbackText(models.Model):
    """What the letter says on one criterion."""

    letter = models.ForeignKey(FeedbackLetter, models.CASCADE, related_name="texts")
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "criterion"], name="feedback_text_once"),
        ]

    def __str__(self) -> str:
        return f"Feedback text {self.pk}"


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


guards.append_only(Consent)
guards.append_only(MarkChange)
guards.append_only(Departure)
guards.unchanged(Note)
guards.unchanged(Ranking)
guards.unchanged(RankingRow)
guards.unchanged(Portfolio)
