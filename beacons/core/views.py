"""Pages that belong to no room: health, a lost session, and what went wrong."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from beacons.core import carrying
from beacons.core.files import names
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


@dataclass(frozen=True)
class Late:
    """What `components/late.html` says of a closing that has come: in words, and when what was sent arrived."""

    closed: str
    arrived_at: datetime | None = None


def too_late(
    request: HttpRequest,
    reasons: Iterable[str],
    *,
    back: Any,
    sent: QueryDict | None = None,
    late: Late | None = None,
) -> HttpResponse:
    """A form came in for what cannot be done any more: why, and what was typed, and no form.

    `late` says it in the place of the reasons, where it was a closing.
    """
    typed = carrying.typed_in(request.POST if sent is None else sent)
    facts = {"reasons": list(reasons), "typed": typed, "back": resolve_url(back), "late": late}
    return render(request, "too_late.html", facts)


SIGNED_OUT = "You have been signed out, so this was not saved."
SOMEBODY_ELSE = (
    "Somebody else has signed in in this browser since this page was opened, so this was not saved."
)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came from a session that has ended. Its text is carried to its writer's next one, and shown meanwhile."""
    somebody_else = request.user.is_authenticated and carrying.is_of_somebody_else(request)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"reasons": [SOMEBODY_ELSE if somebody_else else SIGNED_OUT]}, status=403)
    back = request.path if carrying.keep(request) else ""
    sign_in = resolve_url("account_login")
    facts = {
        "typed": carrying.typed_in(request.POST),
        "chosen": [names.shown(file.name) for _, files in request.FILES.lists() for file in files],
        "back": back,
        "sign_in": f"{sign_in}?{urlencode({'next': back})}" if back else sign_in,
        "somebody_else": somebody_else,
    }
    return render(request, "csrf_failure.html", facts, status=403)


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


class CarriesOn:
    """A form that opens again with what its writer typed before a session was lost; mixed in before its view."""

    request: HttpRequest
    form_invalid: Callable[[Any], HttpResponse]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        signed_in = request.user.is_authenticated
        if request.method == "POST" and signed_in and carrying.is_of_somebody_else(request):
            return csrf_failure(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    @cached_property
    def carried(self) -> QueryDict | None:
        """What was typed here, could not be saved, and came along; nothing once the form is sent."""
        return None if self.request.method == "POST" else carrying.carried(self.request)

    def get_form_kwargs(self) -> dict[str, Any]:
        given = super().get_form_kwargs()  # type: ignore[misc]
        return given if self.carried is None else {**given, "data": self.carried}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)  # type: ignore[misc]
        form.typist = carrying.mark(self.request.user, self.request.path)
        return form

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(is_carried=self.carried is not None, **context)  # type: ignore[misc]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if names := getattr(request, "unreadable", None):
            # Looked through by its writer before anything of it is kept.
            return self.form_invalid(self.get_form().without_the_unreadable(names))
        answer = super().post(request, *args, **kwargs)  # type: ignore[misc]
        if answer.status_code == HTTPStatus.FOUND:
            carrying.let_go(request)
        return answer


@login_required
@require_POST
def carried_drop(request: HttpRequest) -> HttpResponse:
    """Show again what is saved, instead of what was typed before and carried along."""
    path = request.POST.get("path", "")
    carrying.let_go(request, path)
    back = (
        path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else "desk"
    )
    return redirect(back)


class OpenTo(SignedIn):
    """A page for those whom `may_enter(user)` lets in: a visitor is asked to sign in, anybody else is refused."""

    may_enter: Callable[[Any], bool]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not self.may_enter(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)
