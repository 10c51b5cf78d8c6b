"""The service navigation: the public rooms for everybody, and the desks a person has."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from beacons.directory.models import Role
from beacons.directory.permissions import has_role, works_in_office
from beacons.rounds.models import Round
from panel.models import Appointment


def items(request: HttpRequest) -> list[tuple[str, str, bool]]:
    """(label, address, whether the present page lies there)."""
    offered = [
        ("Outcomes", "outcome_list"),
        ("Councils", "council_list"),
        ("Rounds", "round_list"),
        ("Events", "activity_list"),
        ("Library", "practice_list"),
    ]
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        offered.insert(0, ("Your desk", "desk"))
        if user.authorities:
            offered += [("Sign-ups", "own_sign_ups")]
            offered += [("Applications", "application_list"), ("Grants", "grant_list")]
        elif user.seats_in_councils or user.groups_led:
            offered.append(("Applications", "application_list"))
        if has_role(user, Role.LEAD_MEMBER):
            offered.append(("Endorse", "endorse_list"))
        # A page of the panel's that has asked already says so.
        told = getattr(request, "has_a_panel", None)
        if has_a_panel(user, request.at) if told is None else told:
            offered.append(("Panel", "panel_desk"))
        if works_in_office(user):
            offered.append(("Office", "office"))
        if has_role(user, Role.COORDINATOR):
            offered.append(("Region", "region_desk"))
    elif settings.DEMONSTRATION:
        offered.append(("Try it", "try_it"))
    pages = [(label, reverse(name)) for label, name in offered]
    here = max((url for _, url in pages if request.path.startswith(url)), key=len, default="")
    return [(label, url, url == here) for label, url in pages]


def has_a_panel(user: Any, at: datetime) -> bool:
    """Has this person a panel to sit on, to sign for or to run?"""
    # A page of the panel that has found its reader's seat says so.
    if getattr(user, "has_a_seat", False):
        return True
    return bool(user.bodies_signed_for) or user.runs_rounds or Appointment.objects.of(user, at).exists()


def rooms(user: Any, at: datetime) -> list[tuple[str, str]]:
    """(what a person finds there, address): the rooms this person works in, for the desk."""
    found = [(f"Applications of {each}", reverse("application_list")) for each in user.authorities]
    found += [(f"Sign-ups of {each}", reverse("sign_up_desk", args=[each.pk])) for each in user.authorities]
    found += [
        (f"Colleagues at {each}", reverse("colleague_list", args=[each.code])) for each in user.authorities
    ]
    if user.authorities:
        found += [
            (f"Headline report of {each}", reverse("report_show", args=[each.code]))
            for each in user.authorities
        ]
        found += [
            ("Reports that you and your colleagues saved", reverse("report_list")),
            ("What became of your applications", reverse("own_results")),
            ("Apply in a round that is open", reverse("application_choices")),
            ("Grants and what they ask for", reverse("grant_list")),
            ("Events you can book", reverse("activity_list")),
            ("Practices you took up", reverse("adoption_list")),
        ]
    if user.seats_in_councils:
        found.append(("Apply for yourself, as a councillor", reverse("own_choices")))
    if user.seats_in_councils or user.groups_led:
        found.append(("Applications of councillors that you write or certify", reverse("application_list")))
    if has_role(user, Role.LEAD_MEMBER):
        found.append(("Applications that wait for lead members", reverse("endorse_list")))
    for held in Appointment.objects.of(user, at).for_list().order_by("-seat__round__starts_on"):
        found.append((f"Panel of {held.seat.round}", reverse("panel_detail", args=[held.seat.round.slug])))
    if user.bodies_signed_for or user.runs_rounds:
        found.append(("Panels: seats, appointments and approval", reverse("panel_desk")))
    if user.bodies_signed_for:
        for each in Round.objects.running(at).order_by("-starts_on"):
            found.append((f"Decisions of {each}", reverse("decision_list", args=[each.slug])))
        if user.signs_for("lga"):
            found.append(("Agreements to countersign", reverse("agreement_list")))
    if works_in_office(user):
        found += [("Control rooms of the rounds", reverse("office")), ("All grants", reverse("grant_list"))]
        found.append(("Admin: money, rounds, people", reverse("admin:index")))
    if user.runs_rounds:
        found.append(("Practices to review", reverse("practice_review_list")))
    if has_role(user, Role.COORDINATOR):
        found.append(("Your region", reverse("region_desk")))
        found.append(("Grants of your region", reverse("grant_list")))
    for each in Round.objects.running(at).order_by("-starts_on") if has_role(user, Role.OBSERVER) else ():
        found.append((f"Report on {each}", reverse("round_report", args=[each.slug])))
    return found
