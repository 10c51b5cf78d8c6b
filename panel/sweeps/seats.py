"""Vacancies that have closed, and terms that are over."""

from datetime import datetime

from beacons.core import letters
from beacons.core.sweeps import each
from beacons.directory.models import Role, User
from panel.actions import seats
from panel.models import Appointment, Candidacy, Vacancy
from panel.terms import RECENT


def end_terms(at: datetime) -> int:
    """Whoever's term is over leaves the panel, as they would by being asked to."""
    return each(Appointment.objects.over(at).order_by("pk"), seats.end_term, at=at)


def tell_of_closed_vacancies(at: datetime) -> int:
    """Who proposes and who agrees hear how many came forward, once all who came in time can have confirmed."""
    due = Vacancy.objects.closed(at - Candidacy.TO_CONFIRM).filter(closes_at__gt=at - RECENT)
    managers = list(User.objects.with_role(Role.SCHEME_MANAGER))
    return letters.write_missing(
        "panel_vacancy_closed",
        (
            (person, str(vacancy.pk), {"vacancy": vacancy, "seat": vacancy.seat, "round": vacancy.seat.round})
            for vacancy in due.with_numbers().for_list()
            for person in {*managers, *seats.signatories(vacancy.seat.bodies_to_agree)}
        ),
        at=at,
    )
