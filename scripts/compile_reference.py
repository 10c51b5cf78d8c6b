"""Compile the product's own reference tables, as facts, from a folder of gathered open data.

    python scripts/compile_reference.py ../shared/data [--into FOLDER]

For developers: the tables it writes are committed, and nothing at run time needs the gathered data. The same
input always gives the same bytes (sorted rows, LF line ends), so that a test can compare. What the sources
leave open stays blank; what they hold askew is put right by the rules named here and in each folder's README.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from boundary_middles import middles

ROOT = Path(__file__).resolve().parents[1]
YEARS_KEPT = 5

KINDS = {
    "CTY": "county",
    "NMD": "district",
    "UA": "unitary",
    "MD": "metropolitan",
    "LBO": "london",
    "CC": "city",
    "SRA": "gla",
    "COMB": "combined",
    "WPA": "welsh",
    "fire_and_rescue_service": "fire",
    "police_force": "police",
    "national_park_authority": "park",
}

# For each measure: our own code, the series it is taken from, its unit, and our own title.
MEASURES = [
    tuple(line.split(" | "))
    for line in """\
neet-16-17 | lait-16-17-neet | % | Young people of 16 and 17 not in education, work or training
youth-justice-entrants | lait-firstyjs | per 100,000 aged 10 to 17 | Young people new to the youth justice system
teenage-conceptions | lait-under18concep | per 1,000 aged 15 to 17 | Conceptions below the age of 18
youth-reoffending | lait-reoffyo15-17 | % | Young offenders of 15 to 17 who offend again
placement-moves | lait-lacstable-2016on | % | Children in care moved three times or more in a year
placement-length | lait-lac-longstable | % | Children in care who have kept their placement for two years
assessments-in-time | lait-continue-assess-comp | % | Children's social care assessments done within 45 working days
repeat-protection-plans | lait-prevregcpr | % | Children placed under a protection plan again
long-protection-plans | lait-cpplans2yrs | % | Child protection plans that lasted two years or more
wellbeing-in-care | lait-emotional-lac | score of 0 to 40 | Emotional difficulties of children in care
protection-reviews | lait-revcp | % | Child protection cases reviewed when they were due
care-leavers-housed | lait-careleaveracc | % | Care leavers of 19 to 21 in suitable accommodation
care-leavers-occupied | lait-careleavereet | % | Care leavers of 19 to 21 in education, work or training
recycling | defra-recycling | % | Household waste reused, recycled or composted
emissions-per-head | els-ghg-per-head | tonnes of CO2 equivalent | Greenhouse gas emissions for each resident
employment | els-employment | % | Working-age people in work
claimants | els-claimants | % | Working-age people claiming unemployment-related benefits
overweight-at-ten | lait-excessyr6 | % | Children overweight or obese in their last primary year
level-2-at-19 | lait-level2age19 | % | Young people qualified to level 2 by the age of 19
level-3-at-19 | lait-level3age19 | % | Young people qualified to level 3 by the age of 19
persistent-absence | lait-totperabnew | % | Pupils persistently absent from school
child-poverty | els-child-poverty | % | Children in families of relatively low income
circulatory-deaths | els-cvd-mortality | per 100,000 people | Preventable deaths from circulatory disease
new-homes | els-net-homes | per 1,000 homes | Homes added to the stock
unemployment | els-unemployment | % | People out of work and looking for it
pay | els-pay | £ | Middle weekly pay, before tax
productivity | els-gva-hour | £ | Value added for each hour worked
level-3-adults | els-level3 | % | People qualified to level 3 or above
no-qualifications | els-no-quals | % | People without qualifications
adult-obesity | els-adult-obesity | % | Adults who are obese
life-satisfaction | els-life-satisfaction | out of 10 | How satisfied people are with their lives
affordability | els-affordability | times a year's pay | Price of the middle home
early-cancer-diagnosis | els-early-cancer | % | Cancers found early, at stage 1 or 2
healthy-life-women | els-hle-female | years | Years that a girl born today can expect to live in good health
healthy-life-men | els-hle-male | years | Years that a boy born today can expect to live in good health
gcse-english-maths | els-gcse-em | % | Young people with GCSEs in English and maths
good-level-at-five | lait-fsp-new-gooddev | % | Children of five with a good level of development
ready-at-eleven | lait-ks2rwm-expected-std | % | Children of eleven who read, write and count as expected
agency-social-workers | lait-work-force-agecy-rate | % | Children's social workers who come from an agency""".splitlines()
]
# What is no National Indicator's stand-in still belongs to a theme of theirs.
THEMES = {
    "unemployment": "Local economy",
    "productivity": "Local economy",
    "no-qualifications": "Local economy",
    "affordability": "Local economy",
    "adult-obesity": "Adult health and well-being",
    "early-cancer-diagnosis": "Adult health and well-being",
    "gcse-english-maths": "Children and young people",
    "agency-social-workers": "Children and young people",
}

# What a headline report opens with: six measures of what each kind of authority does, or is there for.
HEADLINES = {
    "county": "neet-16-17 good-level-at-five child-poverty circulatory-deaths employment emissions-per-head",
    "district": "recycling new-homes affordability employment adult-obesity emissions-per-head",
    "unitary": "neet-16-17 assessments-in-time recycling new-homes employment child-poverty",
    "metropolitan": "neet-16-17 assessments-in-time recycling new-homes employment child-poverty",
    "london": "neet-16-17 assessments-in-time recycling new-homes affordability child-poverty",
    "city": "recycling emissions-per-head claimants new-homes adult-obesity productivity",
    "combined": "employment pay productivity unemployment level-3-adults emissions-per-head",
    "welsh": "employment pay level-3-adults child-poverty healthy-life-women emissions-per-head",
}

# What agreements aim at: the scheme's themes, each with the measure that shows it today.
OUTCOMES = [
    (
        "young-people-in-work-or-learning",
        "neet-16-17",
        "More young people in education, work or training",
        "Fewer young people leave school for nothing: each has a course, a training place or a job to go to.",
    ),
    (
        "fewer-teenage-conceptions",
        "teenage-conceptions",
        "Fewer teenage pregnancies",
        "Young women and men have the knowledge, the services and the prospects to become parents later.",
    ),
    (
        "out-of-the-justice-system",
        "youth-justice-entrants",
        "Young people kept out of the justice system",
        "Trouble is met early, so that fewer young people are ever charged for the first time.",
    ),
    (
        "fewer-reoffending",
        "youth-reoffending",
        "Fewer young people offending again",
        "Those who have offended once find a way back that lasts.",
    ),
    (
        "lasting-homes-in-care",
        "placement-length",
        "Lasting homes for children in care",
        "Children in care stay with the same family long enough to belong there.",
    ),
    (
        "fewer-moves-in-care",
        "placement-moves",
        "Fewer moves for children in care",
        "No child in care is moved from place to place within a year.",
    ),
    (
        "timely-help-for-children",
        "assessments-in-time",
        "Timely help for children in need",
        "What a child needs is found out in weeks, so that help comes while it still counts.",
    ),
    (
        "safe-for-good",
        "repeat-protection-plans",
        "Children kept safe for good",
        "Once a child is safe the danger does not come back, and no second protection plan is needed.",
    ),
    (
        "safe-sooner",
        "long-protection-plans",
        "Children safe sooner",
        "Children under a protection plan are made safe without years of waiting.",
    ),
    (
        "wellbeing-of-children-in-care",
        "wellbeing-in-care",
        "Well-being of children in care",
        "Children in care are as well in mind as others of their age.",
    ),
    (
        "less-waste",
        "recycling",
        "More waste recycled",
        "Households throw away less, and more of what they throw away is used again.",
    ),
    (
        "lower-emissions",
        "emissions-per-head",
        "Lower emissions where people live",
        "Homes, roads and firms of the area give off less carbon for each resident.",
    ),
    (
        "people-in-work",
        "employment",
        "More people in work",
        "More of those of working age have a job.",
    ),
    (
        "healthy-weight",
        "overweight-at-ten",
        "More children of a healthy weight",
        "Fewer children leave primary school overweight.",
    ),
    (
        "less-child-poverty",
        "child-poverty",
        "Fewer children in poverty",
        "Fewer children grow up in families that have too little to live on.",
    ),
    (
        "more-homes",
        "new-homes",
        "More homes",
        "Homes are built and brought back into use as fast as people need them.",
    ),
]

PRODUCERS = {
    "DfE": "Department for Education",
    "OHID": "Office for Health Improvement and Disparities",
    "ONS": "Office for National Statistics",
    "Youth Justice board": "Youth Justice Board",
}
CARRIERS = {
    "els": "the ONS Explore Local Statistics service",
    "lait": "the DfE local authority interactive tool",
    "defra": "WasteDataFlow, table ENV18",
}

# What assessments call what some outcomes are about; flags on it are signals for all of them.
FLAG_SUBJECTS = [("housing", "more-homes")]

SAMPLE_STAGES = {"in the LAA": "agreed", "recommended": "recommended", "shortlisted": "shortlisted"}

Row = Mapping[str, object]


class BrokenSource(Exception):
    """The gathered data does not hold together; nothing is written."""


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def from_the_first(text: str) -> date | None:
    """The day from which a change holds: sources name it, or the last day of March before it."""
    found = day(text)
    return found + timedelta(days=1) if found and (found.month, found.day) == (3, 31) else found


def regions(source: Path) -> list[Row]:
    return [
        {
            "name": row["region"],
            "gss_code": row["region_gss"],
            "partnership": row["riep_name"],
            "core_funding": round(float(row["riep_core_funding_2009_10_gbp_m"]) * 1_000_000),
        }
        for row in read(source, "authorities/regions.csv")
    ]


def authorities(source: Path) -> list[Row]:
    return [*councils(source), *other_bodies(source)]


def councils(source: Path) -> Iterable[Row]:
    codes: dict[str, set[str]] = defaultdict(set)
    for row in read(source, "authorities/gss_lookup.csv"):
        codes[row["id"]].add(row["gss_code"])
    middle_of = middles(source / "map/ons_boundaries.topojson", "ltla")
    for row in read(source, "authorities/authorities.csv"):
        # Councils abolished since 2009 have no position there: theirs is the middle of their last boundary.
        latitude, longitude = row["lat"], row["long"]
        if not latitude and row["tier"] != "upper" and row["gss_code"] in middle_of:
            latitude, longitude = map(str, middle_of[row["gss_code"]])
        # Creation dates of 2005 are those of a later order, not of the council.
        opened = None if row["start_date"].startswith("2005") else day(row["start_date"])
        yield {
            "code": row["id"],
            "name": row["name"],
            "official_name": row["official_name"] or row["name"],
            "kind": KINDS[row["type"]],
            "tier": row["tier"],
            "nation": row["nation"],
            "region": row["region"] if row["nation"] == "England" else "",
            "county": row["county_id"],
            "gss_code": row["gss_code"],
            "former_gss_codes": " ".join(sorted(codes[row["id"]] - {row["gss_code"]})),
            "opened_on": opened,
            "closed_on": from_the_first(row["end_date"]),
            "org_id": row["org_id"],
            "laa_area_2008": row["laa_area_2008"],
            "laa_area_2009": row["laa_area_2009"],
            "latitude": rounded(latitude, 4),
            "longitude": rounded(longitude, 4),
            "population": row["population_2020"],
        }


def other_bodies(source: Path) -> Iterable[Row]:
    for row in read(source, "authorities/other_bodies.csv"):
        # The only date in the register: one "dates from 2010-11", so from the first day of that year.
        since = re.search(r"dates from (\d{4})-\d{2}", row["note"])
        police = row["kind"] == "police_force"
        yield {
            # The register's names of police forces are too long to be keys.
            "code": f"POL-{row['gss_code']}" if police else row["id"],
            "name": row["name"],
            "official_name": row["name"],
            "kind": KINDS[row["kind"]],
            "tier": "",
            "nation": "Wales" if row["gss_code"].startswith("W") else "England",
            "gss_code": row["gss_code"],
            "opened_on": date(int(since[1]), 4, 1) if since else None,
            "org_id": row["org_id"],
            "laa_area_2008": "false",
            "laa_area_2009": "false",
        }


def rounded(text: str, places: int) -> str:
    return f"{float(text):.{places}f}" if text else ""


def successions(source: Path) -> list[Row]:
    return [
        {
            "authority": row["child_id"],
            "successor": row["parent_id"],
            "took_over_on": from_the_first(row["valid_from"]),
        }
        for row in read(source, "authorities/relations.csv")
        if row["relation"] == "replaced_by"
    ]


def national_indicators(source: Path) -> list[Row]:
    return [
        {
            "code": row["code"],
            "title": row["title"],
            "title_note": title_note(row),
            "title_source": row["source"],
            "theme": row["theme"],
            "in_final_set": row["in_final_set"],
        }
        for row in read(source, "national_indicators/national_indicators.csv")
    ]


def title_note(row: Mapping[str, str]) -> str:
    """How far a title may be trusted to be the printed one."""
    status = row["title_status"]
    for word, note in [
        ("missing", ""),
        ("description", "a description"),
        ("cut", "end cut off"),
        ("successor", "of a successor"),
    ]:
        if word in status:
            return note
    return "as printed"


def measures(source: Path) -> list[Row]:
    known = {row["indicator_id"]: row for row in read(source, "indicators/indicators.csv")}
    themes = {
        row["code"]: row["theme"] for row in read(source, "national_indicators/national_indicators.csv")
    }
    rows: list[Row] = []
    for code, series, unit, title in MEASURES:
        row = known[series]
        national = row["related_national_indicator"]
        producer = " and ".join(PRODUCERS.get(name, name) for name in row["producer"].split("|"))
        rows.append(
            {
                "code": code,
                "title": title,
                "unit": unit,
                "polarity": row["polarity"],
                "theme": themes[national] if national else THEMES[code],
                "stands_for": national,
                "nearness": row["relation"] if national else "",
                "source": f"{producer}, through {CARRIERS[series.split('-')[0]]}",
                "licence": row["licence"],
            }
        )
    return rows


def values(source: Path) -> list[Row]:
    """The newest years of each measure, for authorities alone."""
    code_of = {series: code for code, series, *_ in MEASURES}
    authority_of = {row["gss_code"]: row["id"] for row in read(source, "authorities/gss_lookup.csv")}
    found: dict[str, list[Row]] = defaultdict(list)
    for row in read(source, "indicators/values.csv"):
        if row["indicator_id"] in code_of and row["gss_code"] in authority_of:
            code = code_of[row["indicator_id"]]
            found[code].append(
                {
                    "indicator": code,
                    "authority": authority_of[row["gss_code"]],
                    "year": int(row["year"]),
                    "period": period(row["period"]),
                    "value": row["value"],
                }
            )
    kept: list[Row] = []
    for rows in found.values():
        newest = sorted({row["year"] for row in rows})[-YEARS_KEPT:]  # type: ignore[type-var]
        kept += [row for row in rows if row["year"] in newest]
    return kept


def period(text: str) -> str:
    """A period as people write it: 2023, 2023/24, 2022 to 2024."""
    if interval := re.fullmatch(r"(\d{4})-(\d\d)-\d\d/P(\d)Y", text):
        start, month, length = int(interval[1]), interval[2], int(interval[3])
        if length > 1:
            return f"{start} to {start + length - 1}"
        return f"{start}" if month == "01" else f"{start}/{(start + 1) % 100:02}"
    if instant := re.fullmatch(r"(\d{4})-\d\d-\d\d", text):
        return instant[1]
    return text


def laa_choices(source: Path) -> list[Row]:
    """How many of the 150 areas chose an indicator; counts without its number cannot be joined."""
    return [
        {
            "indicator": row["indicator"],
            "areas": row["areas_selecting"],
            "of_areas": row["of_areas"],
            "precision": "at least" if "lower bound" in row["precision"] else "exact",
            "source": row["source"].split(', "')[0],
        }
        for row in read(source, "national_indicators/laa_selection_counts.csv")
        if row["indicator"]
    ]


def laa_samples(source: Path) -> list[Row]:
    return [
        {
            "authority": row["area_id"],
            "indicator": row["indicator"],
            "stage": next(
                (ours for theirs, ours in SAMPLE_STAGES.items() if row["stage"].startswith(theirs)), "draft"
            ),
            "dated": row["document_date"],
            "area_inferred": "true" if row["area_basis"].startswith("inferred") else "false",
            "source": row["source"],
        }
        for row in read(source, "national_indicators/laa_choices_sample.csv")
    ]


def flags(source: Path) -> list[Row]:
    """An assessment is named with its year and, behind a comma, what the flag is about."""
    rows: list[Row] = []
    for row in read(source, "history/caa_2009_housing_flags.csv"):
        found = re.fullmatch(r"(?P<assessment>.+) (?P<year>\d{4}), (?P<subject>.+)", row["assessment"])
        if found is None:
            raise BrokenSource(f"flags: no year can be read from {row['assessment']!r}.")
        rows.append(
            {
                "authority": row["authority_id"],
                "colour": row["flag"],
                "source": row["source"],
                **found.groupdict(),
            }
        )
    return rows


def flag_subjects(source: Path) -> list[Row]:
    return [{"subject": subject, "outcome": slug} for subject, slug in FLAG_SUBJECTS]


def outcomes(source: Path) -> list[Row]:
    national = {row["code"]: row["stands_for"] for row in measures(source)}
    return [
        {
            "slug": slug,
            "title": title,
            "description": description,
            "national_indicator": national[measure],
            "measure": measure,
        }
        for slug, measure, title, description in OUTCOMES
    ]


def headline_measures(source: Path) -> list[Row]:
    """Fire, police and park bodies have no line: no figures of theirs were gathered, so none are promised."""
    return [
        {"kind": kind, "position": position, "indicator": code}
        for kind, codes in HEADLINES.items()
        for position, code in enumerate(codes.split(), start=1)
    ]


# file: its rows, its columns, and by how many of the first columns it is sorted
TABLES = {
    "beacons/directory/data/regions.csv": (regions, "name gss_code partnership core_funding", 1),
    "beacons/directory/data/authorities.csv": (
        authorities,
        "code name official_name kind tier nation region county gss_code former_gss_codes opened_on closed_on"
        " org_id laa_area_2008 laa_area_2009 latitude longitude population",
        1,
    ),
    "beacons/directory/data/successions.csv": (successions, "authority successor took_over_on", 2),
    "outcomes/data/national_indicators.csv": (
        national_indicators,
        "code title title_note title_source theme in_final_set",
        1,
    ),
    "outcomes/data/measures.csv": (
        measures,
        "code title unit polarity theme stands_for nearness source licence",
        1,
    ),
    "outcomes/data/values.csv": (values, "indicator authority year period value", 3),
    "outcomes/data/laa_choices.csv": (laa_choices, "indicator areas of_areas precision source", 1),
    "outcomes/data/laa_samples.csv": (laa_samples, "authority indicator stage dated area_inferred source", 2),
    "outcomes/data/flags.csv": (flags, "authority assessment year subject colour source", 4),
    "outcomes/data/flag_subjects.csv": (flag_subjects, "subject outcome", 2),
    "outcomes/data/outcomes.csv": (outcomes, "slug title description national_indicator measure", 1),
    "outcomes/data/headline_measures.csv": (headline_measures, "kind position indicator", 2),
}


def natural(value: object) -> tuple:
    """NI 9 before NI 10."""
    return tuple(int(part) if part.isdigit() else part for part in re.split(r"(\d+)", str(value)))


def compiled(source: Path) -> dict[str, list[dict[str, str]]]:
    tables = {}
    for name, (rows_of, columns, keys) in TABLES.items():
        names = columns.split()
        rows = [{column: written(row.get(column)) for column in names} for row in rows_of(source)]
        rows.sort(key=lambda row: [natural(row[column]) for column in names[:keys]])
        tables[name] = rows
    check(tables)
    return tables


def written(value: object) -> str:
    return "" if value is None else str(value)


def check(tables: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
    """Every join holds and nothing that must be known is blank, or the tables are not written at all."""
    names = {name.rsplit("/", 1)[1][:-4]: rows for name, rows in tables.items()}
    keys = {
        "region": {row["name"] for row in names["regions"]},
        "authority": {row["code"] for row in names["authorities"]},
        "national": {row["code"] for row in names["national_indicators"]},
        "measure": {row["code"] for row in names["measures"]},
        "outcome": {row["slug"] for row in names["outcomes"]},
    }
    joins = [
        ("authorities", "region", "region"),
        ("authorities", "county", "authority"),
        ("successions", "authority", "authority"),
        ("successions", "successor", "authority"),
        ("measures", "stands_for", "national"),
        ("values", "indicator", "measure"),
        ("values", "authority", "authority"),
        ("laa_choices", "indicator", "national"),
        ("laa_samples", "authority", "authority"),
        ("laa_samples", "indicator", "national"),
        ("outcomes", "national_indicator", "national"),
        ("outcomes", "measure", "measure"),
        ("flags", "authority", "authority"),
        ("flag_subjects", "outcome", "outcome"),
        ("headline_measures", "indicator", "measure"),
    ]
    for table, column, key in joins:
        if strangers := {row[column] for row in names[table] if row[column]} - keys[key]:
            raise BrokenSource(
                f"{table}, column {column}: nothing is known of {', '.join(sorted(strangers))}."
            )
    adrift = [
        row["code"]
        for row in names["authorities"]
        if row["nation"] == "England" and row["tier"] and not row["region"]
    ]
    if adrift:
        raise BrokenSource(f"No region for {', '.join(adrift)}.")


def write(tables: Mapping[str, Sequence[Mapping[str, str]]], into: Path) -> None:
    for name, rows in tables.items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, TABLES[name][1].split(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Compile the product's own reference tables from gathered open data."
    )
    parser.add_argument("source", type=Path, help="folder of the gathered data")
    parser.add_argument("--into", type=Path, default=ROOT, help="where to write (default: this checkout)")
    options = parser.parse_args(arguments)
    try:
        tables = compiled(options.source)
    except (BrokenSource, OSError, KeyError) as error:
        print(f"Nothing written: {error}", file=sys.stderr)
        return 1
    write(tables, options.into)
    for name, rows in tables.items():
        print(f"{name}: {len(rows)} rows")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
