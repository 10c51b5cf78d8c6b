"""Who there is: regions, authorities, the two bodies, people, and who acts for whom, as what."""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from beacons.core import guards
from beacons.directory.querysets import (
    AuthorityQuerySet,
    ColleagueInvitationQuerySet,
    InheritanceQuerySet,
    MembershipQuerySet,
    SuccessionQuerySet,
    UserQuerySet,
)


class Body(models.TextChoices):
    """The two bodies that own the panel together."""

    CLG = "clg", "CLG"
    LGA = "lga", "LGA"


class Region(models.Model):
    """One of the nine regions of England, with its improvement and efficiency partnership (RIEP)."""

    name = models.CharField(max_length=60, unique=True)
    gss_code = models.CharField("GSS code", max_length=9, unique=True)
    partnership = models.CharField("name of its partnership", max_length=120, blank=True)
    core_funding = models.PositiveIntegerField(
        "core funding 2009-10 (pounds)", null=True, blank=True, help_text="Blank where it is not known."
    )

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Authority(models.Model):
    """A council, or another body that may apply (fire, police, park); real ones, also those abolished."""

    class Kind(models.TextChoices):
        COUNTY = "county", "County council"
        DISTRICT = "district", "District council"
        UNITARY = "unitary", "Unitary authority"
        METROPOLITAN = "metropolitan", "Metropolitan borough"
        LONDON = "london", "London borough"
        CITY = "city", "City of London"
        GLA = "gla", "Greater London Authority"
        COMBINED = "combined", "Combined authority"
        WELSH = "welsh", "Welsh unitary authority"
        FIRE = "fire", "Fire and rescue service"
        POLICE = "police", "Police force"
        PARK = "park", "National park authority"

    COUNCIL_KINDS: ClassVar = (
        Kind.COUNTY,
        Kind.DISTRICT,
        Kind.UNITARY,
        Kind.METROPOLITAN,
        Kind.LONDON,
        Kind.CITY,
        Kind.WELSH,
    )

    class Tier(models.TextChoices):
        UPPER = "upper", "Upper tier"
        LOWER = "lower", "Lower tier"
        SINGLE = "single", "Single tier"
        STRATEGIC = "strategic", "Strategic"
        NONE = "", "Not a council"

    code = models.CharField(
        max_length=20, unique=True, help_text="Three-letter register code, or the body's own."
    )
    name = models.CharField(max_length=120)
    official_name = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=Kind)
    tier = models.CharField(max_length=10, choices=Tier, blank=True)
    nation = models.CharField(max_length=10, default="England")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="authorities")
    county = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="districts")
    gss_code = models.CharField("GSS code", max_length=9, blank=True, db_index=True)
    former_gss_codes = models.CharField(max_length=120, blank=True, help_text="Separated by spaces.")
    org_id = models.CharField("org-id", max_length=40, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    mail_domains = models.CharField(
        max_length=200,
        blank=True,
        help_text="Whose addresses are its officers’, separated by spaces: barnsley.gov.uk.",
    )
    laa_area_2008 = models.BooleanField("held an LAA in June 2008", default=False)
    laa_area_2009 = models.BooleanField("held an LAA in April 2009", default=False)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    successors = models.ManyToManyField(
        "self", through="Succession", symmetrical=False, related_name="predecessors"
    )

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name_plural = "authorities"

    def __str__(self) -> str:
        return self.name

    @property
    def area_id(self) -> int:
        """The area of the Local Area Agreement: the county's for a district, else its own."""
        return self.county_id or self.pk

    def same_area_as(self, other: "Authority") -> bool:
        """A county and its districts, both ways, and the districts among themselves."""
        return self.area_id == other.area_id

    @property
    def domains(self) -> list[str]:
        """What its officers' addresses end in, after the @."""
        return self.mail_domains.split()

    def is_abolished(self, day: date) -> bool:
        return self.closed_on is not None and self.closed_on <= day


class Succession(models.Model):
    """Which authority took over another, and from when. One may be divided among several."""

    authority = models.ForeignKey(
        Authority, models.CASCADE, related_name="successions", verbose_name="abolished authority"
    )
    successor = models.ForeignKey(Authority, models.CASCADE, related_name="+")
    took_over_on = models.DateField(null=True, blank=True)
    # When what the authority held first passed on; what comes to light later passes on all the same.
    carried_out_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "successor"],
                name="succession_once",
                violation_error_message="This succession is entered already.",
            ),
            models.CheckConstraint(
                condition=~Q(authority=models.F("successor")),
                name="succession_by_another",
                violation_error_message="An authority cannot take itself over.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority} became part of {self.successor}"


class Inherited(models.Model):
    """Mixed into what passes from an authority to its successor: who had it before."""

    inherited_from = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True


class Inheritance(models.Model):
    """That one thing passed from an authority to its successor. Kept for good: who had what, until when."""

    former = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    successor = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    words = models.CharField("what it is", max_length=300)
    # The successor had its own already: what the former authority had is kept beside it.
    beside = models.BooleanField("kept beside the successor's own", default=False)
    passed_at = models.DateTimeField()
    # Empty: the clock did it on the day.
    passed_by = models.ForeignKey("User", models.PROTECT, null=True, blank=True, related_name="+")

    objects = InheritanceQuerySet.as_manager()

    class Meta:
        ordering = ("-passed_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["former", "kind", "subject_id"], name="inheritance_once")
        ]

    def __str__(self) -> str:
        return f"{self.words}: {self.former} to {self.successor}"


guards.append_only(Inheritance)


class Hex(models.Model):
    """An authority's place on the hex map of a day. The project laid the maps out itself (`lay_out_hexes`)."""

    class Layout(models.TextChoices):
        APRIL_2009 = "2009", "April 2009"
        TODAY = "today", "Today"

    layout = models.CharField(max_length=10, choices=Layout)
    authority = models.ForeignKey(Authority, models.CASCADE, related_name="hexes")
    # Rows count upwards, towards the north; every other row is moved by half a hex ("odd-r").
    column = models.SmallIntegerField()
    row = models.SmallIntegerField()

    class Meta:
        ordering = ("layout", "row", "column")
        verbose_name_plural = "hexes"
        constraints = [
            models.UniqueConstraint(fields=["layout", "authority"], name="hex_one_for_an_authority"),
            models.UniqueConstraint(fields=["layout", "column", "row"], name="hex_one_on_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.authority} at {self.column}, {self.row} ({self.get_layout_display()})"


class Role(models.TextChoices):
    """What a person does in the scheme. Seats on the panel are appointments, kept by the panel."""

    DRAFTER = "drafter", "Council officer"
    CERTIFIER = "certifier", "Council certifier"
    SIGNATORY = "signatory", "Body signatory"
    SCHEME_MANAGER = "scheme_manager", "Scheme manager"
    CASE_OFFICER = "case_officer", "Case officer"
    GRANTS_OFFICER = "grants_officer", "Grants officer"
    FINANCE_OFFICER = "finance_officer", "Finance officer"
    COORDINATOR = "coordinator", "Regional coordinator"
    OBSERVER = "observer", "Observer"
    COUNCILLOR = "councillor", "Councillor"
    GROUP_LEADER = "group_leader", "Leader of a political group"
    LEAD_MEMBER = "lead_member", "Lead member of the LGA's board"


COUNCIL_ROLES = (Role.DRAFTER, Role.CERTIFIER)
# Elected members: they speak for themselves and their group, and act for no council.
MEMBER_ROLES = (Role.COUNCILLOR, Role.GROUP_LEADER)
OFFICE_ROLES = (Role.SCHEME_MANAGER, Role.CASE_OFFICER, Role.GRANTS_OFFICER, Role.FINANCE_OFFICER)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """People are known by their e-mail address, in small letters."""

    def get_by_natural_key(self, username: str) -> "User":
        return self.get(email=username.lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do follows from their memberships, and on the panel from their appointments."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("works in the scheme's office", default=False)
    # Verbs say when; `createsuperuser` brings no instant of its own, and the database's stands in.
    joined_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="user_email_in_small_letters",
                violation_error_message="Write the e-mail address in small letters.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    @cached_property
    def hats(self) -> list["Membership"]:
        """What this person is now, in one query a request."""
        return list(self.memberships.active().select_related("authority", "authority__county", "region"))

    def has_role(self, *roles: str) -> bool:
        return any(hat.role in roles for hat in self.hats)

    @property
    def works_in_office(self) -> bool:
        """IDeA staff of any kind."""
        return self.has_role(*OFFICE_ROLES)

    @property
    def runs_rounds(self) -> bool:
        """Scheme managers and case officers."""
        return self.has_role(Role.SCHEME_MANAGER, Role.CASE_OFFICER)

    @property
    def authorities(self) -> list[Authority]:
        """The authorities this person acts for, each once, in the order of their names."""
        found = {
            hat.authority_id: hat.authority
            for hat in self.hats
            if hat.authority is not None and hat.role not in MEMBER_ROLES
        }
        return sorted(found.values(), key=lambda authority: authority.name)

    @property
    def seats_in_councils(self) -> list["Membership"]:
        """Where this person is a councillor, and of which political group."""
        return [hat for hat in self.hats if hat.role == Role.COUNCILLOR]

    @property
    def groups_led(self) -> list["Membership"]:
        """The political groups that this person leads, each on its council."""
        return [hat for hat in self.hats if hat.role == Role.GROUP_LEADER]

    def leads_group(self, authority: Authority | int, group: str) -> bool:
        """Does this person lead that political group on that council?"""
        pk = getattr(authority, "pk", authority)
        return any(hat.authority_id == pk and hat.political_group == group for hat in self.groups_led)

    def acts_for(self, authority: Authority | int) -> bool:
        """Is this person an officer or certifier of the authority?"""
        pk = getattr(authority, "pk", authority)
        return any(hat.authority_id == pk and hat.role in COUNCIL_ROLES for hat in self.hats)

    @cached_property
    def predecessors(self) -> set[int]:
        """Ids of the authorities that those this person acts for have taken over."""
        theirs = [hat.authority_id for hat in self.hats if hat.role in COUNCIL_ROLES]
        taken = Succession.objects.filter(successor__in=theirs, carried_out_at__isnull=False)
        return set(taken.values_list("authority_id", flat=True)) if theirs else set()

    def certifies_for(self, authority: Authority | int) -> bool:
        pk = getattr(authority, "pk", authority)
        return any(hat.authority_id == pk and hat.role == Role.CERTIFIER for hat in self.hats)

    def signs_for(self, body: str) -> bool:
        return any(hat.body == body and hat.role == Role.SIGNATORY for hat in self.hats)

    @property
    def bodies_signed_for(self) -> list[str]:
        return sorted({hat.body for hat in self.hats if hat.role == Role.SIGNATORY})


class Membership(models.Model):
    """A person's role, and for whom: an authority, a region, a body, or IDeA's office."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="memberships")
    body = models.CharField(max_length=3, choices=Body, blank=True)
    job_title = models.CharField(max_length=120, blank=True)
    political_group = models.CharField(
        max_length=80, blank=True, help_text="For councillors and leaders of groups: Independent, Labour ..."
    )
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(role__in=COUNCIL_ROLES) | Q(authority__isnull=False),
                name="membership_council_role_has_authority",
                violation_error_message="An officer or certifier acts for an authority: choose it.",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=MEMBER_ROLES) | (Q(authority__isnull=False) & ~Q(political_group="")),
                name="membership_councillor_has_council_and_group",
                violation_error_message="A councillor sits on a council, in a political group: give both.",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.SIGNATORY) | ~Q(body=""),
                name="membership_signatory_has_body",
                violation_error_message="A signatory signs for CLG or for the LGA: choose which.",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.COORDINATOR) | Q(region__isnull=False),
                name="membership_coordinator_has_region",
                violation_error_message="A coordinator works for a region: choose it.",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "authority"],
                condition=Q(ended_at__isnull=True, authority__isnull=False),
                name="membership_once_for_authority",
                violation_error_message="This person holds this role for this authority already.",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "region"],
                condition=Q(ended_at__isnull=True, region__isnull=False),
                name="membership_once_for_region",
                violation_error_message="This person holds this role for this region already.",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "body"],
                condition=Q(ended_at__isnull=True, authority__isnull=True, region__isnull=True),
                name="membership_once_for_body",
                violation_error_message="This person holds this role already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.words}"

    @property
    def words(self) -> str:
        whom = self.authority or self.region or self.get_body_display() or "IDeA"
        return f"{self.get_role_display()}, {whom}"


class ColleagueInvitation(models.Model):
    """An invitation, by mail, to a colleague of the same council. The link works once, for that address, for a week."""

    LASTS = timedelta(days=7)

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="colleague_invitations")
    email = models.EmailField("e-mail address")
    role = models.CharField(max_length=20, choices=Role)
    # Only the SHA-256 of the link's secret is kept.
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ColleagueInvitationQuerySet.as_manager()

    class Meta:
        ordering = ("authority", "-invited_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "email", "role"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="colleague_invitation_one_waiting",
                violation_error_message="This person has been invited already.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at__isnull=True),
                name="colleague_invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="colleague_invitation_email_in_small_letters"
            ),
            models.CheckConstraint(
                condition=Q(role__in=COUNCIL_ROLES),
                name="colleague_invitation_to_a_council_role",
                violation_error_message="Invite a colleague as an officer or as a certifier.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}, {self.authority}"

    @property
    def is_waiting(self) -> bool:
        """Neither accepted nor withdrawn; its time may be over."""
        return self.accepted_at is None and self.withdrawn_at is None

    @property
    def ends_at(self) -> datetime:
        """The instant from which its link opens nothing."""
        return self.invited_at + self.LASTS

    def is_over(self, at: datetime) -> bool:
        return at >= self.ends_at
