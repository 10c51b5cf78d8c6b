"""Maps of hexagons: what they say, in which order, and that nothing typed gets out of them."""

import re
from xml.etree import ElementTree as ET

from beacons.core import hexmaps
from beacons.core.hexmaps import Hexagon, Mark

SVG = "{http://www.w3.org/2000/svg}"
MARKS = [
    Mark("in", "Signed up", "S", "full"),
    Mark("area", "Part of an area", "A", "middle"),
    Mark("out", "Not signed up", "", "faint"),
]
# Two regions side by side, and an island.
COUNCILS = [
    Hexagon(3, 1, "York", "East", "in", "/councils/YOR/"),
    Hexagon(0, 0, "Wigan", "West", "in", "/councils/WGN/", is_own=True),
    Hexagon(1, 0, "Bury", "West", "out", "/councils/BUR/"),
    Hexagon(2, 0, "Hull", "East", "area", "/councils/KHL/", note="through its county, Ridings"),
    Hexagon(6, 4, "Isle", "East", "out", "/councils/ISL/"),
]


def draw(hexagons=COUNCILS, **options):
    return hexmaps.draw("Who is signed up", hexagons, MARKS, **options)


def root(drawn):
    return ET.fromstring(drawn.svg)


def words(element):
    return "".join(element.itertext())


def test_each_council_is_a_link_that_says_what_it_is():
    links = root(draw()).findall(f".//{SVG}a")

    said = {link.get("href"): link.find(f"{SVG}text[@class='said']") for link in links}
    assert {href: words(text) for href, text in said.items()} == {
        "/councils/YOR/": "York: signed up",
        "/councils/WGN/": "Wigan: signed up",
        "/councils/BUR/": "Bury: not signed up",
        "/councils/KHL/": "Hull: part of an area, through its county, Ridings",
        "/councils/ISL/": "Isle: not signed up",
    }


def test_the_keyboard_goes_region_by_region_and_by_name():
    drawn = root(draw())

    groups = drawn.findall(f"{SVG}g[@role='group']")
    assert [group.get("aria-label") for group in groups] == ["East, 3 councils", "West, 2 councils"]
    assert [link.get("href")[-4:-1] for group in groups for link in group] == [
        "KHL",
        "ISL",
        "YOR",
        "BUR",
        "WGN",
    ]


def test_a_map_to_go_about_in_is_no_image_and_a_picture_to_look_at_has_no_links():
    linked, picture = root(draw()), root(draw(linked=False))

    assert linked.get("role") == "group"
    assert picture.get("role") == "img"
    assert picture.findall(f".//{SVG}a") == []
    titles = [title.text for title in picture.findall(f"{SVG}g/{SVG}g/{SVG}title")]
    assert titles[-1] == "Wigan: signed up"
    assert len(titles) == 5


def test_it_has_a_title_a_description_and_a_table_by_region():
    drawn = draw()

    assert root(drawn).find(f"{SVG}title").text == "Who is signed up"
    assert root(drawn).find(f"{SVG}desc").text == drawn.description
    assert drawn.description == (
        "Each hexagon is one of 5 councils of England, near where it lies."
        " Signed up: 2; part of an area: 1; not signed up: 2."
    )
    assert drawn.columns == ("Region", "Signed up", "Part of an area", "Not signed up", "All")
    assert drawn.rows == (
        ("East", "1", "1", "1", "3"),
        ("West", "1", "0", "1", "2"),
        ("England", "2", "1", "2", "5"),
    )


def test_the_key_counts_and_leaves_out_what_nobody_is():
    drawn = draw([Hexagon(0, 0, "Wigan", "West", "in"), Hexagon(1, 0, "Bury", "West", "in")])

    assert [(entry.mark.words, entry.count) for entry in drawn.entries] == [("Signed up", 2)]
    assert not drawn.has_own
    assert draw().has_own


def test_marks_differ_by_letter_as_well_as_by_look():
    drawn = root(draw())

    letters = {
        link.get("href"): [text.text for text in link.findall(f"{SVG}text[@aria-hidden='true']")]
        for link in drawn.findall(f".//{SVG}a")
    }
    assert letters["/councils/WGN/"] == ["S"]
    assert letters["/councils/KHL/"] == ["A"]
    assert letters["/councils/BUR/"] == []


def test_what_is_typed_does_not_get_out_of_the_map():
    bad = '"><script>alert(1)</script>'

    drawn = hexmaps.draw(bad, [Hexagon(0, 0, bad, bad, "in", f"/{bad}", note=bad)], MARKS)

    assert "<script" not in drawn.svg
    ET.fromstring(drawn.svg)
    assert "style=" not in drawn.svg


def test_an_empty_map_says_so():
    drawn = draw([])

    assert drawn.description == "There is nothing on the map yet."
    assert drawn.rows == ()
    assert drawn.count == 0
    ET.fromstring(drawn.svg)


def test_borders_run_round_each_region_and_each_side_is_drawn_once():
    west, east = (0, 0), (28, 0)

    sides = hexmaps.borders({west: "West", east: "East"})

    # Two hexagons have eleven sides between them; within a region the one they share is no border.
    assert len(sides) == len({frozenset(side) for side in sides}) == 11
    assert len(hexmaps.borders({west: "West", east: "West"})) == 10


def test_strokes_walk_every_side_once():
    sides = hexmaps.borders({(0, 0): "West", (28, 0): "East"})

    path = hexmaps.lines_of(sides)

    starts = path.count("M")
    assert len(re.findall(r"-?\d+", path)) == 2 * (starts + len(sides))
    assert starts <= 2


def test_a_regions_name_stands_beside_its_coast():
    # A region of three rows on the left, one of three on the right, and one between them without a coast sideways.
    west = [Hexagon(0, row, f"W{row}", "West", "in") for row in range(3)]
    middle = [Hexagon(1, 1, "M", "Middle Part", "in"), Hexagon(2, 1, "N", "Middle Part", "in")]
    east = [Hexagon(3, row, f"E{row}", "East", "in") for row in range(3)]
    above = [Hexagon(column, row, f"{column}{row}", "North", "in") for column in (1, 2) for row in (0, 2)]
    labels = hexmaps.place_labels(
        {hexagon.middle: hexagon.region for hexagon in [*west, *middle, *east, *above]}
    )

    by_name = {label.lines[0]: label for label in labels}
    assert by_name["West"].is_left
    assert not by_name["East"].is_left
    assert by_name["West"].leads_from is None
    assert by_name["Middle Part"].leads_from is not None
    boxes = [label.box for label in labels]
    assert not any(
        hexmaps.overlap(one, other) for index, one in enumerate(boxes) for other in boxes[index + 1 :]
    )


def test_a_long_name_is_parted_near_its_middle():
    assert hexmaps.two_lines("Yorkshire and The Humber") == ("Yorkshire and", "The Humber")
    assert hexmaps.two_lines("London") == ("London",)
