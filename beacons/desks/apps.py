from django.apps import AppConfig


class DesksConfig(AppConfig):
    name = "beacons.desks"
    verbose_name = "Desks"

    def ready(self) -> None:
        # It says where the page of an application leads its own council.
        from beacons.desks import results  # noqa: F401
