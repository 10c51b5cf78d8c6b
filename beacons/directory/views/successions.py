"""The office looks at successions: what passed, what waits, and who certifies for a successor."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from beacons.core.lifecycle import Refused
from beacons.core.views import OpenTo
from beacons.directory import estates, permissions
from beacons.directory.actions import successions as actions
from beacons.directory.estates import Estate
from beacons.directory.forms import ShareOutForm
from beacons.directory.models import Authority, Inheritance, Succession, User
from beacons.directory.rules import successions as rules

PAGE = 50
# So many of a divided council's things are shared out at a time.
AT_ONCE = 50


class OfficeOnly(OpenTo):
    """The page is the office's."""

    may_enter = staticmethod(permissions.works_in_office)


class SuccessionList(OfficeOnly, TemplateView):
    """Councils to be shared out, certifiers to be confirmed, and all mergers."""

    template_name = "directory/succession_list.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, at = self.request.user, self.request.at
        known = Succession.objects.visible_to(user, at)
        all_of_them = Paginator(known.for_list(), PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            **context,
            to_share_out=estates.to_share_out(at),
            to_confirm=rules.certifiers_to_confirm(),
            successions=all_of_them,
            today=at,
            may_decide=permissions.may_share_out(user),
        )


class SuccessionDetail(OfficeOnly, FormView):
    """One abolished authority: who took it over, what passed, and what waits for somebody to choose."""

    template_name = "directory/succession_detail.html"
    form_class = ShareOutForm

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if permissions.works_in_office(request.user):
            self.find()
        return super().dispatch(request, *args, **kwargs)

    def find(self) -> None:
        known = Authority.objects.visible_to(self.request.user, self.request.at)
        self.former = get_object_or_404(
            known.filter(pk__in=Succession.objects.values("authority")), code=self.kwargs["code"]
        )
        self.successions = list(
            self.former.successions.select_related("successor").order_by("successor__name", "pk")
        )
        self.reasons = rules.reasons_not_taken_over(self.former, self.successions, at=self.request.at)
        # The kind that is named in the address, or that the posted choices are of.
        asked = {self.request.GET.get("kind", ""), *(name.rpartition("-")[0] for name in self.request.POST)}
        self.waiting = Waiting([]) if self.reasons else waiting_of(self.former, asked)

    @property
    def is_divided(self) -> bool:
        return len(self.successions) > 1

    @property
    def may_decide(self) -> bool:
        return permissions.may_share_out(self.request.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        heirs = [each.successor for each in self.successions]
        return {**super().get_form_kwargs(), "waiting": self.waiting.things, "heirs": heirs}

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        passed = Inheritance.objects.visible_to(self.request.user, self.request.at).filter(former=self.former)
        return super().get_context_data(
            **context,
            former=self.former,
            successions=self.successions,
            is_divided=self.is_divided,
            may_decide=self.may_decide,
            reasons=self.reasons,
            waiting=self.waiting,
            passed=Paginator(passed.for_list(), PAGE).get_page(self.request.GET.get("page")),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.may_decide:
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: ShareOutForm) -> HttpResponse:
        try:
            passed = actions.share_out(self.former, form.choices(), by=self.request.user, at=self.request.at)
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        number = len(passed)
        messages.success(self.request, f"{number} {'thing has' if number == 1 else 'things have'} passed on.")
        return redirect("succession_detail", self.former.code)


@dataclass(frozen=True)
class Waiting:
    """What of a divided authority waits for somebody to choose: counts of each kind, and the things of one of them."""

    counts: list[tuple[Estate, int]]
    kind: str = ""
    # (kind, id, what kinds of thing, what it is), and how many more come when these have passed.
    things: Sequence[tuple[str, int, str, str]] = ()
    more: int = 0


def waiting_of(former: Authority, asked: Collection[str]) -> Waiting:
    """The things of the kinds that are asked for, or else of the first: few queries, however many rooms there are."""
    found = estates.waiting_with(former)
    held = [estate for estate in estates.every() if estate.kind in found]
    shown = [estate for estate in held if estate.kind in asked] or held[:1]
    things = [
        (estate.kind, row.pk, estate.plural, estate.words(row))
        for estate in shown
        for row in estate.rows().filter(pk__in=found[estate.kind][:AT_ONCE]).order_by("pk")
    ]
    return Waiting(
        [(estate, len(found[estate.kind])) for estate in held],
        shown[0].kind if shown else "",
        things,
        sum(len(found[estate.kind]) for estate in shown) - len(things),
    )


@login_required
@require_POST
def certifier_confirm(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Somebody who certified for a council taken over certifies for its successor."""
    known = Authority.objects.visible_to(request.user, request.at)
    successor, person = get_object_or_404(known, code=code), User.objects.filter(pk=pk).first()
    if not permissions.may_share_out(request.user) or person is None:
        raise PermissionDenied
    try:
        actions.confirm_certifier(person, successor, by=request.user, at=request.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{person} certifies for {successor}.")
    return redirect("succession_list")
