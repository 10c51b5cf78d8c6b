from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "beacons.rounds"
    verbose_name = "Rounds"

    def ready(self) -> None:
        # Says at the outcomes' door when councils may sign up.
        from beacons.rounds import rules  # noqa: F401

        # Says what of this room passes to the successor of an abolished authority.
        from beacons.rounds import inheritance  # noqa: F401
