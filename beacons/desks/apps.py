from django.apps import AppConfig


class DesksConfig(AppConfig):
    name = "beacons.desks"
    verbose_name = "Desks"
