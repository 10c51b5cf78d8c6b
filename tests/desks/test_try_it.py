"""The page of log-ins, which only a demonstration has."""

from django.test import override_settings
from django.urls import reverse


@override_settings(DEMONSTRATION=True)
def test_before_the_demonstration_is_loaded_the_page_says_how_to_load_it(client, db):
    page = client.get(reverse("try_it"))

    assert page.status_code == 200
    assert "load_demo" in page.content.decode()
