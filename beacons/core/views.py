"""Pages that belong to no room: health, a lost session, and what went wrong."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
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


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came from a session that has ended. What was typed is shown, so that nothing is lost."""
    typed = [
        (name, text)
        for name, texts in request.POST.lists()
        if name not in {"csrfmiddlewaretoken", "password", "login", "code"} and "password" not in name
        for text in texts
        if len(text) > 20
    ]
    return render(request, "csrf_failure.html", {"typed": typed}, status=403)


CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(content: bytes, name: str) -> HttpResponse:
    """A table that was written by `exports`, as a file to be kept; its name's end says what it is."""
    response = HttpResponse(content, content_type=CONTENT_TYPES[name.rsplit(".", 1)[-1]])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


class SignedIn(LoginRequiredMixin):
    """For people who are signed in. What somebody typed whose session has ended is shown, not thrown away."""

    def handle_no_permission(self) -> HttpResponse:
        if self.request.method == "POST" and not self.request.user.is_authenticated:
            return csrf_failure(self.request)
        return super().handle_no_permission()
