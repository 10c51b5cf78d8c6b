"""2009's reorganisation on the real tables: 44 councils abolished on 31 March 2009 hand on what they held."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command

from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.directory import estates, tasks
from beacons.directory.actions import successions as actions
from beacons.directory.models import Authority, Inheritance, Membership, Role, Succession
from beacons.directory.rules.successions import certifiers_to_confirm
from outcomes.models import FormerTerms, Issue, SignUp
from tests import factories as make
from tests.reliability.racing import at_once, errors

pytestmark = pytest.mark.django_db

EVE = datetime(2009, 3, 31, 22, 59, tzinfo=UTC)  # 23:59 in London
DAY = datetime(2009, 3, 31, 23, 0, tzinfo=UTC)  # 1 April 2009 begins in London
LATER = DAY + timedelta(days=3)


@pytest.fixture
def england():
    """The product's own tables, as they stood in 2009: what came later is taken out."""
    call_command("load_authorities", verbosity=0)
    Succession.objects.filter(took_over_on__gt=date(2009, 4, 1)).delete()


def council(code):
    return Authority.objects.get(code=code)


ALNWICK, BLYTH, OLD_COUNTY, NORTHUMBERLAND = "E07000157", "E07000159", "E10000022", "NBL"
CHESHIRE, EAST, WEST = "E10000004", "CHE", "CHW"


def pass_on(at=DAY):
    return tasks.pass_on(at)


def test_the_table_tells_of_2009(england):
    abolished = Authority.objects.taken_over(DAY)

    assert abolished.count() == 44
    assert Authority.objects.taken_over(EVE).count() == 0
    assert set(Succession.objects.due(DAY).values_list("successor__name", flat=True)) == {
        "Bedford",
        "Central Bedfordshire",
        "Cheshire East",
        "Cheshire West and Chester",
        "Cornwall",
        "County Durham",
        "Northumberland",
        "Shropshire",
        "Wiltshire",
    }
    assert {each.authority.code for each in Succession.objects.divided().select_related("authority")} == {
        "E10000001",
        "E10000004",
    }


def test_all_that_were_not_divided_are_carried_out_on_the_day_and_not_before(england):
    assert pass_on(EVE) == 0
    assert pass_on(DAY) == 42
    assert pass_on(LATER) == 0

    assert Succession.objects.filter(carried_out_at=DAY).count() == 42
    assert Succession.objects.filter(carried_out_at__isnull=True).count() == 4
    assert not Letter.objects.exists()


def test_alnwicks_sign_up_passes_to_northumberland(england):
    sign_up = make.SignUpFactory(authority=council(ALNWICK), lead_officer="Sam Taylor", baseline=7, target=5)

    pass_on()

    sign_up.refresh_from_db()
    assert sign_up.authority == council(NORTHUMBERLAND)
    assert sign_up.inherited_from == council(ALNWICK)
    assert (sign_up.lead_officer, sign_up.baseline, sign_up.target) == ("Sam Taylor", 7, 5)
    passed = Inheritance.objects.get()
    assert (passed.kind, passed.former, passed.successor, passed.beside) == (
        "sign-up",
        council(ALNWICK),
        council(NORTHUMBERLAND),
        False,
    )
    assert Step.objects.of(sign_up).values_list("step", flat=True)[0] == "inherit"


def test_where_the_successor_signed_up_itself_both_are_kept(england):
    outcome = make.OutcomeFactory()
    own = make.SignUpFactory(outcome=outcome, authority=council(NORTHUMBERLAND), baseline=6, target=4)
    theirs = make.SignUpFactory(
        outcome=outcome, authority=council(ALNWICK), baseline=9, target=8, lead_officer="Sam Taylor"
    )

    pass_on()

    assert list(outcome.sign_ups.all()) == [own]
    own.refresh_from_db()
    assert (own.baseline, own.target, own.inherited_from) == (6, 4, None)
    kept = FormerTerms.objects.get()
    assert (kept.sign_up, kept.agreed_by, kept.baseline, kept.target, kept.lead_officer) == (
        own,
        council(ALNWICK),
        9,
        8,
        "Sam Taylor",
    )
    assert Inheritance.objects.get(subject_id=theirs.pk).beside


def test_the_countys_agreement_stands_over_those_of_districts_that_joined_it(england):
    outcome = make.OutcomeFactory()
    joined = make.SignUpFactory(outcome=outcome, authority=council(ALNWICK), target=1)
    area = make.SignUpFactory(outcome=outcome, authority=council(OLD_COUNTY), target=2)
    joined.joins = area
    joined.save()

    pass_on()

    area.refresh_from_db()
    assert list(outcome.sign_ups.values_list("pk", "authority__code", "joins", "target")) == [
        (area.pk, NORTHUMBERLAND, None, 2)
    ]
    assert FormerTerms.objects.get().agreed_by == council(ALNWICK)
    assert outcome.sign_ups.get() == area


def test_a_district_that_joined_another_stands_by_itself_in_its_successor(england):
    """Of Cheshire, which is divided, nothing moves; Congleton's own sign-up does."""
    outcome = make.OutcomeFactory()
    area = make.SignUpFactory(outcome=outcome, authority=council(CHESHIRE))
    joined = make.SignUpFactory(outcome=outcome, authority=council("E07000014"), joins=area)

    pass_on()

    joined.refresh_from_db()
    assert (joined.authority.code, joined.joins) == (EAST, None)
    area.refresh_from_db()
    assert area.authority.code == CHESHIRE

    actions.share_out(
        area.authority, {("sign-up", area.pk): council(EAST).pk}, by=make.scheme_manager(), at=LATER
    )

    assert list(outcome.sign_ups.all()) == [joined]


def test_doing_it_twice_changes_nothing(england):
    make.SignUpFactory(authority=council(ALNWICK))
    make.drafter(council(ALNWICK))
    pass_on()
    before = (
        list(SignUp.objects.values()),
        list(Membership.objects.values()),
        Step.objects.count(),
        Letter.objects.count(),
    )

    assert pass_on() == 0
    assert pass_on(LATER) == 0

    assert before == (
        list(SignUp.objects.values()),
        list(Membership.objects.values()),
        Step.objects.count(),
        Letter.objects.count(),
    )
    with pytest.raises(Refused, match="left to pass on"):
        actions.inherit(council(ALNWICK), by=None, at=LATER)


def test_what_comes_to_light_later_passes_too(england):
    pass_on()
    sign_up = make.SignUpFactory(authority=council(ALNWICK))

    assert pass_on(LATER) == 1

    sign_up.refresh_from_db()
    assert sign_up.authority == council(NORTHUMBERLAND)
    assert Succession.objects.get(authority__code=ALNWICK).carried_out_at == DAY


def test_people_come_along_and_certifiers_are_confirmed_anew(england):
    officer, chief = make.drafter(council(ALNWICK)), make.certifier(council(ALNWICK))
    both = make.drafter(council(ALNWICK))
    make.MembershipFactory(user=both, role=Role.DRAFTER, authority=council(BLYTH))
    stranger = make.drafter(council("CON"))

    pass_on()

    north = council(NORTHUMBERLAND)
    assert [renewed(each).authorities for each in (officer, chief, both)] == [[north]] * 3
    assert renewed(chief).acts_for(north)
    assert not renewed(chief).certifies_for(north)
    assert renewed(stranger).authorities == [council("CON")]
    assert both.memberships.active().count() == 1
    assert [held.user for held in certifiers_to_confirm(north)] == [chief]

    manager = make.scheme_manager()
    with pytest.raises(Refused, match="did not certify"):
        actions.confirm_certifier(officer, north, by=manager, at=LATER)
    actions.confirm_certifier(chief, north, by=manager, at=LATER)

    assert renewed(chief).certifies_for(north)
    assert certifiers_to_confirm(north) == []
    assert Letter.objects.filter(kind="certifier_confirmed", to=chief.email).count() == 1
    with pytest.raises(Refused, match="certifies already"):
        actions.confirm_certifier(chief, north, by=manager, at=LATER)


def renewed(user):
    return type(user).objects.get(pk=user.pk)


def test_the_successors_people_are_told_once(england):
    make.SignUpFactory(authority=council(ALNWICK))
    came = make.certifier(council(ALNWICK))
    own = make.drafter(council(NORTHUMBERLAND))
    make.drafter(council("CON"))

    pass_on()
    pass_on(LATER)

    letters = Letter.objects.filter(kind="inherited")
    assert sorted(letters.values_list("to", flat=True)) == sorted([came.email, own.email])
    assert "Alnwick became part of Northumberland" in letters[0].subject
    assert "Sign-up to" in letters[0].body


def test_nothing_of_a_divided_council_moves_by_itself(england):
    sign_up = make.SignUpFactory(authority=council(CHESHIRE))
    officer = make.drafter(council(CHESHIRE))

    pass_on()

    sign_up.refresh_from_db()
    assert sign_up.authority == council(CHESHIRE)
    assert renewed(officer).authorities == [council(CHESHIRE)]
    assert list(estates.to_share_out(DAY)) == [council(CHESHIRE)]
    with pytest.raises(Refused, match="was divided among Cheshire East and Cheshire West and Chester"):
        actions.inherit(council(CHESHIRE), by=None, at=DAY)


def test_staff_choose_for_each_thing_of_a_divided_council(england):
    first = make.SignUpFactory(authority=council(CHESHIRE))
    second = make.SignUpFactory(authority=council(CHESHIRE))
    officer = make.certifier(council(CHESHIRE))
    held = officer.memberships.get()
    manager = make.scheme_manager()

    actions.share_out(
        council(CHESHIRE),
        {("sign-up", first.pk): council(EAST).pk, ("membership", held.pk): council(WEST).pk},
        by=manager,
        at=LATER,
    )

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.authority, second.authority) == (council(EAST), council(CHESHIRE))
    assert renewed(officer).authorities == [council(WEST)]
    assert list(estates.to_share_out(LATER)) == [council(CHESHIRE)]
    assert {each.passed_by for each in Inheritance.objects.select_related("passed_by")} == {manager}
    assert list(Letter.objects.values_list("kind", "to")) == [("inherited", officer.email)]

    actions.share_out(council(CHESHIRE), {("sign-up", second.pk): council(WEST).pk}, by=manager, at=LATER)

    assert not estates.to_share_out(LATER).exists()


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        ({}, "at least one thing"),
        ({("sign-up", 0): "CON"}, "one of the successors of Cheshire"),
        ({("sign-up", 10**9): EAST}, "Somebody has just shared out"),
        ({("no-such-kind", 1): EAST}, "Somebody has just shared out"),
    ],
)
def test_what_may_not_be_shared_out(england, choices, reason):
    sign_up = make.SignUpFactory(authority=council(CHESHIRE))
    chosen = {key: council(code).pk for key, code in choices.items()}

    with pytest.raises(Refused, match=reason):
        actions.share_out(council(CHESHIRE), chosen, by=make.scheme_manager(), at=LATER)

    sign_up.refresh_from_db()
    assert sign_up.authority == council(CHESHIRE)
    assert not Inheritance.objects.exists()


def test_nothing_passes_before_the_day(england):
    sign_up = make.SignUpFactory(authority=council(CHESHIRE))

    with pytest.raises(Refused, match="Nobody has taken Cheshire over yet"):
        actions.share_out(
            sign_up.authority, {("sign-up", sign_up.pk): council(EAST).pk}, by=make.scheme_manager(), at=EVE
        )
    with pytest.raises(Refused, match="Nobody has taken Alnwick over yet"):
        actions.inherit(council(ALNWICK), by=None, at=EVE)


def test_issues_and_figures_stay_with_the_council_that_has_them(england):
    issue = make.IssueFactory(authority=council(ALNWICK))
    figure = make.IndicatorValueFactory(authority=council(ALNWICK), year=2008)

    pass_on()

    assert Issue.objects.get(pk=issue.pk).authority == council(ALNWICK)
    assert council(ALNWICK).figures.get() == figure
    assert not council(NORTHUMBERLAND).figures.exists()


def test_one_bad_thing_stops_no_other_council(england, monkeypatch):
    make.SignUpFactory(authority=council(ALNWICK))
    make.SignUpFactory(authority=council("E07000019"))
    estate = estates.known("sign-up")

    def fail(row, former, successor, *, by, at):
        if former.code == ALNWICK:
            raise RuntimeError("a bad row")
        return estate.pass_on(row, former, successor, by=by, at=at)

    broken = type(estate)(estate.kind, estate.plural, estate.rows, estate.words, fail)
    monkeypatch.setitem(estates._estates, "sign-up", broken)

    pass_on()

    assert SignUp.objects.get(authority__code=ALNWICK).inherited_from is None
    assert SignUp.objects.get(authority__code="CON").inherited_from.code == "E07000019"
    assert not Succession.objects.get(authority__code=ALNWICK).carried_out_at


def test_a_chain_of_mergers_is_followed_to_its_end():
    call_command("load_authorities", verbosity=0)
    taunton = Authority.objects.get(successions__successor__code="SWT", name__startswith="Taunton")
    sign_up = make.SignUpFactory(authority=taunton)
    at = datetime(2026, 1, 5, 12, tzinfo=UTC)

    while pass_on(at):
        continue

    sign_up.refresh_from_db()
    assert (sign_up.authority.code, sign_up.inherited_from) == ("SMT", taunton)
    assert Inheritance.objects.count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_pass_a_thing_once():
    former = make.AuthorityFactory(closed_on=date(2009, 4, 1))
    successor = make.AuthorityFactory()
    Succession.objects.create(authority=former, successor=successor, took_over_on=date(2009, 4, 1))
    sign_up = make.SignUpFactory(authority=former)
    make.drafter(former)

    results = at_once(
        lambda: actions.inherit(former, by=None, at=DAY),
        lambda: actions.inherit(former, by=None, at=DAY),
        gate=former,
    )

    assert [type(error) for error in errors(results)] == [Refused]
    sign_up.refresh_from_db()
    assert sign_up.authority == successor
    assert Inheritance.objects.count() == 2
    assert Membership.objects.active().filter(authority=successor).count() == 1
