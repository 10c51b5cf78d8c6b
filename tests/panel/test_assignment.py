"""The panel assignment: published optima, every rule kept, and named reasons when rules collide."""

import pytest

from panel.assignment import Assessor, Infeasible, Pair, Shortfall, assign, even_loads
from tests.shared import reference

CLG, LGA = "clg", "lga"
NOTHING = {}


def small_panel(**loads):
    """Two of each body, and one independent."""
    return [
        Assessor(f"{body or 'ind'}{n}", body, **loads)
        for body, n in [(CLG, 1), (CLG, 2), (LGA, 1), (LGA, 2), ("", 1)]
    ]


def crowd(applications=100, assessors=20, k=4):
    """A round of a usual size: affinities that repeat, and each member excluded from a few."""
    ids = [f"B{n:03}" for n in range(applications)]
    lo, cap = even_loads(applications, assessors, k)
    members = [Assessor(f"m{n:02}", CLG if n % 2 else LGA, lo, cap) for n in range(assessors)]
    affinity = {
        (a, m.id): (7 * i * i + 13 * j * (i + 3)) % 71
        for i, a in enumerate(ids)
        for j, m in enumerate(members)
    }
    excluded = {(a, m.id) for i, a in enumerate(ids) for j, m in enumerate(members) if (i + 3 * j) % 23 == 0}
    return ids, members, affinity, excluded


def test_teams_of_workers_cost_the_published_250():
    published = reference("assignment_small.json")["teams"]
    workers = [Assessor(n, [CLG, LGA][team], most=1) for n, team in enumerate(published["team_of_worker"])]
    cost = {(task, n): -row[task] for n, row in enumerate(published["cost"]) for task in range(4)}

    found = assign(range(4), workers, k=1, affinity=cost, each_body=False, body_most={CLG: 2, LGA: 2})

    assert -found.total == published["published_total"]
    assert {pair.application for pair in found.pairs} == {0, 1, 2, 3}
    assert max(found.loads().values()) == 1


def test_the_linear_assignment_costs_the_published_265():
    published = reference("assignment_small.json")["linear"]
    cost = {(task, n): -row[task] for n, row in enumerate(published["cost"]) for task in range(4)}

    found = assign(range(4), [Assessor(n, most=1) for n in range(4)], k=1, affinity=cost, each_body=False)

    assert -found.total == published["published_total"]


def test_the_two_sided_panel_reaches_2711_with_every_rule_kept():
    published = reference("assignment_small.json")["two_sided"]
    members = [
        Assessor(n, side.lower(), published["min_load"], published["max_load"])
        for n, side in enumerate(published["side_of_reviewer"])
    ]
    affinity = {(i, j): fit for i, row in enumerate(published["affinity"]) for j, fit in enumerate(row)}
    excluded = {(i, j) for i, row in enumerate(published["allowed"]) for j, may in enumerate(row) if not may}

    found = assign(range(12), members, k=published["per_application"], affinity=affinity, excluded=excluded)

    assert found.total == published["expected_max_total"]
    for application in range(12):
        readers = found.readers(application)
        assert len(readers) == 3
        assert {members[reader].body for reader in readers} == {CLG, LGA}
    assert all(4 <= load <= 5 for load in found.loads().values())
    assert not {(pair.application, pair.assessor) for pair in found.pairs} & excluded


def test_a_round_of_100_keeps_every_rule():
    ids, members, affinity, excluded = crowd()
    body = {member.id: member.body for member in members}

    found = assign(ids, members, k=4, affinity=affinity, excluded=excluded)

    assert len(found.pairs) == 400
    assert all({body[reader] for reader in found.readers(application)} == {CLG, LGA} for application in ids)
    assert set(found.loads().values()) <= {19, 20, 21}
    assert not {(pair.application, pair.assessor) for pair in found.pairs} & excluded


def test_two_runs_agree_whatever_order_they_are_asked_in():
    ids, members, affinity, excluded = crowd(30, 8, 3)

    once = assign(ids, members, k=3, affinity=affinity, excluded=excluded)
    again = assign(reversed(ids), reversed(members), k=3, affinity=affinity, excluded=list(excluded))

    assert once == again


def test_an_independent_counts_for_neither_body():
    favourite = {("B1", "ind1"): 99}

    found = assign(["B1"], small_panel(), k=3, affinity=favourite)

    assert "ind1" in found.readers("B1")
    assert {reader[:3] for reader in found.readers("B1")} == {"clg", "ind", "lga"}


def test_what_is_already_being_read_stays_even_at_a_worse_fit():
    fit = {("B1", "clg1"): 50, ("B1", "clg2"): 1, ("B1", "lga1"): 50}

    free = assign(["B1"], small_panel(), k=2, affinity=fit)
    held = assign(["B1"], small_panel(), k=2, affinity=fit, locked={("B1", "clg2")})

    assert free.readers("B1") == ["clg1", "lga1"]
    assert held.pairs == (Pair("B1", "clg2", 1, locked=True), Pair("B1", "lga1", 50))


def test_a_member_whose_papers_are_locked_keeps_them_above_the_most():
    locked = {("B1", "clg1"), ("B2", "clg1")}

    found = assign(["B1", "B2"], small_panel(most=1), k=2, affinity=NOTHING, locked=locked)

    assert found.loads()["clg1"] == 2


def test_an_infeasible_round_names_each_application_and_its_reason():
    ids, members, affinity, excluded = crowd()
    all_of_clg = {("B007", member.id) for member in members if member.body == CLG}
    all_but_three = {("B023", member.id) for member in members[3:]}

    excluded = {pair for pair in excluded if pair[0] != "B023"} | all_of_clg | all_but_three

    with pytest.raises(Infeasible) as raised:
        assign(ids, members, k=4, affinity=affinity, excluded=excluded)

    assert raised.value.shortfalls == (
        Shortfall("has no CLG member: interests exclude them all", application="B007"),
        Shortfall("is one short of 4 readers: only 3 of the panel may read it", application="B023"),
    )
    assert "B007 has no CLG member" in str(raised.value)


def test_a_panel_without_one_body_says_so():
    with pytest.raises(Infeasible, match="B1 has no LGA member: the panel has none"):
        assign(["B1"], [Assessor("m1", CLG), Assessor("m2", CLG)], k=2, affinity=NOTHING)


def test_too_little_room_is_said_in_numbers():
    with pytest.raises(Infeasible, match="room for 5 readings and 6 are wanted"):
        assign(["B1", "B2", "B3"], small_panel(most=1), k=2, affinity=NOTHING)


def test_more_owed_than_there_is_to_read_is_said_in_numbers():
    with pytest.raises(Infeasible, match="owed 10 readings and only 2 are wanted"):
        assign(["B1"], small_panel(least=2, most=3), k=2, affinity=NOTHING)


def test_a_member_whom_interests_keep_from_the_least_is_named():
    excluded = {(application, "lga2") for application in ("B1", "B2", "B3")}

    with pytest.raises(Infeasible) as raised:
        assign(["B1", "B2", "B3"], small_panel(least=1), k=3, affinity=NOTHING, excluded=excluded)

    assert raised.value.shortfalls == (
        Shortfall("can be given one fewer than the least a member reads", assessor="lga2"),
    )


def test_a_body_without_room_is_told_from_a_body_with_interests():
    members = [Assessor("clg1", CLG, most=1), Assessor("lga1", LGA), Assessor("lga2", LGA)]

    with pytest.raises(Infeasible) as raised:
        assign(["B1", "B2"], members, k=2, affinity={("B1", "clg1"): 5})

    assert raised.value.shortfalls == (
        Shortfall("has no CLG member: those who may have no room", application="B2"),
    )


def test_an_interest_found_after_reading_began_is_a_reason_not_a_silent_swap():
    with pytest.raises(Infeasible, match="B1 is already being read by clg1, whom an interest excludes"):
        assign(
            ["B1"], small_panel(), k=2, affinity=NOTHING, excluded={("B1", "clg1")}, locked={("B1", "clg1")}
        )


def test_a_lock_on_someone_who_left_the_panel_is_a_reason():
    with pytest.raises(Infeasible, match="B1 is locked to gone, and one of the two is not here"):
        assign(["B1"], small_panel(), k=2, affinity=NOTHING, locked={("B1", "gone")})


def test_more_readers_in_hand_than_wanted_is_a_reason():
    locked = {("B1", "clg1"), ("B1", "lga1"), ("B1", "lga2")}

    with pytest.raises(Infeasible, match="B1 is already being read by 3, more than 2"):
        assign(["B1"], small_panel(), k=2, affinity=NOTHING, locked=locked)


def test_nothing_to_read_is_no_problem():
    assert assign([], small_panel(), k=2, affinity=NOTHING).pairs == ()


def test_an_empty_panel_cannot_read():
    with pytest.raises(Infeasible, match="room for 0 readings and 2 are wanted"):
        assign(["B1"], [], k=2, affinity=NOTHING)


def test_even_loads_give_or_take_one():
    assert even_loads(100, 12, 3) == (24, 26)
    assert even_loads(100, 12, 3, slack=0) == (25, 25)
    assert even_loads(7, 3, 2, slack=0) == (4, 5)
    assert even_loads(1, 0, 2) == (0, 0)
