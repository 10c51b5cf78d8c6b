"""The reference and real data beside the checkout: tests that want it skip, with the reason, where it is not."""

import json
import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("BEACONS_SHARED") or Path(__file__).resolve().parents[2] / "shared")


def shared(*parts):
    """The path of a shared file or folder; the test that asks is skipped when it is not there."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs {'/'.join(parts)} of the shared data, which is not beside this checkout")
    return path


def reference(name):
    """A JSON file of published answers."""
    return json.loads(shared("reference", name).read_text(encoding="utf-8"))
