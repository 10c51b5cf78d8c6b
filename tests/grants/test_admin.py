"""The officers' desk in Django's admin: who enters, what it shows, and that nothing moves but by a confirmed act."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from zeal import zeal_ignore

from beacons.core.lifecycle import Refused
from grants import actions, rules
from grants.models import Grant, Payment, Recovery
from tests.factories import (
    MembershipFactory,
    UserFactory,
    case_officer,
    certifier,
    finance_officer,
    grants_officer,
    scheme_manager,
)
from tests.grants.making import fresh, instalment, return_of, statuses

GRANTS = "/admin/grants/grant/"
PAYMENTS = "/admin/grants/payment/"
DAY = timedelta(days=1)


def text(page):
    return " ".join(page.content.decode().split()).replace("&#x27;", "'")


def prepare_url(grant, number):
    return f"{GRANTS}{grant.pk}/instalments/{number}/prepare/"


def act_url(row, name):
    return f"{GRANTS if isinstance(row, Grant) else PAYMENTS}{row.pk}/acts/{name}/"


# Who enters


def test_officers_enter_with_a_second_factor_alone(world, office, visit):
    grant = world.active()
    for who in (grants_officer(), finance_officer(), scheme_manager(), case_officer()):
        assert visit(who, at=world.signed_at).get(GRANTS).status_code == 302
        desk = office(who, at=world.signed_at)
        assert desk.get(GRANTS).status_code == 200
        assert desk.get(f"{GRANTS}{grant.pk}/change/").status_code == 200
        assert desk.get(PAYMENTS).status_code == 200


def test_others_do_not_enter(world, office):
    grant = world.active()
    staff_without_role = UserFactory(is_staff=True)

    for who in (certifier(grant.authority), world.lga):
        assert office(who, at=world.signed_at).get(GRANTS).status_code == 302
    outsider = office(staff_without_role, at=world.signed_at)
    for url in (
        GRANTS,
        PAYMENTS,
        f"{GRANTS}{grant.pk}/change/",
        prepare_url(grant, 1),
        act_url(grant, "stop"),
    ):
        assert outsider.get(url).status_code == 403


# Read, not typed


def superuser():
    user = UserFactory(is_staff=True, is_superuser=True)
    MembershipFactory(user=user, role="grants_officer")
    return user


@pytest.mark.parametrize("model", ["grant", "payment"])
def test_nothing_is_added_changed_or_deleted_by_hand_even_by_a_superuser(world, office, model):
    grant = world.active(amount=90_000)
    payment = world.prepare(grant, 1)
    row = {"grant": grant, "payment": payment}[model]
    desk = office(superuser(), at=world.signed_at)
    base = f"/admin/grants/{model}/"

    assert desk.get(f"{base}add/").status_code == 403
    assert desk.get(f"{base}{row.pk}/delete/").status_code == 403
    page = text(desk.get(f"{base}{row.pk}/change/"))
    assert 'name="_save"' not in page
    assert 'name="amount"' not in page
    answer = desk.post(f"{base}{row.pk}/change/", {"amount": "1", "status": "closed", "_saveasnew": "1"})
    assert answer.status_code == 403
    desk.post(base, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})

    assert (fresh(grant).amount, fresh(grant).status) == (90_000, "active")
    assert (fresh(payment).amount, fresh(payment).status) == (36_000, "prepared")


def test_the_admin_offers_no_way_round():
    for model in (Grant, Payment):
        desk = admin.site._registry[model]
        assert desk.list_editable == ()
        assert desk.save_as is False
        assert list(desk.actions) in ([], ["approve_chosen"])


@pytest.mark.parametrize(
    "url",
    [
        f"{GRANTS}?amount__gte=50000",
        f"{GRANTS}?application__case__decision__reasons__icontains=clear",
        f"{GRANTS}?application__case__assessments__marks__score__gte=4",
        f"{GRANTS}?accepted_by__password__startswith=md5",
        f"{GRANTS}?round__pot__gte=1",
        f"{GRANTS}?status__contains=act",
        f"{PAYMENTS}?amount__gt=1",
        f"{PAYMENTS}?prepared_by__email__startswith=a",
        f"{PAYMENTS}?grant__application__case__status=announced",
    ],
)
def test_a_look_up_by_a_field_the_list_does_not_offer_is_refused(world, office, url):
    world.prepare(world.active(), 1)
    desk = office(world.officer, at=world.signed_at)

    assert desk.get(url).status_code == 400


def found(desk, url):
    return set(desk.get(url).context["cl"].queryset.values_list("pk", flat=True))


def test_the_lists_filters_work(world, office):
    active, prepared, offered = world.active(), world.active(), world.offered()
    payment = world.prepare(prepared, 1)
    paid = world.pay(world.active(), 1)
    desk = office(world.officer, at=world.signed_at)

    assert found(desk, f"{GRANTS}?status__exact=offered") == {offered.pk}
    assert found(desk, f"{GRANTS}?waits=prepare") == {active.pk}
    assert found(desk, f"{GRANTS}?waits=approve") == {prepared.pk}
    assert found(desk, f"{GRANTS}?waits=late") == set()
    assert len(found(desk, f"{GRANTS}?round__id__exact={world.round.pk}")) == 4
    assert found(desk, f"{GRANTS}?q={offered.reference}") == {offered.pk}
    assert found(desk, f"{PAYMENTS}?status=prepared") == {payment.pk}
    assert found(desk, f"{PAYMENTS}?status__exact=approved") == {paid.pk}
    assert found(desk, f"{PAYMENTS}?grant__round__id__exact={world.round.pk}") == {payment.pk, paid.pk}


def test_the_list_shows_the_money(world, office):
    grant = world.half_way(amount=90_000)
    world.prepare(grant, 2, at=return_of(grant, "middle").due_at)

    row = text(office(world.officer, at=world.signed_at).get(GRANTS))

    cells = [f'<td class="field-{name}">{amount}</td>' for name, amount in (
        ("granted", "£90,000"), ("paid_out", "£36,000"), ("prepared", "£36,000"), ("left", "£18,000"),
    )]  # fmt: skip
    assert all(cell in row for cell in cells)


def test_every_column_sorts(world, office):
    world.prepare(world.active(), 1)
    desk = office(world.officer, at=world.signed_at)

    for url in (GRANTS, PAYMENTS):
        for column in range(1, 10):
            assert desk.get(f"{url}?o=-{column}").status_code == 200


def queries(browser, url):
    browser.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)


def test_the_lists_take_as_many_queries_for_twenty_rows_as_for_two(world, office):
    desk = office(world.officer, at=world.signed_at)
    for _ in range(2):
        world.prepare(world.active(amount=40_000), 1)
    few = queries(desk, GRANTS), queries(desk, PAYMENTS)
    for _ in range(18):
        world.prepare(world.active(amount=40_000), 1)

    assert (queries(desk, GRANTS), queries(desk, PAYMENTS)) == few
    assert len(found(desk, GRANTS)) == 20


def test_a_grants_page_takes_no_more_queries_for_more_rows(world, office):
    early, late = world.active(), world.half_way()
    payment = world.prepare(late, 2, at=return_of(late, "middle").due_at)
    actions.reject_payment(payment, why="Wrong.", by=world.finance, at=payment.prepared_at)
    world.pay(late, 2, at=return_of(late, "middle").due_at)
    desk = office(world.officer, at=world.signed_at)

    few = queries(desk, f"{GRANTS}{early.pk}/change/")

    # Two more, however many rows: whose payments and whose returns they are.
    assert queries(desk, f"{GRANTS}{late.pk}/change/") <= few + 2


# Preparing


def test_a_grants_officer_prepares_on_a_page_that_is_confirmed(world, office):
    grant = world.active(amount=90_000)
    desk = office(world.officer, at=world.signed_at)

    detail = text(desk.get(f"{GRANTS}{grant.pk}/change/"))
    assert prepare_url(grant, 1) in detail
    assert prepare_url(grant, 2) not in detail
    assert "Instalment 1 has not been paid." in detail
    page = text(desk.get(prepare_url(grant, 1)))
    assert "£36,000" in page
    assert "Prepare payment" in page
    assert not Payment.objects.exists()
    answer = desk.post(prepare_url(grant, 1), follow=True)

    payment = Payment.objects.get()
    assert (payment.prepared_by, payment.amount, payment.status) == (world.officer, 36_000, "prepared")
    assert "Payment prepared. A different officer approves it." in text(answer)
    assert f"{PAYMENTS}{payment.pk}/change/" in text(answer)


def test_a_refusal_to_prepare_is_told_and_changes_nothing(world, office):
    grant = world.active()
    desk = office(world.officer, at=world.signed_at)

    page = text(desk.get(prepare_url(grant, 2)))
    assert "Not possible now:" in page
    assert '<input type="submit"' not in page
    answer = text(desk.post(prepare_url(grant, 2), follow=True))

    assert "Instalment 1 has not been paid." in answer
    assert not Payment.objects.exists()


def test_a_finance_officer_does_not_prepare_and_a_grants_officer_does_not_approve(world, office):
    grant = world.active()
    finance, grants = office(world.finance, at=world.signed_at), office(world.officer, at=world.signed_at)

    assert finance.post(prepare_url(grant, 1)).status_code == 403
    assert "A grants officer prepares the payment." in text(finance.get(f"{GRANTS}{grant.pk}/change/"))
    payment = world.prepare(grant, 1)
    for name in ("approve", "reject"):
        assert grants.get(act_url(payment, name)).status_code == 403
        assert grants.post(act_url(payment, name), {"why": "x"}).status_code == 403
    assert act_url(payment, "approve") not in text(grants.get(f"{PAYMENTS}{payment.pk}/change/"))
    bulk = {"action": "approve_chosen", "_selected_action": [payment.pk], "confirmed": "yes"}
    grants.post(PAYMENTS, bulk)

    assert fresh(payment).status == "prepared"


# Approving


def test_a_different_officer_approves(world, office):
    payment = world.prepare(world.active(), 1)
    desk = office(world.finance, at=world.signed_at)

    assert act_url(payment, "approve") in text(desk.get(f"{PAYMENTS}{payment.pk}/change/"))
    assert str(world.officer) in text(desk.get(act_url(payment, "approve")))
    assert fresh(payment).status == "prepared"
    answer = desk.post(act_url(payment, "approve"), follow=True)

    assert "Payment approved." in text(answer)
    assert (fresh(payment).status, fresh(payment).approved_by) == ("approved", world.finance)


def test_one_person_with_both_roles_is_refused_at_every_door(world, office):
    both = world.officer
    MembershipFactory(user=both, role="finance_officer")
    payment = world.prepare(world.active(), 1)
    desk = office(both, at=world.signed_at)
    told = "You prepared this payment."

    assert told in text(desk.get(f"{PAYMENTS}{payment.pk}/change/"))
    assert told in text(desk.get(act_url(payment, "approve")))
    assert told in text(desk.post(act_url(payment, "approve"), follow=True))
    assert told in text(desk.post(act_url(payment, "reject"), {"why": "Mine."}, follow=True))
    bulk = {"action": "approve_chosen", "_selected_action": [payment.pk]}
    assert told in text(desk.post(PAYMENTS, bulk))
    assert told in text(desk.post(PAYMENTS, bulk | {"confirmed": "yes"}, follow=True))

    assert fresh(payment).status == "prepared"


def test_a_payment_is_rejected_with_a_reason(world, office):
    payment = world.prepare(world.active(), 1)
    desk = office(world.finance, at=world.signed_at)

    assert "This field is required" in text(desk.post(act_url(payment, "reject"), {"why": ""}))
    assert fresh(payment).status == "prepared"
    answer = desk.post(act_url(payment, "reject"), {"why": "Wrong account."}, follow=True)

    assert "Payment rejected." in text(answer)
    assert fresh(payment).status == "rejected"


def test_what_was_typed_stays_when_a_rejection_is_refused(world, office):
    payment = world.prepare(world.active(), 1)
    desk = office(world.finance, at=world.signed_at)
    actions.approve_payment(payment, by=finance_officer(), at=world.signed_at)

    page = text(desk.post(act_url(payment, "reject"), {"why": "Wrong account."}))

    assert "Wrong account." in page
    assert "This payment is approved; it can no longer be rejected." in page


def test_many_are_approved_each_on_its_own(world, office):
    good = [world.prepare(world.active(), 1) for _ in range(2)]
    both = world.finance
    MembershipFactory(user=both, role="grants_officer")
    own = actions.prepare_payment(instalment(world.active(), 1), by=both, at=world.signed_at)
    stopped = world.prepare(world.active(), 1)
    actions.stop(stopped.grant, why="Closed.", by=world.officer, at=world.signed_at)
    chosen = {"action": "approve_chosen", "_selected_action": [p.pk for p in (*good, own, stopped)]}
    desk = office(both, at=world.signed_at)

    asked = text(desk.post(PAYMENTS, chosen))
    assert asked.count('name="_selected_action"') == 4
    assert not Payment.objects.filter(status="approved").exists()
    with zeal_ignore():  # each verb locks its own row
        answer = text(desk.post(PAYMENTS, chosen | {"confirmed": "yes"}, follow=True))

    assert "2 payments approved." in answer
    assert f"{own.grant.reference}, instalment 1: You prepared this payment." in answer
    assert f"{stopped.grant.reference}, instalment 1: This grant is stopped" in answer
    assert [fresh(payment).status for payment in (*good, own, stopped)] == [
        "approved", "approved", "prepared", "prepared",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["approve", "reject"])
def test_looking_changes_nothing(world, office, name):
    payment = world.prepare(world.active(), 1)

    assert office(world.finance, at=world.signed_at).get(act_url(payment, name)).status_code == 200

    assert fresh(payment).status == "prepared"


# The rest of the desk


def test_an_officer_stops_a_grant_and_sends_a_return_back(world, office):
    grant = world.half_way()
    due = return_of(grant, "middle")
    desk = office(world.officer, at=due.due_at)
    back = f"{GRANTS}{grant.pk}/returns/middle/send-back/"

    assert back in text(desk.get(f"{GRANTS}{grant.pk}/change/"))
    assert "Two open days were held." in text(desk.get(back))
    desk.post(back, {"why": "Is the spending right?"})
    assert fresh(due).submitted_at is None
    assert "Stop the grant" in text(desk.get(act_url(grant, "stop")))
    desk.post(act_url(grant, "stop"), {"why": "The service was closed."})

    assert statuses(grant) == ["stopped"]
    assert "“The service was closed.”" in text(desk.get(f"{GRANTS}{grant.pk}/change/"))


def test_a_finance_officer_settles_a_grant_by_its_page(world, office):
    grant = world.reported(amount=90_000, spent=50_000)
    end = world.stage("close").closes_at - 10 * DAY
    desk = office(world.finance, at=end)
    page = f"{GRANTS}{grant.pk}/change/"

    assert "£22,000 was paid and not spent" in text(desk.get(page))
    assert "£22,000 was paid and not spent" in text(desk.post(act_url(grant, "reconcile"), follow=True))
    desk.post(act_url(grant, "recover"))
    over = text(desk.post(act_url(grant, "record-recovery"), {"amount": "22001", "note": "BACS 7"}))
    assert "Between £1 and £22,000" in over
    assert "BACS 7" in over
    desk.post(act_url(grant, "record-recovery"), {"amount": "22000", "note": "BACS 7"})
    answer = text(desk.post(act_url(grant, "reconcile"), follow=True))

    assert "Grant reconciled." in answer
    assert "BACS 7" in answer
    assert Recovery.objects.get().recorded_by == world.finance
    assert statuses(grant) == ["reconciled"]


def test_unknown_acts_and_rows_are_not_found(world, office):
    payment = world.prepare(world.active(), 1)
    desk = office(world.finance, at=world.signed_at)

    for url in (
        act_url(payment, "pay"),
        act_url(payment.grant, "pay"),
        f"{PAYMENTS}999/acts/approve/",
        f"{GRANTS}999/acts/reconcile/",
        prepare_url(payment.grant, 9),
        f"{GRANTS}{payment.grant_id}/returns/other/send-back/",
    ):
        assert desk.get(url).status_code == 404


def test_the_page_offers_just_what_the_rules_allow(world, office):
    """The button stands on the officer's page if and only if the rule has no reason against it."""
    grant = world.half_way()
    for at in (world.signed_at, return_of(grant, "middle").due_at):
        detail = text(office(world.officer, at=at).get(reverse("admin:grants_grant_change", args=[grant.pk])))
        for part in grant.instalments.all():
            allowed = not rules.reasons_not_to_prepare(part, by=world.officer, at=at)
            assert (prepare_url(grant, part.number) in detail) is allowed

    with pytest.raises(Refused):
        world.prepare(grant, 3, at=world.signed_at)
