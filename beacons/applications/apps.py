from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "beacons.applications"
    verbose_name = "Applications"

    def ready(self) -> None:
        # Says what of this room passes to the successor of an abolished authority.
        from beacons.applications import inheritance  # noqa: F401
