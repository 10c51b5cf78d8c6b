"""The page of the money: by the four heads and by body."""

from typing import Any

from django.http import HttpResponse

from beacons.applications import actions, rules
from beacons.applications.actions import Overtaken
from beacons.applications.deadline import sentence
from beacons.applications.forms.budget import BudgetForm, budget_form
from beacons.applications.models import Application
from beacons.applications.views.base import WritingView
from beacons.applications.views.writing import saved, tell_what_is_left
from beacons.core.lifecycle import Refused


class ApplicationBudget(WritingView):
    """A table of whole pounds, a row for each body. Of two people who save it, the second is shown both."""

    loading = "for_partners"

    minutes = 15
    template_name = "applications/application_budget.html"

    def get_form_class(self) -> type[BudgetForm]:
        return budget_form(self.application)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "application": self.application}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        application = self.application
        left = rules.reasons_money(application) if application.requested else []
        context = super().get_context_data(
            left=left + rules.reasons_whole_area(application),
            closing=sentence(application.closes_at, self.request.at),
            **context,
        )
        if context["form"].is_overtaken:
            context["other"] = application.budget
        return context

    def form_valid(self, form: BudgetForm) -> HttpResponse:
        try:
            kept = actions.save_budget(
                self.application, **form.budget(), by=self.request.user, at=self.request.at
            )
        except Overtaken as refusal:
            # Read afresh: there may be other partners now.
            self.application = Application.objects.for_detail().get(pk=self.application.pk)
            renewed = self.get_form()
            renewed.is_valid()
            return self.form_invalid(renewed.overtaken(refusal))
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        if "stay" not in self.request.POST:
            # The page itself says so, to whoever stays on it.
            tell_what_is_left(self.request, rules.reasons_money(kept))
        return saved(self.request, self.application, "application_budget")
