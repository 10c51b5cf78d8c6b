"""What the page's own script sends while somebody types. By the same verbs and the same closing as the button.

Answers are JSON: `at`, when it was saved; `versions`, what the form now shows as seen, by field; `problems`, what could
not be kept, by field; `overtaken`, who saved another text meanwhile, by field. Nothing is written over another's text,
and what is wrong with one answer keeps no other from being saved. Refused as a whole, it says `reasons`.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from beacons.applications import actions
from beacons.applications.actions import Overtaken, meanwhile, saved_by
from beacons.applications.forms.answers import answer_name, version_name, written
from beacons.applications.forms.details import WRITTEN
from beacons.applications.views.writing import ApplicationDetails, SectionEdit
from beacons.core import carrying
from beacons.core.lifecycle import Refused
from beacons.core.templatetags.govuk import hour
from beacons.core.views import SIGNED_OUT, SOMEBODY_ELSE


class AutosaveMixin:
    """Mixed in before the page's own view, whose form it takes: `keep(form)` saves what can be saved of it."""

    http_method_names = ("post",)
    page_name = ""
    request: HttpRequest
    kwargs: dict[str, Any]
    closing: Callable[[], list[str]]
    get_form: Callable[[], Any]
    keep: Callable[[Any], dict[str, Any]]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and carrying.is_of_somebody_else(request):
            return refused([SOMEBODY_ELSE], status=HTTPStatus.FORBIDDEN)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def handle_no_permission(self) -> HttpResponse:
        return refused([SIGNED_OUT], status=HTTPStatus.FORBIDDEN)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if reasons := self.closing():
            return refused(reasons)
        form = self.get_form()
        if not form.is_valid() and form.non_field_errors():
            return refused(form.non_field_errors())
        try:
            told = self.keep(form)
        except Refused as refusal:
            return refused(refusal.reasons)
        problems = {name: list(errors) for name, errors in form.errors.items()}
        if not problems and not told["overtaken"]:
            # What was carried here through a sign-in is saved now.
            carrying.let_go(request, reverse(self.page_name, kwargs=self.kwargs))
        return JsonResponse({"at": hour(request.at), "problems": problems, **told})


def refused(reasons: list[str], *, status: int = HTTPStatus.CONFLICT) -> HttpResponse:
    return JsonResponse({"reasons": reasons}, status=status)


class SectionAutosave(AutosaveMixin, SectionEdit):
    """One section's answers, each for itself."""

    page_name = "section_edit"

    def keep(self, form: Any) -> dict[str, Any]:
        by, given = self.request.user, form.answers()
        overtaken = actions.save_each_answer(
            self.application, given, by=by, at=self.request.at, page=form.opened()
        )
        stand = {
            pk: (text, version)
            for pk, text, version in self.application.answers.values_list("question", "text", "version")
        }
        versions, others = {}, {}
        for item in written(self.section):
            pk = item.question.pk
            if pk in overtaken:
                others[answer_name(item)] = told(overtaken[pk], by)
            elif pk in given and given[pk][0] == stand.get(pk, ("", 0))[0]:
                versions[version_name(item)] = stand.get(pk, ("", 0))[1]
        return {"versions": versions, "overtaken": others}


class DetailsAutosave(AutosaveMixin, ApplicationDetails):
    """Title, summary and lead officer."""

    page_name = "application_details"

    def keep(self, form: Any) -> dict[str, Any]:
        by, given = self.request.user, form.details()
        try:
            saved = actions.save_details(self.application, **given, by=by, at=self.request.at)
        except Overtaken as refusal:
            return {"versions": {}, "overtaken": {"title": told(refusal.details, by)}}
        texts = {name: given[name] for name in WRITTEN}
        stands = actions.as_kept(**texts) == {name: getattr(saved, name) for name in WRITTEN}
        return {"versions": {"seen": saved.details_version} if stands else {}, "overtaken": {}}


def told(saved: Any, by: Any) -> str:
    """Who saved what stands now."""
    return f"{saved_by(saved, by)} another text {meanwhile(saved, by)}, at {hour(saved.saved_at)}."
