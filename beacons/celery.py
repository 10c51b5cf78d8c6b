"""Celery's application. The schedule is a table in `settings.py`; tasks live in each room's `tasks.py`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beacons.settings")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

app = Celery("beacons")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
