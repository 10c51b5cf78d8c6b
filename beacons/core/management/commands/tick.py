from typing import Any

from django.core.management.base import BaseCommand

from beacons.celery import app
from beacons.core.ticker import Ticker


class Command(BaseCommand):
    help = "Run the clock in this process, where there is no broker."

    def handle(self, *args: Any, **options: Any) -> None:
        Ticker(app).run()
