"""The lock files hold what the project asks for, in full, and no address of where it came from."""

import json
import re
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.setup.loading import ROOT, script

sys.dont_write_bytecode = True
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ASKED = [Requirement(line) for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
LOCKS = ["requirements.lock", "requirements-ci.lock"]


def pins(name: str) -> dict[str, Version]:
    return {
        canonicalize_name(pin): Version(version) for pin, version in PIN.findall((ROOT / name).read_text())
    }


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_the_lock_satisfies_what_the_project_asks_for(asked):
    locked = pins("requirements.lock")

    assert locked[canonicalize_name(asked.name)] in asked.specifier


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash(name):
    blocks = script("runtime-lock").blocks((ROOT / name).read_text())

    assert [pin for pin, block in blocks.items() if "--hash=sha256:" not in block] == []
    assert len(blocks) == len(pins(name)) > 2


@pytest.mark.parametrize("name", LOCKS)
def test_python_locks_name_no_address(name):
    text = (ROOT / name).read_text()

    assert re.findall(r"https?://\S+|--(?:extra-)?index-url.*|--find-links.*|file:\S+", text) == []


def test_the_npm_lock_names_no_address_of_a_package():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert [path for path, package in packages.items() if "resolved" in package] == []
    assert [path for path, package in packages.items() if path and "integrity" not in package] == []


def test_npm_packages_are_asked_for_in_one_version_and_locked_in_it():
    asked = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert asked == {name: locked[f"node_modules/{name}"]["version"] for name in asked}


def test_the_runtime_leaves_out_what_only_tests_need():
    kept = script("runtime-lock").runtime((ROOT / "requirements.lock").read_text(), PROJECT["dependencies"])

    assert {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]} <= kept.keys()
    assert {"kombu", "sqlparse", "cryptography"} <= kept.keys()
    assert {"pytest", "playwright", "ruff", "mypy", "factory-boy"}.isdisjoint(kept)


def test_the_runtime_follows_each_way_a_package_came():
    came = {"a": " x (pyproject.toml)", "b": " a", "c": "\n    #   b\n    #   t", "d": " t"}
    came["t"] = " x (pyproject.toml)"
    lock = "".join(f"{pin}==1 \\\n    --hash=sha256:0\n    # via{how}\n" for pin, how in came.items())

    assert list(script("runtime-lock").runtime(lock, ["A>=1"])) == ["a", "b", "c"]
