from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "grants"
    verbose_name = "Grants"

    def ready(self) -> None:
        # Says what of this room passes to the successor of an abolished authority.
        from grants import inheritance  # noqa: F401
