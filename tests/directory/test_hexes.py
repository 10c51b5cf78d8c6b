"""The hex maps: how they are laid out, what the committed ones are like, and how they are loaded."""

import csv
import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from beacons.directory import hexes
from beacons.directory.hexes import Place, Site
from beacons.directory.management.commands.lay_out_hexes import DATA, counts, existed_on, site_of
from beacons.directory.models import Authority, Hex
from tests.shared import shared

# Twelve councils round the Wash and two far away, one of them an island.
FEW = """\
code,name,nation,tier,region,county,opened_on,closed_on,latitude,longitude
BOT,Boston,England,lower,East Midlands,LIN,,,52.98,-0.11
ELI,East Lindsey,England,lower,East Midlands,LIN,,,53.26,0.01
SHO,South Holland,England,lower,East Midlands,LIN,,,52.79,-0.08
NKE,North Kesteven,England,lower,East Midlands,LIN,,,53.07,-0.41
SKE,South Kesteven,England,lower,East Midlands,LIN,,,52.83,-0.52
PTE,Peterborough,England,single,East of England,,,,52.58,-0.27
FEN,Fenland,England,lower,East of England,CAM,,,52.57,0.07
KIN,King's Lynn,England,lower,East of England,NFK,,,52.68,0.47
BRE,Breckland,England,lower,East of England,NFK,,,52.63,0.86
NNO,North Norfolk,England,lower,East of England,NFK,,,52.84,1.20
RUT,Rutland,England,single,East Midlands,,,,52.65,-0.63
HUN,Huntingdonshire,England,lower,East of England,CAM,,,52.35,-0.22
NEW,New since,England,single,East of England,,2020-04-01,,52.30,0.30
OLD,Old until,England,lower,East of England,CAM,,2020-04-01,52.30,0.30
IOW,Isle of Wight,England,single,South East,,,,50.68,-1.30
LIN,Lincolnshire,England,upper,East Midlands,,,,53.10,-0.20
CRF,Cardiff,Wales,single,,,,,51.50,-3.20
"""


def table(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def stored(layout):
    return {
        row["authority"]: Place(int(row["column"]), int(row["row"]))
        for row in table(DATA / "hexes.csv")
        if row["layout"] == layout
    }


def sites_of(day):
    rows = table(DATA / "authorities.csv")
    return [site_of(row) for row in rows if counts(row) and existed_on(row, day)]


LAYOUTS = [("2009", "2009-04-01", 326), ("today", None, 296)]
each_layout = pytest.mark.parametrize(("layout", "day", "count"), LAYOUTS)


# What is committed


@each_layout
def test_each_council_of_the_day_has_one_hex_and_each_hex_one_council(layout, day, count):
    places = stored(layout)

    assert len(places) == count == len(set(places.values()))
    assert places.keys() == {site.code for site in sites_of(day)}


def test_the_city_and_the_isles_are_on_both_maps():
    assert all({"LND", "IOS", "IOW"} <= stored(layout).keys() for layout, *_ in LAYOUTS)


@each_layout
def test_neighbours_stay_together(layout, day, count):
    near = hexes.nearness(sites_of(day), stored(layout))

    assert near.mean_steps < 1.45
    assert near.adjacent > 0.61
    assert near.nearest_adjacent > 0.88


@each_layout
def test_neighbours_stay_together_better_than_on_the_published_map(layout, day, count):
    name = {"2009": "districts_2009_2019", "today": "districts_2023"}[layout]
    drawn = json.loads(shared("data", "map", f"{name}.hexjson").read_text(encoding="utf-8"))["hexes"].values()

    theirs = hexes.nearness(sites_of(day), {each["id"]: Place(each["q"], each["r"]) for each in drawn})

    ours = hexes.nearness(sites_of(day), stored(layout))
    assert ours.mean_steps < theirs.mean_steps
    assert ours.adjacent > theirs.adjacent
    assert ours.nearest_adjacent > theirs.nearest_adjacent


@each_layout
def test_england_has_no_gaps_and_every_region_hangs_together(layout, day, count):
    places = stored(layout)
    mainland = {site for site in sites_of(day) if site.code not in hexes.ISLANDS}

    assert hexes.gaps(places.values()) == []
    assert pieces({places[site.code] for site in mainland}) == 1
    for region in {site.region for site in mainland}:
        assert pieces({places[site.code] for site in mainland if site.region == region}) == 1, region


@each_layout
def test_islands_lie_off_the_coast(layout, day, count):
    places = stored(layout)
    land = set(places.values())

    assert not any(land.intersection(places[island].around) for island in hexes.ISLANDS)


@each_layout
def test_the_map_looks_like_england(layout, day, count):
    centre = {code: place.centre for code, place in stored(layout).items()}
    east, north = ({code: at[axis] for code, at in centre.items()} for axis in (0, 1))

    assert min(east, key=east.get) == "IOS"
    assert north["NBL"] > max(north.values()) - 2
    assert north["CON"] < 6
    assert east["CON"] < 4
    assert east["DOV"] > max(east.values()) - 2
    assert north["DOV"] < north["WSM"]
    assert east["HEF"] < east["BIR"] < east["LCE"] < east["NOW"]
    assert (
        north["BNH"] < north["CRY"] < north["WSM"] < north["ENF"] < north["LUT"] < north["LCE"] < north["LDS"]
    )
    assert east["LIV"] < east["MAN"] < east["LDS"] < east["KHL"]
    # The Wash: between Boston and King's Lynn the sea comes in.
    taken = set(stored(layout).values())
    row = stored(layout)["BOT"].row
    assert all(Place(column, row) not in taken for column in range(stored(layout)["BOT"].column + 1, 30))


def pieces(places):
    left, count = set(places), 0
    while left:
        count += 1
        reached = [left.pop()]
        while reached:
            beside = left.intersection(reached.pop().around)
            left -= beside
            reached += beside
    return count


# How they are laid out


def test_hexes_beside_each_other_are_one_step_apart():
    for place in (Place(3, 4), Place(3, 5)):
        assert [place.steps_to(other) for other in place.around] == [1] * 6
        assert all(place in other.around for other in place.around)


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [((0, 0), (0, 0), 0), ((0, 0), (4, 0), 4), ((0, 0), (0, 2), 2), ((0, 1), (2, 3), 3), ((5, 5), (0, 0), 8)],
)
def test_steps_between_hexes(one, other, steps):
    assert Place(*one).steps_to(Place(*other)) == Place(*other).steps_to(Place(*one)) == steps


def test_a_gap_is_a_blank_hex_with_land_all_round():
    ring = set(Place(4, 4).around)

    assert hexes.gaps(ring) == [Place(4, 4)]
    assert hexes.gaps(ring - {Place(5, 4)}) == []


def test_nearness_of_a_row_of_four():
    row = [Site(code, 52, index * 0.1) for index, code in enumerate("ABCD")]

    together = hexes.nearness(row, {code: Place(index, 0) for index, code in enumerate("ABCD")}, nearest=2)

    # A to B and C, B to A and C, C to B and D, D to C and B: one or two steps.
    assert together == (10 / 8, 6 / 8, 1.0)


def test_a_map_of_a_few_sites_puts_them_side_by_side():
    assert hexes.lay_out([Site("B", 51, 0), Site("A", 52, 0)]) == {"A": Place(0, 0), "B": Place(1, 0)}


@pytest.fixture
def few(tmp_path):
    path = tmp_path / "authorities.csv"
    path.write_text(FEW, encoding="utf-8")
    return path


def laid_out(authorities, into, **options):
    said = StringIO()
    call_command("lay_out_hexes", authorities=authorities, into=into, exchanges=4_000, stdout=said, **options)
    return said.getvalue(), into.read_bytes()


def test_the_command_gives_the_same_file_for_the_same_authorities_in_any_order(few, tmp_path):
    header, *rows = FEW.splitlines()
    shuffled = tmp_path / "shuffled.csv"
    shuffled.write_text("\n".join([header, *reversed(rows)]), encoding="utf-8")

    said, first = laid_out(few, tmp_path / "first.csv")
    _, second = laid_out(shuffled, tmp_path / "second.csv")

    assert first == second
    rows = [line.split(",") for line in first.decode().splitlines()]
    assert rows[0] == ["layout", "authority", "column", "row"]
    then, now = ({row[1] for row in rows if row[0] == layout} for layout in ("2009", "today"))
    assert then - now == {"OLD"}
    assert now - then == {"NEW"}
    assert not {"LIN", "CRF"} & now
    assert "2009: 14 hexes" in said
    assert "today: 14 hexes" in said


def test_the_command_compares_with_another_map(few, tmp_path):
    _, written = laid_out(few, tmp_path / "first.csv")
    drawn = {
        row[1]: {"id": row[1], "q": int(row[2]), "r": int(row[3])}
        for row in (line.split(",") for line in written.decode().splitlines())
        if row[0] == "2009"
    }
    other = tmp_path / "other.hexjson"
    other.write_text(json.dumps({"hexes": drawn}), encoding="utf-8")

    said, _ = laid_out(few, tmp_path / "second.csv", beside=[("2009", str(other))])

    lines = said.splitlines()
    assert len(lines) == 3
    assert lines[1].removeprefix(f"{other}") == lines[0].removeprefix("2009")


def test_a_council_without_a_position_stops_it_and_writes_nothing(few, tmp_path):
    few.write_text(FEW.replace("52.98,-0.11", ","), encoding="utf-8")

    with pytest.raises(CommandError, match="Boston has no position"):
        call_command("lay_out_hexes", authorities=few, into=tmp_path / "out.csv")

    assert not (tmp_path / "out.csv").exists()


# How they are loaded


def load(**files):
    said = StringIO()
    call_command("load_authorities", stdout=said, **files)
    return said.getvalue().splitlines()


@pytest.mark.django_db
def test_loading_gives_every_council_of_the_two_days_its_hex():
    load()

    assert Hex.objects.filter(layout="2009").count() == 326
    assert Hex.objects.filter(layout="today").count() == 296
    then = Authority.objects.filter(hexes__layout="2009")
    assert set(then) == set(
        Authority.objects.existing_on(date(2009, 4, 1)).filter(nation="England", tier__in=["lower", "single"])
    )
    assert load()[3] == "hexes: 0 added, 0 changed, 622 as they were"


@pytest.mark.django_db
def test_a_map_laid_out_again_is_loaded_even_where_two_change_places(tmp_path):
    load()
    lines = (DATA / "hexes.csv").read_text(encoding="utf-8").splitlines()
    first, second = (line.split(",") for line in lines[1:3])
    lines[1] = ",".join([*first[:2], *second[2:]])
    lines[2] = ",".join([*second[:2], *first[2:]])
    changed = tmp_path / "hexes.csv"
    changed.write_text("\n".join([*lines[:3], *lines[4:], ""]), encoding="utf-8")

    said = load(hexes=changed)

    assert said == ["hexes: 0 added, 3 changed, 619 as they were"]
    moved = Hex.objects.get(layout="2009", authority__code=first[1])
    assert [str(moved.column), str(moved.row)] == second[2:]
    assert Hex.objects.count() == 621


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2009,NOBODY,1,1", "NOBODY"),
        ("1999,ADU,1,1", "1999"),
        ("2009,ADU,one,1", "one"),
        ("2009,ADU,1,1\n2009,ALL,1,1", "line 3"),
        ("2009,ADU,1,1\n2009,ADU,1,2", "line 3"),
    ],
)
def test_a_broken_map_is_refused_and_the_old_one_stays(tmp_path, line, said):
    load()
    broken = tmp_path / "hexes.csv"
    broken.write_text(f"layout,authority,column,row\n{line}\n", encoding="utf-8")

    with pytest.raises(CommandError, match=said):
        load(hexes=broken)

    assert Hex.objects.count() == 622
