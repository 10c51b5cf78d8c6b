from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "beacons.applications"
    verbose_name = "Applications"
