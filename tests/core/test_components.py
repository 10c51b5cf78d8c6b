"""Tags, acts, dates in words, and the frame around every page."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client

from beacons.core.templatetags import govuk

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.example_pages")]

BANNER = "the people, applications and marks here are invented"


@pytest.fixture(autouse=True)
def example(settings):
    settings.NAVIGATION = "tests.example_pages.items"


def render(source, **facts):
    return engines["django"].from_string("{% load govuk %}" + source).render(facts)


def thing(status, **more):
    return SimpleNamespace(status=status, get_status_display=lambda: "<Word>", **more)


@pytest.mark.parametrize(
    ("held", "colour"),
    [
        (thing("submitted"), "green"),
        (thing("lapsed"), "red"),
        (thing("never heard of"), "grey"),
        (thing("lapsed", status_colour="yellow"), "yellow"),
    ],
)
def test_a_status_has_one_colour_on_every_page(held, colour):
    assert govuk.status_tag(held) == f'<strong class="govuk-tag govuk-tag--{colour}">&lt;Word&gt;</strong>'


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2027, 3, 26, 12, tzinfo=UTC), "noon on 26 March 2027"),
        (datetime(2027, 7, 26, 11, tzinfo=UTC), "noon on 26 July 2027"),  # summer time
        (datetime(2027, 1, 4, 0, tzinfo=UTC), "midnight on 4 January 2027"),
        (datetime(2027, 1, 4, 9, 5, tzinfo=UTC), "9:05am on 4 January 2027"),
        (datetime(2027, 1, 4, 15, tzinfo=UTC), "3pm on 4 January 2027"),
        (datetime(2027, 1, 4, 12, 30, tzinfo=UTC), "12:30pm on 4 January 2027"),
        (None, "–"),
    ],
)
def test_an_instant_in_words_is_londons(instant, words):
    assert govuk.moment(instant) == words


def test_a_day_in_words_is_londons_too():
    assert govuk.day(date(2027, 3, 5)) == "5 March 2027"
    assert govuk.day(datetime(2027, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2027"


@pytest.mark.parametrize(
    ("amount", "words"), [(12_000, "£12,000"), (0, "£0"), (-5, "-£5"), (None, "–"), (1999.6, "£2,000")]
)
def test_pounds_in_words(amount, words):
    assert govuk.pounds(amount) == words


def test_an_act_is_a_post_with_a_token():
    request = Client().get("/").wsgi_request
    html = engines["django"].from_string('{% load govuk %}{% act "/x/" "Submit" %}').render({}, request)

    assert '<form method="post" action="/x/"' in html
    assert "csrfmiddlewaretoken" in html


def test_an_act_with_reasons_against_it_has_no_button():
    html = render('{% act "/x/" "Submit" reasons=reasons %}', reasons=["Question 2 has no answer."])

    assert "<form" not in html
    assert "<li>Question 2 has no answer.</li>" in html


def test_a_row_changes_where_it_says_and_names_what_it_changes():
    html = render(
        '{% summary %}{% row key words change="/x/" %}{% endsummary %}', key="Grant <b>", words="one\ntwo"
    )

    assert 'href="/x/">Change<span class="govuk-visually-hidden"> grant &lt;b&gt;</span>' in html
    assert "one<br>two" in html


def test_two_tables_of_one_caption_have_two_ids():
    html = render('{% table "Bids" %}{% endtable %}{% table "Bids" %}{% endtable %}')

    assert 'id="table-1-bids"' in html
    assert 'id="table-2-bids"' in html


def test_the_navigation_is_what_the_settings_name_and_shows_where_we_are():
    source = Client().get("/list/").content.decode()

    assert source.count("govuk-service-navigation__item--active") == 1
    assert 'href="/list/" aria-current="page"' in source


def test_the_demonstration_says_so_on_every_page_even_on_an_error(settings):
    settings.DEMONSTRATION = True

    assert BANNER in Client().get("/").content.decode()
    assert BANNER in Client().get("/nowhere/").content.decode()
    assert BANNER in render_to_string("500.html")


def test_a_real_installation_does_not_call_itself_a_demonstration(settings):
    settings.DEMONSTRATION = False

    assert BANNER not in Client().get("/").content.decode()


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "500.html", "csrf_failure.html"])
def test_what_went_wrong_is_said_in_the_same_clothes(name):
    html = render_to_string(name)

    assert html.count("<h1") == 1
    assert "govuk-generic-header" in html


def test_a_missing_page_answers_404():
    response = Client().get("/nowhere/")

    assert response.status_code == 404
    assert "Page not found" in response.content.decode()


def test_messages_become_banners_and_the_first_takes_the_focus():
    source = Client().get("/parts/").content.decode()

    assert source.count('role="alert" aria-labelledby="message-1"') == 1
    assert source.count('role="region" aria-labelledby="message-2"') == 1
    assert "The round has closed.<br>Ask the scheme manager." in source
