"""The public pages of a round, and the page on which its plan is moved."""

from datetime import timedelta

import pytest
from django.urls import reverse

from beacons.rounds import actions
from beacons.rounds.models import Round, Stage
from panel.models import Announcement
from tests import factories as make
from tests.rounds.made import AT, approved, set_up

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)
LIST = reverse("round_list")


def text(response):
    """What the page says, without its markup's line breaks."""
    return " ".join(response.content.decode().split())


def move_url(round, key):
    return reverse("stage_move", args=[round.slug, key])


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (
            -timedelta(days=12),
            "<strong>Applications are open.</strong> Applications close at noon on Monday 8 March 2027, in 12 days.",
        ),
        (
            -MOMENT,
            "<strong>Applications are open.</strong> Applications close at noon on Monday 8 March 2027, in less than a minute.",
        ),
        (
            timedelta(0),
            "<strong>Applications are being checked.</strong> The check ends at noon on Monday 15 March 2027, in 7 days.",
        ),
    ],
)
def test_the_page_says_where_we_stand_and_what_closes_next(visit, off, said):
    round = approved()
    at = round.stage_of("applications").closes_at + off

    for url in (round.get_absolute_url(), LIST):
        assert said in text(visit(at=at).get(url))


def test_what_applicants_are_asked_and_marked_on_is_there_before_they_start(visit):
    round = approved(make.OutcomeFactory(title="More homes"))

    said = text(visit(at=AT).get(round.get_absolute_url()))

    for question in round.questions.all():
        assert question.text.replace("'", "&#x27;") in said
        assert f"Up to {question.word_limit} words; counts for" in said
    for criterion in round.criteria.all():
        for _, anchor in criterion.scale:
            assert anchor in said
    assert "More homes" in said
    assert "£1,200,000" in said
    assert "£40,000 to £250,000" in said
    assert "At least 40% of each grant" in said
    assert "15 questions, 2,000 words at most" in said
    assert "must end by Tuesday 4 January 2028" in said


def test_stages_are_done_now_or_to_come(visit):
    round = approved()

    response = visit(at=make.during(round, "scoring")).get(round.get_absolute_url())

    states = [planned.state for planned in response.context["plan"]]
    assert states == ["Done"] * 4 + ["Now"] + ["To come"] * 7
    assert text(response).count('aria-current="step"') == 1


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (lambda: None, False),
        (lambda: make.drafter(make.AuthorityFactory()), False),
        (lambda: make.person("coordinator", region=make.RegionFactory()), False),
        (make.scheme_manager, True),
        (make.grants_officer, True),
        (lambda: make.signatory("lga"), True),
        (lambda: make.seated(Round.objects.get(), "chair", agreed_at=AT - MOMENT).user, True),
        (lambda: make.seated(make.a_round(), "chair").user, False),
    ],
)
def test_a_round_is_public_from_the_instant_of_its_approval(visit, who, sees):
    round = set_up(name="A secret round")
    user = who()
    before = visit(user, at=AT - MOMENT)
    assert before.get(round.get_absolute_url()).status_code == (200 if sees else 404)
    assert ("A secret round" in text(before.get(LIST))) is sees

    actions.mark_approved(round, by=None, at=AT)

    assert before.get(round.get_absolute_url()).status_code == (200 if sees else 404)
    after = visit(user, at=AT)
    assert after.get(round.get_absolute_url()).status_code == 200
    assert "A secret round" in text(after.get(LIST))


def test_before_approval_those_who_may_see_it_read_what_is_missing(visit):
    round = set_up()
    round.criteria.filter(key="value").delete()

    said = text(visit(make.signatory("clg"), at=AT).get(round.get_absolute_url()))

    assert "The weights add up to 95; they must add up to 100." in said
    assert "Only staff, signatories and the panel see this page" in said
    assert reverse("round_approve", args=[round.slug]) in said
    assert "This round is being prepared and is not approved yet." in said


def test_an_application_is_started_from_here_while_that_is_possible(visit):
    round = approved()
    stage = round.stage_of("applications")
    start = reverse("application_choices")

    for at, shown in (
        (stage.opens_at - MOMENT, False),
        (stage.opens_at, True),
        (stage.closes_at - MOMENT, True),
        (stage.closes_at, False),
    ):
        assert (start in text(visit(at=at).get(round.get_absolute_url()))) is shown


def test_that_the_plan_has_changed_is_public_and_whose_wish_it_was_is_not(visit):
    round = approved()
    actions.move_stage(
        round.stage_of("check"),
        closes_on=round.stage_of("check").closes_on + timedelta(days=2),
        why="Wigan asked for it.",
        by=make.scheme_manager(),
        at=AT + timedelta(days=1),
    )

    said = text(visit(at=AT + timedelta(days=2)).get(round.get_absolute_url()))

    assert "3 November 2026: “Check” closes on Wednesday 17 March 2027, not on Monday 15 March 2027." in said
    assert "Wigan" not in said


def test_the_list_asks_the_same_however_many_rounds_there_are(visit, django_assert_num_queries):
    def rounds(count):
        for number in range(count):
            approved(*make.OutcomeFactory.create_batch(2), slug=f"beacons-{Round.objects.count()}-{number}")

    rounds(2)
    with django_assert_num_queries(4):
        assert len(visit(at=AT).get(LIST).context["rounds"]) == 2
    rounds(18)
    with django_assert_num_queries(4):
        assert len(visit(at=AT).get(LIST).context["rounds"]) == 20
    rounds(3)
    with django_assert_num_queries(4):
        assert len(visit(at=AT).get(LIST).context["rounds"]) == 20


def test_the_page_asks_the_same_however_many_councils_signed_up(visit, django_assert_num_queries):
    outcomes = make.OutcomeFactory.create_batch(6)
    round = approved(*outcomes)

    for _ in range(2):
        with django_assert_num_queries(10):
            assert visit(at=AT).get(round.get_absolute_url()).status_code == 200
        for outcome in outcomes:
            make.SignUpFactory.create_batch(3, outcome=outcome)


def test_without_rounds_the_list_says_where_to_look(visit):
    response = visit(at=AT).get(LIST)

    assert "No round has been approved yet" in text(response)
    assert reverse("outcome_list") in text(response)


# Moving a stage


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (make.scheme_manager, 200),
        (make.case_officer, 403),
        (lambda: make.signatory("lga"), 403),
        (lambda: make.drafter(make.AuthorityFactory()), 403),
        (lambda: None, 302),
    ],
)
def test_only_a_scheme_manager_moves_stages(visit, who, status):
    round = approved()

    assert visit(who(), at=AT).get(move_url(round, "check")).status_code == status


def test_a_stage_that_is_not_there_is_not_found(visit):
    assert visit(make.scheme_manager(), at=AT).get(move_url(approved(), "nothing")).status_code == 404


def test_what_moves_is_shown_before_it_moves(visit):
    sign_up = make.SignUpFactory()
    make.drafter(sign_up.authority)
    round = approved(sign_up.outcome)
    manager = visit(make.scheme_manager(), at=AT)
    asked = {"closes_on": "2027-03-17", "why": "Interests take longer."}

    preview = manager.post(move_url(round, "check"), asked)

    assert [move.stage.key for move in preview.context["moves"]][:2] == ["check", "scoring"]
    assert "1 person is told by letter" in text(preview)
    assert Stage.objects.get(round=round, key="check").closes_on.day == 15

    # Another day than the one that was shown is shown again.
    again = manager.post(move_url(round, "check"), {**asked, "closes_on": "2027-03-18", "seen": "2027-03-17"})
    assert again.status_code == 200
    assert Stage.objects.get(round=round, key="check").closes_on.day == 15

    done = manager.post(move_url(round, "check"), {**asked, "seen": "2027-03-17"}, follow=True)
    assert "“Check” now closes on Wednesday 17 March 2027." in text(done)
    assert Stage.objects.get(round=round, key="check").closes_on.day == 17


def test_a_move_past_the_year_is_an_error_that_says_by_how_many_days(visit):
    round = approved()

    response = visit(make.scheme_manager(), at=AT).post(
        move_url(round, "close"), {"closes_on": "2028-01-12", "why": "More time."}
    )

    assert response.context["form"].non_field_errors() == [
        "The round would end on Wednesday 12 January 2028, 8 days past its limit of Tuesday 4 January 2028,"
        " 12 months after day 0.",
        "The later stages are too short to take in so many days.",
    ]
    assert "More time." in text(response)


def test_a_stage_that_has_closed_has_no_form(visit):
    round = approved()
    at = make.closing(round, "check")

    said = text(visit(make.scheme_manager(), at=at).get(move_url(round, "check")))

    assert "“Check” closed at noon on Monday 15 March 2027." in said
    assert 'name="why"' not in said


def test_the_page_leads_to_the_panel_the_report_and_from_the_instant_on_the_results(visit):
    round = approved()
    instant = round.stage_of("decision").closes_at
    Announcement.objects.create(round=round, at=instant, set_by=make.UserFactory(), set_at=AT)

    before = text(visit(at=instant - MOMENT).get(round.get_absolute_url()))
    after = text(visit(at=instant).get(round.get_absolute_url()))

    for name in ("panel_detail", "round_report"):
        assert f'href="{reverse(name, args=[round.slug])}"' in before
    results = f'href="{reverse("result_list", args=[round.slug])}"'
    assert results not in before
    assert results in after


def test_what_was_typed_is_shown_when_the_session_has_ended(visit):
    round = approved()
    words = "The panel asked for another week to read."

    answer = visit(at=AT).post(move_url(round, "scoring"), {"why": words})

    assert words in text(answer)
