from django.apps import AppConfig


class DisseminationConfig(AppConfig):
    name = "grants.dissemination"
    verbose_name = "Dissemination"
