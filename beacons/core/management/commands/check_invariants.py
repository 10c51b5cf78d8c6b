from typing import Any

from django.core.management.base import BaseCommand, CommandError

from beacons.core import invariants


class Command(BaseCommand):
    help = "Ask every room whether what it promises holds; exit 1 and say what does not."

    def handle(self, *args: Any, **options: Any) -> None:
        if found := list(invariants.broken()):
            raise CommandError("\n".join(found))
        self.stdout.write(f"{len(invariants._invariants)} invariants hold.")
