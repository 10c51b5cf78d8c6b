from typing import Any

from django.core.management.base import BaseCommand, CommandError

from beacons.core import steps


class Command(BaseCommand):
    help = "Check that every step follows from the one before and that none was altered; print the last hash."

    def handle(self, *args: Any, **options: Any) -> None:
        if faults := list(steps.faults_in_chain()):
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{steps.Step.objects.count()} steps, unbroken; head {steps.head()}")
