"""Django's admin, with the house's own site in the place of the default one."""

from django.contrib.admin.apps import AdminConfig


class HouseAdminConfig(AdminConfig):
    default_site = "beacons.core.admin_site.HouseAdminSite"
