from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "grants"
    verbose_name = "Grants"

    def ready(self) -> None:
        # They say what of this room passes to the successor of an abolished authority, and which grants open a
        # second phase.
        from grants import admission, inheritance  # noqa: F401
