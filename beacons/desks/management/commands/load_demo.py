from typing import Any

from django.core.management.base import BaseCommand

from beacons.desks import demonstration


class Command(BaseCommand):
    help = "Load the real reference data and the demonstration's rounds, once."

    def handle(self, *args: Any, **options: Any) -> None:
        demonstration.load(tell=self.stdout.write)
