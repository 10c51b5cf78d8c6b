from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "beacons.directory"
    verbose_name = "Directory"
