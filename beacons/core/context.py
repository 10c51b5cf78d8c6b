"""What the frame of every page needs: the service's name, and the way round for whoever is looking.

Which rooms there are, core does not know: `settings.NAVIGATION` names a function that takes the request and returns
(label, address, whether this page lies there) for each item.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

SERVICE_NAME = "Beacons"


def house(request: HttpRequest) -> dict[str, Any]:
    """The context processor."""
    return {
        "service_name": SERVICE_NAME,
        "navigation": SimpleLazyObject(lambda: navigation(request)),
    }


def navigation(request: HttpRequest) -> list[tuple[str, str, bool]]:
    items = getattr(settings, "NAVIGATION", "")
    return list(import_string(items)(request)) if items else []
