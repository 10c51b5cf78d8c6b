"""Saved reports: kept, shared, copied, changed, deleted; and local priorities. Who may, and who sees them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.directory.models import Authority
from outcomes.actions import reports as actions
from outcomes.headlines.choices import Choices
from outcomes.models import HeadlineMeasure, HeadlineReport, Indicator, LocalPriority
from outcomes.views import saved as pages
from tests import factories as make

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
Sharing = HeadlineReport.Sharing


@pytest.fixture
def adur():
    return make.AuthorityFactory(name="Adur", code="ADU", kind=Authority.Kind.DISTRICT, tier="lower")


@pytest.fixture
def run(adur):
    return make.AuthorityFactory(name="Run", code="RUN", kind=Authority.Kind.DISTRICT, tier="lower")


@pytest.fixture
def recycling(adur, run):
    indicator = make.IndicatorFactory(code="recycling", title="Recycling", polarity="high")
    HeadlineMeasure.objects.create(kind=Authority.Kind.DISTRICT, indicator=indicator, position=1)
    for authority, value in [(adur, 42), (run, 30)]:
        make.IndicatorValueFactory(indicator=indicator, authority=authority, year=2024, value=value)
    return indicator


@pytest.fixture
def officer(adur):
    return make.drafter(adur)


def saved(adur, officer, **facts):
    about = {"title": "Ours", "sharing": Sharing.OWN, "council": adur, "by": officer, "at": AT}
    return actions.save_report(adur, Choices("headline", "own", ("RUN",), {}), **about | facts)


def facts_of(report):
    report = HeadlineReport.objects.get(pk=report.pk)
    return (
        report.title,
        report.sharing,
        report.measures,
        report.comparison,
        sorted(report.own_list.values_list("code", flat=True)),
        report.weights,
    )


# Saving


def test_what_an_address_shows_is_saved_under_a_name(visit, adur, run, recycling, officer):
    address = f"{reverse('report_save', args=['ADU'])}?compare=own&with=RUN&measures=headline"

    answer = visit(officer, at=AT).post(address, {"title": "  Ours and Run ", "sharing": "council"})

    report = HeadlineReport.objects.get()
    assert answer.url == report.get_absolute_url()
    assert facts_of(report) == ("Ours and Run", "council", "headline", "own", ["RUN"], {})
    assert (report.authority, report.council, report.made_by, report.made_at) == (adur, adur, officer, AT)
    assert list(Step.objects.of(report).values_list("step", flat=True)) == ["save"]


def test_weights_are_saved_and_used_again(visit, adur, run, recycling, officer):
    Authority.objects.update(population=50_000)
    make.IndicatorValueFactory(indicator=make.IndicatorFactory(code="pay"), authority=adur, value=3)
    address = f"{reverse('report_save', args=['ADU'])}?compare=neighbours&w-pay=7&w-population=2"

    visit(officer, at=AT).post(address, {"title": "Alike", "sharing": "own"})

    report = HeadlineReport.objects.get()
    assert (report.comparison, report.weights) == ("neighbours", {"pay": 7, "population": 2})
    shown = visit(officer, at=AT).get(report.get_absolute_url()).context["report"]
    assert [(fact.code, fact.weight) for fact in shown.neighbourhood.facts] == [("population", 2), ("pay", 7)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": " ", "sharing": "own"}, "Enter name of the report"),
        ({"title": "x" * 121, "sharing": "own"}, "must be 120 characters or fewer"),
        ({"title": "Ours", "sharing": "world"}, "choose from the list"),
    ],
)
def test_a_bad_form_is_told_and_nothing_typed_is_lost(visit, adur, run, recycling, officer, typed, said):
    address = f"{reverse('report_save', args=['ADU'])}?compare=own&with=RUN"

    answer = visit(officer, at=AT).post(address, typed)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in page
    assert f'value="{typed["title"].strip()}"' in page or not typed["title"].strip()
    assert not HeadlineReport.objects.exists()


def test_an_empty_list_is_refused_with_what_was_typed_kept(visit, adur, run, recycling, officer):
    address = f"{reverse('report_save', args=['ADU'])}?compare=own"

    page = visit(officer, at=AT).post(address, {"title": "Ours", "sharing": "own"}).content.decode()

    assert "Choose at least one council to compare with." in page
    assert 'value="Ours"' in page
    assert not HeadlineReport.objects.exists()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"title": "\u200b "}, "Enter a name for the report."),
        ({"sharing": "world"}, "Say who may see the report."),
        (
            {"council": None, "sharing": "council"},
            "Only an officer of a council can share a report inside it.",
        ),
    ],
)
def test_the_verb_refuses_what_the_form_would(adur, run, officer, facts, reason):
    with pytest.raises(Refused) as refusal:
        saved(adur, officer, **facts)

    assert refusal.value.reasons == [reason]
    assert not HeadlineReport.objects.exists()
    assert not Step.objects.exists()


def test_the_office_saves_reports_of_no_council(visit, adur, recycling):
    manager = make.scheme_manager()
    address = f"{reverse('report_save', args=['ADU'])}?compare=kind"

    page = visit(manager, at=AT).get(address).content.decode()
    visit(manager, at=AT).post(address, {"title": "For the panel", "sharing": "public"})

    assert "Everyone of" not in page
    assert HeadlineReport.objects.get().council is None


# Who sees what


@pytest.mark.parametrize(
    ("sharing", "seen_by"),
    [
        (Sharing.OWN, {"maker"}),
        (Sharing.COUNCIL, {"maker", "colleague"}),
        (Sharing.PUBLIC, {"maker", "colleague", "rival", "office", "visitor"}),
    ],
)
def test_a_report_is_seen_by_those_it_is_shared_with_and_to_others_does_not_exist(
    visit, adur, run, recycling, officer, sharing, seen_by
):
    report = saved(adur, officer, sharing=sharing)
    people = {
        "maker": officer,
        "colleague": make.certifier(adur),
        "rival": make.drafter(run),
        "office": make.scheme_manager(),
        "visitor": None,
    }

    for who, user in people.items():
        for name in ("report_detail", "saved_csv"):
            status = visit(user, at=AT).get(reverse(name, args=[report.key])).status_code
            assert status == (200 if who in seen_by else 404), (who, name)


def test_a_report_that_is_not_there_is_not_found(client):
    assert client.get(reverse("report_detail", args=[uuid4()])).status_code == 404


def test_our_reports_lists_ones_own_and_what_colleagues_share(visit, adur, run, recycling, officer):
    colleague, rival = make.certifier(adur), make.drafter(run)
    for title, by, council, sharing in [
        ("Mine", officer, adur, Sharing.OWN),
        ("Shared", colleague, adur, Sharing.COUNCIL),
        ("Quiet", colleague, adur, Sharing.OWN),
        ("Rival’s public", rival, run, Sharing.PUBLIC),
    ]:
        saved(adur, by, title=title, council=council, sharing=sharing)

    listed = visit(officer, at=AT).get(reverse("report_list")).context["reports"]

    assert {each.title for each in listed} == {"Mine", "Shared"}


def test_the_councils_page_lists_public_reports_alone(visit, adur, run, recycling, officer):
    saved(adur, officer, title="A public one", sharing=Sharing.PUBLIC)
    saved(adur, officer, title="A private one")

    page = visit(officer, at=AT).get(reverse("council_detail", args=["ADU"])).content.decode()

    assert "A public one" in page
    assert "A private one" not in page


@pytest.mark.parametrize("rows", [2, 20])
def test_the_list_asks_no_more_however_many_reports(
    visit, adur, run, officer, rows, django_assert_max_num_queries
):
    for number in range(rows):
        saved(adur, officer, title=f"Report {number}")
    browser = visit(officer, at=AT)

    with django_assert_max_num_queries(8):
        answer = browser.get(reverse("report_list"))

    assert len(answer.context["reports"]) == rows


@pytest.mark.parametrize("comparison", ["own", "neighbours"])
def test_a_saved_report_asks_no_more_than_twelve(
    visit, adur, run, recycling, officer, comparison, django_assert_max_num_queries
):
    report = saved(adur, officer)
    HeadlineReport.objects.update(comparison=comparison)
    browser = visit(officer, at=AT)

    with django_assert_max_num_queries(12):
        answer = browser.get(report.get_absolute_url())

    assert answer.status_code == 200


# Changing, copying, deleting


def test_the_maker_renames_and_shares(visit, adur, run, recycling, officer):
    report = saved(adur, officer)

    visit(officer, at=AT + timedelta(days=1)).post(
        reverse("report_edit", args=[report.key]), {"title": "Ours again", "sharing": "public"}
    )

    assert facts_of(report) == ("Ours again", "public", "headline", "own", ["RUN"], {})
    report.refresh_from_db()
    assert (report.made_at, report.changed_at) == (AT, AT + timedelta(days=1))


def test_the_maker_lets_it_show_something_else(visit, adur, run, recycling, officer):
    report = saved(adur, officer, title="Ours", sharing=Sharing.COUNCIL)
    browser = visit(officer, at=AT)
    address = f"{reverse('report_save', args=['ADU'])}?compare=kind&report={report.key}"

    assert "Change “Ours”" in browser.get(address).content.decode()
    browser.post(address, {"title": "Ours", "sharing": "council"})

    assert facts_of(report) == ("Ours", "council", "headline", "kind", [], {})


def test_nobody_lets_another_persons_report_show_something_else(visit, adur, run, recycling, officer):
    report = saved(adur, officer, sharing=Sharing.PUBLIC)
    address = f"{reverse('report_save', args=['ADU'])}?compare=kind&report={report.key}"

    visit(make.certifier(adur), at=AT).post(address, {"title": "Taken", "sharing": "own"})

    assert facts_of(report) == ("Ours", "public", "headline", "own", ["RUN"], {})
    assert HeadlineReport.objects.exclude(pk=report.pk).get().title == "Taken"


@pytest.mark.parametrize("name", ["report_edit", "report_delete"])
def test_colleagues_may_neither_change_nor_delete(visit, adur, run, recycling, officer, name):
    report = saved(adur, officer, sharing=Sharing.COUNCIL)

    answer = visit(make.certifier(adur), at=AT).post(
        reverse(name, args=[report.key]), {"title": "Taken", "sharing": "own"}
    )

    assert answer.status_code == 403
    assert facts_of(report) == ("Ours", "council", "headline", "own", ["RUN"], {})


def test_a_colleague_copies_and_the_copy_is_theirs(visit, adur, run, recycling, officer):
    report, colleague = saved(adur, officer, sharing=Sharing.COUNCIL), make.certifier(adur)

    answer = visit(colleague, at=AT).post(reverse("report_copy", args=[report.key]))

    copied = HeadlineReport.objects.get(copied_from=report)
    assert answer.url == copied.get_absolute_url()
    assert facts_of(copied) == ("Copy of Ours", "own", "headline", "own", ["RUN"], {})
    assert (copied.made_by, copied.council) == (colleague, adur)
    assert copied.key != report.key


def test_a_copy_of_a_long_title_still_fits(adur, run, officer):
    report = saved(adur, officer, title="x" * 120)

    assert len(actions.copy_report(report, council=adur, by=officer, at=AT).title) == 120


def test_what_one_may_not_see_one_may_not_copy(visit, adur, run, recycling, officer):
    report = saved(adur, officer)

    assert visit(make.drafter(run), at=AT).post(reverse("report_copy", args=[report.key])).status_code == 404
    assert HeadlineReport.objects.count() == 1


def test_who_belongs_to_no_council_nor_the_office_saves_and_copies_nothing(
    visit, adur, run, recycling, officer
):
    report, member = saved(adur, officer, sharing=Sharing.PUBLIC), make.UserFactory()
    browser = visit(member, at=AT)

    assert browser.post(reverse("report_copy", args=[report.key])).status_code == 403
    assert browser.get(reverse("report_save", args=["ADU"])).status_code == 403
    assert browser.get(reverse("report_list")).status_code == 403
    assert HeadlineReport.objects.count() == 1


def test_the_maker_deletes_after_being_asked_and_copies_stay(visit, adur, run, recycling, officer):
    report = saved(adur, officer, sharing=Sharing.COUNCIL)
    copied = actions.copy_report(report, council=adur, by=officer, at=AT)
    browser = visit(officer, at=AT)

    asked = browser.get(reverse("report_delete", args=[report.key])).content.decode()
    browser.post(reverse("report_delete", args=[report.key]))

    assert "for everyone of Adur" in asked
    assert HeadlineReport.objects.get() == copied
    assert Step.objects.filter(subject_id=report.pk, step="delete").exists()


def test_what_a_second_press_deleted_is_answered_in_words(visit, adur, run, recycling, officer, monkeypatch):
    report = saved(adur, officer)
    find = pages.find_report

    def found_and_then_gone(request, key):
        found = find(request, key)
        HeadlineReport.objects.filter(pk=found.pk).delete()
        return found

    monkeypatch.setattr(pages, "find_report", found_and_then_gone)

    answer = visit(officer, at=AT).post(reverse("report_delete", args=[report.key]), follow=True)

    assert (
        "This headline report is no longer there: somebody took it away meanwhile." in answer.content.decode()
    )
    assert not Step.objects.filter(subject_id=report.pk, step="delete").exists()


# Local priorities


@pytest.fixture
def choice(adur, recycling):
    """Three measures with figures of Adur, and its own."""
    for code in ("b-measure", "c-measure"):
        make.IndicatorValueFactory(indicator=make.IndicatorFactory(code=code, title=code), authority=adur)
    make.IndicatorFactory(code="own-adu", kind=Indicator.Kind.OWN, title="Our own", authority=adur)


def chosen(adur):
    return list(adur.local_priorities.order_by("position").values_list("indicator__code", "position"))


def test_officers_choose_and_order_their_priorities(visit, adur, choice, officer):
    browser, address = visit(officer, at=AT), reverse("priorities_choose", args=["ADU"])

    browser.post(address, {"place_1": "c-measure", "place_3": "own-adu"})
    first = LocalPriority.objects.get(indicator__code="c-measure")
    answer = browser.post(address, {"place_1": "own-adu", "place_2": "c-measure", "place_4": "b-measure"})

    assert answer.url == reverse("report_show", args=["ADU"])
    assert chosen(adur) == [("own-adu", 1), ("c-measure", 2), ("b-measure", 3)]
    kept = LocalPriority.objects.get(indicator__code="c-measure")
    assert (kept.pk, kept.chosen_by, kept.chosen_at) == (first.pk, officer, AT)
    page = browser.get(address).context["form"]
    assert [page[f"place_{n}"].value() for n in range(1, 5)] == ["own-adu", "c-measure", "b-measure", ""]


def test_none_at_all_is_a_choice_too(visit, adur, choice, officer):
    browser, address = visit(officer, at=AT), reverse("priorities_choose", args=["ADU"])
    browser.post(address, {"place_1": "c-measure"})

    browser.post(address, {})

    assert chosen(adur) == []


def test_a_measure_chosen_twice_is_refused_and_nothing_changes(visit, adur, choice, officer):
    browser, address = visit(officer, at=AT), reverse("priorities_choose", args=["ADU"])
    browser.post(address, {"place_1": "b-measure"})

    page = browser.post(address, {"place_1": "c-measure", "place_2": "c-measure"}).content.decode()

    assert "Choose each measure once." in page
    assert page.count('value="c-measure" selected') == 2
    assert chosen(adur) == [("b-measure", 1)]


def test_measures_without_a_figure_of_the_council_are_not_on_offer(visit, adur, run, choice, officer):
    make.IndicatorValueFactory(indicator=make.IndicatorFactory(code="of-others"), authority=run)
    make.IndicatorFactory(code="own-run", kind=Indicator.Kind.OWN, authority=run)
    make.IndicatorFactory(code="NI 1", kind=Indicator.Kind.NATIONAL)
    browser, address = visit(officer, at=AT), reverse("priorities_choose", args=["ADU"])

    offered = {each.code for each in browser.get(address).context["on_offer"]}
    page = browser.post(address, {"place_1": "of-others"}).content.decode()

    assert offered == {"recycling", "b-measure", "c-measure", "own-adu"}
    assert "First priority: choose from the list" in page
    assert chosen(adur) == []


def test_the_verb_refuses_too_many_and_what_is_not_theirs(adur, run, officer):
    seven = [make.IndicatorFactory(code=f"m{n}") for n in range(7)]
    strange = [
        make.IndicatorFactory(code="NI 1", kind=Indicator.Kind.NATIONAL),
        make.IndicatorFactory(code="own-run", title="Theirs", kind=Indicator.Kind.OWN, authority=run),
    ]

    for indicators, reasons in [
        (seven, ["Choose 6 priorities or fewer."]),
        (
            strange,
            [
                "There are no figures of NI 1 itself: choose a present-day measure.",
                "“Theirs” is a measure of another authority’s own.",
            ],
        ),
    ]:
        with pytest.raises(Refused) as refusal:
            actions.choose_priorities(adur, indicators, by=officer, at=AT)
        assert refusal.value.reasons == reasons
    assert chosen(adur) == []


def test_others_may_not_choose_a_councils_priorities(visit, adur, run, choice):
    for user in (make.drafter(run), make.scheme_manager()):
        answer = visit(user, at=AT).post(reverse("priorities_choose", args=["ADU"]), {"place_1": "b-measure"})
        assert answer.status_code == 403
    assert chosen(adur) == []


def test_a_body_without_figures_is_told_that_there_is_nothing_to_choose_from(visit, db):
    fire = make.AuthorityFactory(code="FRS-1", kind=Authority.Kind.FIRE, region=None)

    page = visit(make.drafter(fire), at=AT).get(reverse("priorities_choose", args=["FRS-1"])).content.decode()

    assert "There is nothing to choose from yet" in page
