"""The money of a bid: by head and by body, checked in pounds, and kept within the grant by the database too."""

import json

import pytest
from django.db import IntegrityError, transaction

from beacons.applications import actions, budget, content, invariants, rules
from beacons.applications.models import Application, Partner
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from tests import factories
from tests.applications.conftest import MONEY, begun, written

OWN, ZERO = (30_000, 20_000, 30_000, 20_000), (0, 0, 0, 0)
HEADS = "develop", "innovate", "disseminate", "support"


@pytest.fixture
def shared(council):
    """A draft with two partners: a college, and another council."""
    bid = begun(council)
    college = factories.PartnerFactory(application=bid, authority=None, name="Testbury College")
    other = factories.PartnerFactory(application=bid)
    return bid, college, other


def save(bid, council, **changed):
    return actions.save_budget(bid, **{**MONEY, **changed}, by=council.drafter, at=council.at)


def url(bid):
    return f"/applications/{bid.reference}/budget/"


def renewed(row):
    return type(row).objects.get(pk=row.pk)


def money_of(bid):
    """All that is kept of it, the lead authority's and the partners'."""
    names = (*HEADS, "pooled")
    kept = Application.objects.filter(pk=bid.pk).values_list(
        *names, *(f"parts_{head}" for head in HEADS), "is_whole_area"
    )
    return [*kept, *Partner.objects.filter(application=bid).order_by("pk").values_list(*names)]


def typed(*rows, **more):
    """What the page sends: the four sums of each row, by its key."""
    sent = dict(more)
    for key, sums in rows:
        sent |= {f"{key}_{head}": amount for head, amount in zip(HEADS, sums, strict=True)}
    return sent


# By body


def test_the_totals_hold_what_partners_have(council, shared):
    bid, college, other = shared

    bid = save(bid, council, parts={college.pk: (0, 5_000, 10_000, 0), other.pk: (0, 0, 1, 2)})

    assert money_of(bid) == [
        (30_000, 25_000, 40_001, 20_002, 0, 0, 5_000, 10_001, 2, False),
        (0, 5_000, 10_000, 0, 0),
        (0, 0, 1, 2, 0),
    ]
    assert (bid.requested, bid.shared, bid.shared_percent) == (115_003, 60_003, 52)
    lines = [(line.body, line.sums, line.is_lead) for line in renewed(bid).budget.lines]
    assert sorted(lines) == sorted([
        ("Testbury", OWN, True),
        ("Testbury College", (0, 5_000, 10_000, 0), False),
        (str(other), (0, 0, 1, 2), False),
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (((0, 0, 90_000, 0), ZERO), (ZERO, (0, 0, 90_000, 0))),
        (((50_000, 0, 0, 0), (50_000, 0, 0, 0)), (ZERO, ZERO)),
        ((ZERO, ZERO), ((99_000_000, 0, 0, 0), (0, 0, 0, 1))),
    ],
)
def test_sums_move_between_bodies_in_one_go(council, shared, before, after):
    """Whatever the order in which the rows are written, the parts are never more than the whole."""
    bid, *partners = shared
    keys = [partner.pk for partner in partners]
    save(bid, council, own=ZERO, parts=dict(zip(keys, before, strict=True)))

    bid = save(bid, council, own=ZERO, parts=dict(zip(keys, after, strict=True)))

    assert budget.sums_of(bid) == budget.added_up(after)
    assert [budget.sums_of(renewed(partner)) for partner in partners] == list(after)


def test_the_database_keeps_parts_within_the_whole(council, shared):
    bid, college, _ = shared
    save(bid, council)

    with pytest.raises(IntegrityError, match="application_parts_within_its_heads"), transaction.atomic():
        Partner.objects.filter(pk=college.pk).update(innovate=20_001)
    with pytest.raises(IntegrityError, match="application_parts_within_its_heads"), transaction.atomic():
        factories.PartnerFactory(application=bid, support=20_001)
    Partner.objects.filter(pk=college.pk).update(innovate=20_000)
    with pytest.raises(IntegrityError, match="application_parts_within_its_heads"), transaction.atomic():
        Application.objects.filter(pk=bid.pk).update(innovate=19_999)

    assert renewed(bid).parts_innovate == 20_000


def test_with_a_partner_its_sums_leave_the_grant(council, shared):
    bid, college, other = shared
    save(bid, council, parts={college.pk: (0, 5_000, 10_000, 0), other.pk: (0, 0, 1, 2)})

    actions.remove_partner(college, by=council.drafter, at=council.at)

    assert money_of(bid) == [(30_000, 20_000, 30_001, 20_002, 0, 0, 0, 1, 2, False), (0, 0, 1, 2, 0)]
    assert [line.sums for line in renewed(bid).budget.lines] == [OWN, (0, 0, 1, 2)]


def test_parts_that_lost_their_guard_are_noticed(council, shared):
    bid, college, _ = shared
    save(bid, council, parts={college.pk: (1, 0, 0, 0)})
    assert list(invariants.parts_are_what_partners_hold()) == []

    Application.objects.filter(pk=bid.pk).update(parts_develop=0)

    [told] = invariants.parts_are_what_partners_hold()
    assert bid.reference in told


# Checked against the round


@pytest.mark.parametrize(
    ("heads", "reasons"),
    [
        ((0, 0, 0, 0), ["Enter the grant you ask for, under its four heads."]),
        ((24_000, 0, 15_999, 0), ["You ask for £39,999. The smallest grant of this round is £40,000: £1 more.",
                                  "£1 more of the £39,999 must go into dissemination or support. They come to £15,999,"
                                  " and 40 per cent is £16,000."]),
        ((24_000, 0, 16_000, 0), []),
        ((150_000, 0, 50_000, 50_000), []),
        ((150_000, 0, 50_000, 50_001), ["You ask for £250,001. The largest grant of this round is £250,000: £1 less."]),
        ((64_000, 0, 20_000, 16_000), ["£4,000 more of the £100,000 must go into dissemination or support. They come to"
                                       " £36,000, and 40 per cent is £40,000."]),
        ((60_001, 0, 20_000, 20_000), ["£1 more of the £100,001 must go into dissemination or support. They come to"
                                       " £40,000, and 40 per cent is £40,001."]),
    ],
)  # fmt: skip
def test_the_money_is_checked_against_the_round(council, heads, reasons):
    bid = begun(council)
    bid.develop, bid.innovate, bid.disseminate, bid.support = heads

    assert rules.reasons_money(bid) == reasons


def test_a_share_in_dissemination_counts_whoever_has_it(council, shared):
    bid, college, _ = shared

    bid = save(bid, council, own=(60_000, 0, 0, 0), parts={college.pk: (0, 0, 20_000, 20_000)})

    assert rules.reasons_money(bid) == []


def test_a_whole_area_bid_needs_two_partners_and_a_pool(council):
    bid = save(written(council), council, is_whole_area=True)

    assert rules.reasons_whole_area(bid) == [
        "A whole-area application has at least two partners, and this one has none. Add them, or say that it is no whole-area"
        " application.",
        "Enter what each body puts into the pooled budget.",
    ]
    factories.PartnerFactory(application=bid, pooled=1)
    assert [reason[:68] for reason in rules.reasons_whole_area(renewed(bid))] == [
        "A whole-area application has at least two partners, and this one has"
    ]
    factories.PartnerFactory(application=bid)
    assert rules.reasons_whole_area(renewed(bid)) == []


def test_what_is_pooled_counts_in_a_whole_area_bid_alone(council, shared):
    bid, college, _ = shared
    save(bid, council, own_pooled=500, pooled={college.pk: 700})
    without = json.loads(content.canonical(renewed(bid)))

    save(bid, council, own_pooled=500, pooled={college.pk: 700}, is_whole_area=True)

    whole = json.loads(content.canonical(renewed(bid)))
    assert "pooled" not in json.dumps(without)
    assert whole["pooled by the lead authority"] == 500
    assert sorted(part["pooled"] for part in whole["partners"]) == [0, 700]


# The page


def test_the_page_saves_each_bodys_part(council, visit, shared):
    bid, college, _ = shared
    client = visit(council.drafter, at=council.at)
    form = client.get(url(bid)).context["form"]
    rows = typed(
        ("lead", ("£30,000", "20000", " 30 000 ", "20000.00")),
        (f"partner_{college.pk}", ("", "", "5,000", "")),
    )

    back = client.post(url(bid), {**rows, "seen": form["seen"].value()})
    stay = client.post(url(bid), {**rows, "lead_develop": "1", "seen": "", "stay": "yes"})

    assert back.url == f"/applications/{bid.reference}/"
    assert stay.status_code == 200  # what it was based on got lost, so both are shown
    assert money_of(bid)[0][:5] == (30_000, 20_000, 35_000, 20_000, 0)
    assert Step.objects.of(bid).filter(step="save_budget").count() == 1


def test_money_outside_the_round_is_saved_and_said(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)

    client.post(
        url(bid), {"lead_develop": "£900,000", "seen": content.budget_fingerprint(bid), "stay": "yes"}
    )
    page = client.get(url(bid)).content.decode()

    assert Application.objects.get().develop == 900_000
    assert "The largest grant of this round is £250,000: £650,000 less." in page
    assert "£360,000 more of the £900,000 must go into dissemination or support." in page


def test_whoever_leaves_a_budget_outside_the_round_is_told_what_is_left(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)

    typed = {"lead_develop": "£900,000", "seen": content.budget_fingerprint(bid)}
    page = client.post(url(bid), typed, follow=True).content.decode()

    assert "To be put right before it is certified" in page
    assert "The largest grant of this round is £250,000: £650,000 less." in page


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("12.50", "enter whole pounds without pence, like 12,000"),
        ("£1,200.50", "enter whole pounds without pence, like 12,000"),
        ("-1", "enter £0 or more"),
        ("lots", "enter whole pounds without pence, like 12,000"),
        ("100000000", "enter £99,999,999 or less"),
        ("9" * 400, "enter £99,999,999 or less"),
        ("1e9", "enter whole pounds without pence, like 12,000"),
        ("\u202e12", "enter whole pounds without pence, like 12,000"),
        ("<b>1</b>", "enter whole pounds without pence, like 12,000"),
    ],
)
def test_amounts_are_whole_pounds(council, visit, shared, amount, said):
    bid, college, _ = shared
    before = money_of(bid)

    page = visit(council.drafter, at=council.at).post(
        url(bid), typed((f"partner_{college.pk}", ("", "", amount, "7")), lead_develop="5")
    )

    form, name = page.context["form"], f"partner_{college.pk}_disseminate"
    shown = page.content.decode()
    assert form.errors == {name: [f"Testbury College, dissemination: {said}"]}
    assert f'<a href="#id_{name}">Testbury College, dissemination: {said}</a>' in shown
    assert form.cell_errors(name) == [said.capitalize()]
    assert (form[name].value(), form["lead_develop"].value()) == (amount, "5")
    assert "<b>1" not in shown
    assert money_of(bid) == before


def test_a_body_with_odd_letters_in_its_name_keeps_its_messages(council, visit):
    bid = begun(council)
    partner = factories.PartnerFactory(
        application=bid, authority=None, name="100% <Fun> %(x)s & \u05e9\u05dc\u05d5\u05dd"
    )

    page = visit(council.drafter, at=council.at).post(
        url(bid), typed((f"partner_{partner.pk}", ("x", "-1", "100000000", "")))
    )

    assert page.status_code == 200
    assert (
        "100% &lt;Fun&gt; %(x)s &amp; \u05e9\u05dc\u05d5\u05dd, innovation: enter £0 or more"
        in page.content.decode()
    )
    assert "<Fun>" not in page.content.decode()


def test_all_bodies_together_stay_within_what_can_be_kept(council, shared):
    bid, college, other = shared
    before = money_of(bid)

    with pytest.raises(Refused, match="each head together, must be between £0 and £99,999,999"):
        save(bid, council, parts={college.pk: (60_000_000, 0, 0, 0), other.pk: (39_970_000, 0, 0, 0)})
    with pytest.raises(Refused, match="must be between"):
        save(bid, council, pooled={college.pk: 100_000_000})
    with pytest.raises(Refused, match="must be between"):
        save(bid, council, own=(-1, 0, 0, 0))

    assert money_of(bid) == before


@pytest.mark.parametrize("whose", ["another bid's", "nobody's"])
def test_a_partner_of_another_bid_has_no_row_here(council, visit, shared, whose):
    bid, _, _ = shared
    theirs = factories.PartnerFactory(application=factories.ApplicationFactory(round=council.round))
    pk = theirs.pk if whose == "another bid's" else 999_999_999

    page = visit(council.drafter, at=council.at).post(
        url(bid),
        typed((f"partner_{pk}", ("1", "", "", "")), lead_develop="5", seen=content.budget_fingerprint(bid)),
    )

    assert page.status_code == 200
    assert (
        "a body that is not a partner in this application, or no longer: developing the practice 1."
        in page.content.decode()
    )
    assert budget.sums_of(renewed(bid)) == ZERO
    assert budget.sums_of(renewed(theirs)) == ZERO
    with pytest.raises(Refused, match="not a partner in this application"):
        save(bid, council, parts={theirs.pk: (1, 0, 0, 0)})


def test_the_second_to_save_the_budget_is_shown_both(council, visit, shared):
    bid, college, _ = shared
    client = visit(council.drafter, at=council.at)
    seen = client.get(url(bid)).context["form"]["seen"].value()
    actions.save_budget(
        bid, **{**MONEY, "parts": {college.pk: (0, 0, 4_321, 0)}}, by=council.certifier, at=council.at
    )
    theirs, mine = money_of(bid), typed(("lead", (1, 2, 3, 4)), seen=seen)

    page = client.post(url(bid), mine)

    shown = page.content.decode()
    assert "Somebody else changed the budget or the partners while you were writing." in shown
    assert "What is saved now" in shown
    assert "£4,321" in shown
    assert page.context["form"]["lead_innovate"].value() == "2"
    assert money_of(bid) == theirs

    again = client.post(url(bid), {**mine, "seen": page.context["form"]["seen"].value()})

    assert again.status_code == 302
    assert budget.sums_of(renewed(bid)) == (1, 2, 3, 4)


def test_saving_what_is_saved_already_is_no_conflict(council, visit, shared):
    bid, _, _ = shared
    seen = content.budget_fingerprint(bid)
    save(bid, council)
    steps = Step.objects.count()

    page = visit(council.drafter, at=council.at).post(url(bid), typed(("lead", OWN), seen=seen))

    assert page.status_code == 302
    assert Step.objects.count() == steps


def test_sums_typed_for_a_partner_that_was_taken_out_meanwhile_are_not_lost(council, visit, shared):
    bid, college, _ = shared
    client = visit(council.drafter, at=council.at)
    seen = client.get(url(bid)).context["form"]["seen"].value()
    mine = typed(("lead", OWN), (f"partner_{college.pk}", ("", "", "4321", "")), seen=seen)
    actions.remove_partner(college, by=council.certifier, at=council.at)

    page = client.post(url(bid), mine)

    shown = page.content.decode()
    assert page.status_code == 200
    assert "no longer: dissemination 4321." in shown
    assert page.context["form"]["lead_develop"].value() == "30000"
    assert budget.sums_of(renewed(bid)) == ZERO

    del mine[f"partner_{college.pk}_disseminate"]
    again = client.post(url(bid), {**mine, "seen": page.context["form"]["seen"].value()})

    assert again.status_code == 302
    assert budget.sums_of(renewed(bid)) == OWN


def test_a_partner_that_came_meanwhile_makes_a_conflict_with_a_row_of_its_own(council, visit):
    bid, client = begun(council), visit(council.drafter, at=council.at)
    seen = client.get(url(bid)).context["form"]["seen"].value()
    actions.add_partner(
        bid, authority=None, name="Late College", role="x", by=council.certifier, at=council.at
    )

    page = client.post(url(bid), typed(("lead", OWN), seen=seen))

    assert page.status_code == 200
    assert "Late College" in page.content.decode()
    assert budget.sums_of(renewed(bid)) == ZERO


def test_a_box_ticked_makes_it_a_whole_area_bid_and_the_paper_shows_the_pool(council, visit, shared):
    bid, college, other = shared
    client = visit(council.drafter, at=council.at)

    client.post(
        url(bid),
        typed(("lead", OWN), is_whole_area="on", lead_pooled="300,000", seen=content.budget_fingerprint(bid))
        | {f"partner_{college.pk}_pooled": "100000", f"partner_{other.pk}_pooled": "200000"},
    )
    page = client.get(f"/applications/{bid.reference}/check/").content.decode()

    assert money_of(bid)[0][4] == 300_000
    for words in ("3 bodies put £600,000 of their own into one budget", "£300,000", "50%", "33.3%", "16.7%",
                  "The pooled budget</title>"):  # fmt: skip
        assert words in page


def test_forty_partners_take_as_many_queries_as_two(council, visit, django_assert_max_num_queries):
    bid, client = begun(council), visit(council.drafter, at=council.at)
    factories.PartnerFactory.create_batch(40, application=bid)

    with django_assert_max_num_queries(12):
        page = client.get(url(bid))

    assert len(page.context["form"].bodies) == 41


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(1, 3, "33.3%"), (1, 4, "25%"), (0, 4, "0%"), (1, 0, "")]
)
def test_shares_in_per_cent(part, whole, said):
    assert budget.percent(part, whole) == said
