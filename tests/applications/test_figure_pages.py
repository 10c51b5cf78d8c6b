"""The pages of evidence figures: what they show, what they refuse, and that nothing typed is lost."""

from decimal import Decimal

import pytest
from django.urls import reverse

from beacons.applications import actions
from beacons.applications.models import Application, EvidenceFigure
from outcomes.models import HeadlineMeasure, IndicatorValue
from tests import factories as make
from tests.applications.conftest import begun, written

TYPED = {
    "title": "Young people who came back",
    "unit": "people",
    "polarity": "high",
    "source": "Our own count, each July",
    "comment": "More came back each year.",
    "rows_0_0": "2024",
    "rows_0_1": "55",
    "rows_1_0": "2023",
    "rows_1_1": "1,040",
}


def measured(council, title="Out of work", value=5, **fields):
    measure = make.IndicatorFactory(title=title, **fields)
    for year in (2023, 2024):
        make.IndicatorValueFactory(
            indicator=measure, authority=council.authority, year=year, value=Decimal(value) + 2024 - year
        )
    return measure


@pytest.fixture
def bid(council):
    return begun(council)


@pytest.fixture
def client(council, visit):
    return visit(council.drafter, at=council.at)


def page(bid, name="figure_list", *arguments):
    return reverse(name, args=[bid.reference, *arguments])


def picks(council, bid):
    return page(bid, "figure_pick", council.authority.code)


def text(answer):
    return " ".join(answer.content.decode().split())


def figures(bid):
    return list(Application.objects.get(pk=bid.pk).figures.all())


def test_the_way_from_the_task_list_to_a_figure_that_an_assessor_will_see(council, bid, client):
    measure = measured(council)

    tasks = text(client.get(bid.get_absolute_url()))
    empty = text(client.get(page(bid)))
    answer = client.post(picks(council, bid), {"group_0": [measure.code]}, follow=True)

    assert page(bid) in tasks
    assert "No figures yet" in empty
    assert "1 figure added." in text(answer)
    shown = text(client.get(page(bid)))
    for words in (
        "Figure 1: <bdi>Out of work</bdi>",
        ">5%<",
        "Better than in 2023 (6%)",
        "Lower is better",
        "Official figure",
    ):
        assert words in shown


def test_measures_of_the_outcome_come_first_then_the_reports_then_own_then_the_rest(council, bid, client):
    rest, headline = measured(council, "Rest"), measured(council, "Headline")
    HeadlineMeasure.objects.create(kind="unitary", indicator=headline)
    own = measured(council, "Own", kind="own", authority=council.authority)
    make.IndicatorValueFactory(indicator=council.outcome.measure, authority=council.authority)
    measured(council, "Of another council").values_held.update(authority=make.AuthorityFactory())

    offers = client.get(picks(council, bid)).context["offers"]

    assert [(name, [offer.indicator for offer in some]) for name, some in offers] == [
        ("Of this outcome", [council.outcome.measure]),
        ("Of your headline report", [headline]),
        ("Of your own", [own]),
        ("Everything else that is measured", [rest]),
    ]
    assert offers[1][1][0].hint == "5% in 2024. Better than in 2023 (6%)."


def test_what_is_in_already_is_not_offered_again_and_a_second_press_adds_nothing(council, bid, client):
    measure = measured(council)
    measured(council, "Another")

    client.post(picks(council, bid), {"group_0": [measure.code]})
    again = client.post(picks(council, bid), {"group_0": [measure.code]})

    assert measure.code not in text(client.get(picks(council, bid)))
    assert "is no longer to be had" in text(again)
    assert len(figures(bid)) == 1


def test_a_measure_whose_figures_went_meanwhile_is_refused_and_the_rest_stays_ticked(council, bid, client):
    gone, kept = measured(council, "Gone"), measured(council, "Kept")
    IndicatorValue.objects.filter(indicator=gone).delete()

    answer = client.post(picks(council, bid), {"group_0": [gone.code, kept.code]})

    assert "One of the figures you ticked is no longer to be had." in text(answer)
    assert f'value="{kept.code}"' in answer.content.decode()
    assert answer.context["form"]["group_0"].value() == [gone.code, kept.code]
    assert figures(bid) == []


def test_nothing_ticked_adds_nothing_and_says_so(council, bid, client):
    measured(council)

    answer = client.post(picks(council, bid), {}, follow=True)

    assert "Nothing was chosen, so nothing was added." in text(answer)


def test_more_than_there_is_room_for_are_refused_with_the_ticks_kept(council, bid, client):
    council.round.figures_most = 1
    council.round.save()
    one, two = measured(council, "One"), measured(council, "Two")

    answer = client.post(picks(council, bid), {"group_0": [one.code, two.code]})

    assert "There is room for 1 more, and you chose 2." in text(answer)
    assert answer.context["form"]["group_0"].value() == [one.code, two.code]
    assert figures(bid) == []


def test_figures_of_an_authority_that_takes_no_part_are_not_there(council, bid, client):
    stranger, partner = make.AuthorityFactory(), make.AuthorityFactory()
    make.PartnerFactory(application=bid, authority=partner)
    make.IndicatorValueFactory(authority=stranger)

    assert client.get(page(bid, "figure_pick", stranger.code)).status_code == 404
    assert client.get(page(bid, "figure_pick", partner.code)).status_code == 200
    assert partner.name in text(client.get(picks(council, bid)))


def test_an_own_figure_is_written_and_changed(council, bid, client):
    client.post(page(bid, "figure_write"), TYPED)
    [figure] = figures(bid)
    form = client.get(page(bid, "figure_edit", figure.pk)).context["form"]

    client.post(
        page(bid, "figure_edit", figure.pk),
        TYPED | {"rows_1_1": "41", "polarity": "none", "seen": form["seen"].value()},
    )

    [changed] = figures(bid)
    assert figure.own_values == [[24276, "2023", "1040"], [24288, "2024", "55"]]
    assert (figure.title, figure.comment) == ("Young people who came back", "More came back each year.")
    assert form["rows"].value() == '[["2023", "1040"], ["2024", "55"]]'
    assert (changed.own_values[0], changed.polarity) == ([24276, "2023", "41"], "")


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"rows_0_1": "NaN"}, "“NaN” is not a number"),
        ({"rows_0_1": "1e999"}, "“1e999” is not a number"),
        ({"rows_0_1": "9" * 5000}, "is not a number"),
        ({"rows_0_0": "2031"}, "2031 has not begun."),
        ({"rows_0_0": "2023"}, "There are 2 figures for 2023."),
        ({"rows_1_0": "", "rows_1_1": ""}, "Give figures of two periods or more"),
        ({"title": "\u200b\u200d"}, "Enter what is measured"),
        ({"source": ""}, "Enter source"),
        ({"polarity": "sideways"}, "choose from the list"),
        ({"polarity": ""}, "Answer “Which is better?”"),
        ({"comment": "x" * 301}, "What it shows must be 300 characters or fewer"),
    ],
)
def test_what_is_wrong_with_an_own_figure_is_said_and_what_was_typed_stays(bid, client, typed, fault):
    sent = TYPED | typed

    answer = client.post(page(bid, "figure_write"), sent)

    assert answer.status_code == 200
    assert fault in text(answer)
    boxes = answer.content.decode()
    assert all(f'value="{sent[name]}"' in boxes for name in ("rows_0_0", "rows_0_1") if sent[name])
    assert "Our own count" in boxes or "source" in typed
    assert figures(bid) == []


@pytest.mark.parametrize("name", ["title", "source", "comment", "rows_0_0", "rows_0_1"])
def test_what_no_database_can_keep_is_refused_at_the_door(bid, client, name):
    answer = client.post(page(bid, "figure_write"), TYPED | {name: "x\x00"})

    assert answer.status_code in (200, 400)
    assert figures(bid) == []


def test_words_that_people_typed_are_shown_escaped_and_without_turned_directions(bid, client):
    client.post(page(bid, "figure_write"), TYPED | {"title": "<script>1</script>\u202egnirts", "unit": "<b>"})

    shown = client.get(page(bid)).content.decode()

    assert "<script>1" not in shown
    assert "&lt;script&gt;1" in shown
    assert "\u202e" not in shown
    assert "<b>" not in shown


def test_saving_may_lead_back_with_one_more_row(bid, client):
    rows = {f"rows_{n}_{column}": str(2015 + n) for n in range(5) for column in (0, 1)}

    answer = client.post(page(bid, "figure_write"), TYPED | rows | {"row": "Save and add a row"})

    [figure] = figures(bid)
    assert answer.url == page(bid, "figure_edit", figure.pk)
    assert 'id="id_rows_5_0"' in client.get(answer.url).content.decode()


def test_pressing_twice_writes_one_figure(bid, client):
    client.post(page(bid, "figure_write"), TYPED)
    second = client.post(page(bid, "figure_write"), TYPED)

    assert "is in the application already" in text(second)
    assert len(figures(bid)) == 1


def test_two_people_in_one_figure_are_shown_both_texts(council, bid, client, visit):
    client.post(page(bid, "figure_write"), TYPED)
    [figure] = figures(bid)
    address = page(bid, "figure_edit", figure.pk)
    seen = client.get(address).context["form"]["seen"].value()
    visit(council.certifier, at=council.at).post(address, TYPED | {"comment": "Theirs", "seen": seen})

    second = client.post(address, TYPED | {"comment": "Mine", "seen": seen})
    kept = figures(bid)[0].comment
    third = client.post(address, TYPED | {"comment": "Mine", "seen": second.context["form"]["seen"].value()})

    assert "nothing was overwritten" in text(second)
    assert "Theirs" in text(second)
    assert second.context["form"]["comment"].value() == "Mine"
    assert (kept, third.status_code, figures(bid)[0].comment) == ("Theirs", 302, "Mine")


def test_what_was_typed_for_a_figure_that_is_gone_is_shown(bid, client):
    client.post(page(bid, "figure_write"), TYPED)
    [figure] = figures(bid)
    client.post(page(bid, "figure_remove", figure.pk))

    answer = client.post(page(bid, "figure_edit", figure.pk), TYPED)
    again = client.post(page(bid, "figure_remove", figure.pk), follow=True)

    assert "Somebody may have taken it out while you were writing." in text(answer)
    assert "More came back each year." in text(answer)
    assert "This figure is not in the application." in text(again)
    assert client.get(page(bid, "figure_edit", figure.pk)).status_code == 404


def test_another_councils_figure_cannot_be_named_in_an_address(council, bid, client):
    theirs = make.EvidenceFigureFactory(application=make.ApplicationFactory(round=council.round))

    assert client.get(page(bid, "figure_edit", theirs.pk)).status_code == 404
    for name, typed in (("figure_edit", TYPED), ("figure_move", {"way": "up"}), ("figure_remove", {})):
        client.post(page(bid, name, theirs.pk), typed)

    assert EvidenceFigure.objects.get(pk=theirs.pk).title == theirs.title
    assert client.get(page(theirs.application)).status_code == 404


def test_up_and_down_work_without_scripts(bid, client):
    for title in ("One", "Two"):
        client.post(page(bid, "figure_write"), TYPED | {"title": title})
    one, two = figures(bid)

    shown = client.get(page(bid)).content.decode()
    client.post(page(bid, "figure_move", two.pk), {"way": "up"})
    junk = client.post(page(bid, "figure_move", two.pk), {"way": "sideways"}, follow=True)

    assert (shown.count('value="up"'), shown.count('value="down"')) == (1, 1)
    assert figures(bid) == [two, one]
    assert "This figure is not in the application." in text(junk)


def test_a_comparison_that_is_not_offered_is_refused(council, bid, client):
    measure = measured(council)
    client.post(picks(council, bid), {"group_0": [measure.code]})
    [figure] = figures(bid)

    for comparison in ("own", "moon"):
        answer = client.post(page(bid, "figure_edit", figure.pk), {"comparison": comparison})
        assert "Compare it with: choose from the list" in text(answer)
    seen = answer.context["form"]["seen"].initial
    chosen = {"comparison": "england", "comment": "We fell faster.", "seen": seen}
    client.post(page(bid, "figure_edit", figure.pk), chosen)

    [saved] = figures(bid)
    assert (saved.comparison, saved.comment) == ("england", "We fell faster.")


def test_the_figures_of_the_headline_report_come_in_one_press(council, bid, client):
    for place in range(3):
        HeadlineMeasure.objects.create(
            kind="unitary", indicator=measured(council, f"M{place}"), position=place
        )

    first = client.post(page(bid, "figure_report"), {"report": ""}, follow=True)
    second = client.post(page(bid, "figure_report"), {"report": ""}, follow=True)

    assert "3 figures added." in text(first)
    assert "3 figures were in the application already, or did not fit." in text(second)
    assert [figure.name for figure in figures(bid)] == ["M0", "M1", "M2"]


def test_saved_reports_are_offered_by_name_and_anothers_key_brings_nothing(council, bid, client):
    HeadlineMeasure.objects.create(kind="unitary", indicator=measured(council))
    mine = make.HeadlineReportFactory(
        authority=council.authority, council=council.authority, made_by=council.drafter, title="For the board"
    )
    private = make.HeadlineReportFactory(authority=council.authority)

    shown = text(client.get(page(bid)))
    refused = client.post(page(bid, "figure_report"), {"report": str(private.key)}, follow=True)
    client.post(page(bid, "figure_report"), {"report": str(mine.key)})

    assert "For the board" in shown
    assert private.title not in shown
    assert "This report is no longer there." in text(refused)
    assert len(figures(bid)) == 1


@pytest.mark.parametrize("moment", ["last", "closes"])
def test_what_comes_at_the_closing_instant_is_too_late_and_is_shown(council, bid, visit, moment):
    client = visit(council.drafter, at=getattr(council, moment))

    answer = client.post(page(bid, "figure_write"), TYPED)

    assert len(figures(bid)) == (1 if moment == "last" else 0)
    assert moment == "last" or "Applications closed at noon on Monday 9 March 2026" in text(answer)
    assert moment == "last" or "More came back each year." in text(answer)


def test_certified_figures_are_shown_and_cannot_be_changed(council, client):
    bid = written(council)
    client.post(page(bid, "figure_write"), TYPED)
    actions.certify(bid, by=council.certifier, at=council.at)
    [figure] = figures(bid)

    shown = text(client.get(page(bid)))
    refused = client.post(page(bid, "figure_write"), TYPED | {"title": "Another"})
    client.post(page(bid, "figure_remove", figure.pk))

    assert "Young people who came back" in shown
    assert "Take out" not in shown
    assert "This application is certified." in text(refused)
    assert len(figures(bid)) == 1


def test_questions_on_outcomes_lead_to_the_figures(council, bid, client):
    make.QuestionFactory(round=council.round, section="Other", position=9)

    on_outcomes = text(client.get(page(bid, "section_edit", 1)))
    other = text(client.get(page(bid, "section_edit", 2)))
    client.post(page(bid, "figure_write"), TYPED)

    assert "Add evidence figures" in on_outcomes
    assert page(bid) not in other
    assert "1 evidence figure is in the application" in text(client.get(page(bid, "section_edit", 1)))


def test_the_pages_cost_the_same_for_one_figure_and_for_six(council, client, django_assert_max_num_queries):
    bid = written(council)
    others = [make.AuthorityFactory() for _ in range(3)]

    def costs():
        asked = []
        for address in (page(bid), picks(council, bid), page(bid, "figure_write")):
            with django_assert_max_num_queries(12) as counted:
                client.get(address)
            asked.append(len(counted))
        return asked

    def add(title):
        measure = measured(council, title)
        for other in others:
            make.IndicatorValueFactory(indicator=measure, authority=other, year=2024)
        actions.pick_figures(bid, [(measure, council.authority)], by=council.drafter, at=council.at)

    add("First")
    measured(council, "Left to pick")
    one = costs()
    for number in range(5):
        add(f"M{number}")

    assert costs() == one
    assert one == [12, 11, 8]
