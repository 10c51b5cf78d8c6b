"""What councils do with the practices of others."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import ListView

from beacons.core.views import PER_PAGE, SignedIn
from beacons.directory.models import Authority
from grants.dissemination import actions, permissions
from grants.dissemination.forms import AdoptForm, MoveForm
from grants.dissemination.models import Adoption
from grants.dissemination.views.base import ActView
from grants.dissemination.views.practices import PracticeMixin


class AdoptionList(SignedIn, ListView):
    """What the councils this person acts for have taken up, what can still move first."""

    template_name = "dissemination/adoption_list.html"
    paginate_by = PER_PAGE

    def get_queryset(self) -> Any:
        known = Adoption.objects.visible_to(self.request.user, self.request.at)
        return known.of(self.request.user).for_list().open_first()

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(councils=permissions.councils_of(self.request.user), **context)


class AdoptionCreate(PracticeMixin, ActView):
    """A council takes a practice up."""

    template_name = "dissemination/adoption_form.html"
    form_class = AdoptForm
    done = "Recorded. In six and in twelve months we ask you how far you have come."

    @cached_property
    def councils(self) -> list[Authority]:
        """Theirs, without the one it comes from and those that have taken it up."""
        own = [
            one for one in permissions.councils_of(self.request.user) if one.pk != self.practice.authority_id
        ]
        done = set(self.practice.adoptions.filter(authority__in=own).values_list("authority", flat=True))
        return [one for one in own if one.pk not in done]

    def may(self) -> bool:
        return permissions.may_adopt_something(self.request.user, self.practice)

    def reasons(self) -> list[str]:
        if not self.practice.is_in_library:
            return ["Only a practice of the library can be taken up."]
        return [] if self.councils else ["Your council has recorded this practice already."]

    def get_form_kwargs(self) -> dict[str, Any]:
        councils = self.councils or permissions.councils_of(self.request.user)
        return {
            **super().get_form_kwargs(),
            "authorities": councils,
            "cancel": self.practice.get_absolute_url(),
        }

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        only = self.councils[0] if len(self.councils) == 1 else None
        return super().get_context_data(council=only, **context)

    def act(self, form: AdoptForm, *, by: Any, at: datetime) -> None:
        typed = form.cleaned_data
        actions.record_adoption(
            self.practice, form.council, status=typed["status"], note=typed["note"], by=by, at=at
        )


class AdoptionMove(ActView):
    """How far a council has come, on one page."""

    template_name = "dissemination/adoption_move.html"
    form_class = MoveForm
    done = "Saved."

    @cached_property
    def adoption(self) -> Adoption:
        known = Adoption.objects.visible_to(self.request.user, self.request.at).for_list()
        return get_object_or_404(known, pk=self.kwargs["pk"])

    def may(self) -> bool:
        return permissions.may_move(self.request.user, self.adoption)

    def reasons(self) -> list[str]:
        return [] if self.adoption.is_open else ["This has come to its end, and stays on record as it is."]

    def back(self) -> str:
        return reverse("adoption_list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "adoption": self.adoption, "cancel": self.back()}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(adoption=self.adoption, **context)

    def act(self, form: MoveForm, *, by: Any, at: datetime) -> None:
        typed = form.cleaned_data
        actions.move_adoption(self.adoption, step=typed["step"], note=typed["note"], by=by, at=at)
