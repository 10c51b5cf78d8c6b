"""The service navigation: the public rooms for everybody, and the desks a person has."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from beacons.directory.models import Role
from beacons.directory.permissions import has_role, works_in_office
from panel.models import Appointment


def items(request: HttpRequest) -> list[tuple[str, str, bool]]:
    """(label, address, whether the present page lies there)."""
    offered = [
        ("Outcomes", "outcome_list"),
        ("Rounds", "round_list"),
        ("Events", "activity_list"),
        ("Library", "practice_list"),
    ]
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        offered.insert(0, ("Your desk", "desk"))
        if user.authorities:
            offered += [("Applications", "application_list"), ("Grants", "grant_list")]
        if Appointment.objects.of(user, request.at).exists():
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
