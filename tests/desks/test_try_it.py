"""The page of log-ins, which only a demonstration has."""

from django.test import override_settings
from django.urls import reverse

from beacons.desks import demonstration
from beacons.desks.simulation.people import PASSWORD
from tests import factories as make


@override_settings(DEMONSTRATION=True)
def test_before_the_demonstration_is_loaded_the_page_says_how_to_load_it(client, db):
    page = client.get(reverse("try_it"))

    assert page.status_code == 200
    assert "load_demo" in page.content.decode()


def test_a_district_and_another_body_that_joined_an_area_have_a_log_in(db):
    assert demonstration.joiners() == []
    area = make.SignUpFactory(authority__kind="county")
    for code, kind in (("NOR", "district"), ("DIS", "district"), ("FRS-009", "fire")):
        make.SignUpFactory(
            outcome=area.outcome, joins=area, authority__name=code, authority__code=code, authority__kind=kind
        )

    assert demonstration.joiners() == [
        ("Council officer, DIS, which joined its county", "officer.dis@demo.example", PASSWORD),
        ("Officer, FRS-009, which joined an area", "officer.frs-009@demo.example", PASSWORD),
    ]
