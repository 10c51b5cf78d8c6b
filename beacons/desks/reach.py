"""How far a round's knowledge has come: which councils hold an award, booked, came, took up a practice, changed.

Award holders and changes made are public from the announcement on. Who booked and who came is known to the council,
its host and the office, as on the activities' own pages; everybody else reads how many there are.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Value
from django.views.generic import DetailView

from beacons.core.hexmaps import HexMap, Mark
from beacons.directory.maps import Council, England, Line, drawn
from beacons.directory.models import Hex
from beacons.rounds.models import Round
from grants.dissemination.models import Adoption, Booking
from grants.dissemination.statuses import CHANGES_MADE, AdoptionStatus
from grants.models import Grant
from grants.statuses import GrantStatus
from outcomes.forms.maps import MapForm
from outcomes.maps import council_url

# The furthest first: a council shows the furthest that it has come.
HOLDER = Mark("holder", "Holds an award", "H", "flame")
CHANGED = Mark("changed", "Changed something", "C", "full")
TAKEN_UP = Mark("taken", "Takes up a practice", "T", "strong")
CAME = Mark("came", "Came to an activity", "A", "middle")
BOOKED = Mark("booked", "Booked a place", "B", "light")
NOT_YET = Mark("not", "Not reached yet", "", "faint")
# For who may not know all the bookings, a council without a mark may be reached all the same.
NOT_CHANGED = Mark("unchanged", "No change made yet", "", "faint")
MARKS = (HOLDER, CHANGED, TAKEN_UP, CAME, BOOKED, NOT_YET, NOT_CHANGED)
MARK_OF = {mark.key: mark for mark in MARKS}
# An offer is between the council and the office until it is accepted.
NOT_YET_HELD = (GrantStatus.DRAFTED, GrantStatus.OFFERED)


@dataclass(frozen=True)
class Reach:
    """Who is reached, as far as the reader may know; the notes say what is left out."""

    title: str
    lines: list[Line]
    marks: tuple[Mark, ...] = MARKS
    notes: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    def picture(self, *, linked: bool = True) -> HexMap:
        return drawn(self.title, self.lines, self.marks, linked=linked)


def is_open(of: Round, at: datetime) -> bool:
    """Before the announcement there is nothing that anybody may know."""
    announcement = getattr(of, "announcement", None)
    return announcement is not None and announcement.has_come(at)


def reach(of: Round, england: England, user: Any, at: datetime, own: Collection[int] = ()) -> Reach:
    bookings = Booking.objects.filter(activity__grant__round=of).standing()
    booked = bookings.visible_to(user, at)
    adopted = Adoption.objects.visible_to(user, at).filter(practice__grant__round=of)
    adopted = adopted.exclude(status=AdoptionStatus.GIVEN_UP)
    grants = Grant.objects.filter(round=of).standing().exclude(status__in=NOT_YET_HELD)
    seen = marked(grants, HOLDER).union(
        marked(adopted.filter(status__in=CHANGES_MADE), CHANGED),
        marked(adopted.exclude(status__in=CHANGES_MADE), TAKEN_UP),
        marked(booked.filter(attended=True), CAME),
        marked(booked, BOOKED),
    )
    marks: dict[int, Mark] = {}
    names: dict[int, str] = {}
    known: set[int] = set()
    for authority, name, key in seen:
        names[authority] = name
        if key == BOOKED.key:
            known.add(authority)
        marks[authority] = min(MARK_OF[key], marks.get(authority, NOT_YET), key=MARKS.index)
    found = england.find(marks)
    all_booked = bookings.values("authority").distinct().count()
    rest = NOT_CHANGED if all_booked > len(known) else NOT_YET

    def look(council: Council) -> tuple[Mark, str]:
        held = found.get(council.pk)
        if held is None:
            return rest, ""
        return held.fact, f"through {held.whose}" if held.whose else ""

    shown = england.shown()
    return Reach(
        f"How far {of} has come: {england.words}",
        england.lines(look, council_url(), own),
        notes=tuple(notes(all_booked, known)),
        elsewhere=tuple(sorted(name for pk, name in names.items() if pk not in shown)),
    )


def marked(rows: Any, mark: Mark) -> Any:
    """(authority, its name, the mark's key) of each row, to be read together with others."""
    return rows.order_by().values_list("authority", "authority__name", Value(mark.key))


def notes(booked: int, known: Collection[int]) -> Iterable[str]:
    if booked > len(known):
        yield (
            f"{booked} {'council has' if booked == 1 else 'councils have'} booked a place at an activity. Which ones"
            " is known to themselves, their hosts and the office."
        )
    yield "A district is shown as reached where its county is."


def own_of(user: Any) -> set[int]:
    return {authority.pk for authority in user.authorities} if user.is_authenticated else set()


def picture(of: Round, user: Any, at: datetime) -> HexMap | None:
    """Today's map to look at, for the round's report; none before the announcement."""
    if not is_open(of, at):
        return None
    return reach(of, England.on(Hex.Layout.TODAY), user, at, own_of(user)).picture(linked=False)


class RoundReach(DetailView):
    """The map, and the list of councils beside it."""

    template_name = "desks/round_reach.html"
    context_object_name = "round"

    def get_queryset(self) -> Any:
        visible = Round.objects.visible_to(self.request.user, self.request.at)
        return visible.with_plan().select_related("announcement")

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        of, user, at = self.object, self.request.user, self.request.at
        if not is_open(of, at):
            return super().get_context_data(map=None, **context)
        form = MapForm(self.request.GET)
        found = reach(of, England.on(form.layout_chosen), user, at, own_of(user))
        lines = form.listed(found.lines, found.marks)
        return super().get_context_data(
            choice=form,
            map=found,
            picture=found.picture(),
            lines=lines,
            caption=f"{len(lines)} of {len(found.lines)} councils",
            **context,
        )
