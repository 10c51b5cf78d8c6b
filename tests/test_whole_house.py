"""What each room promises, checked on every room, also those not yet written."""

import ast
import io
import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.template import engines
from django.urls import URLPattern, URLResolver, get_resolver

from beacons.celery import app
from beacons.core import clock, invariants
from beacons.core.lifecycle import Lifecycle
from beacons.core.models import Letter, Step
from beacons.core.querysets import HouseQuerySet
from tests import factories as make

BASE = Path(settings.BASE_DIR)
ROOMS = ("beacons", "outcomes", "panel", "grants")
# Shown to nobody by themselves: they are read through a row that says who may see it, or in the admin alone.
READ_THROUGH_ANOTHER = {
    "applications.Answer",
    "applications.AnswerVersion",
    "applications.Certification",
    "applications.DetailsVersion",
    "applications.Endorsement",
    "applications.EvidenceFigure",
    "applications.NamedPeer",
    "applications.PlannedActivity",
    "applications.Progress",
    "applications.Reminder",
    "applications.Submission",
    "core.Failure",
    "core.Heartbeat",
    "core.Letter",
    "core.Step",
    "core.StepWords",
    "directory.ColleagueInvitation",
    "directory.Hex",
    "directory.Membership",
    "directory.Region",
    "directory.Succession",
    "directory.User",
    "grants.Instalment",
    "grants.OfferedPeer",
    "grants.Payment",
    "grants.Recovery",
    "grants.Return",
    "grants.Signature",
    "grants.Undertaking",
    "outcomes.FormerTerms",
    "outcomes.HeadlineMeasure",
    "outcomes.IssueSupport",
    "outcomes.LocalPriority",
    "outcomes.SupersededValue",
    "panel.Announcement",
    "panel.Approval",
    "panel.Attendance",
    "panel.Consent",
    "panel.Decision",
    "panel.Departure",
    "panel.FeedbackText",
    "panel.Mark",
    "panel.VerificationMark",
    "panel.MarkChange",
    "panel.Portfolio",
    "panel.Ranking",
    "panel.Seat",
    "rounds.Category",
    "rounds.Criterion",
    "rounds.ExpectedActivity",
    "rounds.Programme",
    "rounds.Question",
    "rounds.QuestionEdition",
    "rounds.Stage",
}


def own_models() -> list[type[models.Model]]:
    rooms = tuple(f"{room}." for room in ROOMS)
    return [model for model in apps.get_models() if f"{model.__module__}.".startswith(rooms)]


def own_python() -> list[Path]:
    return [path for room in ROOMS for path in (BASE / room).rglob("*.py") if "migrations" not in path.parts]


@pytest.mark.parametrize("noun", sorted(Lifecycle.known))
def test_every_status_can_be_reached_and_every_step_starts_somewhere(noun):
    lifecycle = Lifecycle.known[noun]
    leads = defaultdict(set)
    for _, origins, to in lifecycle.table:
        for origin in origins:
            leads[origin].add(to)

    reached, frontier = {lifecycle.begins}, {lifecycle.begins}
    while frontier:
        frontier = {to for origin in frontier for to in leads[origin]} - reached
        reached |= frontier

    assert reached == lifecycle.statuses()
    assert {origin for _, origins, _ in lifecycle.table for origin in origins} <= reached


def test_every_status_of_a_model_is_in_a_table():
    tables = [lifecycle.statuses() for lifecycle in Lifecycle.known.values()]

    missing = [
        model._meta.label
        for model in own_models()
        for field in model._meta.fields
        if field.name == "status" and {value for value, _ in field.choices} not in tables
    ]

    assert missing == []


def test_no_status_is_set_but_through_the_door():
    """Outside lifecycle.py nobody assigns to `.status`, nor updates it."""
    found = []
    for path in own_python():
        if path.name == "lifecycle.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            targets = node.targets if isinstance(node, ast.Assign) else []
            if any(isinstance(target, ast.Attribute) and target.attr == "status" for target in targets):
                found.append(f"{path.relative_to(BASE)}:{node.lineno}")
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"update", "bulk_update"}
                and any(keyword.arg == "status" for keyword in node.keywords)
            ):
                found.append(f"{path.relative_to(BASE)}:{node.lineno}")

    assert found == []


def test_nothing_below_a_view_or_a_task_asks_what_time_it_is():
    """`now()` is called by the clock alone, and the clock by the door, tasks and commands."""
    asked = [
        f"{path.relative_to(BASE)}:{number}"
        for path in own_python()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(r"(timezone|datetime|date)\.(now|today|utcnow)\(", line) and path.name != "clock.py"
    ]
    may_ask_the_clock = {"middleware.py", "tasks.py", "demonstration.py", "sign_in.py"}
    clock_readers = [
        str(path.relative_to(BASE))
        for path in own_python()
        if "clock.now()" in path.read_text()
        and path.name not in may_ask_the_clock
        and "commands" not in path.parts
    ]

    assert asked == []
    assert clock_readers == []


def test_every_model_shown_to_people_says_to_whom():
    silent = [
        model._meta.label
        for model in own_models()
        if model._meta.label not in READ_THROUGH_ANOTHER
        and getattr(type(model._default_manager.get_queryset()), "visible_to", HouseQuerySet.visible_to)
        is HouseQuerySet.visible_to
    ]

    assert silent == []


def test_models_and_migrations_agree(db):
    out = io.StringIO()

    call_command("makemigrations", "--check", "--dry-run", stdout=out)

    assert "No changes detected" in out.getvalue()


def test_every_template_is_used_and_every_named_one_is_there():
    folder = BASE / "templates"
    templates = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.*")}
    code = "\n".join(path.read_text() for path in own_python())
    named = set(re.findall(r"[\"']([a-z_/]+\.(?:html|txt))[\"']", code + "\n".join(templates.values())))
    letters = set(re.findall(r"""letters\.write\(\s*f?["']([a-z_{}.]+)["']""", code))
    frameworks = (
        "account/",
        "mfa/",
        "allauth/",
        "admin/",
        "govuk/",
        "400",
        "403",
        "404",
        "413",
        "500",
        "components/",
    )

    unused = [
        name
        for name in templates
        if name not in named and not name.startswith(frameworks) and not name.startswith("letters/")
    ]
    missing = [name for name in named if "/" in name and name not in templates and not is_framework(name)]
    unwritten = [kind for kind in letters if "{" not in kind and f"letters/{kind}.txt" not in templates]

    assert (unused, missing, unwritten) == ([], [], [])


def is_framework(name: str) -> bool:
    try:
        engines["django"].get_template(name)
    except Exception:  # noqa: BLE001
        return False
    return True


# Forms that no council fills in: the office's and the panel's own.
NOT_OF_COUNCILS = {
    "applications/extension_ask.html",
    "applications/extension_refuse.html",
    "applications/question_preview.html",
    "desks/objective_form.html",
    "directory/succession_detail.html",
    "dissemination/practice_review_date.html",
    "outcomes/agreement_import_list.html",
    "outcomes/figure_import_list.html",
    "outcomes/issue_merge.html",
    "rounds/stage_move.html",
}


def test_every_form_that_a_council_fills_in_says_how_long_it_takes():
    """Put `{% takes minutes %}` before the form, or name the template among those that no council fills in."""
    folder = BASE / "templates"
    forms = {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*.html")
        if "{% crispy " in path.read_text()
    }

    silent = {name for name, text in forms.items() if "{% takes " not in text}

    assert {name for name in silent if not name.startswith("panel/")} == NOT_OF_COUNCILS


def test_every_address_has_a_name_of_its_own():
    names = [pattern.name for pattern in patterns(get_resolver()) if pattern.name]

    assert len(names) == len(set(names))


def patterns(resolver: URLResolver) -> list[URLPattern]:
    """Our own addresses: the admin's and allauth's are theirs."""
    found = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            if entry.app_name == "admin" or "allauth" in str(entry.urlconf_name):
                continue
            found += patterns(entry)
        else:
            found.append(entry)
    return found


@pytest.mark.django_db
def test_every_task_of_the_schedule_exists_and_changes_nothing_when_run_again():
    app.loader.import_default_modules()
    grant = make.GrantFactory(status="drafted")
    at = make.during(grant.round, "spread")
    tasks = [app.tasks[line["task"]] for line in settings.CELERY_BEAT_SCHEDULE.values()]
    with clock.set_to(at):
        for _ in range(3):
            for task in tasks:
                task.run()
        before = (Step.objects.count(), Letter.objects.count(), Letter.objects.filter(sent_at=None).count())
        for task in tasks:
            task.run()

        after = (Step.objects.count(), Letter.objects.count(), Letter.objects.filter(sent_at=None).count())

    assert before == after


@pytest.mark.django_db
def test_an_empty_house_keeps_what_it_promises():
    assert list(invariants.broken()) == []


def test_the_readme_shows_the_tables_of_statuses_as_they_are():
    readme = (BASE / "README.md").read_text()

    for noun in ("application", "grant"):
        assert Lifecycle.known[noun].diagram() in readme


def test_the_readme_names_every_setting_and_no_other():
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (BASE / "beacons/settings.py").read_text()))
    table = (BASE / "README.md").read_text().split("## Settings", 1)[1].split("\n## ", 1)[0]

    assert set(re.findall(r"^\| `([A-Z_]+)`", table, flags=re.M)) == read
