"""How long a form takes, in words, and that it is printed."""

import pytest
from django.template import Context, Template

from beacons.core import burden


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (1, "about 1 minute"),
        (4, "about 4 minutes"),
        (5, "about 5 minutes"),
        (6, "about 10 minutes"),
        (49, "about 50 minutes"),
        (50, "about 1 hour"),
        (89, "about 1 hour"),
        (240, "about 4 hours"),
    ],
)
def test_minutes_in_words(minutes, said):
    assert burden.about(minutes) == said


def test_a_page_says_it():
    page = Template("{% load govuk %}{% takes 12 %}").render(Context())

    assert page == '<p class="govuk-body-s app-takes">Takes about 15 minutes.</p>'
