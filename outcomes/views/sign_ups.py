"""A council and its sign-ups."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from outcomes import permissions, rules
from outcomes.actions import sign_ups
from outcomes.forms.sign_ups import SignUpForm
from outcomes.models import SignUp
from outcomes.views.base import ForCouncil


class SignUpConfirm(ForCouncil):
    form_class = SignUpForm
    template_name = "outcomes/sign_up_confirm.html"

    def find(self) -> None:
        visible = SignUp.objects.visible_to(self.request.user, self.request.at)
        self.sign_up = get_object_or_404(
            visible.select_related("authority", "outcome__measure"), pk=self.kwargs["pk"]
        )
        self.outcome = self.sign_up.outcome
        if not permissions.may_confirm_sign_up(self.request.user, self.sign_up):
            raise PermissionDenied

    def reasons(self) -> list[str]:
        return rules.reasons_not_to_confirm_sign_up(self.sign_up, at=self.request.at)

    def get_initial(self) -> dict[str, Any]:
        return {"lead_officer": self.sign_up.lead_officer}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, sign_up=self.sign_up)

    def act(self, form: Any) -> str:
        sign_ups.confirm_sign_up(
            self.sign_up,
            lead_officer=form.cleaned_data["lead_officer"],
            by=self.request.user,
            at=self.request.at,
        )
        return f"Thank you. {self.sign_up.authority} is signed up to this outcome."
