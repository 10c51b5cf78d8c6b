from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "beacons.rounds"
    verbose_name = "Rounds"
