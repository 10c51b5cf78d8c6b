"""What officers do in the admin: each act is asked about on a page of its own, confirmed by a POST, done by a verb."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from beacons.core.lifecycle import Refused
from beacons.core.templatetags.govuk import day, pounds
from beacons.directory.models import Role, User
from grants import actions, permissions, rules
from grants.forms import ReasonForm, RecoveryForm
from grants.models import Grant, Instalment, Payment, Return

Facts = list[tuple[str, Any]]


@dataclass(frozen=True)
class Act:
    """One thing an officer may do to a row."""

    name: str
    label: str
    done: str
    may: Callable[[Any], bool]
    reasons: Callable[..., list[str]]
    do: Callable[..., Any]
    facts: Callable[[Any], Facts]
    form: type[forms.Form] | None = None
    # Is it offered at all beside this row?
    applies: Callable[[Any], bool] = lambda row: True


def facts_of_grant(grant: Grant) -> Facts:
    return [
        ("Grant", grant),
        ("Status", grant.get_status_display()),
        ("Amount", pounds(grant.amount)),
        ("Paid", pounds(grant.paid_out)),
        ("Prepared, not approved", pounds(grant.awaiting_approval)),
        ("Spent, as reported", pounds(grant.spent)),
        ("Came back", pounds(grant.recovered)),
        ("Still to come back", pounds(grant.to_recover)),
    ]


def numbered(instalment: Instalment) -> str:
    """“2 of 3”."""
    return f"{instalment.number} of {len(instalment.grant.instalments.all())}"


def facts_of_instalment(instalment: Instalment) -> Facts:
    needs = instalment.after
    came = f"sent on {day(needs.submitted_at)}" if needs and needs.submitted_at else "not sent"
    return [
        ("Grant", instalment.grant),
        ("Instalment", numbered(instalment)),
        ("Due", day(instalment.due_on)),
        ("Needs", f"{needs.get_kind_display()}, {came}" if needs else "All signatures"),
        ("Amount of the instalment", pounds(instalment.amount)),
        ("To be paid", pounds(instalment.payable)),
    ]


def facts_of_payment(payment: Payment) -> Facts:
    return [
        ("Grant", payment.grant),
        ("Instalment", f"{numbered(payment.instalment)}, due on {day(payment.instalment.due_on)}"),
        ("Amount", pounds(payment.amount)),
        ("Prepared by", payment.prepared_by),
        ("Prepared on", day(payment.prepared_at)),
    ]


def facts_of_return(due: Return) -> Facts:
    return [
        ("Grant", due.grant),
        ("Return", due.get_kind_display()),
        ("Sent", day(due.submitted_at)),
        ("What was done", due.done),
        ("What was learned", due.learned),
        ("Authorities helped", f"{due.authorities_helped}, of them struggling {due.struggling_helped}"),
        ("Spent so far", pounds(due.spent)),
    ]


PREPARE = Act(
    "prepare",
    "Prepare payment",
    "Payment prepared. A different officer approves it.",
    permissions.may_prepare_payments,
    rules.reasons_not_to_prepare,
    actions.prepare_payment,
    facts_of_instalment,
)
SEND_BACK = Act(
    "send-back",
    "Send the return back",
    "Return sent back to the council.",
    permissions.may_prepare_payments,
    rules.reasons_not_to_send_back,
    actions.send_back_return,
    facts_of_return,
    ReasonForm,
)
APPROVE = Act(
    "approve",
    "Approve payment",
    "Payment approved.",
    permissions.may_approve_payments,
    rules.reasons_not_to_approve,
    actions.approve_payment,
    facts_of_payment,
)
REJECT = Act(
    "reject",
    "Reject with a reason",
    "Payment rejected. Another can be prepared.",
    permissions.may_approve_payments,
    rules.reasons_not_to_reject,
    actions.reject_payment,
    facts_of_payment,
    ReasonForm,
)
OF_PAYMENT = (APPROVE, REJECT)


def facts_of_holder(grant: Grant) -> Facts:
    """Who holds the grant since a merger, and who signs for it: what an officer compares with its bank letter."""
    certifiers = User.objects.of_authority(grant.authority_id, Role.CERTIFIER).order_by("name")
    checked = f"{grant.holder_checked_by}, {day(grant.holder_checked_at)}" if grant.holder_checked_at else "–"
    return [
        ("Grant", grant),
        ("Was held by", grant.inherited_from or "–"),
        ("Holder now", grant.authority.official_name),
        ("Passed on", day(grant.inherited_at) if grant.inherited_at else "–"),
        ("Certifies and signs for it", ", ".join(str(person) for person in certifiers) or "nobody yet"),
        ("Checked by", checked),
    ]


OF_GRANT = (
    Act(
        "check-holder",
        "Check signatories and bank details",
        "Checked. A finance officer confirms it.",
        permissions.may_prepare_payments,
        rules.reasons_not_to_check_holder,
        actions.check_holder,
        facts_of_holder,
        applies=lambda grant: grant.awaits_confirmation,
    ),
    Act(
        "confirm-holder",
        "Confirm signatories and bank details",
        "Confirmed. Payments can be prepared again.",
        permissions.may_approve_payments,
        rules.reasons_not_to_confirm_holder,
        actions.confirm_holder,
        facts_of_holder,
        applies=lambda grant: grant.awaits_confirmation,
    ),
    Act(
        "reconcile",
        "Reconcile",
        "Grant reconciled.",
        permissions.may_approve_payments,
        rules.reasons_not_to_reconcile,
        actions.reconcile,
        facts_of_grant,
    ),
    Act(
        "recover",
        "Ask for unspent money back",
        "The council is asked to pay the money back.",
        permissions.may_approve_payments,
        rules.reasons_not_to_recover,
        actions.recover,
        facts_of_grant,
    ),
    Act(
        "record-recovery",
        "Record money that came back",
        "Recorded.",
        permissions.may_approve_payments,
        lambda grant, **who: rules.reasons_not_to_record_recovery(grant, 1, **who),
        actions.record_recovery,
        facts_of_grant,
        RecoveryForm,
    ),
    Act(
        "stop",
        "Stop the grant",
        "Grant stopped. Nothing more is paid.",
        permissions.may_stop,
        rules.reasons_not_to_stop,
        actions.stop,
        facts_of_grant,
        ReasonForm,
    ),
)


def confirm(admin: ModelAdmin, request: Any, row: Any, act: Act, *, back: str) -> HttpResponse:
    """The page of an act: its facts and what stands against it; a POST does it."""
    if not (admin.has_view_permission(request) and act.may(request.user)):
        raise PermissionDenied
    form = act.form(request.POST if request.method == "POST" else None) if act.form else None
    if request.method == "POST" and (form is None or form.is_valid()):
        typed = form.cleaned_data if form else {}
        try:
            act.do(row, **typed, by=request.user, at=request.at)
        except Refused as refusal:
            messages.error(request, str(refusal))
            if form is None:
                return redirect(back)
        else:
            messages.success(request, act.done)
            return redirect(back)
    context = {
        **admin.admin_site.each_context(request),
        "title": act.label,
        "opts": admin.model._meta,
        "act": act,
        "facts": act.facts(row),
        "form": form,
        "reasons": act.reasons(row, by=request.user, at=request.at),
        "back": back,
        "back_to": str(admin.model._meta.verbose_name).capitalize(),
    }
    return TemplateResponse(request, "admin/grants/act.html", context)
