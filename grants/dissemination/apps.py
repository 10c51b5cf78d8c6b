from django.apps import AppConfig


class DisseminationConfig(AppConfig):
    name = "grants.dissemination"
    verbose_name = "Dissemination"

    def ready(self) -> None:
        # They say what of this room passes to the successor of an abolished authority, and where an application leads.
        from grants.dissemination import inheritance, near_misses  # noqa: F401
