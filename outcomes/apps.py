from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "outcomes"
    verbose_name = "Outcomes"

    def ready(self) -> None:
        # Says what of this room passes to the successor of an abolished authority.
        from outcomes import inheritance  # noqa: F401
