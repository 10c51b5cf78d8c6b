from datetime import date
from random import Random
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from beacons.core import invariants
from beacons.desks import demonstration
from beacons.desks.simulation import report
from beacons.desks.simulation.people import People
from beacons.desks.simulation.year import Size, Year
from beacons.rounds.models import Round

DAYS = 365


class Command(BaseCommand):
    help = (
        "Live through a whole year of the scheme on a clock that moves; end with a table and what must hold."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=2008, help="the same seed gives the same year")
        parser.add_argument("--starts-on", type=date.fromisoformat, default=date(2026, 1, 5))
        parser.add_argument("--councils", type=int, default=Size.councils)
        parser.add_argument("--applications", type=int, default=Size.applications)
        parser.add_argument("--awards", type=int, default=Size.awards)

    def handle(self, *args: Any, **options: Any) -> None:
        slug = f"simulated-{options['starts_on']:%Y}"
        if Round.objects.filter(slug=slug).exists():
            raise CommandError(f"A round “{slug}” is there already; start from an empty database.")
        demonstration.load_reference_data(tell=self.stdout.write)
        year = Year(
            People(Random(options["seed"])),  # noqa: S311
            name=f"Beacons {options['starts_on']:%Y} (simulated)",
            slug=slug,
            starts_on=options["starts_on"],
            seed=options["seed"],
            size=Size(options["councils"], options["applications"], options["awards"]),
            tell=self.stdout.write,
        )
        lived = year.live()
        self.stdout.write("")
        for line in report.lines(lived):
            self.stdout.write(line)
        self.stdout.write(f"{'late and overbooked acts refused':<48}{year.refusals:>10,}")
        if broken := list(invariants.broken()):
            raise CommandError("\n".join(broken))
        call_command("check_invariants", stdout=self.stdout)
        days = max((stage.closes_on - lived.starts_on).days for stage in lived.plan)
        if days > DAYS:
            raise CommandError(f"The year took {days} days.")
        self.stdout.write(f"The year took {days} days.")
