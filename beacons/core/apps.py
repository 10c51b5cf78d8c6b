"""The house's tools."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "beacons.core"
    verbose_name = "Core"

    def ready(self) -> None:
        # Whoever signs in is given nobody else's text.
        from beacons.core import carrying, guards  # noqa: F401

        autodiscover_modules("invariants")
        pre_migrate.connect(guards.drop_before_migrate, sender=self)
        post_migrate.connect(guards.set_after_migrate, sender=self)
