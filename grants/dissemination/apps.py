from django.apps import AppConfig


class DisseminationConfig(AppConfig):
    name = "grants.dissemination"
    verbose_name = "Dissemination"

    def ready(self) -> None:
        # Says what of this room passes to the successor of an abolished authority.
        from grants.dissemination import inheritance  # noqa: F401
