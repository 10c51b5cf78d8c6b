from django.apps import AppConfig


class PanelConfig(AppConfig):
    name = "panel"
    verbose_name = "Panel"

    def ready(self) -> None:
        # Says which applications of a first phase open the second.
        from panel import admission  # noqa: F401
