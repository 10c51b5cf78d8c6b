"""Where a scheme manager sets up a round from a preset, and settles its dates, criteria and questions.

Nothing is saved past the verbs: each way of saving here ends in one of `actions`.
"""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html_join

from beacons.core.admin import HouseAdmin, ReadOnlyAdmin
from beacons.core.lifecycle import Refused
from beacons.core.workdays import day_in_london
from beacons.directory.admin import MANAGERS, OFFICE
from beacons.rounds import actions, editions, rules
from beacons.rounds.forms import (
    ActivityFormSet,
    CategoryForm,
    CategoryFormSet,
    ChangeForm,
    CriterionForm,
    CriterionFormSet,
    ExpectedActivityForm,
    QuestionForm,
    QuestionFormSet,
    SetUpForm,
    StageForm,
    StageFormSet,
)
from beacons.rounds.models import (
    Category,
    Criterion,
    ExpectedActivity,
    Programme,
    Question,
    QuestionEdition,
    Round,
    Stage,
)
from beacons.rounds.presets import PRESETS
from beacons.rounds.wording import full_day

PUBLIC_PARTS = ("name", "slug", "programme", "follows", "outcomes", "outcomes_reason", "open_to")
TOGETHER = ("cluster_least", "endorsements_least")
PLAN = ("starts_on", "ends_on", "limit_on")
EVIDENCE = ("figures_least", "figures_most")
HELP = ("authorities_to_help", "struggling_to_help", "asks_for_a_plan")
REMINDERS = ("reminds", "reminder_days", "application_reminder_days")
MONEY = ("pot", "granted", "grant_least", "grant_most", "shared_least", "reserve_days", "assessors_each")
PAYING = (
    "paid_on_signature",
    "paid_after_middle",
    "middle_return_at",
    "closing_return_at",
    "days_to_accept",
)
FILES = ("files_most", "file_megabytes")


@admin.register(Programme)
class ProgrammeAdmin(ReadOnlyAdmin):
    """Kinds of round that have been run; each comes from its preset."""

    seen_by = OFFICE
    list_display = ("name", "code")


class PartInline(admin.StackedInline):
    """Part of a round. Staff see it; scheme managers change it, until it is locked.

    What was sent from a page on which it was not locked yet is refused, never thrown away.
    """

    extra = 0
    # An input that only a page sends on which this part could be changed.
    sent_when_open = ""

    def may_change(self, request: HttpRequest, round: Round | None) -> bool:
        if round is None:
            return False
        sent = any(name.endswith(f"-{self.sent_when_open}") for name in request.POST)
        return sent or not rules.reasons_not_to_edit(round, at=request.at)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser or request.user.has_role(*OFFICE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        manages = request.user.is_superuser or request.user.has_role(*MANAGERS)
        return manages and self.may_change(request, obj)

    has_add_permission = has_change_permission
    has_delete_permission = has_change_permission

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        made = super().get_formset(request, obj, **kwargs)
        made.instant, made.is_refused = request.at, hasattr(request, "refusal")
        return made


class StageInline(PartInline):
    model = Stage
    form, formset = StageForm, StageFormSet
    template = "admin/edit_inline/tabular.html"
    fields = ("opens_on", "closes_on", "planned_days")
    readonly_fields = ("opens_on", "planned_days")
    can_delete = False
    verbose_name_plural = "stages (each opens when the one before closes, at noon)"

    def may_change(self, request: HttpRequest, round: Round | None) -> bool:
        return round is not None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="days")
    def planned_days(self, stage: Stage) -> int:
        return (stage.closes_on - stage.opens_on).days


class ExpectedActivityInline(PartInline):
    model = ExpectedActivity
    sent_when_open = "counted_as"
    form, formset = ExpectedActivityForm, ActivityFormSet
    template = "admin/edit_inline/tabular.html"
    fields = ("kind", "count", "counted_as", "position")
    verbose_name_plural = (
        "what each holder is expected to do for others (an application’s plan begins with it)"
    )


class CategoryInline(PartInline):
    model = Category
    sent_when_open = "about"
    form, formset = CategoryForm, CategoryFormSet
    fields = (("name", "position"), "about")
    classes = ("collapse",)


class CriterionInline(PartInline):
    model = Criterion
    sent_when_open = "anchors"
    form, formset = CriterionForm, CriterionFormSet
    fields = (("name", "key"), ("weight", "least", "position"), "description", "anchors")
    classes = ("collapse",)


class QuestionInline(PartInline):
    model = Question
    sent_when_open = "word_limit"
    form, formset = QuestionForm, QuestionFormSet
    fields = (
        ("section", "position"),
        "text",
        "hint",
        ("kind", "criterion", "required"),
        ("word_limit", "unit", "lowest", "highest"),
        ("options", "columns", "most_rows"),
        ("shown_if", "shown_if_answer"),
    )
    classes = ("collapse",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("criterion", "shown_if")


@admin.register(Round)
class RoundAdmin(HouseAdmin):
    seen_by, changed_by = OFFICE, MANAGERS
    list_display = ("name", "programme", "starts_on", "ends_on", "pot", "approved_at")
    list_filter = ("programme",)
    list_select_related = ("programme",)
    search_fields = ("name",)
    inlines = (StageInline, CategoryInline, ExpectedActivityInline, CriterionInline, QuestionInline)
    add_form_template = "admin/rounds/round/add_form.html"
    actions = ("copy_questions",)

    @admin.action(description="Copy the questions of the last round of the programme", permissions=["change"])
    def copy_questions(self, request: HttpRequest, queryset: Any) -> None:
        for round in queryset:
            try:
                actions.copy_questions(round, by=request.user, at=request.at)
            except Refused as refusal:
                self.message_user(request, f"{round}: {refusal}", level=messages.ERROR)
            else:
                self.message_user(request, f"{round}: its questions are now those of the last round.")

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Categories are for the kinds of round that have them."""
        if obj is None:
            return ()
        kinds = obj.categories.exists() or (obj.preset and obj.preset.categories)
        return [inline for inline in self.inlines if kinds or inline is not CategoryInline]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        return super().add_view(request, form_url, {**(extra_context or {}), "kinds": list(PRESETS.values())})

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else {"slug": ("name",)}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": SetUpForm.Meta.fields})]
        plan = (*PLAN, "why") if self.has_change_permission(request, obj) else PLAN
        return [
            ("Approval", {"fields": ("approval",)}),
            (None, {"fields": PUBLIC_PARTS}),
            ("Who applies together, and who stands behind an application", {"fields": TOGETHER}),
            ("Certifying", {"fields": ("statements",)}),
            ("Money", {"fields": MONEY}),
            ("When a grant is paid and reported on", {"fields": PAYING}),
            ("Files with an application", {"fields": FILES}),
            ("What each grant brings", {"fields": HELP}),
            ("Evidence figures in an application", {"fields": EVIDENCE}),
            ("Plan", {"fields": plan}),
            ("Reminders", {"fields": REMINDERS}),
            ("What the cost ledger reckons with", {"fields": actions.COSTS}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        always = super().get_readonly_fields(request, obj)
        if obj is None:
            return always
        fixed = {*actions.CHANGEABLE, "outcomes"} if rules.reasons_not_to_change(obj) else set()
        # Sent from a page on which they could still be changed: refused, never thrown away.
        fixed.difference_update(request.POST)
        shown = ("approval", "slug", "programme", "follows", "ends_on", "limit_on", "granted")
        return [*always, *shown, *sorted(fixed)]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, form=ChangeForm if obj else SetUpForm, **kwargs)
        made.instant = request.at
        return made

    @admin.display(description="approval")
    def approval(self, round: Round) -> str:
        if round.approved_at:
            return f"Approved on {full_day(day_in_london(round.approved_at))}."
        reasons = rules.reasons_not_to_approve(round)
        if not reasons:
            return "Ready: waits for chair, vice-chair and both bodies."
        return " ".join(["Not ready.", *reasons])

    @admin.display(description="must end by")
    def limit_on(self, round: Round) -> str:
        return f"{full_day(round.limit_on)}, {round.limit_in_words}"

    def save_model(self, request: HttpRequest, obj: Round, form: Any, change: bool) -> None:
        data = form.cleaned_data
        if not change:
            made = actions.set_up(
                data["preset"],
                name=data["name"],
                slug=data["slug"],
                starts_on=data["starts_on"],
                outcomes=data["outcomes"],
                outcomes_reason=data["outcomes_reason"],
                pot=data["pot"],
                follows=data["follows"],
                by=request.user,
                at=request.at,
            )
            obj.pk, obj.programme = made.pk, made.programme
            return
        changed = {name: data[name] for name in form.changed_data if name in actions.CHANGEABLE}
        outcomes = data["outcomes"] if "outcomes" in form.changed_data else None
        if set(REMINDERS) & set(form.changed_data):
            reminds, days = data["reminds"], data["reminder_days"]
            actions.set_reminders(
                obj,
                reminds=reminds,
                days=days,
                application_days=data["application_reminder_days"],
                by=request.user,
                at=request.at,
            )
        if costs := {name: data[name] for name in actions.COSTS if name in form.changed_data}:
            actions.set_costs(obj, by=request.user, at=request.at, **costs)
        if changed or outcomes is not None:
            actions.change(obj, outcomes=outcomes, by=request.user, at=request.at, **changed)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Without the form's own many-to-many saving: the verbs have set the outcomes."""
        for formset in formsets:
            self.save_formset(request, form, formset, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        rows = formset.save(commit=False)
        if not formset.has_changed():
            return
        round, who = form.instance, {"by": request.user, "at": request.at}
        if formset.model is Stage:
            actions.lay_out(round, formset.closings, why=form.cleaned_data.get("why", ""), **who)
        elif formset.model is ExpectedActivity:
            actions.save_activities(round, keep=rows, remove=formset.deleted_objects, **who)
        elif formset.model is Category:
            actions.save_categories(round, keep=rows, remove=formset.deleted_objects, **who)
        elif formset.model is Criterion:
            actions.save_criteria(round, keep=rows, remove=formset.deleted_objects, **who)
        elif formset.model is Question:
            actions.save_questions(round, keep=rows, remove=formset.deleted_objects, **who)


@admin.register(Category)
class CategoryAdmin(ReadOnlyAdmin):
    """Kinds of award within a round; they come from its preset."""

    seen_by = OFFICE
    list_display = ("name", "round")
    list_select_related = ("round",)


@admin.register(QuestionEdition)
class QuestionEditionAdmin(ReadOnlyAdmin):
    """The questions of a round as they stood after each change, and what was changed."""

    seen_by = OFFICE
    list_display = ("round", "edition", "kept_at", "kept_by", "number")
    list_filter = ("round",)
    list_select_related = ("round", "kept_by")
    fields = ("round", "edition", "kept_at", "kept_by", "digest", "changes", "questions")
    readonly_fields = ("number", "changes", "questions")
    ordering = ("round", "-edition")

    @admin.display(description="questions")
    def number(self, edition: QuestionEdition) -> int:
        return len(edition.content)

    @admin.display(description="what was changed")
    def changes(self, edition: QuestionEdition) -> str:
        return in_lines(editions.changes_of(edition))

    @admin.display(description="as they stood")
    def questions(self, edition: QuestionEdition) -> str:
        return in_lines(f"{each['section']}: {each['text']} ({each['kind']})" for each in edition.content)


def in_lines(sentences: Any) -> str:
    return format_html_join("", "<div>{}</div>", ((sentence,) for sentence in sentences))
