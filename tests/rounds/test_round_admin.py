"""A scheme manager sets up a round in Django's admin, and no save goes past the verbs."""

from datetime import timedelta

import pytest
from django.urls import reverse

from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.rounds import actions, rules
from beacons.rounds.models import Round
from tests import factories as make
from tests.rounds.made import AT, approved, set_up

pytestmark = pytest.mark.django_db
ADD = reverse("admin:rounds_round_add")


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMONSTRATION = True


def change_url(round):
    return reverse("admin:rounds_round_change", args=[round.pk])


def typed(response):
    """What the browser would send back if nothing were changed."""
    data = {}
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                data[bound.html_name] = value
    return data


def as_text(data):
    return {
        name: "".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in data.items()
    }


def errors(response):
    """Every error of the page."""
    found = list(response.context["adminform"].form.errors.values())
    for inline in response.context["inline_admin_formsets"]:
        found += [
            inline.formset.non_form_errors(),
            *[e for form in inline.formset.forms for e in form.errors.values()],
        ]
    return [sentence for each in found for sentence in each]


def name_of(response, model, pk, field):
    """The input's name of a field in an inline row."""
    for inline in response.context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            if inline.opts.model is model and form.instance.pk == pk:
                return form.add_prefix(field)
    raise AssertionError(f"no row for {model.__name__} {pk}")


def new(**given):
    return {
        "preset": "beacons",
        "name": "Beacons 2027",
        "slug": "beacons-2027",
        "starts_on": "2027-01-04",
        "outcomes": [make.OutcomeFactory().pk],
        "outcomes_reason": "Most areas chose it.",
        "pot": 1_200_000,
        **given,
    }


def test_a_round_is_set_up_with_seven_answers(visit):
    manager = make.scheme_manager()

    response = visit(manager, at=AT).post(ADD, new())

    assert response.status_code == 302
    round = Round.objects.get()
    assert (round.name, round.stages.count(), round.criteria.count(), round.questions.count()) == (
        "Beacons 2027",
        12,
        8,
        15,
    )
    assert round.outcomes.count() == 1
    assert Step.objects.of(round).get(step="set_up").by_id == manager.pk


@pytest.mark.parametrize(
    ("kind", "open_to", "counts"),
    [
        ("beacons", "cohort", (12, 8, 15, 0)),
        ("local_innovation", "any", (10, 6, 11, 4)),
        ("creative_councils", "any", (10, 5, 12, 0)),
    ],
)
def test_every_kind_of_round_is_set_up_in_the_same_way(visit, kind, open_to, counts):
    response = visit(make.scheme_manager(), at=AT).post(ADD, new(preset=kind))

    assert response.status_code == 302
    made = Round.objects.get()
    parts = (made.stages, made.criteria, made.questions, made.categories)
    assert (made.kind, made.open_to) == (kind, open_to)
    assert tuple(part.count() for part in parts) == counts
    assert rules.reasons_not_to_approve(made) == []


def test_a_second_phase_is_set_up_from_its_first(visit):
    outcome = make.OutcomeFactory()
    first = approved(outcome, kind="creative_councils")
    client = visit(make.scheme_manager(), at=AT)
    given = new(
        preset="creative_councils_second", slug="second", starts_on="2027-07-12", outcomes=[outcome.pk]
    )

    assert errors(client.post(ADD, given)) == [
        "Choose the round that “Creative Councils, second phase” follows."
    ]
    assert client.post(ADD, {**given, "follows": first.pk}).status_code == 302
    assert first.second_phase.slug == "second"
    page = client.get(change_url(first.second_phase))
    assert client.post(change_url(first.second_phase), typed(page)).status_code == 302
    assert first.second_phase.follows == first


def test_the_plan_is_seen_before_anything_is_saved(visit):
    client = visit(make.scheme_manager(), at=AT)

    response = client.post(ADD, new(preset="local_innovation", _preview="See the plan first"))

    assert response.status_code == 200
    page = response.content.decode()
    assert "Peer panel" in page
    assert "Monday 25 January 2027" in page
    assert "It must end by Tuesday 4 January 2028" in page
    assert "error" not in page
    assert not Round.objects.exists()
    wrong = client.post(ADD, new(preset="local_innovation", pot=1, _preview="See the plan first"))
    assert errors(wrong) == ["The pot of £1 does not pay for one grant of £25,000, the smallest."]
    assert "nothing is saved yet" not in wrong.content.decode()


def test_categories_are_settled_until_applications_open(visit):
    round = approved(kind="local_innovation")
    client = visit(make.scheme_manager(), at=AT)
    page = client.get(change_url(round))
    first, second, third, _ = round.categories.all()
    named = {
        name_of(page, type(first), first.pk, "name"): second.name,
        name_of(page, type(first), second.pk, "name"): first.name,
        name_of(page, type(first), third.pk, "DELETE"): "on",
    }

    assert client.post(change_url(round), {**typed(page), **named}).status_code == 302
    assert [category.name for category in round.categories.all()] == [
        "Generations together",
        "More through partnership",
        "Bright ideas",
    ]
    page = client.get(change_url(round))
    opened = visit(make.scheme_manager(), at=make.during(round, "applications"))
    late = opened.post(
        change_url(round), {**typed(page), name_of(page, type(first), first.pk, "name"): "Other"}
    )
    assert late.status_code == 200
    assert "locked since applications opened" in str(errors(late))
    assert not round.categories.filter(name="Other").exists()


def test_outcomes_are_offered_by_how_many_signed_up(visit):
    few, many = make.OutcomeFactory(title="A"), make.OutcomeFactory(title="Z")
    make.SignUpFactory(outcome=few)
    make.SignUpFactory.create_batch(3, outcome=many)

    response = visit(make.scheme_manager(), at=AT).get(ADD)

    offered = response.context["adminform"].form.fields["outcomes"].choices
    assert [label for _, label in offered] == ["Z (3 signed up)", "A (1 signed up)"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"starts_on": "2026-11-01"}, "Day 0 has passed: choose today or a later day."),
        ({"pot": 10}, "The pot of £10 does not pay for one grant of £40,000, the smallest."),
        ({"outcomes_reason": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(visit, given, error):
    response = visit(make.scheme_manager(), at=AT).post(ADD, new(**given))

    assert errors(response) == [error]
    assert not Round.objects.exists()


@pytest.mark.parametrize(
    ("who", "add", "look"), [(make.case_officer, 403, 200), (make.finance_officer, 403, 200)]
)
def test_other_staff_look_and_do_not_touch(visit, who, add, look):
    client = visit(who(), at=AT)
    round = set_up()

    assert client.post(ADD, new(slug="other")).status_code == add
    response = client.get(change_url(round))
    assert response.status_code == look
    assert not response.context["has_change_permission"]
    assert client.post(change_url(round), {"name": "Mine"}).status_code == 403
    assert Round.objects.get().name == "Beacons 2027"


def test_closings_are_changed_in_the_list_of_stages(visit):
    round = set_up()
    manager = make.scheme_manager()
    client = visit(manager, at=AT)
    page = client.get(change_url(round))
    check = round.stage_of("check")

    response = client.post(
        change_url(round), {**typed(page), name_of(page, type(check), check.pk, "closes_on"): "2027-03-16"}
    )

    assert response.status_code == 302
    round = Round.objects.get()
    assert round.stage_of("check").closes_on.isoformat() == "2027-03-16"
    assert round.stage_of("scoring").opens_on.isoformat() == "2027-03-16"
    assert round.stage_of("scoring").closes_on.isoformat() == "2027-04-05"
    assert Step.objects.of(check).get().by_id == manager.pk


@pytest.mark.parametrize(
    ("closes_on", "error"),
    [
        (
            "2028-01-11",
            "The round would end on Tuesday 11 January 2028, 7 days past its limit of Tuesday 4 January 2028,"
            " 12 months after day 0.",
        ),
        ("2027-12-25", "“Close” cannot close on Saturday 25 December 2027: that is not a working day."),
        (
            "2027-11-26",
            "“Close” would close on Friday 26 November 2027, which is not after it opens on Friday 26 November 2027.",
        ),
    ],
)
def test_a_closing_that_cannot_be_is_a_clean_error(visit, closes_on, error):
    round = set_up()
    client = visit(make.scheme_manager(), at=AT)
    page = client.get(change_url(round))
    close = round.stage_of("close")

    response = client.post(
        change_url(round), {**typed(page), name_of(page, type(close), close.pk, "closes_on"): closes_on}
    )

    assert errors(response) == [error]
    assert Round.objects.get().ends_on.isoformat() == "2027-12-24"


def test_an_approved_plan_wants_its_reason(visit):
    round = approved()
    client = visit(make.scheme_manager(), at=AT + timedelta(days=1))
    page = client.get(change_url(round))
    check = round.stage_of("check")
    changed = {**typed(page), name_of(page, type(check), check.pk, "closes_on"): "2027-03-16"}

    assert errors(client.post(change_url(round), changed)) == ["Say above why the plan changes."]

    assert client.post(change_url(round), {**changed, "why": "Strikes."}).status_code == 302
    assert Step.objects.of(check).get().words.why == "Strikes."


def test_what_was_approved_has_no_inputs(visit):
    round = approved()

    form = visit(make.scheme_manager(), at=AT).get(change_url(round)).context["adminform"].form

    assert set(form.fields) == {
        "reminder_days",
        "application_reminder_days",
        "reminds",
        "why",
        *actions.COSTS,
    }


def test_day_0_moves_the_plan_and_a_save_of_nothing_notes_nothing(visit):
    round = set_up()
    client = visit(make.scheme_manager(), at=AT)
    page = client.get(change_url(round))

    assert client.post(change_url(round), typed(page)).status_code == 302
    assert [step.step for step in Step.objects.all()] == ["set_up"]

    assert client.post(change_url(round), {**typed(page), "starts_on": "2027-02-01"}).status_code == 302
    round = Round.objects.get()
    assert round.plan[0].opens_on.isoformat() == "2027-02-01"
    assert [step.step for step in Step.objects.all()] == ["set_up", "change"]


def test_weights_that_do_not_add_up_are_an_error_of_the_form(visit):
    round = set_up()
    client = visit(make.scheme_manager(), at=AT)
    page = client.get(change_url(round))
    value = round.criteria.get(key="value")
    field = name_of(page, type(value), value.pk, "weight")

    response = client.post(change_url(round), {**typed(page), field: 15})

    assert errors(response) == ["The weights add up to 110; they must add up to 100."]
    innovation = round.criteria.get(key="innovation")
    both = {**typed(page), field: 15, name_of(page, type(value), innovation.pk, "weight"): 5}
    assert client.post(change_url(round), both).status_code == 302
    assert round.criteria.get(key="value").weight == 15
    assert Step.objects.of(round).filter(step="set_criteria").count() == 1


def test_a_question_is_changed_and_taken_away(visit):
    round = set_up()
    client = visit(make.scheme_manager(), at=AT)
    page = client.get(change_url(round))
    first, last = round.questions.first(), round.questions.last()

    response = client.post(
        change_url(round),
        {
            **typed(page),
            name_of(page, type(first), first.pk, "text"): "What is different now?",
            name_of(page, type(first), last.pk, "DELETE"): "on",
        },
    )

    assert response.status_code == 302
    assert round.questions.count() == 14
    assert round.questions.first().text == "What is different now?"


def test_criteria_and_questions_are_only_shown_once_applications_are_open(visit):
    round = approved()
    client = visit(make.scheme_manager(), at=make.during(round, "applications"))

    page = client.get(change_url(round))

    changeable = {
        inline.opts.model.__name__: inline.has_change_permission
        for inline in page.context["inline_admin_formsets"]
    }
    assert changeable == {"Stage": True, "ExpectedActivity": False, "Criterion": False, "Question": False}
    before = list(round.criteria.values_list("weight", flat=True))
    client.post(change_url(round), {**typed(page), "criteria-0-weight": 99})
    assert list(round.criteria.values_list("weight", flat=True)) == before


def test_the_page_says_how_the_approval_stands(visit):
    round = set_up()
    client = visit(make.case_officer(), at=AT)
    assert (
        "Ready: waits for chair, vice-chair and both bodies."
        in client.get(change_url(round)).content.decode()
    )

    round.questions.all().delete()

    assert (
        "Not ready. There are no questions for applicants." in client.get(change_url(round)).content.decode()
    )


def test_a_refusal_keeps_every_word_and_undoes_what_was_done_before_it(visit, monkeypatch):
    """The pot is changed, then the questions are refused: both are shown as typed, and neither is kept."""
    round = set_up()
    client = visit(make.scheme_manager(), at=AT)
    page = client.get(change_url(round))
    first = round.questions.first()
    sent = {
        **typed(page),
        "pot": 2_000_000,
        name_of(page, type(first), first.pk, "text"): "What is different now?",
    }

    def too_late(*args, **kwargs):
        raise Refused("Somebody else was quicker.", "Look again.")

    monkeypatch.setattr(actions, "save_questions", too_late)
    response = client.post(change_url(round), sent)

    assert response.status_code == 200
    assert errors(response) == ["Somebody else was quicker.", "Look again."]
    assert as_text(typed(response)) == as_text(sent)
    assert Round.objects.get().pot == round.pot
    assert round.questions.first().text == first.text
    assert [step.step for step in Step.objects.all()] == ["set_up"]


def test_a_round_that_is_refused_is_typed_only_once(visit, monkeypatch):
    def too_late(*args, **kwargs):
        raise Refused("There is a round at this address already.")

    monkeypatch.setattr(actions, "set_up", too_late)
    response = visit(make.scheme_manager(), at=AT).post(ADD, new())

    assert errors(response) == ["There is a round at this address already."]
    assert typed(response)["outcomes_reason"] == "Most areas chose it."
    assert not Round.objects.exists()


def test_what_was_typed_before_the_approval_and_sent_after_it_is_refused_not_dropped(visit):
    round = set_up()
    client = visit(make.scheme_manager(), at=AT)
    sent = {**typed(client.get(change_url(round))), "pot": 2_000_000}
    actions.mark_approved(round, by=None, at=AT)

    response = client.post(change_url(round), sent)

    assert errors(response) == rules.reasons_not_to_change(Round.objects.get())
    assert typed(response)["pot"] == "2000000"
    assert Round.objects.get().pot == round.pot


def test_a_weight_typed_before_applications_opened_and_sent_after_is_refused_not_dropped(visit):
    round = approved()
    page = visit(make.scheme_manager(), at=AT).get(change_url(round))
    value = round.criteria.get(key="value")
    field = name_of(page, type(value), value.pk, "name")
    opened = make.during(round, "applications")

    response = visit(make.scheme_manager(), at=opened).post(
        change_url(round), {**typed(page), field: "Thrift"}
    )

    assert errors(response) == rules.reasons_not_to_edit(round, at=opened)
    assert typed(response)[field] == "Thrift"
    assert round.criteria.get(key="value").name == value.name


# What a certifier confirms


def test_statements_come_from_the_preset_and_are_put_in_the_rounds_own_words(visit):
    round = set_up()
    client = visit(make.scheme_manager(), at=AT)
    said = "  I have read it.  \n\n\u200b\nWe shall  share it.\nI have read it.\n"

    response = client.post(change_url(round), {**typed(client.get(change_url(round))), "statements": said})

    assert response.status_code == 302
    assert round.to_confirm == list(round.preset.statements)
    assert Round.objects.get().to_confirm == ["I have read it.", "We shall share it."]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("\u200b", "Write at least one statement."),
        ("\n".join("abcdefg"), "There are 7 statements; 6 are the most."),
        ("x" * 251, f"“{'x' * 40}…” is longer than 250 characters. Say it in two statements."),
    ],
)
def test_statements_that_nobody_could_tick(visit, said, error):
    round = set_up()
    client = visit(make.scheme_manager(), at=AT)

    response = client.post(change_url(round), {**typed(client.get(change_url(round))), "statements": said})

    assert errors(response) == [error]
    assert Round.objects.get().statements == round.statements
