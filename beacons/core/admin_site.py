"""The admin site that wants a second factor.

It stands in a file of its own, which registers nothing: Django makes the site by importing this file, and what is
registered during that import is registered on another site, which nobody sees.
"""

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode

AUTHENTICATION_METHODS = "account_authentication_methods"


class HouseAdminSite(admin.AdminSite):
    """Django's admin, entered only by staff who signed in with a second factor.

    allauth's own guard lets a superuser without a second factor through, so we ask the session what it was
    opened with. The demonstration, and only it, may run without.
    """

    site_header = "Beacons office"
    site_title = "Beacons office"
    index_title = "Grants, rounds and reference data"

    def has_permission(self, request: HttpRequest) -> bool:
        if not (request.user.is_active and request.user.is_staff):
            return False
        return settings.DEMONSTRATION or used_second_factor(request)

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Our own sign-in, or, for staff without a second factor, the page that sets one up.

        Anybody else who is signed in is refused: signing in again would only lead back here.
        """
        if request.user.is_authenticated and request.user.is_staff:
            return redirect("mfa_index")
        if request.user.is_authenticated:
            raise PermissionDenied
        target = urlencode({"next": request.get_full_path()})
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?{target}")


def used_second_factor(request: HttpRequest) -> bool:
    """Was this session opened with a second factor?"""
    methods = request.session.get(AUTHENTICATION_METHODS, [])
    return any(method.get("method") == "mfa" for method in methods)
