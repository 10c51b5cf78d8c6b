"""`load_authorities`: the real table, repeats, and files in which something is wrong."""

import shutil
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from beacons.directory.management.commands.load_authorities import DATA
from beacons.directory.models import Authority, Region, Succession

pytestmark = pytest.mark.django_db

HEADER = (DATA / "authorities.csv").read_text(encoding="utf-8").splitlines()[0]


def load(**files):
    said = StringIO()
    call_command("load_authorities", stdout=said, **files)
    return said.getvalue().splitlines()


def line(code, **cells):
    """A row of an authorities file: a unitary council, unless told otherwise."""
    row = {
        "name": code,
        "official_name": f"{code} Council",
        "kind": "unitary",
        "tier": "single",
        "nation": "England",
    }
    row |= {"code": code, "laa_area_2008": "true", "laa_area_2009": "true"} | cells
    return ",".join(row.get(column, "") for column in HEADER.split(","))


@pytest.fixture
def file(tmp_path):
    def written(*lines, name="authorities.csv", header=HEADER) -> Path:
        path = tmp_path / name
        path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        return path

    return written


def test_the_products_own_tables_load_whole():
    said = load()

    assert said == [
        "regions: 9 added, 0 changed, 0 as they were",
        "authorities: 544 added, 0 changed, 0 as they were",
        "successions: 96 added, 0 changed, 0 as they were",
        "hexes: 622 added, 0 changed, 0 as they were",
    ]
    adur = Authority.objects.get(code="ADU")
    assert (adur.name, adur.kind, adur.region.name, adur.county.name) == (
        "Adur",
        "district",
        "South East",
        "West Sussex",
    )
    assert Authority.objects.get(code="CON").opened_on == date(2009, 4, 1)
    assert Region.objects.get(name="London").core_funding == 7_699_000
    assert not Authority.objects.filter(
        kind__in=Authority.COUNCIL_KINDS, nation="England", region=None
    ).exists()


@pytest.mark.parametrize(("day", "councils"), [((2008, 6, 1), 410), ((2009, 4, 1), 375)])
def test_who_existed_on_a_day_is_known_after_loading(day, councils):
    load()

    assert Authority.objects.councils().existing_on(date(*day)).count() == councils


def test_a_second_run_changes_nothing_and_says_so():
    load()
    before = list(Authority.objects.order_by("pk").values())

    said = load()

    assert said == [
        "regions: 0 added, 0 changed, 9 as they were",
        "authorities: 0 added, 0 changed, 544 as they were",
        "successions: 0 added, 0 changed, 96 as they were",
        "hexes: 0 added, 0 changed, 622 as they were",
        "Nothing has changed.",
    ]
    assert list(Authority.objects.order_by("pk").values()) == before


def test_a_changed_row_changes_that_authority_alone(file):
    load()
    path = file(line("CON", name="Kernow"), line("NEWU"))

    said = load(authorities=path)

    assert said == ["authorities: 1 added, 1 changed, 0 as they were"]
    assert Authority.objects.get(code="CON").name == "Kernow"
    assert Authority.objects.count() == 545


def test_a_partnerships_name_that_staff_entered_outlives_a_repeat():
    load()
    Region.objects.filter(name="East Midlands").update(partnership="Entered by staff")

    load()

    assert Region.objects.get(name="East Midlands").partnership == "Entered by staff"
    assert Region.objects.get(name="London").partnership == "Capital Ambition"


def test_every_bad_row_of_every_file_is_told_and_nothing_is_loaded(file, tmp_path):
    regions = file(
        "Mercia,E12000099,,lots", name="regions.csv", header="name,gss_code,partnership,core_funding"
    )
    authorities = file(
        line("GOOD", region="Mercia"),
        line("BAD1", kind="parish", opened_on="2009-04-31"),
        line("GOOD"),
        line("BAD2", region="Wessex", closed_on="2009-04-01", opened_on="2009-04-01"),
        line("BAD3", tier="lower", kind="district", county="GOOD"),
        line("BAD4", tier="lower", kind="district", county="NONE", latitude="151"),
        line("BAD5", county="NONE"),
        line("BAD6", closed_on="2009-04-01", opened_on="2009-04-01"),
    )
    successions = file(
        "GOOD,BAD1,2030-04-01",
        "GOOD,GONE,2030-04-01",
        "GOOD,GOOD,",
        name="successions.csv",
        header="authority,successor,took_over_on",
    )

    with pytest.raises(CommandError) as refused:
        load(regions=regions, authorities=authorities, successions=successions)

    told = str(refused.value).replace(f"{tmp_path}/", "").splitlines()
    assert told == [
        "Nothing was loaded. 11 problems:",
        "regions.csv, line 2, column core_funding: 'lots' is not a whole number",
        "authorities.csv, line 3, column kind: 'parish' is not one of county, district, unitary, metropolitan,"
        " london, city, gla, combined, welsh, fire, police, park",
        "authorities.csv, line 3, column opened_on: '2009-04-31' is not a date like 2009-04-01",
        "authorities.csv, line 4, column code: GOOD stands on line 2 already",
        "authorities.csv, line 5, column region: no region is known as 'Wessex'",
        "authorities.csv, line 7, column latitude: 151 does not lie between -90 and 90",
        "authorities.csv, line 6, column county: GOOD is not of the upper tier",
        "authorities.csv, line 8, column county: no authority is known as 'NONE'",
        "authorities.csv, line 9, column closed_on: 2009-04-01 is not after it opened, 2009-04-01",
        "successions.csv, line 3, column successor: no authority is known as 'GONE'",
        "successions.csv, line 4, column successor: an authority cannot take itself over",
    ]
    assert (Region.objects.count(), Authority.objects.count(), Succession.objects.count()) == (0, 0, 0)


def test_one_bad_row_at_the_end_of_the_real_table_loads_nothing_of_it(tmp_path):
    path = tmp_path / "authorities.csv"
    shutil.copy(DATA / "authorities.csv", path)
    with path.open("a", encoding="utf-8") as lines:
        lines.write(line("LATE", population="-1") + "\n")

    with pytest.raises(
        CommandError, match=r"One problem:\n.*line 546, column population: -1 does not lie between 0"
    ):
        load(regions=DATA / "regions.csv", authorities=path)

    assert (Region.objects.count(), Authority.objects.count()) == (0, 0)


def test_what_the_database_refuses_is_refused_whole(file):
    load()
    renamed = file("London,E12000099,,", name="regions.csv", header="name,gss_code,partnership,core_funding")

    with pytest.raises(CommandError, match="the database refused it"):
        load(regions=renamed)

    assert Region.objects.get(name="London").gss_code == "E12000007"


def test_a_district_may_be_loaded_alone_when_its_county_is_there(file):
    load()

    load(authorities=file(line("NEWD", tier="lower", kind="district", county="WSX", region="South East")))

    assert Authority.objects.get(code="NEWD").county.code == "WSX"
