"""What tests begin with is laid as it would have been made, or made."""

from contextlib import contextmanager

import pytest
from django.core.mail import send_mail
from django.db import transaction

from beacons.core.lifecycle import Refused
from beacons.directory.models import Authority, Region
from tests import factories as make
from tests import worlds
from tests.worlds import laid_again

pytestmark = pytest.mark.django_db


@pytest.fixture
def bare(monkeypatch):
    """`with bare():` is a test of its own, whose rows go when it ends."""
    monkeypatch.setattr(worlds, "known", {})

    @contextmanager
    def one_test():
        with transaction.atomic():
            with worlds.bare_ground(monkeypatch):
                yield
            transaction.set_rollback(True)

    return one_test


def everything():
    return {table: held for table in worlds.tables() if (held := worlds.rows_of(table))}


class Maker:
    """Makes a bid that was handed in, and counts how often."""

    def __init__(self, also=None):
        self.times = 0
        self.also = also

    def ask(self, *plain):
        @laid_again
        def made(*plain):
            self.times += 1
            bid = make.handed_in()
            if self.also is not None:
                self.also()
            return bid

        return made(*plain)


def test_it_is_made_once_and_every_value_of_every_row_is_the_same(bare):
    maker = Maker()
    with bare():
        first, rows = maker.ask(), everything()
        first.title = first.authority.name = "Changed by a test"
    with bare():
        second, rows_again = maker.ask(), everything()
    with bare():
        third = maker.ask()
        assert make.handed_in().pk != third.pk

    assert maker.times == 1
    assert len(rows["applications_answer"]) == 2
    assert rows == rows_again
    assert (second, second.title) == (third, third.title)
    assert second.title != first.title
    assert second.authority is not third.authority


def test_other_arguments_are_another_world(bare):
    maker = Maker()
    for plain in ((1,), (2,), (True,), (1,)):
        with bare():
            maker.ask(*plain)

    assert maker.times == 3


def test_it_is_made_where_something_else_stands_already(bare):
    maker = Maker()
    with bare():
        maker.ask()
    with bare():
        make.AuthorityFactory()
        maker.ask()
        assert Authority.objects.count() == 2

    assert maker.times == 2


def test_it_is_made_where_something_is_patched_or_set(bare, monkeypatch, settings):
    maker = Maker()
    with bare():
        maker.ask()
    with bare():
        monkeypatch.setattr(make, "ANSWER", "We did not ask.")
        maker.ask()
    settings.SITE_URL = "https://elsewhere.example"
    with bare():
        maker.ask()

    assert maker.times == 3


def test_one_world_stands_on_another_and_changes_its_rows(bare):
    times = []

    @laid_again
    def renamed(bid):
        times.append(bid)
        Authority.objects.update(name="Renamed")
        return Authority.objects.get()

    maker = Maker()
    for _ in range(2):
        with bare():
            assert renamed(maker.ask()).name == Authority.objects.get().name == "Renamed"
    with bare():
        bid = maker.ask()
        bid.title = "Changed by a test"
        renamed(bid)

    assert (maker.times, len(times)) == (1, 2)


@pytest.mark.parametrize(
    "also",
    [
        lambda: send_mail("A", "B", "a@example.org", ["b@example.org"]),
        lambda: make.AttachmentFactory(application=make.ApplicationFactory()),
        lambda: transaction.on_commit(list),
    ],
    ids=["letters", "files", "waits for the commit"],
)
def test_what_rows_do_not_tell_is_made_each_time(bare, also):
    maker = Maker(also)
    for _ in range(2):
        with bare():
            maker.ask()

    assert maker.times == 2


def test_taking_rows_away_is_done_each_time(bare):
    times = []

    @laid_again
    def gone(region):
        times.append(region)
        Region.objects.all().delete()

    @laid_again
    def region():
        return make.RegionFactory()

    for _ in range(2):
        with bare():
            gone(region())
            assert not Region.objects.exists()

    assert len(times) == 2


def test_a_refusal_is_told_each_time_and_what_was_done_before_it_stands(bare):
    def refuse():
        raise Refused("Not now.")

    maker = Maker(refuse)
    for times in (1, 2):
        with bare():
            with pytest.raises(Refused, match=r"Not now\."):
                maker.ask()
            assert Authority.objects.count() == 1
        assert maker.times == times


def test_what_cannot_be_laid_as_it_was_is_made(bare, monkeypatch):
    monkeypatch.setattr(worlds, "lay", lambda world: None)
    maker = Maker()
    for _ in range(2):
        with bare():
            assert maker.ask().pk == Authority.objects.get().applications.get().pk

    assert maker.times == 3  # once more where nothing of it was read back
