"""The scripts of set-up and CI: can they be run, run twice, and do they fail when they should?"""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.setup.loading import ROOT, script

SCRIPTS = sorted(path for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix)


def run(*command: str | Path, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=120,
    )


def program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize("path", [*SCRIPTS, ROOT / ".ci/run"], ids=lambda path: path.name)
def test_can_be_run_and_read_by_its_interpreter(path):
    first = path.read_text().splitlines()[0]

    assert os.access(path, os.X_OK)
    assert first in {"#!/bin/sh", "#!/usr/bin/env bash", "#!/usr/bin/env python3"}
    if "python3" in first:
        compile(path.read_text(), str(path), "exec")
    else:
        assert run(first.split("/")[-1].split()[-1], "-n", path).stderr == ""


def test_a_step_says_how_its_command_ended_and_ends_so(tmp_path):
    good = run(ROOT / "scripts/step", "nothing", "true")
    bad = run(ROOT / "scripts/step", "mistake", "sh", "-c", "exit 3")

    assert (good.returncode, bad.returncode) == (0, 3)
    assert good.stdout.splitlines()[1] == "== nothing"
    assert good.stdout.splitlines()[-1].startswith("== nothing: passed, ")
    assert bad.stdout.splitlines()[-1].startswith("== mistake: FAILED with 3, ")


def test_who_may_not_install_is_told_the_one_command(tmp_path):
    program(tmp_path, "id", "echo 1000")

    told = run(ROOT / "scripts/apt-install", "python3.11-venv", PATH=f"{tmp_path}:{os.environ['PATH']}")

    assert told.returncode == 1
    assert told.stderr == "Missing: python3.11-venv. Get it with: sudo apt-get install python3.11-venv\n"


def test_a_python_too_old_is_refused_in_one_line(tmp_path):
    program(tmp_path, "oldpython", 'case "$*" in -V) echo Python 3.9.2 ;; *) exit 1 ;; esac')

    told = run(
        ROOT / "scripts/ensure-venv",
        tmp_path / "venv",
        ROOT / "requirements.lock",
        PY=str(tmp_path / "oldpython"),
    )

    assert told.returncode == 1
    assert told.stderr.startswith("Beacons needs Python 3.11 or later; ")
    assert told.stderr.count("\n") == 1
    assert not (tmp_path / "venv").exists()


def test_a_node_too_old_is_refused_in_one_line(tmp_path):
    program(tmp_path, "npm", "exit 0")
    program(tmp_path, "node", 'case "$*" in --version) echo v12.22.0 ;; *) exit 1 ;; esac')

    told = run(ROOT / "scripts/ensure-npm", PATH=f"{tmp_path}:{os.environ['PATH']}")

    assert told.returncode == 1
    assert told.stderr == "Beacons needs Node.js 18 or later to build its stylesheet; this is v12.22.0.\n"


def test_an_environment_holds_what_its_lock_names_and_nothing_else(tmp_path):
    """No package is fetched: the lock is empty, and the stranger is put there by hand."""
    venv, lock = tmp_path / "venv", tmp_path / "empty.lock"
    lock.write_text("# nothing\n")
    first = run(ROOT / "scripts/ensure-venv", venv, lock, PY=sys.executable)
    library = next((venv / "lib").glob("python3*")) / "site-packages"
    stranger = library / "stranger-1.0.dist-info"
    stranger.mkdir()
    (library / "stranger.py").write_text("")
    (stranger / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    (stranger / "INSTALLER").write_text("pip\n")
    (stranger / "RECORD").write_text(
        "stranger.py,,\n"
        + "".join(f"{stranger.name}/{name},,\n" for name in ("METADATA", "INSTALLER", "RECORD"))
    )
    pip = (library / "pip" / "__init__.py").stat().st_mtime_ns

    second = run(ROOT / "scripts/ensure-venv", venv, lock, PY=sys.executable)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert not (library / "stranger.py").exists()
    assert (library / "pip" / "__init__.py").stat().st_mtime_ns == pip


def report(folder: Path, tests: str) -> subprocess.CompletedProcess:
    """Run a small suite of marked tests and check its report, both as .ci/run does."""
    (folder / "tests").mkdir()
    (folder / "pytest.ini").write_text("[pytest]\ntestpaths = tests\nmarkers =\n  browser: x\n  redis: x\n")
    (folder / "tests/test_small.py").write_text("import pytest\n" + textwrap.dedent(tests))
    env = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    run(sys.executable, "-m", "pytest", "-q", "--junitxml=report.xml", cwd=folder, **env)
    return run(
        sys.executable, ROOT / "scripts/check-skips", "report.xml", "browser", "redis", cwd=folder, **env
    )


def test_skips_of_others_are_nobodys_business(tmp_path):
    checked = report(
        tmp_path,
        """
        @pytest.mark.browser
        @pytest.mark.parametrize("page", ["a/b::c", "d e"])
        def test_page(page): assert page

        class TestQueue:
            @pytest.mark.redis
            def test_queue(self): assert True

        @pytest.mark.skip(reason="needs a lake")
        def test_lake(): assert False
        """,
    )

    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_skip_that_must_not_be_is_told_with_its_reason(tmp_path):
    checked = report(
        tmp_path,
        """
        @pytest.mark.browser
        def test_page(): pytest.skip("no Chromium here")

        @pytest.mark.redis
        def test_queue(): assert True
        """,
    )

    assert checked.returncode == 1
    assert "tests.test_small.test_page (browser): no Chromium here" in checked.stderr
    assert "redis" not in checked.stderr


def test_a_marker_that_no_test_carries_is_told(tmp_path):
    checked = report(tmp_path, "@pytest.mark.browser\ndef test_page(): assert True\n")

    assert checked.returncode == 1
    assert "no test is marked redis" in checked.stderr


def test_a_whole_file_that_is_skipped_is_noticed(tmp_path):
    """Its tests are never collected, so only the file itself can be complained of."""
    checked = report(
        tmp_path,
        """
        pytest.skip("no Chromium here", allow_module_level=True)

        @pytest.mark.browser
        def test_page(): assert True
        """,
    )

    assert checked.returncode == 1


def test_reported_names_are_those_of_the_report():
    as_reported = script("check-skips").as_reported

    assert (
        as_reported("tests/a/test_b.py::TestC::test_d[e/f::g.py]") == "tests.a.test_b.TestC.test_d[e/f::g.py]"
    )


def test_the_readme_says_how_to_run_the_tests():
    told = run(ROOT / "scripts/readme-test-command", ROOT / "README.md")

    assert told.stdout.startswith("make test"), told.stderr


def test_a_readme_without_a_test_command_is_refused(tmp_path):
    (tmp_path / "README.md").write_text("make test\n\n```\nmake demo\n```\nmake test\n")

    told = run(ROOT / "scripts/readme-test-command", tmp_path / "README.md")

    assert told.returncode == 1
    assert told.stdout == ""


def test_the_first_fenced_test_command_is_taken_without_its_comment(tmp_path):
    (tmp_path / "README.md").write_text("```\nmake demo\nmake test -s   # all of it\nmake test ARGS=x\n```\n")

    assert run(ROOT / "scripts/readme-test-command", tmp_path / "README.md").stdout == "make test -s\n"
