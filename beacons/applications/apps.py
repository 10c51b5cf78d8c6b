from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "beacons.applications"
    verbose_name = "Applications"

    def ready(self) -> None:
        # They say what of this room passes to the successor of an abolished authority, and what rests on a
        # sign-up or in a plan, and whom a round without sign-ups concerns.
        from beacons.applications import audience, inheritance  # noqa: F401
        from beacons.applications.rules import extending, leaving  # noqa: F401
