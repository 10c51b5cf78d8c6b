"""More time for one authority: two people, a reason, and one instant that everything then keeps to."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from beacons.applications import actions, calls, closings
from beacons.applications.models import Application, Extension
from beacons.applications.tasks import sweep
from beacons.core import clock, workdays
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.desks.todo import duties
from beacons.rounds import actions as planning
from panel.models import Announcement
from tests import factories
from tests.applications.conftest import begun, finished, letters_of, submitted, written

# Applications close at noon on Monday 9 March 2026, and scoring opens at noon on Monday 16 March.
WEDNESDAY = workdays.noon(datetime(2026, 3, 11).date())
FRIDAY = workdays.noon(datetime(2026, 3, 13).date())
MOMENT = timedelta(microseconds=1)
WHY = "Its offices were flooded."


@pytest.fixture
def manager(db):
    return factories.scheme_manager()


@pytest.fixture
def officer(db):
    return factories.case_officer()


def asked(council, manager, *, until=WEDNESDAY, at=None, why=WHY):
    return actions.ask_for_time(
        council.round, council.authority, until=until, why=why, by=manager, at=at or council.at
    )


def given(council, manager, officer, **facts):
    extension = asked(council, manager, **facts)
    return actions.agree_to_time(extension, by=officer, at=facts.get("at", council.at))


def fresh(bid):
    return Application.objects.get(pk=bid.pk)


def refusals(council, manager, **facts):
    with pytest.raises(Refused) as refused:
        asked(council, manager, **facts)
    assert not Extension.objects.exists()
    return refused.value.reasons


# Two people and a reason


def test_one_asks_and_another_agrees(council, manager, officer):
    extension = given(council, manager, officer)

    assert (extension.asked_by, extension.agreed_by, extension.agreed_at) == (manager, officer, council.at)
    assert list(Step.objects.of(extension).values_list("step", "by_id")) == [
        ("ask", manager.pk),
        ("agree", officer.pk),
    ]
    assert [letter.to for letter in letters_of("extension_asked")] == [officer.email]
    assert [letter.to for letter in letters_of("extension_agreed")] == sorted(
        [council.drafter.email, council.certifier.email, manager.email]
    )
    assert (
        "close at noon on 11 March 2026, and not at noon on 9 March 2026"
        in letters_of("extension_agreed")[0].body
    )
    assert WHY not in letters_of("extension_agreed")[0].body


def test_the_same_person_is_refused_by_page_action_and_database(council, manager, visit):
    extension = asked(council, manager)

    page = visit(manager, at=council.at).post(f"/applications/more-time/{extension.pk}/agree/", follow=True)
    with pytest.raises(Refused, match="A second person agrees"):
        actions.agree_to_time(extension, by=manager, at=council.at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.filter(pk=extension.pk).update(agreed_by=manager, agreed_at=council.at)

    assert "A second person agrees" in page.content.decode()
    assert Extension.objects.get().is_waiting


@pytest.mark.parametrize("why", ["", "\u200b\u200d"])
def test_asking_wants_a_reason(council, manager, why):
    assert refusals(council, manager, why=why) == ["Say why the authority needs more time."]


def test_what_waits_is_asked_for_once(council, manager, officer):
    asked(council, manager)

    with pytest.raises(Refused, match="to noon on Wednesday 11 March 2026, was asked for already"):
        asked(council, officer, until=FRIDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.create(
            round=council.round, authority=council.authority, until=FRIDAY, why="x", asked_by=officer, asked_at=council.at
        )  # fmt: skip


def test_who_has_no_part_in_the_round_needs_no_time(council, manager):
    council.authority = factories.AuthorityFactory(name="Elsewhere")

    assert refusals(council, manager) == ["Elsewhere may not apply in this round, and has begun nothing."]


# Until when


@pytest.mark.parametrize(
    ("until", "reason"),
    [
        (workdays.noon(datetime(2026, 3, 9).date()), "has until noon on Monday 9 March 2026 already"),
        (FRIDAY + MOMENT, "until noon on Friday 13 March 2026 at most: “Scoring” opens at noon on Monday 16 March 2026"),
        (datetime(2026, 3, 10, 8, 59, tzinfo=workdays.LONDON), "between 9:00 and 17:00"),
        (datetime(2026, 3, 10, 17, 1, tzinfo=workdays.LONDON), "between 9:00 and 17:00"),
    ],
)  # fmt: skip
def test_an_instant_that_cannot_be(council, manager, until, reason):
    [told] = refusals(council, manager, until=until)

    assert reason in told


def test_the_last_instant_leaves_a_working_day_for_the_check(council, manager, officer):
    assert given(council, manager, officer, until=FRIDAY).until == FRIDAY


def test_on_a_weekend_nobody_could_help(council, manager):
    check, scoring = council.round.stage_of("check"), council.round.stage_of("scoring")
    later = scoring.opens_on + timedelta(days=2)
    planning.move_stage(check, closes_on=later, why="Longer", by=None, at=council.at)
    council.round.refresh_from_db()

    [told] = refusals(council, manager, until=datetime(2026, 3, 14, 12, tzinfo=UTC))

    assert told == "Saturday 14 March 2026 is not a working day, so nobody could help."


# Before the closing, never after


@pytest.mark.parametrize(("moment", "is_asked"), [("last", True), ("closes", False)])
def test_asking_ends_at_the_closing_instant(council, manager, moment, is_asked):
    at = getattr(council, moment)

    if is_asked:
        assert asked(council, manager, at=at).asked_at == at
    else:
        assert "asked for and agreed to before the closing" in refusals(council, manager, at=at)[-1]


@pytest.mark.parametrize(("moment", "is_given"), [("last", True), ("closes", False)])
def test_agreeing_ends_at_the_closing_instant(council, manager, officer, visit, moment, is_given):
    extension = asked(council, manager)

    page = visit(officer, at=getattr(council, moment)).post(
        f"/applications/more-time/{extension.pk}/agree/", follow=True
    )

    assert Extension.objects.get().is_agreed is is_given
    assert ("never after it" in page.content.decode()) is not is_given


def test_more_time_is_made_longer_while_it_runs_and_not_when_it_is_over(council, manager, officer):
    given(council, manager, officer)

    with pytest.raises(Refused, match="never after it"):
        asked(council, manager, until=FRIDAY, at=WEDNESDAY)
    longer = given(council, manager, officer, until=FRIDAY, at=WEDNESDAY - MOMENT)

    assert closings.Deadline(longer.round, longer.authority).closes_at == FRIDAY


# What it changes, and for whom


def test_the_authority_writes_certifies_and_hands_in_to_the_later_instant_exactly(council, manager, officer):
    given(council, manager, officer)
    last = WEDNESDAY - MOMENT

    bid = finished(council, begun(council, at=council.closes), last)
    bid = actions.certify(bid, by=council.certifier, at=last)

    assert fresh(bid).closes_at == WEDNESDAY
    with pytest.raises(Refused, match="closed at noon on Wednesday 11 March 2026"):
        actions.submit(bid, by=council.drafter, at=WEDNESDAY)
    assert actions.submit(bid, by=council.drafter, at=last).submitted_at == last


def test_for_nobody_else_anything_changes(council, manager, officer):
    rival = factories.ApplicationFactory(round=council.round)
    elsewhere = factories.ApplicationFactory(authority=council.authority)
    given(council, manager, officer)

    assert fresh(rival).closes_at == council.closes
    assert fresh(elsewhere).closes_at == factories.closing(elsewhere.round, "applications")
    with pytest.raises(Refused, match="closed at noon on Monday 9 March"):
        actions.save_answers(rival, {}, by=rival.drafted_by, at=council.closes)


def test_what_was_only_asked_for_gives_nothing(council, manager, officer):
    bid = written(council)
    extension = asked(council, manager)

    with pytest.raises(Refused, match="closed at noon on Monday 9 March"):
        actions.certify(bid, by=council.certifier, at=council.closes)
    actions.refuse_time(extension, why="Others were flooded too.", by=officer, at=council.at)
    with pytest.raises(Refused, match="closed at noon on Monday 9 March"):
        actions.certify(bid, by=council.certifier, at=council.closes)


def test_pages_lists_and_the_desk_say_the_later_instant(council, manager, officer, visit):
    bid = begun(council)
    given(council, manager, officer)
    client = visit(council.drafter, at=council.closes)

    tasks = client.get(f"/applications/{bid.reference}/").content.decode()
    listed = client.get("/applications/").content.decode()
    choices = client.get("/applications/start/").content.decode()
    [duty] = [duty for duty in duties(council.drafter, council.closes) if bid.title in duty.words]

    assert "Applications close at noon on Wednesday 11 March, in 2 days." in tasks
    assert "Your authority was given more time" in tasks
    assert "closes at noon on Wednesday 11 March" in listed
    assert "Applications close at noon on Wednesday 11 March" in choices
    assert duty.until == WEDNESDAY


def test_an_authority_without_a_bid_may_still_begin(council, manager, officer, visit):
    given(council, manager, officer)
    url = f"/applications/start/{council.round.slug}/{council.outcome.slug}/{council.authority.code}/"

    response = visit(council.drafter, at=WEDNESDAY - MOMENT).post(url, {"title": "Late and in time"})

    assert response.status_code == 302
    assert [bid.title for bid in Application.objects.all()] == ["Late and in time"]
    assert calls.open_to([council.authority], WEDNESDAY) == []


def test_the_clock_lapses_it_at_its_own_closing(council, manager, officer):
    mine, rival = begun(council), factories.ApplicationFactory(round=council.round)
    given(council, manager, officer)

    with clock.set_to(council.closes + clock.STRAGGLERS):
        sweep()
    lapsed_first = fresh(mine).status, fresh(rival).status
    with clock.set_to(WEDNESDAY + clock.STRAGGLERS - MOMENT):
        sweep()
    not_yet = fresh(mine).status
    with clock.set_to(WEDNESDAY + clock.STRAGGLERS):
        sweep()

    assert (lapsed_first, not_yet, fresh(mine).status) == (("draft", "lapsed"), "draft", "lapsed")
    with pytest.raises(Refused, match="can still be submitted"):
        actions.lapse(factories.ApplicationFactory(round=council.round, authority=council.authority), by=None, at=council.closes)  # fmt: skip


def test_its_people_are_reminded_of_its_own_closing(council, manager, officer):
    begun(council)
    factories.ApplicationFactory(round=council.round)
    with clock.set_to(council.closes - timedelta(days=3)):
        sweep()
    before = set(letters_of("application_reminder"))
    given(council, manager, officer)
    eve = workdays.noon(datetime(2026, 3, 10).date())

    with clock.set_to(eve - MOMENT):
        sweep()
    early = set(letters_of("application_reminder")) - before
    with clock.set_to(eve):
        sweep()
        sweep()

    # On the Monday fell the second working day before its own closing.
    later = set(letters_of("application_reminder")) - before - early
    subject = "Applications close at noon on 11 March 2026: what is left for Testbury to do"
    assert [(letter.to, letter.subject) for letter in early] == [(council.drafter.email, subject)]
    assert [(letter.to, letter.subject) for letter in later] == [(council.drafter.email, subject)]


def test_it_is_checked_after_its_own_closing(council, manager, officer):
    bid = submitted(council)
    given(council, manager, officer)

    with pytest.raises(Refused, match="checked after they have closed, at noon on Wednesday 11 March"):
        actions.find_eligible(bid, by=officer, at=WEDNESDAY - MOMENT)
    waiting = [duty.words for duty in duties(officer, council.closes)]
    assert actions.find_eligible(bid, by=officer, at=WEDNESDAY).status == "eligible"
    assert "Check 1 application" not in waiting


def test_what_an_abolished_council_was_given_goes_with_its_bid(council, manager, officer):
    bid = begun(council)
    given(council, manager, officer)
    successor = factories.AuthorityFactory()
    Application.objects.filter(pk=bid.pk).update(authority=successor, inherited_from=council.authority)

    assert fresh(bid).closes_at == WEDNESDAY
    assert [each.closes_at for each in Application.objects.filter(pk=bid.pk).with_closing()] == [WEDNESDAY]
    assert not Application.objects.unfinished_after(council.closes).exists()


# The plan keeps what was promised


def test_scoring_does_not_move_before_what_it_waits_for(council, manager, officer):
    given(council, manager, officer, until=FRIDAY)
    check = council.round.stage_of("check")

    with pytest.raises(
        Refused, match="was given time for its application until noon on Friday 13 March 2026"
    ):
        planning.move_stage(
            check, closes_on=check.closes_on - timedelta(days=3), why="Faster", by=None, at=council.at
        )
    later = planning.move_stage(
        check, closes_on=check.closes_on + timedelta(days=1), why="Slower", by=None, at=council.at
    )

    assert later.closes_on == check.closes_on + timedelta(days=1)


# The office's pages


def test_asking_on_the_page(council, manager, visit):
    client = visit(manager, at=council.at)
    typed = {
        "authority": council.authority.pk,
        "last_day_day": "11",
        "last_day_month": "3",
        "last_day_year": "2026",
        "clock": "12:00",
        "why": WHY,
    }

    response = client.post(f"/applications/rounds/{council.round.slug}/more-time/ask/", typed)

    extension = Extension.objects.get()
    assert response.url == f"/applications/more-time/{extension.pk}/"
    assert (extension.until, extension.why) == (WEDNESDAY, WHY)
    shown = client.get(f"/applications/rounds/{council.round.slug}/more-time/").content.decode()
    assert "Testbury" in shown
    assert "Waits for a second person" in shown


def test_what_was_typed_is_kept_when_it_cannot_be(council, manager, visit):
    typed = {
        "authority": council.authority.pk,
        "last_day_day": "14",
        "last_day_month": "3",
        "last_day_year": "2026",
        "clock": "12:00",
        "why": WHY,
    }

    page = visit(manager, at=council.at).post(
        f"/applications/rounds/{council.round.slug}/more-time/ask/", typed
    )

    assert page.status_code == 200
    assert "until noon on Friday 13 March 2026 at most" in page.content.decode()
    assert WHY in page.content.decode()


def test_it_waits_on_a_colleagues_desk_until_the_closing(council, manager, officer):
    extension = asked(council, manager)

    def waiting(user, at):
        return [duty.url for duty in duties(user, at) if "Agree to more time" in duty.words]

    assert waiting(officer, council.last) == [extension.get_absolute_url()]
    assert waiting(officer, council.closes) == waiting(manager, council.last) == []


@pytest.mark.parametrize("who", ["manager", "officer"])
def test_it_is_refused_or_taken_back_with_a_reason(council, manager, officer, visit, who):
    extension, person = asked(council, manager), {"manager": manager, "officer": officer}[who]
    client = visit(person, at=council.at)

    empty = client.post(f"/applications/more-time/{extension.pk}/refuse/", {"why": "\u200b"})
    client.post(f"/applications/more-time/{extension.pk}/refuse/", {"why": "A mistake <b>"})

    extension.refresh_from_db()
    assert empty.status_code == 200
    assert (extension.refused_by, extension.refused_why) == (person, "A mistake <b>")
    assert [letter.to for letter in letters_of("extension_refused")] == (
        [manager.email] if who == "officer" else []
    )
    assert "A mistake &lt;b&gt;" in client.get(f"/applications/more-time/{extension.pk}/").content.decode()
    with pytest.raises(Refused, match="has refused it already"):
        actions.agree_to_time(extension, by=officer, at=council.at)


def test_a_second_press_gives_it_once(council, manager, officer, visit):
    extension, client = asked(council, manager), visit(officer, at=council.at)

    for _ in range(2):
        client.post(f"/applications/more-time/{extension.pk}/agree/")

    assert Step.objects.of(extension).filter(step="agree").count() == 1
    assert len(letters_of("extension_agreed")) == 3


def test_councils_and_rivals_do_not_see_the_offices_pages(council, manager, officer, visit):
    extension = given(council, manager, officer)
    rival = factories.drafter(factories.AuthorityFactory())

    assert visit(rival, at=council.at).get(extension.get_absolute_url()).status_code == 404
    assert visit(council.drafter, at=council.at).get(extension.get_absolute_url()).status_code == 403
    assert visit(rival, at=council.at).post(f"{extension.get_absolute_url()}agree/").status_code == 404


# What others learn


def test_the_rounds_page_says_that_some_was_given_and_after_the_announcement_to_whom(
    council, manager, officer, visit
):
    given(council, manager, officer)
    Announcement.objects.create(
        round=council.round,
        at=factories.closing(council.round, "decision"),
        set_by=manager,
        set_at=council.at,
    )

    def page(at):
        return visit(at=at).get(council.round.get_absolute_url()).content.decode()

    announced = factories.closing(council.round, "decision")
    before, after = page(announced - MOMENT), page(announced)
    assert "More time for applications was given to one authority" in before
    assert "Testbury" not in before
    assert "Testbury: until noon on 11 March 2026." in after
    assert WHY not in after
