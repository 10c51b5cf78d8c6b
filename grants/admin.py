"""The grants officers' and the finance officers' desk. Facts are read here; money moves by confirmed acts alone."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from beacons.core.admin import ReadOnlyAdmin
from beacons.core.lifecycle import Refused
from beacons.core.templatetags.govuk import day, moment, pounds
from beacons.directory.models import OFFICE_ROLES
from grants import actions, acts, history, permissions, rules
from grants.models import (
    Grant,
    Instalment,
    OfferedPeer,
    Payment,
    Recovery,
    Return,
    Signature,
    Undertaking,
)
from grants.statuses import GrantStatus

OFFICE = frozenset(OFFICE_ROLES)


class Shown(admin.TabularInline):
    """Rows of a grant, to be read. Whoever may see the grant may see them."""

    template = "admin/grants/shown.html"
    extra = 0
    max_num = 0
    can_delete = False
    view_on_site = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        """Remember whose rows these are: the grant has been loaded with all that the columns ask."""
        self.request, self.grant = request, obj
        return super().get_formset(request, obj, **options)

    def loaded(self, rows: str, row: Any) -> Any:
        return next(same for same in getattr(self.grant, rows).all() if same.pk == row.pk)


class UndertakingInline(Shown):
    model = Undertaking
    fields = readonly_fields = ("kind", "count", "until", "note")


class OfferedPeerInline(Shown):
    model = OfferedPeer
    fields = readonly_fields = ("name", "job_title", "days")


class InstalmentInline(Shown):
    model = Instalment
    fields = readonly_fields = ("number", "pounds", "due", "needs", "stands", "prepare")

    @admin.display(description="Amount")
    def pounds(self, instalment: Instalment) -> str:
        return pounds(instalment.amount)

    @admin.display(description="Due")
    def due(self, instalment: Instalment) -> str:
        return day(instalment.due_on)

    @admin.display(description="Needs")
    def needs(self, instalment: Instalment) -> str:
        after = self.loaded("instalments", instalment).after
        return after.get_kind_display() if after else "Signatures"

    @admin.display(description="Where it stands")
    def stands(self, instalment: Instalment) -> str:
        instalment = self.loaded("instalments", instalment)
        if instalment.is_paid:
            return "Paid"
        return "Prepared, waits for approval" if instalment.payment else "Not paid"

    @admin.display(description="Next")
    def prepare(self, instalment: Instalment) -> str:
        instalment = self.loaded("instalments", instalment)
        if instalment.is_paid:
            return "–"
        if instalment.payment:
            url = reverse("admin:grants_payment_change", args=[instalment.payment.pk])
            return format_html('<a href="{}">Look at the payment</a>', url)
        if stops := rules.what_stops(instalment, at=self.request.at):
            return format_html_join(SafeString("<br>"), "{}", ((reason,) for reason in stops))
        if not permissions.may_prepare_payments(self.request.user):
            return "A grants officer prepares the payment."
        url = reverse("admin:grants_instalment_prepare", args=[instalment.grant_id, instalment.number])
        return format_html('<a class="button" href="{}">Prepare payment</a>', url)


class ReturnInline(Shown):
    model = Return
    fields = readonly_fields = ("kind", "due", "sent", "helped", "spending", "more")

    @admin.display(description="Due by noon on")
    def due(self, due: Return) -> str:
        return day(due.due_on)

    @admin.display(description="Sent")
    def sent(self, due: Return) -> str:
        due = self.loaded("returns", due)
        if due.submitted_at:
            return f"{moment(due.submitted_at)}, by {due.submitted_by}"
        late = self.grant.status == GrantStatus.ACTIVE and due.is_overdue(self.request.at)
        return "Overdue" if late else "Not yet"

    @admin.display(description="Authorities helped (struggling)")
    def helped(self, due: Return) -> str:
        return f"{due.authorities_helped} ({due.struggling_helped})" if due.submitted_at else "–"

    @admin.display(description="Spent so far")
    def spending(self, due: Return) -> str:
        return pounds(due.spent) if due.submitted_at else "–"

    @admin.display(description="More")
    def more(self, due: Return) -> str:
        due = self.loaded("returns", due)
        if not due.submitted_at:
            return "–"
        links = [(due.get_absolute_url(), "Read it")]
        if not rules.reasons_not_to_send_back(due, by=self.request.user, at=self.request.at):
            links.append(
                (reverse("admin:grants_return_send_back", args=[due.grant_id, due.kind]), "Send it back")
            )
        return format_html_join(SafeString("<br>"), '<a href="{}">{}</a>', links)


class PaymentInline(Shown):
    model = Payment
    fields = readonly_fields = ("which", "pounds", "status", "prepared", "approved", "look")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).for_list().order_by("pk")

    @admin.display(description="Instalment")
    def which(self, payment: Payment) -> int:
        return payment.instalment.number

    @admin.display(description="Amount")
    def pounds(self, payment: Payment) -> str:
        return pounds(payment.amount)

    @admin.display(description="Prepared")
    def prepared(self, payment: Payment) -> str:
        return f"{day(payment.prepared_at)}, by {payment.prepared_by}"

    @admin.display(description="Approved")
    def approved(self, payment: Payment) -> str:
        return f"{day(payment.approved_at)}, by {payment.approved_by}" if payment.approved_by else "–"

    @admin.display(description="More")
    def look(self, payment: Payment) -> str:
        return format_html('<a href="{}">Look</a>', reverse("admin:grants_payment_change", args=[payment.pk]))


class SignatureInline(Shown):
    model = Signature
    fields = readonly_fields = ("part", "by", "at")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("by")


class RecoveryInline(Shown):
    model = Recovery
    fields = readonly_fields = ("pounds", "note", "recorded_by", "recorded_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("recorded_by")

    @admin.display(description="Amount")
    def pounds(self, recovery: Recovery) -> str:
        return pounds(recovery.amount)


class WaitingFilter(admin.SimpleListFilter):
    """The officers' worklists."""

    title = "what it waits for"
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [
            ("prepare", "A payment can be prepared"),
            ("approve", "A payment waits for approval"),
            ("late", "A return is overdue"),
        ]

    def queryset(self, request: HttpRequest, grants: QuerySet) -> QuerySet:
        match self.value():
            case "prepare":
                return grants.with_instalments_to_prepare(request.at)
            case "approve":
                return grants.with_payments_to_approve()
            case "late":
                return grants.with_late_returns(request.at)
        return grants


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin):
    """Every grant with its money. Nothing is typed into a grant: it is moved by its acts."""

    seen_by = OFFICE
    list_display = ("reference", "council", "stands", "granted", "paid_out", "prepared", "left")
    list_filter = (WaitingFilter, "status", "round")
    list_select_related = ("authority", "round")
    search_fields = ("reference", "authority__name")
    ordering = ("reference",)
    inlines = (
        UndertakingInline,
        OfferedPeerInline,
        InstalmentInline,
        ReturnInline,
        PaymentInline,
        SignatureInline,
        RecoveryInline,
    )
    change_form_template = "admin/grants/grant/change_form.html"
    view_on_site = False  # the page has its own link to it
    fieldsets = (
        (None, {"fields": ("reference", "authority", "round", "bid", "status", "lead_officer")}),
        (
            "Money",
            {"fields": ("granted", "heads", "paid_out", "prepared", "spending", "came_back", "coming_back")},
        ),
        ("Promised", {"fields": ("authorities_to_help", "struggling_to_help")}),
        ("Offer", {"fields": ("offered_at", "offer_ends_at", "accepted_by", "accepted_at", "was_reserve")}),
    )
    readonly_fields = (
        "bid", "granted", "heads", "paid_out", "prepared", "spending", "came_back", "coming_back", "was_reserve",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        grants = super().get_queryset(request).with_money(request.at)
        if request.resolver_match and request.resolver_match.url_name == "grants_grant_changelist":
            return grants
        return grants.for_detail().select_related("accepted_by")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Grant | None:
        """The grant of this page, loaded once for our own part of it and for Django's."""
        if not hasattr(request, "grant_of_page"):
            request.grant_of_page = super().get_object(request, object_id, from_field)
        return request.grant_of_page

    # Columns and facts

    @admin.display(description="Council", ordering="authority__name")
    def council(self, grant: Grant) -> str:
        return grant.authority.name

    @admin.display(description="Amount", ordering="amount")
    def granted(self, grant: Grant) -> str:
        return pounds(grant.amount)

    @admin.display(description="Paid", ordering="gone")
    def paid_out(self, grant: Grant) -> str:
        return pounds(grant.gone)

    @admin.display(description="Prepared", ordering="waiting")
    def prepared(self, grant: Grant) -> str:
        return pounds(grant.waiting)

    @admin.display(description="Left", ordering="left")
    def left(self, grant: Grant) -> str:
        return pounds(grant.left)

    @admin.display(description="Status", ordering="status")
    def stands(self, grant: Grant) -> str:
        status = grant.get_status_display()
        return f"{status}, return late" if grant.is_late else status

    @admin.display(description="Offered to a reserve")
    def was_reserve(self, grant: Grant) -> str:
        return "Yes" if grant.from_reserve else "No"

    @admin.display(description="Application")
    def bid(self, grant: Grant) -> str:
        return f"{grant.application.reference}, {grant.application.title} ({grant.application.outcome})"

    @admin.display(description="Four heads")
    def heads(self, grant: Grant) -> str:
        return ", ".join(f"{name} {pounds(sum_of)}" for name, sum_of in grant.heads._asdict().items())

    @admin.display(description="Spent, as reported")
    def spending(self, grant: Grant) -> str:
        return pounds(grant.spent)

    @admin.display(description="Came back")
    def came_back(self, grant: Grant) -> str:
        return pounds(grant.recovered)

    @admin.display(description="To come back")
    def coming_back(self, grant: Grant) -> str:
        if grant.status in (GrantStatus.REPORTED, GrantStatus.STOPPED, GrantStatus.RECOVERING):
            return pounds(grant.to_recover)
        return "–"

    # Acts

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        own = [
            path(
                "<int:pk>/instalments/<int:number>/prepare/",
                guard(self.prepare),
                name="grants_instalment_prepare",
            ),
            path(
                "<int:pk>/returns/<str:kind>/send-back/",
                guard(self.send_back),
                name="grants_return_send_back",
            ),
            path("<int:pk>/acts/<str:name>/", guard(self.act), name="grants_grant_act"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        grant = self.get_object(request, object_id)
        facts: dict[str, Any] = {}
        if grant is not None and self.has_view_permission(request, grant):
            facts = {"acts": self.acts_for(request, grant), "history": history.of(grant)}
        return super().change_view(request, object_id, form_url, {**facts, **(extra_context or {})})

    def acts_for(self, request: HttpRequest, grant: Grant) -> list[tuple[str, str, list[str]]]:
        """What this officer may do to the grant, where, and what stands against it."""
        offered = []
        part = next((part for part in grant.instalments.all() if not part.is_paid), None)
        if part is not None and part.payment is None and permissions.may_prepare_payments(request.user):
            url = reverse("admin:grants_instalment_prepare", args=[grant.pk, part.number])
            stops = rules.what_stops(part, at=request.at)
            offered.append(
                (f"Prepare payment of instalment {part.number}, {pounds(part.payable)}", url, stops)
            )
        if part is not None and part.payment and permissions.may_approve_payments(request.user):
            url = reverse("admin:grants_payment_change", args=[part.payment.pk])
            offered.append((f"Approve or reject the payment of {pounds(part.payment.amount)}", url, []))
        return offered + [
            (
                act.label,
                reverse("admin:grants_grant_act", args=[grant.pk, act.name]),
                act.reasons(grant, by=request.user, at=request.at),
            )
            for act in acts.OF_GRANT
            if act.may(request.user) and act.applies(grant)
        ]

    def act(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        act = next((act for act in acts.OF_GRANT if act.name == name), None)
        if act is None:
            raise Http404
        grant = get_object_or_404(Grant.objects.for_detail(), pk=pk)
        return acts.confirm(self, request, grant, act, back=self.page_of(pk))

    def prepare(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        grant = get_object_or_404(Grant.objects.for_detail(), pk=pk)
        instalment = next((part for part in grant.instalments.all() if part.number == number), None)
        if instalment is None:
            raise Http404
        return acts.confirm(self, request, instalment, acts.PREPARE, back=self.page_of(pk))

    def send_back(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        grant = get_object_or_404(Grant.objects.for_detail(), pk=pk)
        due = grant.return_of(kind)
        if due is None:
            raise Http404
        return acts.confirm(self, request, due, acts.SEND_BACK, back=self.page_of(pk))

    def page_of(self, pk: int) -> str:
        return reverse("admin:grants_grant_change", args=[pk])


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Money prepared by one officer and approved by another."""

    seen_by = OFFICE
    list_display = ("payment", "council", "pounds", "status", "prepared_by", "approved_by")
    list_filter = ("status", "grant__round")
    search_fields = ("grant__reference", "grant__authority__name")
    ordering = ("-pk",)
    actions = ("approve_chosen",)
    change_form_template = "admin/grants/payment/change_form.html"
    fields = readonly_fields = (
        "payment", "council", "pounds", "status", "prepared_by", "prepared_at", "approved_by", "approved_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).for_list()

    @admin.display(description="Payment", ordering="grant__reference")
    def payment(self, payment: Payment) -> str:
        return f"{payment.grant.reference}, instalment {payment.instalment.number}"

    @admin.display(description="Council", ordering="grant__authority__name")
    def council(self, payment: Payment) -> str:
        return payment.grant.authority.name

    @admin.display(description="Amount", ordering="amount")
    def pounds(self, payment: Payment) -> str:
        return pounds(payment.amount)

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return permissions.may_approve_payments(request.user)

    @admin.action(description="Approve the chosen payments", permissions=["approve"])
    def approve_chosen(self, request: HttpRequest, payments: QuerySet) -> HttpResponse | None:
        """Each payment on its own: one that is refused stops no other."""
        if "confirmed" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "title": "Approve payments",
                "opts": self.model._meta,
                "rows": [
                    (payment, rules.reasons_not_to_approve(payment, by=request.user, at=request.at))
                    for payment in payments.prefetch_related("grant__returns")
                ],
                "back": reverse("admin:grants_payment_changelist"),
                "back_to": "Payments",
            }
            return TemplateResponse(request, "admin/grants/approve_chosen.html", context)
        approved = 0
        for payment in payments:
            try:
                actions.approve_payment(payment, by=request.user, at=request.at)
            except Refused as refusal:
                messages.error(request, f"{self.payment(payment)}: {refusal}")
            else:
                approved += 1
        if approved:
            messages.success(request, f"{approved} {'payment' if approved == 1 else 'payments'} approved.")
        return None

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("<int:pk>/acts/<str:name>/", guard(self.act), name="grants_payment_act"),
            *super().get_urls(),
        ]

    def act(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        act = next((act for act in acts.OF_PAYMENT if act.name == name), None)
        if act is None:
            raise Http404
        payment = get_object_or_404(Payment.objects.for_list(), pk=pk)
        return acts.confirm(
            self, request, payment, act, back=reverse("admin:grants_payment_change", args=[pk])
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        payment = self.get_object(request, object_id)
        facts: dict[str, Any] = {}
        if payment is not None and self.has_view_permission(request, payment):
            facts = {
                "acts": [
                    (
                        act.label,
                        reverse("admin:grants_payment_act", args=[payment.pk, act.name]),
                        act.reasons(payment, by=request.user, at=request.at),
                    )
                    for act in acts.OF_PAYMENT
                    if act.may(request.user)
                ],
                "grant_url": reverse("admin:grants_grant_change", args=[payment.grant_id]),
            }
        return super().change_view(request, object_id, form_url, {**facts, **(extra_context or {})})
