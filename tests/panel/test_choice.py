"""The choice of a round's outcomes: ranked list, reason, four approvals of what was read, and then it stands."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from outcomes.models import SignUp
from panel.actions import choice as actions
from panel.actions import seats as seat_actions
from panel.models import Approval
from panel.rules.choice import state_of
from tests import factories as make

pytestmark = pytest.mark.django_db

MOST_QUERIES = 12
EARLIER = datetime(2025, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def outcomes():
    """Three outcomes, to which 3, 2 and 1 areas are signed up."""
    made = [make.OutcomeFactory(title=title) for title in ("Less waste", "More homes", "Safe for good")]
    areas = make.AuthorityFactory.create_batch(3)
    for count, outcome in zip((3, 2, 1), made, strict=True):
        SignUp.objects.bulk_create(
            SignUp(outcome=outcome, authority=area, source=SignUp.Source.AGREEMENT) for area in areas[:count]
        )
    return made


@pytest.fixture
def round(outcomes):
    made = make.a_round(outcomes[0], approved_at=None, slug="to-choose", outcomes_reason="Most signed up.")
    make.seated(made, body="clg")
    make.seated(made, body="lga")
    return made


@pytest.fixture
def at(round):
    return round.plan[0].opens_at - timedelta(days=10)


@pytest.fixture
def four(round):
    return {
        "chair": make.seated(round, kind="chair", user__name="The Chair", agreed_at=EARLIER).user,
        "vice_chair": make.seated(
            round, kind="vice_chair", user__name="The Vice-chair", agreed_at=EARLIER
        ).user,
        "clg": make.signatory("clg"),
        "lga": make.signatory("lga"),
    }


@pytest.fixture
def manager():
    return make.scheme_manager()


def address(round):
    return reverse("outcome_choice", args=[round.slug])


def typed(round, *outcomes, reason="They answer what councils find hardest.", **more):
    return {"outcomes": [each.pk for each in outcomes], "reason": reason, "seen": state_of(round), **more}


def chosen(round):
    return sorted(outcome.title for outcome in round.outcomes.all())


def whole(round):
    """What the choice is and how it came to be, to see that nothing changed."""
    round.refresh_from_db()
    return (
        chosen(round),
        round.outcomes_reason,
        round.approved_at,
        sorted(round.approvals.values_list("part", "by")),
        Step.objects.of(round).count(),
    )


# Choosing


def test_the_list_is_ranked_by_sign_ups_and_says_what_is_to_be_weighed(visit, round, outcomes, manager, at):
    make.IssueFactory(outcome=outcomes[1], authority=outcomes[1].sign_ups.first().authority)
    another = make.a_round(outcomes[1], name="Beacons of last year", slug="last-year")
    SignUp.objects.filter(outcome=outcomes[1]).update(confirmed_at=at, confirmed_by=manager)

    form = visit(manager, at=at).get(address(round)).context["form"]

    assert [label for _, label in form.fields["outcomes"].choices] == [
        "1. Less waste",
        "2. More homes",
        "3. Safe for good",
    ]
    assert form.fields["outcomes"].widget.hints[str(outcomes[1].pk)] == (
        f"2 councils, 67% of all areas; 2 confirmed; 1 issue stated; measured; already in {another};"
        " under five councils."
    )


def test_the_manager_saves_a_choice_with_its_reason(visit, round, outcomes, manager, at):
    answer = visit(manager, at=at).post(address(round), typed(round, *outcomes[1:]), follow=True)

    assert "The choice is saved" in answer.text
    assert whole(round)[:2] == (["More homes", "Safe for good"], "They answer what councils find hardest.")
    step = Step.objects.of(round).with_words().last()
    assert (step.step, step.by_id) == ("change", manager.pk)
    assert step.words.data["outcomes"] == [
        [outcomes[0].slug],
        sorted(outcome.slug for outcome in outcomes[1:]),
    ]


@pytest.mark.parametrize("part", ["chair", "vice_chair"])
def test_the_chairs_save_it_too(visit, round, outcomes, four, at, part):
    visit(four[part], at=at).post(address(round), typed(round, outcomes[2]))

    assert chosen(round) == ["Safe for good"]


@pytest.mark.parametrize("part", ["clg", "lga"])
def test_a_signatory_approves_and_does_not_save(visit, round, outcomes, four, at, part):
    before = whole(round)
    client = visit(four[part], at=at)

    answer = client.post(address(round), typed(round, outcomes[2]))

    assert answer.status_code == 403
    assert whole(round) == before
    page = client.get(address(round))
    assert page.context["form"] is None
    assert "Approve as" in page.text


@pytest.mark.parametrize("who", ["case_officer", "grants_officer"])
def test_the_rest_of_the_office_looks_on(visit, round, outcomes, at, who):
    client = visit(getattr(make, who)(), at=at)

    assert client.get(address(round)).context["form"] is None
    assert client.post(address(round), typed(round, outcomes[2])).status_code == 403


def test_a_council_and_a_visitor_do_not_see_it(visit, round, at):
    assert visit(make.drafter(make.AuthorityFactory()), at=at).get(address(round)).status_code == 404
    assert visit(at=at).get(address(round)).status_code == 302


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"outcomes": []}, "Choose one outcome at least"),
        ({"reason": "   "}, "Say why these outcomes are chosen"),
        ({"reason": "word " * 201}, "1 word too many"),
        ({"outcomes": [999_999]}, "Outcomes: choose from the list"),
    ],
)
def test_a_choice_that_is_not_whole_says_what_to_do_and_keeps_what_was_typed(
    visit, round, outcomes, manager, at, data, said
):
    before = whole(round)

    answer = visit(manager, at=at).post(address(round), typed(round, outcomes[2]) | data)

    assert said in answer.text
    assert whole(round) == before
    if "reason" not in data:
        assert "They answer what councils find hardest." in answer.text


def test_more_outcomes_than_this_kind_of_round_has_are_refused(visit, round, manager, at):
    many = make.OutcomeFactory.create_batch(7)
    before = whole(round)

    answer = visit(manager, at=at).post(address(round), typed(round, *many))

    assert "7 outcomes are chosen; this kind of round has 6 at most." in answer.text
    assert "They answer what councils find hardest." in answer.text
    assert whole(round) == before


def test_nobody_writes_over_what_somebody_else_chose_meanwhile(visit, round, outcomes, manager, four, at):
    old = typed(round, outcomes[2])
    visit(four["chair"], at=at).post(address(round), typed(round, outcomes[1], reason="The chair's."))
    before = whole(round)
    client = visit(manager, at=at)

    answer = client.post(address(round), old)

    assert "The choice was changed since you opened this page." in answer.text
    assert "They answer what councils find hardest." in answer.text
    assert whole(round) == before
    # Read again, it may be sent again: the form brings the new state with it.
    again = old | {"seen": answer.context["form"]["seen"].value()}
    client.post(address(round), again)
    assert chosen(round) == ["Safe for good"]


def test_the_same_choice_again_changes_nothing_and_keeps_the_approvals(
    visit, round, outcomes, manager, four, at
):
    seat_actions.approve_round(round, part="chair", by=four["chair"], at=at)
    before = whole(round)

    visit(manager, at=at + timedelta(hours=1)).post(
        address(round), typed(round, outcomes[0], reason="Most signed up.")
    )

    assert whole(round) == before


@pytest.mark.parametrize(("late", "refused"), [(-timedelta(microseconds=1), False), (timedelta(0), True)])
def test_the_choice_ends_at_day_0(round, outcomes, manager, late, refused):
    day_0 = round.plan[0].opens_at
    before = whole(round)

    def choose():
        actions.choose_outcomes(
            round, [outcomes[2]], reason="Late.", seen=state_of(round), by=manager, at=day_0 + late
        )

    if refused:
        with pytest.raises(Refused, match="Day 0 was Monday 5 January 2026"):
            choose()
        assert whole(round) == before
    else:
        choose()
        assert chosen(round) == ["Safe for good"]


# Approving


def approve(client, round, part, **more):
    data = {"part": part, "seen": state_of(round), **more}
    return client.post(reverse("choice_approve", args=[round.slug]), data, follow=True)


def test_the_four_approve_what_they_read_and_then_it_stands(visit, round, outcomes, four, manager, at):
    for part, user in four.items():
        assert f"Approve as {Approval.Part(part).label}" in visit(user, at=at).get(address(round)).text
        approve(visit(user, at=at), round, part)

    round.refresh_from_db()
    assert round.approved_at == at
    page = visit(manager, at=at).get(address(round))
    assert "The choice stands." in page.text
    assert "Most signed up." in page.text
    assert page.context["form"] is None
    before = whole(round)
    with pytest.raises(Refused, match="The round is approved"):
        actions.choose_outcomes(round, [outcomes[2]], reason="Now.", seen=state_of(round), by=manager, at=at)
    assert whole(round) == before


def test_an_approval_of_another_choice_is_refused(visit, round, outcomes, four, manager, at):
    old = state_of(round)
    actions.choose_outcomes(round, [outcomes[1]], reason="Another.", seen=old, by=manager, at=at)
    before = whole(round)

    answer = approve(visit(four["lga"], at=at + timedelta(minutes=1)), round, "lga", seen=old)

    assert "The choice was changed since you opened this page." in answer.text
    assert whole(round) == before


def test_a_changed_choice_lets_approvals_lapse_and_says_what_changed(
    visit, round, outcomes, four, manager, at
):
    seat_actions.approve_round(round, part="chair", by=four["chair"], at=at)
    actions.choose_outcomes(
        round, outcomes[1:], reason="Another.", seen=state_of(round), by=manager, at=at + timedelta(hours=1)
    )

    page = visit(four["chair"], at=at + timedelta(hours=2)).get(address(round))

    assert [given for _, given in page.context["parts"]] == [None] * 4
    [change] = page.context["changes"]
    assert (change.by, change.added, change.taken_out, change.reason) == (
        manager.name,
        ["More homes", "Safe for good"],
        ["Less waste"],
        "Another.",
    )
    assert "Approve as Chair" in page.text


@pytest.mark.parametrize("part", ["chair", "lga", "nobody", ""])
def test_nobody_approves_in_a_part_of_somebody_else(visit, round, four, at, part):
    before = whole(round)

    answer = visit(four["clg"], at=at).post(
        reverse("choice_approve", args=[round.slug]), {"part": part, "seen": state_of(round)}
    )

    assert answer.status_code == 403
    assert whole(round) == before


def test_what_else_is_missing_is_said_when_the_round_is_approved(visit, round, four, at):
    round.criteria.all().delete()
    before = whole(round)

    answer = approve(visit(four["clg"], at=at), round, "clg")

    assert "There are no criteria." in answer.text
    assert whole(round) == before


def test_the_public_reads_why_these_outcomes(visit, round, four, at):
    for part, user in four.items():
        seat_actions.approve_round(round, part=part, by=user, at=at)

    assert "Most signed up." in visit(at=at).get(round.get_absolute_url()).text


@pytest.mark.parametrize("who", ["manager", "chair", "lga"])
def test_the_page_takes_12_queries_however_many_outcomes_and_rounds(visit, round, four, manager, at, who):
    user = {"manager": manager, **four}[who]
    client = visit(user, at=at)
    seat_actions.approve_round(round, part="vice_chair", by=four["vice_chair"], at=at)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address(round)).status_code == 200
        return len(asked)

    few = queries()
    for outcome in make.OutcomeFactory.create_batch(17):
        make.SignUpFactory(outcome=outcome)
        make.a_round(outcome)

    assert few == queries() <= MOST_QUERIES
