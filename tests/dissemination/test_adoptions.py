"""A council takes a practice up, moves on, and is seen to have changed something."""

import pytest

from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from grants.dissemination import actions
from grants.dissemination.models import Adoption
from grants.dissemination.statuses import ADOPTION
from tests import factories as make
from tests.dissemination import making
from tests.dissemination.making import DAY, in_library, text


@pytest.fixture
def practice(host):
    return in_library(host)


def take_up(practice, guest, at, status="considering", note="We like it."):
    return actions.record_adoption(
        practice, guest.authority, status=status, note=note, by=guest.officer, at=at
    )


def test_it_moves_by_steps_and_each_is_kept_with_its_words(host, practice, guest):
    at = host.at + 9 * DAY
    adoption = take_up(practice, guest, at)

    for day, step in enumerate(("plan", "change", "move_figures"), start=1):
        actions.move_adoption(adoption, step=step, note=f"Day {day}.", by=guest.officer, at=at + day * DAY)

    adoption.refresh_from_db()
    assert (adoption.status, adoption.note, adoption.moved_at) == ("moved", "Day 3.", at + 3 * DAY)
    steps = Step.objects.of(adoption).with_words()
    assert [(step.to_status, step.words.why) for step in steps] == [
        ("considering", "We like it."),
        ("planned", "Day 1."),
        ("changed", "Day 2."),
        ("moved", "Day 3."),
    ]


@pytest.mark.parametrize(
    ("status", "possible"),
    [
        ("considering", {"plan", "change", "give_up"}),
        ("planned", {"change", "give_up"}),
        ("changed", {"move_figures", "give_up"}),
        ("moved", set()),
        ("given_up", set()),
    ],
)
def test_which_steps_are_possible(host, practice, guest, status, possible):
    adoption = make.AdoptionFactory(practice=practice, authority=guest.authority, status=status)

    for step in ("plan", "change", "move_figures", "give_up"):
        assert ADOPTION.may(adoption, step) == (step in possible)
        if step not in possible:
            with pytest.raises(Refused):
                actions.move_adoption(adoption, step=step, note="x", by=guest.officer, at=host.at + 9 * DAY)
    adoption.refresh_from_db()
    assert adoption.status == status


def test_nobody_takes_up_its_own_or_twice_or_what_is_not_published(host, practice, guest):
    at = host.at + 9 * DAY
    own = making.SimpleNamespace(authority=host.authority, officer=host.officer)
    with pytest.raises(Refused, match="your own council"):
        take_up(practice, own, at)
    with pytest.raises(Refused, match="Only a practice of the library"):
        take_up(making.drafted(host, title="Another"), guest, at)
    with pytest.raises(Refused, match="Begin with considering"):
        take_up(practice, guest, at, status="moved")
    with pytest.raises(Refused, match="Say in a sentence"):
        take_up(practice, guest, at, note=" ")
    assert not Adoption.objects.exists()

    take_up(practice, guest, at)
    with pytest.raises(Refused, match="has recorded this practice already"):
        take_up(practice, guest, at)
    assert Adoption.objects.count() == 1


def test_an_officer_takes_it_up_and_moves_on_each_on_one_page(host, practice, guest, visit):
    client = visit(guest.officer, at=host.at + 9 * DAY)

    page = client.post(f"/library/{practice.slug}/adopt/", {"status": "planned", "note": ""})
    assert "Enter in a sentence" in text(page) or "Answer" in text(page)
    page = client.post(f"/library/{practice.slug}/adopt/", {"status": "planned", "note": "From May."})

    assert page.url == f"/library/{practice.slug}/"
    adoption = Adoption.objects.get()
    assert (adoption.authority, adoption.status, adoption.note) == (guest.authority, "planned", "From May.")
    assert [one.pk for one in client.get("/adoptions/").context["page_obj"]] == [adoption.pk]

    page = client.get(adoption.get_absolute_url())
    assert "We plan to do it" not in text(page)
    page = client.post(adoption.get_absolute_url(), {"step": "move_figures", "note": "Too early."})
    assert page.status_code == 200
    client.post(adoption.get_absolute_url(), {"step": "change", "note": "Began on Monday."})

    adoption.refresh_from_db()
    assert (adoption.status, adoption.note) == ("changed", "Began on Monday.")
    assert client.get(f"/library/{practice.slug}/adopt/").url == f"/library/{practice.slug}/"


def test_the_public_sees_who_changed_something_and_no_words(host, practice, guest, visit):
    adoption = take_up(practice, guest, host.at + 9 * DAY, note="Our rota is a mess.")
    author, url = host.officer, f"/library/{practice.slug}/"
    other = making.guest(host).officer

    def shown(user):
        page = text(visit(user, at=host.at + 10 * DAY).get(url))
        return guest.authority.name in page, "Our rota is a mess." in page

    assert shown(None) == shown(other) == (False, False)
    assert shown(author) == (True, True)
    assert shown(make.grants_officer()) == (True, True)

    Adoption.objects.filter(pk=adoption.pk).update(status="changed")

    assert shown(None) == shown(other) == (True, False)
    assert shown(guest.officer) == (True, True)


def test_an_adoption_of_another_council_is_not_moved(host, practice, guest, visit):
    adoption = take_up(practice, guest, host.at + 9 * DAY)
    url = adoption.get_absolute_url()
    typed = {"step": "change", "note": "x"}
    at = host.at + 10 * DAY

    assert visit(making.guest(host).officer, at=at).post(url, typed).status_code == 404
    assert visit(host.officer, at=at).post(url, typed).status_code == 403
    assert visit(make.scheme_manager(), at=at).post(url, typed).status_code == 403
    assert visit(at=at).get(url).url == f"/accounts/login/?next={url}"
    adoption.refresh_from_db()
    assert adoption.status == "considering"


def test_the_list_holds_ones_own_and_what_can_move_comes_first(host, practice, guest, visit):
    second, third = in_library(host, title="B"), in_library(host, title="C")
    ended = make.AdoptionFactory(
        practice=practice, authority=guest.authority, status="given_up", moved_at=host.at + 9 * DAY
    )
    older = make.AdoptionFactory(practice=second, authority=guest.authority, moved_at=host.at + 5 * DAY)
    newer = make.AdoptionFactory(practice=third, authority=guest.authority, moved_at=host.at + 6 * DAY)
    make.AdoptionFactory(practice=second, status="changed")
    at = host.at + 10 * DAY

    page = visit(guest.officer, at=at).get("/adoptions/")

    assert list(page.context["page_obj"]) == [newer, older, ended]
    assert "You act for no council" in text(visit(make.scheme_manager(), at=at).get("/adoptions/"))


def test_a_signed_out_officer_does_not_lose_what_was_typed(host, practice, visit):
    typed = "We called at every door in March and found eleven of them."

    page = visit(at=host.at).post(f"/library/{practice.slug}/adopt/", {"status": "changed", "note": typed})

    assert page.status_code == 403
    assert typed in text(page)
