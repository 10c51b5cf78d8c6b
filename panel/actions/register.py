"""What the office keeps up of a member: the register of interests in general, and the expertise."""

from collections.abc import Iterable
from typing import Any

from beacons.core import steps
from beacons.core.steps import verb
from panel.models import Appointment


@verb
def keep_up(
    appointment: Appointment, *, register: str, expertise: Iterable[Any], by: Any, at: Any
) -> Appointment:
    """Only these two are written: who agreed to an appointment, and when it ended, may have changed meanwhile."""
    appointment = Appointment.objects.lock(appointment.pk)
    appointment.register = register
    appointment.save(update_fields=["register"])
    appointment.expertise.set(expertise)
    steps.note(appointment, "keep_up", by=by, at=at)
    return appointment
