"""Where files lie: whole or not at all, private, and swept only where nobody has claimed them."""

import errno
import io
import os
import stat
import time

import pytest
from django.core.exceptions import SuspiciousFileOperation

from beacons.core.files import shelf as shelves
from beacons.core.files.shelf import NoRoom, shelf


def keep(content=b"abc"):
    return shelf().keep(io.BytesIO(content))


def everything(place):
    return sorted(str(path.relative_to(place)) for path in place.rglob("*") if path.is_file())


def grow_old(place, seconds=shelves.GRACE_SECONDS + 5):
    then = time.time() - seconds
    for path in place.rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


def test_a_file_is_hashed_while_it_is_written_and_read_again_as_it_was(own_shelf):
    content = os.urandom(700_000)

    kept = keep(content)

    assert (kept.size, len(kept.sha256)) == (700_000, 64)
    assert shelf().fingerprint(kept.stored_as) == (kept.size, kept.sha256)
    assert shelf().open(kept.stored_as).read() == content
    assert everything(own_shelf) == [f"fresh/{kept.stored_as}"]


def test_claimed_it_lies_in_its_place_and_is_found_all_the_while(own_shelf):
    kept = keep()

    for _ in range(2):
        shelf().claim(kept.stored_as)
        assert everything(own_shelf) == [f"{kept.stored_as[:2]}/{kept.stored_as}"]
        assert shelf().open(kept.stored_as).read() == b"abc"
        assert list(shelf().names()) == [kept.stored_as]


def test_nobody_else_on_the_machine_may_read_it(own_shelf):
    kept = keep()
    shelf().claim(kept.stored_as)

    modes = {
        stat.S_IMODE(path.stat().st_mode) for path in [own_shelf, *own_shelf.rglob("*")] if path.is_dir()
    }
    assert modes == {0o700}
    assert stat.S_IMODE((own_shelf / kept.stored_as[:2] / kept.stored_as).stat().st_mode) == 0o600


def test_deleted_twice_is_deleted(own_shelf):
    fresh, claimed = keep(), keep()
    shelf().claim(claimed.stored_as)

    for _ in range(2):
        shelf().delete(fresh.stored_as)
        shelf().delete(claimed.stored_as)

    assert everything(own_shelf) == []
    with pytest.raises(FileNotFoundError):
        shelf().open(claimed.stored_as)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a", "", "fresh/x", "A" * 48, "0" * 47 + "\n"])
def test_no_name_but_its_own_becomes_a_path(name):
    for act in (shelf().open, shelf().delete, shelf().claim, shelf().exists):
        with pytest.raises(SuspiciousFileOperation):
            act(name)


def test_it_has_no_addresses():
    with pytest.raises(NotImplementedError):
        shelf().url(keep().stored_as)


class Breaking(io.BytesIO):
    """Gives two pieces, and then what goes wrong."""

    def __init__(self, error):
        super().__init__(bytes(3 * shelves.PIECE))
        self.error = error

    def read(self, size=-1):
        if self.tell() >= 2 * shelves.PIECE:
            raise self.error
        return super().read(size)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_leaves_nothing_behind(own_shelf, number):
    with pytest.raises(NoRoom):
        shelf().keep(Breaking(OSError(number, "full")))

    assert everything(own_shelf) == []


@pytest.mark.parametrize("error", [OSError(errno.EIO, "broken"), KeyboardInterrupt(), ValueError()])
def test_any_other_fault_leaves_nothing_behind_and_is_heard_of(own_shelf, error):
    with pytest.raises(type(error)):
        shelf().keep(Breaking(error))

    assert everything(own_shelf) == []


def test_only_what_is_old_and_unclaimed_is_left_over(own_shelf):
    old, claimed = keep(b"old"), keep(b"claimed")
    shelf().claim(claimed.stored_as)
    half = shelf().folder("arriving") / "upload-half"
    half.write_bytes(b"half")
    assert (list(shelf().stale()), shelf().drop_half_written()) == ([], 0)

    grow_old(own_shelf)
    young = keep(b"young")

    assert list(shelf().stale()) == [old.stored_as]
    assert shelf().drop_half_written() == 1
    assert not half.exists()
    assert shelf().exists(young.stored_as)
    assert shelf().exists(claimed.stored_as)
