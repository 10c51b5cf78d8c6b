"""The house's tools."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "beacons.core"
    verbose_name = "Core"

    def ready(self) -> None:
        from beacons.core import guards

        autodiscover_modules("invariants")
        pre_migrate.connect(guards.drop_before_migrate, sender=self)
        post_migrate.connect(guards.set_after_migrate, sender=self)
