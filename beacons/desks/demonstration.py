"""The demonstration: real councils and figures, invented people and bids, and a round at each point of its year.

One round stands in mid-year with its grants at work, one is being scored, one is open for applications, and in one
councils sign up and say what is hard, so that whoever signs in finds something of its own to do. The results of a round
of the Local Innovation Awards were announced a few days ago, by category.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from django.core.management import call_command
from django.db import transaction

from beacons.applications import actions as applying
from beacons.applications.models import Application
from beacons.core import clock, workdays
from beacons.desks.simulation import inviting, words
from beacons.desks.simulation.awards import Awards
from beacons.desks.simulation.people import PASSWORD, People
from beacons.desks.simulation.year import OUTCOMES, Size, Year, letters_go_nowhere
from beacons.directory.models import Authority, Role, User
from beacons.rounds.models import Round
from beacons.rounds.presets import PRESETS
from grants.models import Grant
from grants.statuses import GrantStatus
from outcomes import demonstration as demonstration_sign_ups
from outcomes.actions import reports as reporting
from outcomes.headlines.choices import Choices
from outcomes.models import HeadlineReport, Indicator, SignUp

# How many days ago each round began, how much happens in it, and on which outcomes.
OTHERS = ("fewer-reoffending", "lasting-homes-in-care", "timely-help-for-children")
ROUNDS = [
    ("spreading", 260, Size(councils=40, applications=48, awards=8, guests=40), OUTCOMES),
    ("scoring", 82, Size(councils=20, applications=24, awards=5, guests=10), OUTCOMES),
    ("applying", 52, Size(councils=16, applications=18, awards=4, guests=8), OUTCOMES),
    ("signing", 15, Size(councils=24, applications=20, awards=4, guests=12), OTHERS),
]
# Announced two days ago or so: its results stand by category, and its offers are open.
AWARDS = ("awards", 113, Size(councils=9, applications=8, awards=4, guests=0), OUTCOMES)
Tell = Callable[[str], None]


def load_reference_data(*, tell: Tell, day: date | None = None) -> None:
    """The real authorities, indicators and figures, and sign-ups that follow the real counts."""
    call_command("load_authorities")
    call_command("load_indicators")
    call_command("load_flags")
    tally = demonstration_sign_ups.sign_up(day or workdays.day_in_london(clock.now()))
    tell(str(tally))


def load(*, tell: Tell) -> None:
    """Fill an empty house; a house with a demonstration in it is left as it is. Whole or not at all."""
    if Round.objects.filter(slug__startswith="demonstration-").exists():
        tell("The demonstration is there already.")
        return
    now = clock.now()
    with transaction.atomic():
        load_reference_data(tell=tell)
        people = People(Random(2008))  # noqa: S311
        coordinators = [user for user in people.others if user.has_role(Role.COORDINATOR)]
        inviting.set_objectives(coordinators, at=now)
        for number, (slug, days_ago, size, outcomes) in enumerate([*ROUNDS, AWARDS]):
            starts_on = workdays.working_day_on_or_before(
                workdays.day_in_london(now) - timedelta(days=days_ago)
            )
            kind = Awards if slug == "awards" else Year
            kind(
                people,
                name=f"{PRESETS[kind.kind].name} {starts_on:%B %Y}",
                slug=f"demonstration-{slug}",
                starts_on=starts_on,
                seed=2008 + number,
                outcomes=outcomes,
                size=size,
                until=now,
                tell=tell,
            ).live()
        with letters_go_nowhere():
            begin_an_application(people)
            keep_a_report(people)


def featured_council() -> Authority:
    """A council that holds a grant and may apply again: its officers have something to do on every desk."""
    open_round = Round.objects.get(slug="demonstration-applying")
    holders = Grant.objects.filter(round__slug="demonstration-spreading", status=GrantStatus.ACTIVE)
    for grant in holders.select_related("authority").order_by("pk"):
        signed = SignUp.objects.filter(authority=grant.authority, outcome__in=open_round.outcomes.all())
        if signed.exists():
            return grant.authority
    raise LookupError("no holder of a grant may apply again in the demonstration")


def begin_an_application(people: People) -> Application:
    """A half-written application of the featured council in the round that is open."""
    council = featured_council()
    open_round = Round.objects.get(slug="demonstration-applying")
    at = clock.now()
    begun = Application.objects.filter(round=open_round, authority=council).values("outcome")
    sign_up = (
        SignUp.objects.filter(authority=council, outcome__in=open_round.outcomes.all())
        .exclude(outcome__in=begun)
        .select_related("outcome")
        .order_by("outcome__title")
        .first()
    )
    if sign_up is None:
        return Application.objects.filter(round=open_round, authority=council).earliest("pk")
    title, how = words.way(people.chance)
    officer = people.drafter(council)
    bid = applying.start(open_round, sign_up.outcome, council, title=title, by=officer, at=at)
    said = words.answers(people.chance, open_round.questions.all()[:3], how, at.year)
    typed = {pk: (text, 0) for pk, text in said.items()}
    return applying.save_answers(bid, typed, by=officer, at=at)


# What the featured council chose to look at beside the measures of its kind.
PRIORITIES = ("adult-obesity", "life-satisfaction", "pay")


def keep_a_report(people: People) -> HeadlineReport:
    """The featured council's local priorities, and a report that its officer shares with everybody."""
    council, at = featured_council(), clock.now()
    officer = people.drafter(council)
    found = {each.code: each for each in Indicator.objects.filter(code__in=PRIORITIES)}
    chosen = [found[code] for code in PRIORITIES if code in found]
    reporting.choose_priorities(council, chosen, by=officer, at=at)
    return reporting.save_report(
        council,
        Choices("beside", "neighbours"),
        title=f"{council} and councils like it",
        sharing=HeadlineReport.Sharing.PUBLIC,
        council=council,
        by=officer,
        at=at,
    )


def log_ins() -> list[tuple[str, str, str]]:
    """(who, address, password): one for each role of the design, in the order in which a round needs them.

    None before the demonstration is loaded.
    """
    if not Round.objects.filter(slug="demonstration-applying").exists():
        return []
    council = featured_council()
    shown = [
        (f"Council officer, {council.name}", f"officer.{council.code.lower()}"),
        (f"Council certifier, {council.name}", f"chief.{council.code.lower()}"),
        ("Panel member, CLG", "panel.clg.1"),
        ("Panel member, LGA", "panel.lga.1"),
        ("Chair of the panel", "chair"),
        ("Vice-chair of the panel", "vice.chair"),
        ("Signatory, CLG", "signatory.clg"),
        ("Signatory, LGA", "signatory.lga"),
        ("Scheme manager", "manager"),
        ("Case officer", "cases"),
        ("Grants officer", "grants"),
        ("Finance officer", "finance"),
    ]
    rows = [(who, f"{mailbox}@demo.example", PASSWORD) for who, mailbox in shown]
    coordinator = User.objects.with_role(Role.COORDINATOR).filter(memberships__region=council.region).first()
    if coordinator is not None:
        rows.append((f"Regional coordinator, {council.region}", coordinator.email, PASSWORD))
    return [*rows, *joiners(), ("Observer", "observer@demo.example", PASSWORD)]


def joiners() -> list[tuple[str, str, str]]:
    """An officer of a district and one of a fire, police or park body, which joined an area's agreement."""
    joined = SignUp.objects.exclude(joins=None).select_related("authority").order_by("authority__code")
    bodies = [sign_up.authority for sign_up in joined]
    districts = [body for body in bodies if body.kind == Authority.Kind.DISTRICT]
    others = [body for body in bodies if body.kind != Authority.Kind.DISTRICT]
    shown = [
        *((f"Council officer, {body}, which joined its county", body) for body in districts[:1]),
        *((f"Officer, {body}, which joined an area", body) for body in others[:1]),
    ]
    return [(who, f"officer.{body.code.lower()}@demo.example", PASSWORD) for who, body in shown]
