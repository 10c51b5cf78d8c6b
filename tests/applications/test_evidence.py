"""Evidence figures: filled in, compared, frozen with the certificate, and hashed with it."""

import hashlib
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string

from beacons.applications import actions, content, evidence, invariants, rules
from beacons.applications.actions import Overtaken
from beacons.applications.evidence import own, periods
from beacons.applications.models import Application, EvidenceFigure
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.directory.models import Authority
from outcomes.actions.measures import enter_figures
from outcomes.headlines.choices import Choices
from outcomes.headlines.report import build
from outcomes.models import (
    HeadlineMeasure,
    HeadlineReport,
    Indicator,
    IndicatorValue,
    LocalPriority,
    SupersededValue,
)
from tests import factories as make
from tests.applications.conftest import begun, written
from tests.mergers import merge

TODAY = date(2026, 3, 1)
ROWS = [(2023 * 12, "2023", "40"), (2024 * 12, "2024", "55.5")]
OWN = {
    "title": "Young people who came back",
    "unit": "people",
    "polarity": "high",
    "source": "Our own count, each July",
}


@pytest.fixture
def measured(council):
    """Three years of the outcome's measure, low is good, for the council and for five others of its kind."""
    measure = council.outcome.measure
    for year, value in ((2022, 8), (2023, 6), (2024, "5.1")):
        figure(measure, council.authority, year, value, published_on=date(year + 1, 11, 2))
    others = [make.AuthorityFactory() for _ in range(5)]
    for place, other in enumerate(others):
        figure(measure, other, 2023, 5 + place)
        figure(measure, other, 2024, 4 + place)
    return SimpleNamespace(measure=measure, others=others)


def figure(indicator, authority, year, value, **more):
    return make.IndicatorValueFactory(
        indicator=indicator, authority=authority, year=year, value=Decimal(str(value)), **more
    )


def renewed(bid):
    return Application.objects.get(pk=bid.pk)


def pick(council, bid, *indicators, authority=None, **more):
    chosen = [(indicator, authority or council.authority) for indicator in indicators]
    return actions.pick_figures(bid, chosen, by=council.drafter, at=council.at, **more)


def write(council, bid, rows=ROWS, **words):
    return actions.write_figure(bid, **{**OWN, **words}, rows=rows, by=council.drafter, at=council.at)


def newest(bid, number=0):
    return renewed(bid).evidence[number].facts.newest


# Filled in


def test_an_official_figure_is_filled_in(council, measured):
    bid = begun(council)

    pick(council, bid, measured.measure)

    [item] = renewed(bid).evidence
    facts = item.facts
    assert (facts.title, facts.unit, facts.polarity) == (measured.measure.title, "%", "low")
    assert [(value.period, value.value, value.middle, value.others) for value in facts.values] == [
        ("2022", Decimal(8), None, 0),
        ("2023", Decimal(6), Decimal(7), 5),
        ("2024", Decimal("5.1"), Decimal(6), 5),
    ]
    assert facts.published == "published on 2 November 2025"
    assert facts.sentences == [
        "Better than in 2023 (6%), and better than in 2022 (8%).",
        "3rd of 6 unitary authorities, in the second quarter.",
        "The middle of the other unitary authorities is 6%.",
    ]
    assert (facts.direction, item.kind, item.whose, item.changed) == (
        "better",
        "Official figure",
        "Testbury",
        "",
    )


@pytest.mark.parametrize("comparison", ["kind", "region", "england", "neighbours"])
def test_it_says_the_same_as_the_headline_report(council, measured, comparison):
    Authority.objects.exclude(pk=measured.others[0].pk).update(region=council.authority.region)
    HeadlineMeasure.objects.create(kind="unitary", indicator=measured.measure)
    for authority, pay in zip(
        [council.authority, *measured.others], (500, 510, 520, 700, 490, 480), strict=True
    ):
        figure(
            Indicator.objects.get_or_create(code="pay", defaults={"title": "Pay"})[0], authority, 2024, pay
        )
    bid = begun(council)

    pick(council, bid, measured.measure, comparison=comparison)

    facts = renewed(bid).evidence[0].facts
    lead = Authority.objects.get(pk=council.authority.pk)
    [line] = build(lead, Choices(comparison=comparison), user=council.drafter, at=council.at).lines
    assert facts.compared.key == comparison
    assert (facts.compared.rank, facts.compared.count, facts.compared.quartile) == (
        line.rank,
        len(line.values),
        line.quartile,
    )
    assert float(facts.newest.middle) == line.middle


@pytest.mark.parametrize(
    ("values", "middle"), [((4, 7), "5.5"), ((4, 7, 9), "7"), ((4, 5, 7, 7), "6"), ((3,), "3")]
)
def test_the_database_finds_the_middle_of_few_and_of_an_even_number(council, values, middle):
    measure, bid = council.outcome.measure, begun(council)
    figure(measure, council.authority, 2024, 5)
    for value in values:
        figure(measure, make.AuthorityFactory(), 2024, value)

    pick(council, bid, measure)

    assert (newest(bid).middle, newest(bid).others) == (Decimal(middle), len(values))
    few = [sentence for sentence in renewed(bid).evidence[0].facts.sentences if "says little" in sentence]
    assert bool(few) is (len(values) < 5)


@pytest.mark.parametrize(
    ("kind", "usual"),
    [("county", "kind"), ("district", "kind"), ("unitary", "kind"), ("metropolitan", "kind"), ("london", "kind"),
     ("city", "kind"), ("fire", "kind"), ("gla", "")],
)  # fmt: skip
def test_the_usual_comparison_fits_the_kind_of_authority(council, kind, usual):
    Authority.objects.filter(pk=council.authority.pk).update(kind=kind)
    figure(council.outcome.measure, council.authority, 2024, 5)
    bid = begun(council)

    lead = Authority.objects.get(pk=council.authority.pk)
    [picked] = pick(council, bid, council.outcome.measure, authority=lead)

    assert picked.comparison == usual
    assert renewed(bid).evidence[0].facts.newest.value == 5


def test_bids_of_a_round_are_compared_with_the_councils_there_were_when_it_began(council, measured):
    bid = begun(council)
    pick(council, bid, measured.measure)

    Authority.objects.filter(pk=measured.others[0].pk).update(closed_on=council.at.date())
    during = newest(bid).others
    Authority.objects.filter(pk=measured.others[0].pk).update(closed_on=council.round.starts_on)
    before = newest(bid).others

    assert (during, before) == (5, 4)


def test_only_ten_years_are_shown(council):
    for year in range(2010, 2025):
        figure(council.outcome.measure, council.authority, year, year)
    bid = begun(council)

    pick(council, bid, council.outcome.measure)

    assert [value.period for value in renewed(bid).evidence[0].facts.values] == [
        str(year) for year in range(2015, 2025)
    ]


def test_a_district_may_use_its_countys_figures_and_a_bid_its_partners(council, measured):
    county, partner, stranger = (
        make.AuthorityFactory(kind="county"),
        make.AuthorityFactory(),
        make.AuthorityFactory(),
    )
    Authority.objects.filter(pk=council.authority.pk).update(kind="district", county=county)
    bid = begun(council)
    make.PartnerFactory(application=bid, authority=partner)
    for authority in (county, partner, stranger):
        figure(measured.measure, authority, 2024, 5)

    pick(council, bid, measured.measure, authority=county)
    pick(council, bid, measured.measure, authority=partner)
    with pytest.raises(Refused, match="takes no part in this application"):
        pick(council, bid, measured.measure, authority=stranger)

    assert [item.facts.name for item in renewed(bid).evidence] == [county.name, partner.name]


# Picked


def test_each_figure_is_picked_once_and_pressing_twice_adds_nothing(council, measured):
    bid = begun(council)

    first, second = pick(council, bid, measured.measure), pick(council, bid, measured.measure)

    assert (len(first), len(second)) == (1, 0)
    assert EvidenceFigure.objects.count() == 1


def test_what_nobody_measured_for_this_council_cannot_be_picked(council):
    bid = begun(council)
    private = make.IndicatorFactory(kind="own", authority=make.AuthorityFactory())
    figure(private, private.authority, 2024, 5)

    with pytest.raises(Refused, match="There is no figure of Testbury"):
        pick(council, bid, private)

    assert not EvidenceFigure.objects.exists()


def test_there_is_room_for_as_many_as_the_round_allows(council):
    council.round.figures_most = 2
    council.round.save()
    bid, measures = begun(council), [make.IndicatorFactory() for _ in range(3)]
    for measure in measures:
        figure(measure, council.authority, 2024, 5)

    with pytest.raises(Refused, match="There is room for 2 more, and you chose 3"):
        pick(council, bid, *measures)
    fits = pick(council, bid, *measures, as_many_as_fit=True)
    with pytest.raises(Refused, match="There is no room for another figure"):
        write(council, bid)

    assert [each.indicator for each in fits] == measures[:2]


# Own figures


@pytest.mark.parametrize(
    ("typed", "said"),
    [("2024", "2024"), (" 2023 / 24", "2023/24"), ("2023-24", "2023/24"), ("2023–2024", "2023/24"),
     ("1999/00", "1999/00"), ("q1 2024", "Q1 2024"), ("2023/24 Q4", "Q4 2023/24"), ("sept 2025", "September 2025"),
     ("２０２４", "2024")],
)  # fmt: skip
def test_periods_are_read_as_people_write_them(typed, said):
    rows, faults = own.read(f'[["{typed}", "5"], ["2001", "6"]]', "%", TODAY)

    assert said in {period for _, period, _ in rows}
    assert [fault for fault in faults if "one kind" not in fault] == []


@pytest.mark.parametrize(
    "typed", ["2023/25", "24", "Q5 2024", "Q1 March 2024", "Q4 9999/00", "May", "1899", "5" * 5000, "NaN"]
)
def test_what_is_no_period_is_none(typed):
    assert periods.read(typed) is None


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ('[["2023", "NaN"], ["2024", "5"]]', "Row 1: “NaN” is not a number. Write it in figures, like 12.5 or 1,200."),
        ('[["2023", "1e999"], ["2024", "5"]]', "Row 1: “1e999” is not a number. Write it in figures, like 12.5 or 1,200."),
        (f'[["2023", "{"9" * 5000}"], ["2024", "5"]]',
         f"Row 1: “{'9' * 40}…” is not a number. Write it in figures, like 12.5 or 1,200."),
        ('[["2023", "12,5"], ["2024", "5"]]', "Row 1: “12,5” is not a number. Write it in figures, like 12.5 or 1,200."),
        ('[["2027", "5"], ["2024", "5"]]', "Row 1: 2027 has not begun."),
        ('[["2026/27", "5"], ["2024/25", "5"]]', "Row 1: 2026/27 has not begun."),
        ('[["2023/24", "5"], ["2023-24", "6"]]', "There are 2 figures for 2023/24."),
        ('[["2023", "5"], ["2023/24", "6"]]', "Use periods of one kind: there are financial years and years among them."),
        ('[["2023", "5"]]', "Give figures of two periods or more, so that a change can be seen."),
        ("", "Give figures of two periods or more, so that a change can be seen."),
        ('[["", "5"], ["2024", "5"]]', "Row 1 has a figure and no period."),
        ('[["2023", ""], ["2024", "5"]]', "Row 1 has a period and no figure."),
        ('{"a": 1}', "This is not a table. Fill in its boxes again."),
        ("[" * 100_000, "This is not a table. Fill in its boxes again."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_own_rows_is_said(rows, fault):
    assert fault in own.read(rows, "%", TODAY)[1]


def test_rows_come_in_the_order_of_their_periods_and_are_kept_plainly():
    rows, faults = own.read('[["2024", "£1,200"], ["", ""], ["2023", "1100.50"]]', "£", TODAY)

    assert (rows, faults) == ([(2023 * 12, "2023", "1100.5"), (2024 * 12, "2024", "1200")], [])


def test_an_own_figure_is_shown_with_its_source_and_as_the_councils_own(council):
    bid = begun(council)

    write(council, bid)

    [item] = renewed(bid).evidence
    assert (item.kind, item.whose, item.facts.said, item.facts.direction) == (
        "The council’s own figure",
        "Testbury",
        "55.5 people",
        "better",
    )
    assert item.chart.rows == (("2023", "40 people"), ("2024", "55.5 people"))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"title": "\u200b"}, "Give a title."),
        ({"source": " "}, "Give where the figures come from."),
        ({"unit": ""}, "Give the unit in which it is counted."),
        ({"title": "x" * 201}, "Give a title in 200 characters or fewer."),
        ({"polarity": "up"}, "Say whether a high or a low figure is better, or neither."),
        ({"rows": ROWS[:1]}, "Give figures of 2 to 10 periods."),
        ({"comment": "x" * 301}, "What it shows: 1 character too many, the limit is 300."),
    ],
)
def test_an_own_figure_without_what_it_needs_is_refused(council, words, reason):
    bid = begun(council)

    with pytest.raises(Refused) as refusal:
        write(council, bid, **words)

    assert refusal.value.reasons == [reason]
    assert not EvidenceFigure.objects.exists()


def test_an_own_figure_has_its_source_in_the_database_too(council):
    bid = begun(council)

    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceFigure.objects.create(
            application=bid, title="Made up", own_values=ROWS, added_by=council.drafter, added_at=council.at
        )


def test_one_title_is_written_once(council):
    bid = begun(council)
    write(council, bid)

    with pytest.raises(Refused, match="is in the application already"):
        write(council, bid, title="YOUNG people who came back")


# Changed, moved, taken out


def test_two_people_change_one_figure_and_nothing_is_overwritten(council, measured):
    bid = begun(council)
    [picked] = pick(council, bid, measured.measure)
    seen = content.figure_fingerprint(picked)
    change = {"by": council.drafter, "at": council.at, "seen": seen}

    actions.edit_official(picked, comparison="england", comment="We fell faster.", **change)
    with pytest.raises(Overtaken):
        actions.edit_official(picked, comparison="kind", comment="Mine", **change)

    picked.refresh_from_db()
    assert (picked.comparison, picked.comment) == ("england", "We fell faster.")


def test_official_figures_cannot_be_typed_over(council, measured):
    bid = begun(council)
    [picked] = pick(council, bid, measured.measure)

    with pytest.raises(Refused, match="cannot be typed over"):
        actions.edit_own(picked, **OWN, rows=ROWS, comment="", by=council.drafter, at=council.at)


def test_figures_move_one_place_and_stay_at_the_ends(council):
    bid = begun(council)
    one, two, three = (write(council, bid, title=title) for title in ("One", "Two", "Three"))
    titles = []

    for each, way in ((three, "up"), (three, "up"), (three, "up"), (two, "down"), (one, "down")):
        actions.move_figure(each, way, by=council.drafter, at=council.at)
        titles.append([item.title for item in renewed(bid).evidence])

    assert titles == [
        ["One", "Three", "Two"],
        ["Three", "One", "Two"],
        ["Three", "One", "Two"],
        ["Three", "One", "Two"],
        ["Three", "Two", "One"],
    ]


def test_what_is_taken_out_stays_in_the_step(council):
    bid = begun(council)
    written_one = write(council, bid)

    actions.remove_figure(written_one, by=council.drafter, at=council.at)
    with pytest.raises(Refused, match="somebody took it out meanwhile"):
        actions.remove_figure(written_one, by=council.drafter, at=council.at)

    said = Step.objects.of(bid).with_words().get(step="remove_figure").words.data
    assert (said["title"], said["source"], said["values"]) == (
        OWN["title"],
        OWN["source"],
        [list(row) for row in ROWS],
    )


@pytest.mark.parametrize("moment", ["last", "closes"])
def test_everything_ends_at_the_closing_instant(council, measured, moment):
    bid = begun(council)
    [first] = pick(council, bid, measured.measure)
    who = {"by": council.drafter, "at": getattr(council, moment)}
    acts = [
        lambda: actions.write_figure(bid, **OWN, rows=ROWS, **who),
        lambda: actions.edit_official(first, comparison="kind", comment="x", **who),
        lambda: actions.move_figure(first, "down", **who),
        lambda: actions.pick_figures(bid, [(measured.measure, council.authority)], **who),
        lambda: actions.remove_figure(first, **who),
    ]

    refused = []
    for act in acts:
        try:
            act()
        except Refused as refusal:
            refused.append(str(refusal))

    assert len(refused) == (0 if moment == "last" else 5)
    assert all("closed at noon" in reason for reason in refused)


# Following the newest, until it is certified


def test_a_draft_follows_the_newest_figures_and_says_what_changed(council, measured):
    bid = begun(council)
    [picked] = pick(council, bid, measured.measure)
    held = IndicatorValue.objects.get(authority=council.authority, year=2024)

    IndicatorValue.objects.filter(pk=held.pk).update(value="4.9")
    revised = renewed(bid).evidence[0]
    figure(measured.measure, council.authority, 2025, "4.5")
    newer = renewed(bid).evidence[0]
    actions.edit_official(picked, comparison="kind", comment="", by=council.drafter, at=council.at)
    seen = renewed(bid).evidence[0]

    assert (revised.facts.said, revised.changed) == ("4.9%", "Revised meanwhile: it was 5.1% before.")
    assert (newer.facts.said, newer.changed) == ("4.5%", "Newer than before: it was 5.1% in 2024.")
    assert (seen.facts.said, seen.changed) == ("4.5%", "")


def with_figures(council, measured):
    bid = written(council)
    pick(council, bid, measured.measure)
    write(council, bid)
    return bid


def certify(council, bid, **more):
    return actions.certify(bid, by=council.certifier, at=council.at, **more)


def everything_revised(council, measured):
    """New values for the council and for others, a new year, another title, another name, another unit."""
    IndicatorValue.objects.filter(authority=council.authority, year=2024).update(value="99")
    IndicatorValue.objects.filter(authority__in=measured.others).update(value="1")
    SupersededValue.objects.create(
        indicator=measured.measure,
        authority=council.authority,
        year=2024,
        period="2024",
        value="5.1",
        superseded_on=council.at.date(),
    )
    figure(measured.measure, council.authority, 2025, "98")
    Indicator.objects.filter(pk=measured.measure.pk).update(
        title="Renamed", unit="£", polarity="high", source="Else"
    )
    Authority.objects.filter(pk=council.authority.pk).update(name="Renamed", kind="county")


def test_what_the_certifier_read_is_what_the_panel_reads_whatever_is_revised(council, measured):
    bid = with_figures(council, measured)
    before = renewed(bid).evidence[0].facts

    signed = certify(council, bid, seen=renewed(bid).fingerprint())
    everything_revised(council, measured)
    handed_in = actions.submit(signed, by=council.drafter, at=council.at)

    [official, own_figure] = renewed(bid).evidence
    assert official.facts == before
    assert (official.facts.said, official.changed, own_figure.facts.said) == ("5.1%", "", "55.5 people")
    assert renewed(bid).fingerprint() == handed_in.content_hash == signed.content_hash
    assert hashlib.sha256(content.canonical(renewed(bid))).hexdigest() == handed_in.content_hash
    assert list(invariants.content_is_what_was_certified()) == []
    paper = render_to_string(
        "applications/_paper.html", {"application": Application.objects.for_paper().get(pk=bid.pk)}
    )
    assert "5.1%" in paper
    assert "99%" not in paper


def test_a_revision_between_reading_and_certifying_is_noticed(council, measured):
    bid = with_figures(council, measured)
    seen = renewed(bid).fingerprint()
    IndicatorValue.objects.filter(authority=measured.others[2], year=2024).update(value="1")

    with pytest.raises(Overtaken):
        certify(council, bid, seen=seen)

    assert set(renewed(bid).figures.values_list("frozen", "frozen_at")) == {(None, None)}


def test_sent_back_and_reopened_figures_thaw_and_say_what_changed(council, measured):
    bid = certify(council, with_figures(council, measured))
    IndicatorValue.objects.filter(authority=council.authority, year=2024).update(value="4.9")

    actions.send_back(bid, why="Shorter", by=council.certifier, at=council.at)
    thawed = renewed(bid).evidence[0]
    actions.submit(certify(council, bid), by=council.drafter, at=council.at)
    actions.withdraw(bid, why="x", by=council.drafter, at=council.at)
    withdrawn = renewed(bid).evidence[0].is_frozen
    actions.reopen(bid, by=council.drafter, at=council.at)

    assert (thawed.is_frozen, thawed.facts.said) == (False, "4.9%")
    assert thawed.changed == "Revised meanwhile: it was 5.1% before."
    assert withdrawn is True
    assert [item.is_frozen for item in renewed(bid).evidence] == [False, False]
    assert list(invariants.figures_are_frozen_with_the_certificate()) == []


def test_the_database_keeps_figures_frozen_while_the_certificate_stands(council, measured):
    bid = certify(council, with_figures(council, measured))

    with pytest.raises(IntegrityError), transaction.atomic():
        bid.figures.update(frozen=None, frozen_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceFigure.objects.create(
            application=bid, **OWN, own_values=ROWS, added_by=council.drafter, added_at=council.at
        )

    assert not bid.figures.filter(frozen__isnull=True).exists()


def test_the_hash_covers_every_part_of_a_figure(council, measured):
    bid = with_figures(council, measured)
    seen = {renewed(bid).fingerprint()}

    def changed(which, **fields):
        bid.figures.filter(**which).update(**fields)
        seen.add(renewed(bid).fingerprint())

    changed({"indicator": None}, title="x")
    changed({"indicator": None}, unit="x")
    changed({"indicator": None}, source="x")
    changed({"indicator": None}, polarity="low")
    changed({"indicator": None}, comment="x")
    changed({"indicator": None}, own_values=[[1, "2001", "1"], [2, "2002", "2"]])
    changed({"indicator": None}, position=0)
    changed({"indicator__isnull": False}, comparison="england")
    changed({"indicator__isnull": False}, comment="x")
    IndicatorValue.objects.filter(authority=council.authority, year=2024).update(published_on=None)
    seen.add(renewed(bid).fingerprint())

    assert len(seen) == 11


# Complete


def test_a_figure_that_is_gone_stops_the_certificate_until_it_is_taken_out(council, measured):
    bid = written(council)
    [picked] = pick(council, bid, measured.measure)
    IndicatorValue.objects.filter(authority=council.authority).delete()

    with pytest.raises(
        Refused, match=r"There is no official figure of Testbury for “.*” any more: take it out"
    ):
        certify(council, bid)
    shown = renewed(bid).evidence[0]
    actions.remove_figure(picked, by=council.drafter, at=council.at)

    assert (shown.facts, shown.chart, shown.title) == (None, None, measured.measure.title)
    assert certify(council, bid).status == "certified"


def test_own_measures_whose_figures_their_council_took_away_are_noticed(council):
    mine = make.IndicatorFactory(kind="own", authority=council.authority)
    enter_figures(mine, council.authority, figures={2024: Decimal(5)}, by=council.drafter, at=council.at)
    bid = written(council)
    pick(council, bid, mine)

    kind = renewed(bid).evidence[0].kind
    enter_figures(mine, council.authority, figures={2024: None}, by=council.drafter, at=council.at)

    assert kind == "A council’s own measure"
    assert len(rules.reasons_figures(renewed(bid))) == 1


def test_a_partners_figure_leaves_with_the_partner(council, measured):
    bid = written(council)
    partner = make.PartnerFactory(application=bid)
    figure(measured.measure, partner.authority, 2024, 5)
    pick(council, bid, measured.measure, authority=partner.authority)

    actions.remove_partner(partner, by=council.drafter, at=council.at)

    [reason] = rules.reasons_figures(renewed(bid))
    assert "which takes no part in the application any more" in reason


def test_a_round_may_ask_for_figures(council, measured):
    council.round.figures_least = 2
    council.round.save()
    bid = written(council)

    none = rules.reasons_incomplete(renewed(bid))
    pick(council, bid, measured.measure)
    one = rules.reasons_incomplete(renewed(bid))
    write(council, bid)

    assert none == ["Add 2 evidence figures: this round asks for 2 or more."]
    assert one == ["Add 1 evidence figure: this round asks for 2 or more."]
    assert rules.reasons_incomplete(renewed(bid)) == []


def test_a_bid_without_figures_is_complete(council):
    assert rules.reasons_incomplete(written(council)) == []


# From a headline report


def headline(council, *indicators, kind="unitary"):
    for position, indicator in enumerate(indicators):
        HeadlineMeasure.objects.create(kind=kind, indicator=indicator, position=position)
        figure(indicator, council.authority, 2024, 5)


def test_the_figures_of_a_headline_report_are_its_lines_that_have_any(council):
    one, two, empty, local = (make.IndicatorFactory() for _ in range(4))
    headline(council, one, two)
    HeadlineMeasure.objects.create(kind="unitary", indicator=empty, position=5)
    LocalPriority.objects.create(
        authority=council.authority,
        indicator=local,
        position=1,
        chosen_by=council.drafter,
        chosen_at=council.at,
    )
    figure(local, council.authority, 2024, 7)
    bid = begun(council)

    report = evidence.reports.asked_for(bid, "", council.drafter, council.at)

    chosen, comparison = evidence.reports.figures_in(report)
    assert [indicator for indicator, _ in chosen] == [one, two, local]
    assert {authority for _, authority in chosen} == {council.authority}
    assert comparison == "kind"


def test_a_districts_report_brings_its_countys_figures_as_the_countys(council):
    county, measure = make.AuthorityFactory(kind="county"), make.IndicatorFactory()
    Authority.objects.filter(pk=council.authority.pk).update(kind="district", county=county)
    HeadlineMeasure.objects.create(kind="county", indicator=measure)
    figure(measure, county, 2024, 5)
    bid = begun(council)

    report = evidence.reports.asked_for(bid, "", council.drafter, council.at)

    assert evidence.reports.figures_in(report)[0] == [(measure, county)]


def test_a_saved_report_brings_its_comparison_and_anothers_private_one_nothing(council):
    headline(council, make.IndicatorFactory())
    mine = make.HeadlineReportFactory(
        authority=council.authority, council=council.authority, made_by=council.drafter, comparison="england"
    )
    private = make.HeadlineReportFactory(authority=council.authority)
    of_others = make.HeadlineReportFactory(sharing="public")
    bid = begun(council)

    def asked(key):
        return evidence.reports.asked_for(bid, str(key), council.drafter, council.at)

    assert list(evidence.reports.saved(bid, council.drafter, council.at)) == [mine]
    assert evidence.reports.figures_in(asked(mine.key))[1] == "england"
    assert [asked(private.key), asked(of_others.key), asked("junk")] == [None, None, None]


def test_a_report_with_a_list_of_its_own_is_compared_as_usual(council):
    headline(council, make.IndicatorFactory())
    mine = make.HeadlineReportFactory(
        authority=council.authority, council=council.authority, made_by=council.drafter,
        comparison=HeadlineReport.Comparison.OWN,
    )  # fmt: skip
    bid = begun(council)

    report = evidence.reports.asked_for(bid, str(mine.key), council.drafter, council.at)

    assert evidence.reports.figures_in(report)[1] == ""


# Merged


def test_official_figures_of_an_abolished_council_stay_what_they_were(council, measured):
    bid = submitted_with_figures(council, measured)
    before = (renewed(bid).evidence[0].facts, renewed(bid).content_hash)

    merge(council.authority, at=council.at)

    after = renewed(bid)
    assert (after.evidence[0].facts, after.content_hash) == before
    assert after.fingerprint() == after.content_hash
    assert list(invariants.content_is_what_was_certified()) == []


def submitted_with_figures(council, measured):
    return actions.submit(
        certify(council, with_figures(council, measured)), by=council.drafter, at=council.at
    )


def test_a_certified_bid_of_an_abolished_council_thaws_and_keeps_its_figures(council, measured):
    bid = certify(council, with_figures(council, measured))

    successor = merge(council.authority, at=council.at)

    bid = renewed(bid)
    assert (bid.status, bid.authority) == ("draft", successor)
    assert [item.is_frozen for item in bid.evidence] == [False, False]
    assert bid.evidence[0].facts.name == "Testbury"
    assert rules.reasons_figures(bid) == []


# Promises


def test_a_figure_left_unfrozen_is_noticed(council, measured):
    bid = with_figures(council, measured)
    assert list(invariants.figures_are_frozen_with_the_certificate()) == []

    bid.figures.filter(indicator=None).update(frozen={"x": 1}, frozen_at=council.at)

    assert len(list(invariants.figures_are_frozen_with_the_certificate())) == 1


def test_frozen_figures_cost_no_further_query(council, measured, django_assert_num_queries):
    bid = submitted_with_figures(council, measured)

    with django_assert_num_queries(8):
        paper = Application.objects.for_paper().get(pk=bid.pk)
        assert [item.facts.said for item in paper.evidence] == ["5.1%", "55.5 people"]
        assert content.canonical(paper)
