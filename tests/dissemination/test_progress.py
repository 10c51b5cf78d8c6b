"""How far a holder has come with what it undertook: on the grant's page, on the page of what it spreads, in the form."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from grants.dissemination import progress
from grants.models import OfferedPeer, Undertaking
from tests import factories as make
from tests.dissemination.making import counted, event, text

SEPTEMBER, NOVEMBER = date(2026, 9, 23), date(2026, 11, 27)


def undertakes(host, kind="open_day", count=2, until=SEPTEMBER, note="", position=0):
    return Undertaking.objects.create(
        grant=host.grant, kind=kind, count=count, until=until, note=note, position=position
    )


def lines(host):
    return [(line.undertaking.kind, line.held, line.planned) for line in progress.progress(host.grant).lines]


def test_what_was_held_and_what_is_planned_is_counted_by_kind(host):
    undertakes(host, "open_day", 2)
    undertakes(host, "visit", 6, position=1)
    event(host, kind="open_day", status="held")
    event(host, kind="open_day", status="planned")
    event(host, kind="open_day", status="cancelled")

    assert lines(host) == [("open_day", 1, 1), ("visit", 0, 0)]


def test_of_two_undertakings_of_a_kind_the_earlier_is_met_first(host):
    undertakes(host, "visit", 4, NOVEMBER)
    undertakes(host, "visit", 2, SEPTEMBER, position=1)
    for _ in range(3):
        event(host, kind="visit", status="held")
    event(host, kind="visit", status="planned")

    assert lines(host) == [("visit", 1, 1), ("visit", 2, 0)]


def test_more_than_was_undertaken_stands_beside_the_plan(host):
    undertakes(host, "open_day", 1)
    for kind in ("open_day", "open_day", "workshop"):
        event(host, kind=kind, status="held")

    assert progress.progress(host.grant).beside == ["1 open day", "1 workshop"]


@pytest.mark.parametrize(
    ("today", "held", "late"),
    [(SEPTEMBER, 1, False), (SEPTEMBER + timedelta(days=1), 1, True), (NOVEMBER, 2, False)],
)
def test_late_is_what_was_not_held_by_its_day(host, today, held, late):
    undertakes(host, "open_day", 2)
    for _ in range(held):
        event(host, kind="open_day", status="held")

    (line,) = progress.progress(host.grant).lines

    assert line.is_late(today) is late


def test_an_activity_serves_the_earliest_undertaking_that_is_not_arranged(host):
    undertakes(host, "visit", 1, NOVEMBER, note="Later")
    first = undertakes(host, "visit", 1, SEPTEMBER, position=1)

    assert progress.to_plan(host.grant, "visit").undertaking == first
    event(host, kind="visit", status="planned")
    assert progress.to_plan(host.grant, "visit").undertaking.note == "Later"
    event(host, kind="visit", status="held")
    assert progress.to_plan(host.grant, "visit") is None
    assert progress.to_plan(host.grant, "toolkit") is None


def test_the_grants_page_shows_the_plan_and_what_is_held_of_it(host, visit):
    undertakes(host, "open_day", 2, note="Heads of service")
    OfferedPeer.objects.create(grant=host.grant, name="Sam Taylor", job_title="Head of skills", days=8)
    event(host, kind="open_day", status="held")

    page = text(visit(host.officer, at=host.at).get(host.grant.get_absolute_url()))

    for words in ("2 open days", "23 September 2026", "1 of 2 held", "Heads of service", "Sam Taylor"):
        assert words in page
    assert "Late" not in page


def test_the_holder_plans_from_its_plan_and_types_nothing_twice(host, visit):
    undertakes(host, "visit", 6, note="Teams that have begun")
    browser = visit(host.officer, at=host.at)
    link = f"{reverse('activity_create', args=[host.grant.reference])}?kind=visit"
    assert link in browser.get(reverse("spreading_detail", args=[host.grant.reference])).content.decode()

    response = browser.get(link)

    form = response.context["form"]
    assert (form["kind"].value(), form["description"].value()) == ("visit", "Teams that have begun")
    assert "Your plan: 6 visits by 23 September 2026. 0 held so far." in text(response)


@pytest.mark.parametrize("kind", ["", "party", "toolkit", "%00"])
def test_a_kind_that_is_not_undertaken_leaves_the_form_empty(host, visit, kind):
    undertakes(host, "visit", 6, note="Teams that have begun")

    response = visit(host.officer, at=host.at).get(
        f"{reverse('activity_create', args=[host.grant.reference])}?kind={kind}"
    )

    if kind == "%00":
        assert response.status_code == 400
    else:
        assert not response.context["form"]["description"].value()
        assert "Your plan" not in text(response)


def test_others_are_offered_no_planning(host, visit):
    undertakes(host, "visit", 6)

    page = text(
        visit(make.case_officer(), at=host.at).get(reverse("spreading_detail", args=[host.grant.reference]))
    )

    assert "0 of 6 held" in page
    assert "Plan one" not in page


@pytest.mark.parametrize("name", ["grant_detail", "spreading_detail"])
def test_a_page_costs_the_same_for_one_undertaking_and_for_many(host, visit, name):
    browser, url = visit(host.officer, at=host.at), reverse(name, args=[host.grant.reference])
    undertakes(host)
    browser.get(url)
    with counted() as few:
        browser.get(url)
    for number, kind in enumerate(("visit", "workshop", "toolkit", "exchange", "visit"), start=1):
        undertakes(host, kind, position=number)
        event(host, kind=kind)
        OfferedPeer.objects.create(grant=host.grant, name=f"P{number}", job_title="Head", days=1)

    with counted() as many:
        assert browser.get(url).status_code == 200

    assert many.queries == few.queries
