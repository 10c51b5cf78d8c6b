"""docker-compose.yml and the Dockerfile, read without an engine: do they name what exists?"""

import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml
from celery.bin.beat import beat
from celery.bin.worker import worker
from gunicorn.config import Config

from tests.setup.loading import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "beat"]
READ = set(re.findall(r"\benv\.\w+\(\s*\"([A-Z_]+)\"", (ROOT / "beacons/settings.py").read_text()))


def options(command: list[str]) -> set[str]:
    return {word.partition("=")[0] for word in command if word.startswith("--")}


@pytest.mark.parametrize("name", OURS)
def test_ours_share_one_image_and_one_environment(name):
    assert SERVICES[name]["image"] == "beacons"
    assert SERVICES[name]["build"] == "."
    assert SERVICES[name]["environment"] == SERVICES["web"]["environment"]


def test_every_name_set_is_a_name_that_settings_read():
    assert SERVICES["web"]["environment"].keys() - READ == set()


def test_what_differs_between_places_can_be_set():
    assert READ - SERVICES["web"]["environment"].keys() <= {"SQLITE_PATH", "LOG_LEVEL"}


def test_secrets_have_no_default():
    wanted = re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text())

    assert set(wanted) == {"SECRET_KEY", "POSTGRES_PASSWORD"}


def test_there_is_exactly_one_beat():
    beats = [name for name, service in SERVICES.items() if "beat" in service.get("command", [])]

    assert beats == ["beat"]
    assert "-B" not in SERVICES["worker"]["command"]
    assert "deploy" not in SERVICES["beat"]


@pytest.mark.parametrize("name", OURS)
def test_ours_start_when_what_they_need_is_ready(name):
    needs = {other: need["condition"] for other, need in SERVICES[name]["depends_on"].items()}

    if name == "migrate":
        assert needs == {"db": "service_healthy"}
    else:
        assert needs == {
            "db": "service_healthy",
            "redis": "service_healthy",
            "migrate": "service_completed_successfully",
        }


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - {"migrate"}))
def test_whatever_keeps_running_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", OURS)
def test_programs_exist(name):
    program = SERVICES[name]["command"][0]

    assert shutil.which(program, path=str(Path(sys.executable).parent))


def test_the_health_check_of_web_is_in_the_image():
    check = SERVICES["web"]["healthcheck"]["test"][1]

    assert (ROOT / check).stat().st_mode & 0o100
    assert f"!{check}" in (ROOT / ".dockerignore").read_text().split()


def test_gunicorn_takes_its_options():
    known = {option for action in Config().parser()._actions for option in action.option_strings}
    image = re.search(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[1]

    for command in (SERVICES["web"]["command"], yaml.safe_load(image)):
        assert command[:2] == ["gunicorn", "beacons.wsgi"]
        assert options(command) - known == set()


@pytest.mark.parametrize(("name", "program"), [("worker", worker), ("beat", beat)])
def test_celery_takes_its_options(name, program):
    known = {option for parameter in program.params for option in parameter.opts} | {"--app"}

    assert SERVICES[name]["command"][:4] == ["celery", "--app", "beacons", name]
    assert options(SERVICES[name]["command"]) - known == set()


def test_what_the_image_copies_is_let_through():
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")}
    text = (ROOT / "Dockerfile").read_text()
    copied = {
        word
        for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE)
        for word in line.split()[:-1]
        if word != "."
    }

    assert copied - let_through == set()
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert rooms | {"templates", "static"} <= let_through


def test_the_container_runs_as_nobody_special():
    users = re.findall(r"^USER (\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)

    assert len(users) == 1
    assert int(users[0]) >= 1000
