"""What pages about outcomes share."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.generic import FormView

from beacons.core.lifecycle import Refused
from beacons.core.views import ClosingFirst, SignedIn
from outcomes.models import Outcome

PAGE = 50
ISSUES = 20


def page_of(rows: QuerySet, size: int, count: int, number: str | None) -> Page:
    """A page of rows whose number is known already, so that they need not be counted again."""
    paginator = Paginator(rows, size)
    paginator.count = count
    return paginator.get_page(number)


class ForCouncil(ClosingFirst, SignedIn, FormView):
    """A council's form on an outcome: 404, then 403, then the reasons against it instead of the form.

    `find` sets the outcome and what else the page is about, or raises; `act` does it and returns what to say.
    """

    outcome: Outcome
    find: Callable[[], None]
    reasons: Callable[[], list[str]]
    act: Callable[[Any], str]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            self.find()
        return super().dispatch(request, *args, **kwargs)

    def closing(self) -> list[str]:
        return self.reasons()

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel = self.outcome.get_absolute_url()
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, outcome=self.outcome, reasons=self.reasons())

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            said = self.act(form)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, said)
        return redirect(self.outcome)
