"""The criteria of a round: the issues of its cohort beside them, and for the chairs the form that settles them."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.generic import FormView

from beacons.core.lifecycle import Refused
from beacons.core.text import whole
from beacons.core.views import SignedIn
from beacons.rounds.criteria import Overtaken, digest, holding
from beacons.rounds.models import Criterion
from outcomes.models import Issue
from panel import permissions
from panel.actions import criteria as actions
from panel.forms.criteria import CriteriaForm, Rest
from panel.rules import criteria as rules
from panel.views.doors import the_round

OFFERED = 30


class CriteriaEdit(SignedIn, FormView):
    """The issues by their voices, and the criteria that rest on them; saved whole, or not at all."""

    form_class = CriteriaForm
    template_name = "panel/criteria_edit.html"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            self.round = the_round(request, kwargs["slug"])
            if not permissions.may_see_criteria(request.user, self.round, request.at):
                raise PermissionDenied
            self.chairs = permissions.chairs(request.user, self.round, request.at)
            self.reasons = rules.reasons_not_to_set_criteria(self.round, at=request.at)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.chairs:
            raise PermissionDenied
        if "add" in request.POST:
            form = self.form_of(with_new_card(request.POST)).unjudged()
            return self.render_to_response(self.get_context_data(form=form))
        if "check" in request.POST:
            return self.check()
        return super().post(request, *args, **kwargs)

    def check(self) -> HttpResponse:
        """What is wrong so far, and the sum: nothing is saved."""
        form = self.get_form()
        if form.is_valid():
            try:
                self.save(form, only_check=True)
            except Refused as refusal:
                form.refused(refusal)
        found = [] if form.errors else ["Nothing is wrong so far. It is not saved yet."]
        return self.render_to_response(self.get_context_data(form=form, found=found))

    def form_valid(self, form: CriteriaForm) -> HttpResponse:
        try:
            self.save(form)
        except Overtaken as refusal:
            again = self.form_of(self.with_what_came(form), compares=True)
            again.is_valid()
            return self.render_to_response(
                self.get_context_data(form=again.refused(refusal), changes=refusal.changes)
            )
        except Refused as refusal:
            return self.form_invalid(form.refused(refusal))
        messages.success(self.request, "The criteria are saved. Their weights add up to 100.")
        return redirect("criteria_edit", self.round.slug)

    def save(self, form: CriteriaForm, *, only_check: bool = False) -> None:
        act = actions.check_criteria if only_check else actions.set_criteria
        act(
            self.round,
            keep=form.kept(),
            remove=form.removed(),
            seen=form.cleaned_data["seen"],
            by=self.request.user,
            at=self.request.at,
        )

    # The form -------------------------------------------------------------------------------------------

    def get_form(self, form_class: Any = None) -> CriteriaForm:
        return self.form_of(self.request.POST if self.request.method == "POST" else None)

    def form_of(self, data: QueryDict | None, *, compares: bool = False) -> CriteriaForm:
        held = list(Criterion.objects.filter(round=self.round).order_by("position", "pk"))
        rests: dict[int, Rest] = defaultdict(Rest)
        rows = Criterion.issues.through.objects.filter(criterion__round=self.round)
        for criterion, issue, root in rows.values_list("criterion", "issue", "issue__merged_into"):
            rests[criterion].roots[issue] = root or issue
        self.offered = self.issues_to_offer(rests, data)
        return CriteriaForm(
            data,
            round=self.round,
            held=held,
            rests=rests,
            offered=self.offered,
            seen=digest(holding(held, {pk: rest.roots for pk, rest in rests.items()})),
            compares=compares,
        )

    def issues_to_offer(self, rests: dict[int, Rest], data: QueryDict | None) -> list[Issue]:
        """Those with most voices; those chosen already; and, where somebody looks for words, those with them."""
        standing = Issue.objects.standing().filter(outcome__rounds=self.round)
        standing = standing.select_related("authority", "outcome").by_voices()
        found = {issue.pk: issue for issue in standing[:OFFERED]}
        chosen = {root for rest in rests.values() for root in rest.roots.values()}
        if data is not None:
            for key in data:
                if key.endswith("-issues"):
                    chosen |= {pk for said in data.getlist(key) if (pk := whole(said)) is not None}
        if more := chosen - set(found):
            found |= {issue.pk: issue for issue in standing.filter(pk__in=more)}
        if data is not None and (words := data.get("find", "").replace("\x00", "")[:100].strip()):
            found |= {issue.pk: issue for issue in standing.containing(words)[:OFFERED]}
        return sorted(found.values(), key=lambda issue: (-issue.voices, issue.stated_at, issue.pk))  # type: ignore[attr-defined]

    def with_what_came(self, form: CriteriaForm) -> QueryDict:
        """What was typed, with cards for criteria that somebody else has added, and knowing what it replaces now."""
        data = self.request.POST.copy()
        stands = self.form_of(None)
        there = {card.key for card in form.cards}
        for card in stands.cards:
            if card.key not in there:
                for name in (*card.anchors, *(card.part(part) for part in ("name", "description", "weight"))):
                    data[name] = stands[name].value() or ""
                data[card.part("least")] = stands[card.part("least")].value()
                data[card.part("place")] = stands[card.part("place")].value()
                data.setlist(card.part("issues"), stands[card.part("issues")].value())
                data["rows"] = f"{data.get('rows', '')},{card.key}"
        data["seen"] = stands.fields["seen"].initial
        return data

    # The page -------------------------------------------------------------------------------------------

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        form: CriteriaForm = context.setdefault("form", self.get_form())
        form.cancel = self.round.get_absolute_url()
        rested_on = form.rested_on
        bare = rules.unanswered(self.offered, set(rested_on))
        return super().get_context_data(
            round=self.round,
            may_edit=self.chairs and not self.reasons,
            chairs=self.chairs,
            reasons=self.reasons,
            issues=[(issue, rested_on.get(issue.pk, []), issue in bare) for issue in self.offered],
            unanswered=bare,
            rows=self.to_read(form),
            opens_on=self.round.stage_of("applications").opens_on,
            several_outcomes=len({issue.outcome_id for issue in self.offered}) > 1,
            **context,
        )

    def to_read(self, form: CriteriaForm) -> list[tuple[Criterion, list[Issue]]]:
        """The criteria as they are saved, each with the issues it rests on: all of these are offered."""
        return [
            (
                criterion,
                [issue for issue in self.offered if issue.pk in form.rests[criterion.pk].roots.values()],
            )
            for criterion in form.held
        ]


def with_new_card(posted: QueryDict) -> QueryDict:
    data = posted.copy()
    rows = data.get("rows", "").split(",")
    number = next(number for number in range(1, len(rows) + 2) if f"new{number}" not in rows)
    data["rows"] = ",".join([*rows, f"new{number}"])
    data[f"new{number}-place"] = str(len(rows) + 1)
    return data
