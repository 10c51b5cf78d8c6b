"""The terms of a sign-up: prepared, confirmed, refreshed, and never forgotten."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from outcomes.actions import sign_ups
from outcomes.models import FormerTerms, SignUp
from outcomes.terms import Terms
from tests import factories as make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 9, 9, tzinfo=UTC)
LATER = AT + timedelta(days=300)


def text(response):
    return " ".join(response.content.decode().split())


def terms_of(sign_up):
    return reverse("sign_up_terms", args=[sign_up.pk])


def page(sign_up):
    return reverse("sign_up_detail", args=[sign_up.pk])


@pytest.fixture
def sign_up():
    return make.SignUpFactory(outcome__measure__unit="%", lead_officer="Ann Archer")


@pytest.fixture
def confirmed(sign_up):
    return sign_ups.confirm_sign_up(
        sign_up, lead_officer="Ann Archer", by=make.certifier(sign_up.authority), at=AT
    )


WORDS = {"baseline": "6", "baseline_year": "2023", "target": "4", "target_year": "2026"}


def test_an_officer_prepares_who_leads_and_a_certifier_confirms(visit, sign_up):
    officer, chief = make.drafter(sign_up.authority), make.certifier(sign_up.authority)
    client = visit(officer, at=AT)
    assert 'value="6"' in text(client.get(terms_of(sign_up)))

    prepared = client.post(terms_of(sign_up), WORDS | {"lead_officer": "Bea Brown"}, follow=True)

    assert "Saved. A certifier of your council confirms it." in text(prepared)
    assert not FormerTerms.objects.exists()
    assert SignUp.objects.get().lead_officer == "Bea Brown"
    confirm = visit(chief, at=AT).get(reverse("sign_up_confirm", args=[sign_up.pk]))
    assert 'value="Bea Brown"' in text(confirm)


def test_what_the_agreement_said_is_kept_when_it_is_corrected_before_it_is_confirmed(visit, sign_up):
    officer = make.drafter(sign_up.authority)
    client = visit(officer, at=AT)
    changed = WORDS | {"target": "3.5%", "lead_officer": "Ann Archer"}

    without = client.post(terms_of(sign_up), changed)
    assert "Say why the terms change" in text(without)
    assert 'value="3.5%"' in text(without)
    client.post(terms_of(sign_up), changed | {"why": "The file had last year's target."})

    held = SignUp.objects.get()
    assert (held.target, held.target_year, held.source) == (Decimal("3.5"), 2026, "agreement")
    former = FormerTerms.objects.get()
    assert (former.target, former.replaced_by, former.replaced_at) == (4, officer, AT)
    assert former.why == "The file had last year's target."


def test_a_refresh_keeps_the_former_terms_and_is_confirmed_again(visit, confirmed):
    chief = confirmed.confirmed_by
    officer = make.drafter(confirmed.authority)
    client = visit(officer, at=LATER)
    new = {"baseline": "5", "baseline_year": "2025", "target": "3", "target_year": "2028"}
    new |= {"lead_officer": "Ann Archer", "why": "The recession."}
    assert "have to be confirmed again" in text(client.get(terms_of(confirmed)))

    assert "Say for which year the agreement is refreshed." in text(client.post(terms_of(confirmed), new))
    assert SignUp.objects.get().confirmed_at == AT
    client.post(terms_of(confirmed), new | {"year": "2026"})

    held = SignUp.objects.get()
    assert (held.target, held.target_year, held.confirmed_at, held.confirmed_by) == (3, 2028, None, None)
    former = FormerTerms.objects.get()
    assert (former.target_words if hasattr(former, "target_words") else former.target) == 4
    assert (former.confirmed_at, former.confirmed_by, former.lead_officer) == (AT, chief, "Ann Archer")
    assert former.why == "Refresh of 2026: The recession."
    shown = text(client.get(page(confirmed)))
    for words in (
        "What it said before",
        "6% in 2023",
        "4% by 2026",
        "Refresh of 2026: The recession.",
        officer.name,
    ):
        assert words in shown
    sign_ups.confirm_sign_up(held, lead_officer="Ann Archer", by=chief, at=LATER)
    assert [step.step for step in Step.objects.of(held)] == ["confirm", "set_terms", "confirm"]


def test_the_public_reads_the_history_without_the_names_of_officers(visit, confirmed):
    officer = make.drafter(confirmed.authority)
    sign_ups.set_terms(
        confirmed,
        terms=Terms(target=Decimal(3), target_year=2028, lead_officer="Ann"),
        why="New",
        year=2026,
        by=officer,
        at=LATER,
    )

    shown = text(visit(at=LATER).get(page(confirmed)))

    assert "Refresh of 2026: New" in shown
    assert officer.name not in shown
    assert confirmed.confirmed_by.name not in shown
    assert "Withdraw it" not in shown


def test_another_lead_officer_does_not_reopen_what_was_confirmed(visit, confirmed):
    client = visit(make.drafter(confirmed.authority), at=LATER)

    said = client.post(terms_of(confirmed), WORDS | {"lead_officer": "Cy Carter"}, follow=True)

    assert "Saved." in text(said)
    held = SignUp.objects.get()
    assert (held.lead_officer, held.confirmed_at) == ("Cy Carter", AT)
    former = FormerTerms.objects.get()
    assert (former.lead_officer, former.why) == ("Ann Archer", "Another lead officer")
    assert "Name the officer" in text(client.post(terms_of(confirmed), WORDS | {"lead_officer": ""}))


def test_while_sign_up_is_closed_only_the_lead_officer_can_change(visit, confirmed):
    a_round = make.a_round(confirmed.outcome)
    late = make.during(a_round, "develop")
    client = visit(make.drafter(confirmed.authority), at=late)
    shown = text(client.get(terms_of(confirmed)))
    assert "Until then only the lead officer can change" in shown
    assert 'name="target"' not in shown

    client.post(terms_of(confirmed), {"lead_officer": "Cy Carter", "target": "1"})

    held = SignUp.objects.get()
    assert (held.lead_officer, held.target, held.confirmed_at) == ("Cy Carter", 4, AT)
    with pytest.raises(Refused, match="Sign-up for Beacons"):
        sign_ups.set_terms(
            held,
            terms=Terms(target=Decimal(1), target_year=2030),
            why="x",
            year=2026,
            by=make.drafter(held.authority),
            at=late,
        )


def test_what_says_the_same_changes_nothing(confirmed):
    with pytest.raises(Refused, match="Nothing differs from what the sign-up says already"):
        sign_ups.set_terms(confirmed, terms=Terms.of(confirmed), by=make.drafter(confirmed.authority), at=AT)

    assert not FormerTerms.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (lambda sign_up: make.drafter(sign_up.authority), 200),
        (lambda sign_up: make.certifier(sign_up.authority), 200),
        (lambda sign_up: make.drafter(make.AuthorityFactory(county=sign_up.authority)), 403),
        (lambda sign_up: make.scheme_manager(), 403),
    ],
)
def test_only_the_councils_own_people_change_its_terms(visit, sign_up, who, status):
    client = visit(who(sign_up), at=AT)

    assert client.get(terms_of(sign_up)).status_code == status
    if status == 403:
        assert client.post(terms_of(sign_up), WORDS | {"target": "1", "why": "x"}).status_code == 403
        assert SignUp.objects.get().target == 4


def test_terms_long_gone_are_all_shown_newest_first_in_one_page(
    visit, sign_up, django_assert_max_num_queries
):
    for year in range(2010, 2030):
        FormerTerms.objects.create(
            sign_up=sign_up,
            target=year,
            target_year=year,
            source="agreement",
            replaced_at=AT + timedelta(days=year),
            replaced_by=make.UserFactory(),
            why=f"Refresh of {year}",
        )
    client = visit(make.drafter(sign_up.authority), at=AT)

    with django_assert_max_num_queries(12):
        shown = text(client.get(page(sign_up)))

    assert shown.index("Refresh of 2029") < shown.index("Refresh of 2010")
