"""Django's flush, with the guards lifted while it empties the tables."""

from typing import Any

from django.core.management.commands.flush import Command as DjangoFlush

from beacons.core import guards


class Command(DjangoFlush):
    def handle(self, **options: Any) -> None:
        guards.drop_all(options["database"])
        super().handle(**options)
        guards.set_all(options["database"])
