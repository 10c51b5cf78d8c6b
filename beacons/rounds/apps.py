from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "beacons.rounds"
    verbose_name = "Rounds"

    def ready(self) -> None:
        # Rules say at the outcomes' door when councils may sign up; inheritance, what of this room passes to the
        # successor of an abolished authority.
        from beacons.rounds import inheritance, rules  # noqa: F401
