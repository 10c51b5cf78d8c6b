"""An outcome on the hex map: who is signed up, and in which quarter of England each council's figure lies.

Both are public: sign-ups are in the published agreements, and figures are official. Nothing here says who struggles.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from beacons.core.hexmaps import HexMap, Mark
from beacons.directory.maps import Council, England, Line, drawn
from beacons.directory.models import Authority
from outcomes.england import ENGLAND
from outcomes.headlines.lines import QUARTERS
from outcomes.models import Indicator, IndicatorValue, Outcome, SignUp
from outcomes.standing import quartiles

COHORT, QUARTILE = "cohort", "quartile"
COLOURS = ((COHORT, "Who is signed up"), (QUARTILE, "Quarter of the newest figure"))

SIGNED = Mark("signed", "Signed up", "S", "full")
JOINED = Mark("joined", "Joined the sign-up of its area", "J", "strong")
AREA = Mark("area", "Part of an area signed up", "A", "middle")
NOT_SIGNED = Mark("not", "Not signed up", "", "faint")
COHORT_MARKS = (SIGNED, JOINED, AREA, NOT_SIGNED)

LOOKS = {1: "full", 2: "strong", 3: "middle", 4: "light"}
QUARTER_MARKS = {
    number: Mark(f"q{number}", words.capitalize(), str(number), LOOKS[number])
    for number, words in QUARTERS.items()
}
UNRANKED = Mark("unranked", "Has a figure", "", "light")
NO_FIGURE = Mark("none", "No figure", "–", "faint")


@dataclass(frozen=True)
class OutcomeMap:
    """The councils with their marks; `notes` say what a reader must know, `elsewhere` who has no place on the map."""

    title: str
    lines: list[Line]
    marks: tuple[Mark, ...]
    notes: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    def picture(self, *, linked: bool = True) -> HexMap:
        return drawn(self.title, self.lines, self.marks, linked=linked)


def council_url() -> Callable[[Council], str]:
    """The address of one council tells those of all: there are hundreds on a page."""
    one = reverse("council_detail", args=["CODE"])
    return lambda council: one.replace("CODE", council.code)


def cohort_map(
    outcome: Outcome,
    england: England,
    sign_ups: Sequence[SignUp],
    own: Collection[int] = (),
    names: Mapping[int, str] | None = None,
    *,
    kin: bool = True,
) -> OutcomeMap:
    """Who is signed up; a district shows what its county signed, a council what passed to or from it.

    `names` of authorities, where the sign-ups were read without them. Without `kin` nobody shows the sign-up of whom it
    took over; that of an abolished council passes to its successor on the day anyhow.
    """
    marks = {each.authority_id: JOINED if each.joins_id else SIGNED for each in sign_ups}
    # Who came before or after is asked only where somebody would be missing.
    kin = kin and not marks.keys() <= england.shown(kin=False)
    found = england.find(marks, kin=kin)

    def look(council: Council) -> tuple[Mark, str]:
        held = found.get(council.pk)
        if held is None:
            return NOT_SIGNED, ""
        return (AREA, f"through {held.whose}") if held.whose else (held.fact, "")

    shown = england.shown(kin)
    elsewhere = [each.authority_id for each in sign_ups if each.authority_id not in shown]
    if elsewhere and names is None:
        names = dict(Authority.objects.filter(pk__in=elsewhere).values_list("pk", "name"))
    return OutcomeMap(
        f"Who is signed up: {england.words}",
        england.lines(look, council_url(), own),
        COHORT_MARKS,
        ("A district is part of the area of its county: the county signs up for all of it.",),
        tuple(sorted(names[pk] for pk in elsewhere)) if names else (),
    )


def whole_cohort(
    outcome: Outcome,
    england: England,
    sign_ups: Sequence[SignUp],
    own: Collection[int] = (),
    names: Mapping[int, str] | None = None,
) -> HexMap:
    """Today's map of who is signed up, to look at: its links are on the map's own page."""
    return cohort_map(outcome, england, sign_ups, own, names, kin=False).picture(linked=False)


def quartile_map(outcome: Outcome, england: England, own: Collection[int] = ()) -> OutcomeMap:
    """In which quarter of England each council's figure lies, of the year from which most have one."""
    measure = outcome.measure
    held = (
        IndicatorValue.objects.filter(authority__nation=ENGLAND).of_year_compared(measure)
        if measure
        else None
    )
    rows = list(held.values_list("authority", "value", "period")) if held is not None else []
    values = {authority: float(value) for authority, value, _ in rows}
    if measure is None or not values:
        return OutcomeMap(
            f"No figures yet: {england.words}",
            england.lines(lambda council: (NO_FIGURE, ""), council_url(), own),
            (NO_FIGURE,),
            ("There are no figures for this outcome yet.",),
        )
    quarters = quartiles(values, measure.polarity)
    found = england.find(
        {pk: (quarters.get(pk), value) for pk, value in values.items()}, kin=england.is_of_2009
    )

    def look(council: Council) -> tuple[Mark, str]:
        if council.pk not in found:
            return NO_FIGURE, ""
        (quarter, value), whose = found[council.pk]
        note = f"{measure.written(value)}, the figure of {whose}" if whose else measure.written(value)
        return QUARTER_MARKS[quarter] if quarter else UNRANKED, note

    return OutcomeMap(
        f"{measure.title or measure.code}, {rows[0][2]}: {england.words}",
        england.lines(look, council_url(), own),
        (*QUARTER_MARKS.values(), UNRANKED, NO_FIGURE),
        tuple(quartile_notes(measure, england, len(values))),
    )


def quartile_notes(measure: Indicator, england: England, count: int) -> Iterator[str]:
    if measure.polarity:
        yield (
            f"Of the {count} councils with a figure, the quarter with the best ones is the top quarter:"
            f" {measure.better} is better. Official figures; small areas differ by chance, and a low place is no verdict."
        )
    else:
        yield "Neither a high nor a low figure is good here, so there are no quarters."
    if england.is_of_2009:
        yield "A council abolished since 2009 shows the figure of its successor."
    yield "A district without a figure of its own shows its county’s."
