"""Pages that belong to no room: health, a lost session, and what went wrong."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_safe

from beacons.core.heartbeat import Heartbeat

# So many rows a list shows at a time.
PER_PAGE = 50


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Is the house up, does its database answer, and does its clock go? 503 when one does not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    late = sorted(Heartbeat.objects.late(request.at).values_list("name", flat=True))
    return JsonResponse({"database": "ok", "late": late}, status=503 if late else 200)


# A shorter text is typed again as fast as it is copied.
WORTH_COPYING = 20


def typed_in(request: HttpRequest) -> list[tuple[str, str]]:
    """What somebody wrote into a form that was not taken, by name; no password among it."""
    return [
        (name, text)
        for name, texts in request.POST.lists()
        if name not in {"csrfmiddlewaretoken", "password", "login", "code"} and "password" not in name
        for text in texts
        if len(text) > WORTH_COPYING
    ]


def too_late(request: HttpRequest, reasons: Iterable[str], *, back: Any) -> HttpResponse:
    """A form came in for what cannot be done any more: why, and what was typed, and no form."""
    facts = {"reasons": list(reasons), "typed": typed_in(request), "back": resolve_url(back)}
    return render(request, "too_late.html", facts)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came from a session that has ended. What was typed is shown, so that nothing is lost."""
    return render(request, "csrf_failure.html", {"typed": typed_in(request)}, status=403)


CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ics": "text/calendar; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(content: bytes, name: str, *, inline: bool = False) -> HttpResponse:
    """A file to be kept, or to be looked at first; its name's end says what it is. Tables are written by `exports`."""
    response = HttpResponse(content, content_type=CONTENT_TYPES[name.rsplit(".", 1)[-1]])
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


class ClosingFirst:
    """A page with a form. When what it does is closed, that is said, and not first what is wrong with each field."""

    def closing(self) -> list[str]:
        """Why it cannot be done now, whatever is typed."""
        return []

    def form_invalid(self, form: Any) -> HttpResponse:
        if reasons := self.closing():
            form.closed(reasons)
        return super().form_invalid(form)  # type: ignore[misc]


class SignedIn(LoginRequiredMixin):
    """For people who are signed in. What somebody typed whose session has ended is shown, not thrown away."""

    def handle_no_permission(self) -> HttpResponse:
        if self.request.method == "POST" and not self.request.user.is_authenticated:
            return csrf_failure(self.request)
        return super().handle_no_permission()


class OpenTo(SignedIn):
    """A page for those whom `may_enter(user)` lets in: a visitor is asked to sign in, anybody else is refused."""

    may_enter: Callable[[Any], bool]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not self.may_enter(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)
