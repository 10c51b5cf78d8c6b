"""The invented people: staff, signatories, coordinators, a panel of two bodies, and two officers a council."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password

from beacons.desks.simulation import words
from beacons.directory.models import Authority, Body, Membership, Region, Role, User

DOMAIN = "demo.example"
# Published on the start page of the demonstration: an account there opens nothing that is not invented.
PASSWORD = "a-beacon-on-every-hill"  # noqa: S105
# Everybody is there before any round begins.
CAME_AT = datetime(2008, 11, 25, 9, tzinfo=UTC)
PANEL = [(Body.CLG, 5), (Body.LGA, 5)]

OFFICE = [
    (Role.SCHEME_MANAGER, "manager"),
    (Role.CASE_OFFICER, "cases"),
    (Role.GRANTS_OFFICER, "grants"),
    (Role.FINANCE_OFFICER, "finance"),
]


@dataclass
class People:
    """Makes each person once, whoever asks, so that several simulated rounds share one office and one panel."""

    chance: Random

    @cached_property
    def _password(self) -> str:
        return make_password(PASSWORD)

    def _person(self, mailbox: str, role: str | None, *, staff: bool = False, **where: Any) -> User:
        email = f"{mailbox}@{DOMAIN}"
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User(email=email, name=words.name(self.chance), is_staff=staff, password=self._password)
            user.joined_at = CAME_AT
            user.save()
            if (council := where.get("authority")) and not council.mail_domains:
                # Invented like the people themselves, so that they can invite one another.
                council.mail_domains = DOMAIN
                council.save(update_fields=["mail_domains"])
        if role and not user.memberships.filter(role=role, **where).exists():
            Membership.objects.create(user=user, role=role, began_at=CAME_AT, **where)
        return user

    @cached_property
    def office(self) -> dict[str, User]:
        """One of each office role."""
        return {role: self._person(mailbox, role, staff=True) for role, mailbox in OFFICE}

    @property
    def manager(self) -> User:
        return self.office[Role.SCHEME_MANAGER]

    @property
    def case_officer(self) -> User:
        return self.office[Role.CASE_OFFICER]

    @property
    def grants_officer(self) -> User:
        return self.office[Role.GRANTS_OFFICER]

    @property
    def finance_officer(self) -> User:
        return self.office[Role.FINANCE_OFFICER]

    @cached_property
    def signatories(self) -> dict[str, User]:
        return {body: self._person(f"signatory.{body}", Role.SIGNATORY, body=body) for body in Body.values}

    @cached_property
    def chair(self) -> User:
        return self._person("chair", None)

    @cached_property
    def vice_chair(self) -> User:
        return self._person("vice.chair", None)

    @cached_property
    def members(self) -> dict[str, list[User]]:
        """The panel's members by body: twelve people with the chair and the vice-chair."""
        return {
            body: [self._person(f"panel.{body}.{number}", None) for number in range(1, count + 1)]
            for body, count in PANEL
        }

    @cached_property
    def others(self) -> list[User]:
        """A coordinator for each region, and an observer."""
        coordinators = [
            self._person(f"coordinator.{region.gss_code.lower()}", Role.COORDINATOR, region=region)
            for region in Region.objects.order_by("pk")
        ]
        return [*coordinators, self._person("observer", Role.OBSERVER, body=Body.LGA)]

    def drafter(self, authority: Authority) -> User:
        return self._person(f"officer.{authority.code.lower()}", Role.DRAFTER, authority=authority)

    def certifier(self, authority: Authority) -> User:
        return self._person(f"chief.{authority.code.lower()}", Role.CERTIFIER, authority=authority)

    def everybody(self) -> list[User]:
        """Everybody who belongs to the scheme itself, made if they are not there yet."""
        members = [user for group in self.members.values() for user in group]
        return [
            *self.office.values(),
            *self.signatories.values(),
            self.chair,
            self.vice_chair,
            *members,
            *self.others,
        ]
