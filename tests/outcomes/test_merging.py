"""Staff merge issues that say the same: no word and no voice is lost, nothing counts twice, and it can be undone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beacons.core.lifecycle import Refused
from beacons.core.models import Letter
from beacons.core.steps import Step
from outcomes.actions import issues
from outcomes.models import Issue, IssueSupport
from tests import factories as make
from tests.outcomes.test_supports import voices

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 9, 9, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
WHY = "Both say that nobody knows where they are."


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def outcome():
    return make.OutcomeFactory()


@pytest.fixture
def staff():
    return make.scheme_manager()


def stated(outcome, name, *supporters):
    """An issue of a council of this name, supported by others, each made where it is not there yet."""
    issue = make.IssueFactory(outcome=outcome, authority=council(outcome, name), text=f"{name} says so.")
    for each in supporters:
        other = council(outcome, each)
        issues.support_issue(issue, other, by=make.drafter(other), at=AT)
    return issue


def council(outcome, name):
    from beacons.directory.models import Authority

    found = Authority.objects.filter(name=name).first()
    return found or make.SignUpFactory(outcome=outcome, authority__name=name).authority


def merge(stays, *others, by, why=WHY, at=AT):
    return issues.merge_issues(stays, others, why=why, by=by, at=at)


def everything():
    """Every issue as it stands, and every voice."""
    return (
        list(Issue.objects.order_by("pk").values_list("pk", "merged_into", "merged_through", "merged_why")),
        list(IssueSupport.objects.order_by("pk").values_list("issue", "authority")),
        {issue.pk: voices(issue) for issue in Issue.objects.standing()},
    )


def test_voices_of_merged_issues_are_counted_together_and_none_twice(outcome, staff):
    kent = stated(outcome, "Kent", "Leeds", "York")
    # Kent and York say both; Leeds states one and supports the other.
    leeds = stated(outcome, "Leeds", "York", "Bath")

    merge(kent, leeds, by=staff)

    assert voices(kent) == 4
    assert list(Issue.objects.standing()) == [kent]
    leeds.refresh_from_db()
    assert (leeds.merged_into, leeds.merged_by, leeds.merged_at, leeds.merged_why) == (kent, staff, AT, WHY)


def test_the_words_stay_readable_under_the_one_that_stays(outcome, staff, visit):
    kent, leeds = stated(outcome, "Kent", "York"), stated(outcome, "Leeds", "York")

    merge(kent, leeds, by=staff)

    client = visit(at=AT)
    listed, whole = text(client.get(outcome.get_absolute_url())), text(client.get(kent.get_absolute_url()))
    assert "Also said as: </p>" in listed.replace(":</p>", ": </p>")
    assert "“Leeds says so.”" in listed
    assert "3 councils find this hard, said in 2 ways" in listed
    assert "Leeds says so." in whole
    assert f"Merged on 9 January 2026: {WHY}" in whole
    assert str(staff) not in whole
    own = text(client.get(leeds.get_absolute_url()))
    assert (
        f'the Beacons office merged this issue into <a class="govuk-link" href="{kent.get_absolute_url()}">'
        in own
    )
    assert "1 issues stated" not in listed


def test_the_council_whose_issue_was_merged_is_told_and_steps_are_noted(outcome, staff):
    kent, leeds = stated(outcome, "Kent"), stated(outcome, "Leeds")
    officers = {make.drafter(leeds.authority).email, make.certifier(leeds.authority).email}
    make.drafter(kent.authority)
    Letter.objects.all().delete()

    merge(kent, leeds, by=staff)

    letters = Letter.objects.filter(kind="issue_merged")
    assert set(letters.values_list("to", flat=True)) == officers
    assert WHY in letters[0].body
    assert "Kent says so." in letters[0].body
    assert "Leeds says so." in letters[0].body
    assert kent.get_absolute_url() in letters[0].body
    (step,) = Step.objects.of(leeds).with_words()
    assert (step.step, step.by_id, step.words.why) == ("merge", staff.pk, WHY)
    assert step.words.data == {"into": kent.pk, "along": []}
    (step,) = Step.objects.of(kent).with_words()
    assert (step.step, step.words.data) == ("take_in", {"issues": [leeds.pk]})


def test_what_is_merged_into_a_merged_issue_goes_to_the_one_that_counts(outcome, staff):
    kent, leeds, york = (stated(outcome, name) for name in ("Kent", "Leeds", "York"))
    merge(kent, leeds, by=staff)

    merge(leeds, york, by=staff)

    york.refresh_from_db()
    assert york.merged_into == kent
    assert voices(kent) == 3


def test_an_issue_takes_along_what_was_merged_into_it_and_gives_it_back(outcome, staff):
    kent, leeds, york, bath = (stated(outcome, name) for name in ("Kent", "Leeds", "York", "Bath"))
    merge(leeds, york, by=staff, why="First.")
    merge(york, bath, by=staff, why="Second.")
    before = everything()
    merge(kent, leeds, by=staff, why="Third.")
    assert voices(kent) == 4
    assert set(Issue.objects.exclude(merged_into=None).values_list("merged_into", flat=True)) == {kent.pk}

    leeds.refresh_from_db()
    issues.unmerge_issue(leeds, by=staff, at=AT)

    assert everything() == before


def test_three_floors_come_apart_as_they_were_put_together(outcome, staff):
    a, b, c, d = (stated(outcome, name) for name in ("Ayr", "Bath", "Crewe", "Deal"))
    states = [everything()]
    for stays, other in ((b, a), (c, b), (d, c)):
        merge(stays, other, by=staff)
        states.append(everything())
    assert voices(d) == 4

    for other, was in ((c, 2), (b, 1), (a, 0)):
        other.refresh_from_db()
        issues.unmerge_issue(other, by=staff, at=AT)
        assert everything() == states[was]


def test_taking_one_out_gives_back_exactly_its_voices(outcome, staff, visit):
    kent = stated(outcome, "Kent", "Leeds", "York")
    leeds = stated(outcome, "Leeds", "York", "Bath")
    before = everything()
    merge(kent, leeds, by=staff)
    # A voice given meanwhile belongs to the words beside which it was given.
    hull = council(outcome, "Hull")
    issues.support_issue(kent, hull, by=make.drafter(hull), at=AT)
    officer = make.drafter(leeds.authority)
    client = visit(staff, at=AT)
    assert "Take it out again" in text(client.get(kent.get_absolute_url()))

    said = text(client.post(reverse("issue_unmerge", args=[leeds.pk]), follow=True))

    assert "The issue of Leeds stands by itself again." in said
    assert (voices(kent), voices(leeds)) == (4, 3)
    kent_again = IssueSupport.objects.get(authority=hull)
    kent_again.delete()
    assert everything() == before
    letter = Letter.objects.get(kind="issue_unmerged", to=officer.email)
    assert "Leeds says so." in letter.body
    assert [step.step for step in Step.objects.of(leeds)] == ["support", "support", "merge", "unmerge"]


def test_a_council_takes_its_voice_back_from_all_that_was_merged(outcome, staff):
    kent, leeds = stated(outcome, "Kent", "York"), stated(outcome, "Leeds", "York")
    merge(kent, leeds, by=staff)
    york = council(outcome, "York")
    assert voices(kent) == 3

    issues.withdraw_support(kent, york, by=make.drafter(york), at=AT)

    assert voices(kent) == 2
    with pytest.raises(Refused, match="Leeds stated this issue itself"):
        issues.support_issue(kent, leeds.authority, by=make.drafter(leeds.authority), at=AT)


def test_words_taken_back_are_no_longer_shown_under_the_other(outcome, staff, visit):
    kent, leeds = stated(outcome, "Kent"), stated(outcome, "Leeds")
    merge(kent, leeds, by=staff)

    issues.withdraw_issue(leeds, by=make.drafter(leeds.authority), at=AT)

    assert voices(kent) == 1
    assert "Leeds says so." not in text(visit(at=AT).get(outcome.get_absolute_url()))
    issues.withdraw_issue(kent, by=make.drafter(kent.authority), at=AT)
    assert not Issue.objects.standing().exists()


def test_what_stands_by_merged_words_alone_still_stands(outcome, staff, visit):
    kent, leeds = stated(outcome, "Kent"), stated(outcome, "Leeds")
    merge(kent, leeds, by=staff)

    issues.withdraw_issue(kent, by=make.drafter(kent.authority), at=AT)

    assert voices(kent) == 1
    assert "First stated by Kent, which has withdrawn it since" in text(
        visit(at=AT).get(outcome.get_absolute_url())
    )


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"why": " \u200b"}, "Say why they are the same."),
        ({"why": "x" * 301}, "Say why they are the same in 300 characters at most."),
        ({"others": []}, "These issues are one already. Choose two at least that stand by themselves."),
        ({"others": ["kent"]}, "These issues are one already. Choose two at least that stand by themselves."),
        ({"others": ["elsewhere"]}, "Only issues of one outcome can be merged."),
        ({"others": ["gone"]}, "Bath has withdrawn its issue."),
    ],
)
def test_a_merger_that_cannot_be_changes_nothing(outcome, staff, given, reason):
    held = {
        "kent": stated(outcome, "Kent"),
        "leeds": stated(outcome, "Leeds"),
        "elsewhere": make.IssueFactory(),
        "gone": stated(outcome, "Bath"),
    }
    issues.withdraw_issue(held["gone"], by=make.drafter(held["gone"].authority), at=AT)
    before, letters, steps = everything(), Letter.objects.count(), Step.objects.count()

    with pytest.raises(Refused) as refusal:
        merge(
            held["kent"],
            *(held[name] for name in given.get("others", ["leeds"])),
            why=given.get("why", WHY),
            by=staff,
        )

    assert refusal.value.reasons == [reason]
    assert (everything(), Letter.objects.count(), Step.objects.count()) == (before, letters, steps)


def test_crosswise_mergers_make_no_ring(outcome, staff):
    kent, leeds = stated(outcome, "Kent"), stated(outcome, "Leeds")
    merge(kent, leeds, by=staff)

    with pytest.raises(Refused, match="These issues are one already"):
        merge(leeds, kent, by=staff)

    kent.refresh_from_db()
    assert kent.merged_into is None


@pytest.mark.parametrize(("off", "allowed"), [(-MOMENT, True), (timedelta(0), False), (MOMENT, False)])
def test_issues_are_merged_and_taken_apart_until_applications_open(outcome, staff, visit, off, allowed):
    kent, leeds, york = stated(outcome, "Kent"), stated(outcome, "Leeds"), stated(outcome, "York")
    merge(kent, york, by=staff)
    york.refresh_from_db()
    at = make.a_round(outcome).stage_of("applications").opens_at + off
    client = visit(staff, at=at)
    chosen = {"chosen": [kent.pk, leeds.pk]}

    assert ("Take it out again" in text(client.get(kent.get_absolute_url()))) is allowed
    assert (
        "Go on with those ticked" in text(client.get(reverse("issue_choose", args=[outcome.slug])))
    ) is allowed
    page = client.get(reverse("issue_merge", args=[outcome.slug]), chosen)
    assert ("Merge the issues</button>" in text(page)) is allowed
    for act in (
        lambda: issues.unmerge_issue(york, by=staff, at=at),
        lambda: merge(kent, leeds, by=staff, at=at),
    ):
        if allowed:
            act()
        else:
            with pytest.raises(Refused, match="The issues stay as they are since applications for"):
                act()
    assert voices(kent) == 2
    assert Issue.objects.get(merged_into=kent) == (leeds if allowed else york)


def test_what_was_typed_stays_when_applications_have_opened_meanwhile(outcome, staff, visit):
    kent, leeds = stated(outcome, "Kent"), stated(outcome, "Leeds")
    at = make.a_round(outcome).stage_of("applications").opens_at

    response = visit(staff, at=at).post(
        reverse("issue_merge", args=[outcome.slug]),
        {"chosen": [kent.pk, leeds.pk], "stays": kent.pk, "why": WHY},
    )

    assert "The issues stay as they are since" in response.context["form"].non_field_errors()[0]
    assert WHY in text(response)
    assert Issue.objects.standing().count() == 2


# The pages


def test_staff_choose_from_the_list_and_merge_with_a_reason(outcome, staff, visit):
    kent, leeds, york = stated(outcome, "Kent"), stated(outcome, "Leeds", "Bath"), stated(outcome, "York")
    client = visit(staff, at=AT)
    choose, page = reverse("issue_choose", args=[outcome.slug]), reverse("issue_merge", args=[outcome.slug])
    assert choose in text(client.get(outcome.get_absolute_url()))

    found = client.get(choose, {"words": "york", "chosen": [kent.pk]})
    assert [issue.pk for issue in found.context["issues"]] == [york.pk]
    assert [issue.pk for issue in found.context["chosen"]] == [kent.pk]
    form = client.get(page, {"chosen": [kent.pk, leeds.pk]})
    assert "Leeds; 2 councils find this hard" in text(form)
    refused = client.post(page, {"chosen": [kent.pk, leeds.pk], "why": WHY})
    assert refused.context["form"].errors["stays"]
    assert WHY in text(refused)
    done = client.post(page, {"chosen": [kent.pk, leeds.pk], "stays": leeds.pk, "why": WHY}, follow=True)

    assert "1 issue merged into that of Leeds." in text(done)
    kent.refresh_from_db()
    assert kent.merged_into == leeds
    assert voices(leeds) == 3


@pytest.mark.parametrize("chosen", [[], ["x"], ["\u0663"], ["99999999999999999999"], ["-1"]])
def test_nothing_usable_ticked_leads_back_to_the_list(outcome, staff, visit, chosen):
    kent = stated(outcome, "Kent")

    response = visit(staff, at=AT).get(
        reverse("issue_merge", args=[outcome.slug]), {"chosen": [*chosen, kent.pk]}, follow=True
    )

    assert "Choose two issues at least that say the same." in text(response)
    assert [issue.pk for issue in response.context["chosen"]] == [kent.pk]


def test_who_merged_what_in_the_meantime_is_told_so(outcome, staff, visit):
    kent, leeds = stated(outcome, "Kent"), stated(outcome, "Leeds")
    merge(kent, leeds, by=staff)

    response = visit(staff, at=AT).post(
        reverse("issue_merge", args=[outcome.slug]),
        {"chosen": [kent.pk, leeds.pk], "stays": kent.pk, "why": WHY},
    )

    assert "These issues are one already" in text(response)
    assert WHY in text(response)


@pytest.mark.parametrize("who", ["visitor", "officer", "grants_officer"])
def test_only_those_who_run_rounds_merge(outcome, staff, visit, who):
    kent, leeds = stated(outcome, "Kent"), stated(outcome, "Leeds")
    merge(kent, leeds, by=staff)
    user = {
        "visitor": None,
        "officer": make.drafter(kent.authority),
        "grants_officer": make.grants_officer(),
    }[who]
    client = visit(user, at=AT)

    assert "Merge" not in text(client.get(outcome.get_absolute_url()))
    for method, name, args in (
        (client.get, "issue_choose", [outcome.slug]),
        (client.get, "issue_merge", [outcome.slug]),
        (client.post, "issue_merge", [outcome.slug]),
        (client.post, "issue_unmerge", [leeds.pk]),
    ):
        assert method(reverse(name, args=args)).status_code in ({302, 403} if who == "visitor" else {403})
    leeds.refresh_from_db()
    assert leeds.merged_into == kent


def test_the_lists_take_the_same_queries_for_2_and_20_and_show_50_at_most(outcome, staff, visit):
    client = visit(staff, at=AT)
    one = stated(outcome, "Kent")

    def grow(to):
        make.IssueFactory.create_batch(to - outcome.issues.count(), outcome=outcome)

    def queries(url, **asked):
        with CaptureQueriesContext(connection) as caught:
            response = client.get(url, asked)
        assert response.status_code == 200
        return len(caught), response

    choose = reverse("issue_choose", args=[outcome.slug])
    counts = []
    for size in (2, 20, 53):
        grow(size)
        counts.append(queries(choose, chosen=[one.pk])[0])
    few, _ = queries(one.get_absolute_url())
    merge(one, *outcome.issues.exclude(pk=one.pk), by=staff)
    many, _ = queries(one.get_absolute_url())

    assert len(set(counts)) == 1
    assert counts[0] <= 12
    assert few == many <= 12
    make.IssueFactory.create_batch(53, outcome=outcome)
    assert len(queries(choose)[1].context["issues"]) == 50
