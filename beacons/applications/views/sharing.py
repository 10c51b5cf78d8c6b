"""The page on which a bid plans what it will do for others."""

from typing import Any

from django.http import HttpResponse

from beacons.applications import actions, rules
from beacons.applications.actions import Overtaken
from beacons.applications.deadline import sentence
from beacons.applications.forms.sharing import SharingForm, sharing_form
from beacons.applications.models import Application
from beacons.applications.views.base import WritingView
from beacons.applications.views.writing import saved, tell_what_is_left
from beacons.core.lifecycle import Refused


class ApplicationPlan(WritingView):
    """Whom it will help, what it will hold by when, and who gives days."""

    template_name = "applications/application_plan.html"
    minutes = 15
    loading = "for_plan"

    def get_form_class(self) -> type[SharingForm]:
        return sharing_form(self.application, self.request.POST if self.request.method == "POST" else None)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "application": self.application}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        application = self.application
        return super().get_context_data(
            left=[] if application.plan.is_empty else rules.reasons_plan(application),
            closing=sentence(application.closes_at, self.request.at),
            **context,
        )

    def form_valid(self, form: SharingForm) -> HttpResponse:
        who = {"by": self.request.user, "at": self.request.at}
        try:
            actions.save_plan(self.application, form.plan(), seen=form.seen_plan, **who)
        except Overtaken as refusal:
            return self.render_to_response(
                self.get_context_data(form=form.overtaken(refusal), other=refusal.application)
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        if "stay" not in self.request.POST:
            kept = Application.objects.for_plan().get(pk=self.application.pk)
            tell_what_is_left(self.request, rules.reasons_plan(kept))
        return saved(self.request, self.application, "application_plan")
