"""Councils support what others find hard: one voice each, given and taken back while councils sign up."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beacons.core.lifecycle import Refused
from beacons.core.models import Letter
from beacons.core.steps import Step
from outcomes.actions import issues
from outcomes.models import Issue, IssueSupport
from outcomes.voices import hear
from tests import factories as make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 9, 9, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def text(response):
    return " ".join(response.content.decode().split())


def a_cohort(councils=3):
    """An outcome with an issue of the first council of its cohort, and an officer of each council."""
    outcome = make.OutcomeFactory()
    signed = [make.SignUpFactory(outcome=outcome).authority for _ in range(councils)]
    issue = make.IssueFactory(outcome=outcome, authority=signed[0])
    return issue, [(council, make.drafter(council)) for council in signed]


def voices(issue):
    """The number in the list, which is what the page says in words and names."""
    counted = Issue.objects.with_voices().get(pk=issue.pk).voices
    (heard,) = hear([Issue.objects.select_related("authority").get(pk=issue.pk)])
    assert heard.voices == counted
    return counted


def support(issue, council, by, at=AT):
    return issues.support_issue(issue, council, by=by, at=at)


def test_a_council_supports_an_issue_on_the_outcomes_page_and_takes_it_back(visit):
    issue, [_, (other, officer), _] = a_cohort()
    client = visit(officer, at=AT)
    page = issue.outcome.get_absolute_url()
    assert "We find this hard too" in text(client.get(page))

    response = client.post(
        reverse("issue_support", args=[issue.pk, other.pk]),
        {"back": f"{page}?issues=1#issue-{issue.pk}"},
        follow=True,
    )

    assert response.redirect_chain[0][0] == f"{page}?issues=1#issue-{issue.pk}"
    said = text(response)
    assert "2 councils find this hard" in said
    assert f"Beside {issue.authority}: {other}." in said
    assert "You support this" in said
    assert "We find this hard too" not in said
    given = IssueSupport.objects.get()
    assert (given.issue, given.authority, given.supported_by, given.supported_at) == (
        issue,
        other,
        officer,
        AT,
    )

    response = client.post(reverse("support_withdraw", args=[issue.pk, other.pk]), follow=True)

    assert response.redirect_chain[0][0] == issue.get_absolute_url()
    assert not IssueSupport.objects.exists()
    assert "1 council finds this hard" in text(response)
    taken = [(step.step, step.by_id, step.words.data) for step in Step.objects.of(issue).with_words()]
    assert taken == [
        ("support", officer.pk, {"council": other.code}),
        ("withdraw_support", officer.pk, {"council": other.code}),
    ]


def test_where_a_button_leads_back_to_is_in_this_house(visit):
    issue, [_, (other, officer), _] = a_cohort()

    response = visit(officer, at=AT).post(
        reverse("issue_support", args=[issue.pk, other.pk]), {"back": "https://example.org/"}
    )

    assert response.url == issue.get_absolute_url()


def test_a_button_pressed_twice_gives_one_voice_and_takes_one_back():
    issue, [_, (other, officer), _] = a_cohort()

    for _ in range(2):
        support(issue, other, officer)
    assert voices(issue) == 2
    for _ in range(2):
        issues.withdraw_support(issue, other, by=officer, at=AT)

    assert voices(issue) == 1
    assert [step.step for step in Step.objects.of(issue)] == ["support", "withdraw_support"]


def test_the_database_keeps_to_one_voice_for_a_council():
    issue, [_, (other, officer), _] = a_cohort()
    support(issue, other, officer)

    with pytest.raises(IntegrityError), transaction.atomic():
        IssueSupport.objects.create(issue=issue, authority=other, supported_by=officer, supported_at=AT)


def test_who_stated_an_issue_has_its_voice():
    issue, [(author, officer), *_] = a_cohort()

    with pytest.raises(Refused) as refusal:
        support(issue, author, officer)

    assert refusal.value.reasons == [f"{author} stated this issue itself, and so has its voice."]
    assert voices(issue) == 1


def test_two_officers_of_a_council_are_one_voice():
    issue, [_, (other, officer), _] = a_cohort()
    support(issue, other, officer)

    support(issue, other, make.certifier(other))

    assert voices(issue) == 2


def test_a_district_has_a_voice_beside_its_county():
    issue, [_, (county, officer), _] = a_cohort()
    district = make.AuthorityFactory(county=county)

    support(issue, county, officer)
    support(issue, district, make.drafter(district))

    assert voices(issue) == 3


def test_who_is_not_in_the_cohort_has_no_button_and_no_voice(visit):
    issue, _ = a_cohort()
    stranger = make.AuthorityFactory()
    client = visit(make.drafter(stranger), at=AT)

    assert "We find this hard too" not in text(client.get(issue.outcome.get_absolute_url()))
    response = client.post(reverse("issue_support", args=[issue.pk, stranger.pk]), follow=True)

    assert f"The area of {stranger} is not signed up to this outcome." in text(response)
    assert not IssueSupport.objects.exists()


@pytest.mark.parametrize(
    "who", [lambda other: make.drafter(make.AuthorityFactory()), lambda other: make.scheme_manager()]
)
@pytest.mark.parametrize("name", ["issue_support", "support_withdraw"])
def test_nobody_gives_or_takes_another_councils_voice(visit, name, who):
    issue, [_, (other, officer), (third, _)] = a_cohort()
    support(issue, other, officer)
    council = third if name == "issue_support" else other

    response = visit(who(other), at=AT).post(reverse(name, args=[issue.pk, council.pk]))

    assert response.status_code == 403
    assert voices(issue) == 2


@pytest.mark.parametrize(
    ("edge", "off", "allowed"),
    [
        ("opens_at", -MOMENT, False),
        ("opens_at", timedelta(0), True),
        ("closes_at", -MOMENT, True),
        ("closes_at", timedelta(0), False),
    ],
)
def test_voices_are_given_and_taken_back_while_councils_sign_up(visit, edge, off, allowed):
    issue, [(_, author_officer), (other, officer), (third, third_officer)] = a_cohort()
    support(issue, third, third_officer)
    at = getattr(make.a_round(issue.outcome).stage_of("sign_up"), edge) + off
    acts = [
        lambda: support(issue, other, officer, at),
        lambda: issues.withdraw_support(issue, third, by=third_officer, at=at),
        lambda: issues.withdraw_issue(issue, by=author_officer, at=at),
    ]

    shown = text(visit(officer, at=at).get(issue.outcome.get_absolute_url()))
    assert ("We find this hard too" in shown) is allowed
    own = text(visit(author_officer, at=at).get(issue.get_absolute_url()))
    assert ("Withdraw our issue" in own) is allowed
    assert ("can no longer withdraw it" in own) is not allowed
    for act in acts:
        if allowed:
            act()
        else:
            with pytest.raises(Refused, match="Sign-up for"):
                act()

    supporting = set(IssueSupport.objects.values_list("authority", flat=True))
    assert supporting == ({other.pk} if allowed else {third.pk})
    assert Issue.objects.filter(withdrawn_at=None).exists() is not allowed


# Taking an issue back


def test_an_issue_that_nobody_else_supports_is_gone_when_it_is_withdrawn(visit):
    issue, [(author, officer), *_] = a_cohort()
    client = visit(officer, at=AT)
    assert "No other council has said the same" in text(client.get(issue.get_absolute_url()))

    said = text(client.post(reverse("issue_withdraw", args=[issue.pk]), follow=True))

    assert "The issue is withdrawn." in said
    assert "Nobody has stated an issue yet" in said
    issue.refresh_from_db()
    assert (issue.withdrawn_at, issue.withdrawn_by) == (AT, officer)
    assert client.get(issue.get_absolute_url()).status_code == 404
    assert visit(make.scheme_manager(), at=AT).get(issue.get_absolute_url()).status_code == 200
    assert [step.step for step in Step.objects.of(issue)] == ["withdraw"]
    again = issues.state_issue(issue.outcome, author, text=issue.text, by=officer, at=AT)
    assert voices(again) == 1


def test_supporters_keep_their_voices_when_an_issue_is_withdrawn_and_are_told(visit):
    issue, [(author, officer), (other, supporter), _] = a_cohort()
    support(issue, other, supporter)

    issues.withdraw_issue(issue, by=officer, at=AT)

    assert voices(issue) == 1
    letter = Letter.objects.get()
    assert (letter.kind, letter.to) == ("issue_withdrawn", supporter.email)
    assert issue.text in letter.body
    assert "Your council’s voice is kept" in letter.body
    said = text(visit(at=AT).get(issue.outcome.get_absolute_url()))
    assert f"First stated by {author}, which has withdrawn it since" in said
    assert "1 council finds this hard" in said
    issues.withdraw_support(issue, other, by=supporter, at=AT)
    assert not Issue.objects.standing().exists()


def test_an_issue_is_withdrawn_once():
    issue, [(_, officer), *_] = a_cohort()
    issues.withdraw_issue(issue, by=officer, at=AT)

    with pytest.raises(Refused, match="has withdrawn this issue already"):
        issues.withdraw_issue(issue, by=officer, at=AT + timedelta(hours=1))

    issue.refresh_from_db()
    assert issue.withdrawn_at == AT


def test_nobody_supports_what_nobody_says():
    issue, [(author, officer), (other, supporter), _] = a_cohort()
    issues.withdraw_issue(issue, by=officer, at=AT)

    with pytest.raises(Refused, match=f"{author} has withdrawn this issue"):
        support(issue, other, supporter)

    assert not IssueSupport.objects.exists()


def test_only_people_of_its_council_withdraw_an_issue(visit):
    issue, [_, (_, other_officer), _] = a_cohort()

    for who in (other_officer, make.scheme_manager()):
        assert visit(who, at=AT).post(reverse("issue_withdraw", args=[issue.pk])).status_code == 403

    assert Issue.objects.filter(withdrawn_at=None).exists()


# The list


def test_what_most_councils_find_hard_comes_first(visit):
    issue, [_, (other, officer), (third, third_officer)] = a_cohort()
    later = make.IssueFactory(outcome=issue.outcome, text="Nobody owns it.", stated_at=AT + timedelta(days=3))
    last = make.IssueFactory(outcome=issue.outcome, text="No money.", stated_at=AT + timedelta(days=4))
    for council, by in ((other, officer), (third, third_officer)):
        support(last, council, by)

    response = visit(at=AT).get(issue.outcome.get_absolute_url())

    assert [(each.issue.pk, each.voices) for each in response.context["heard"]] == [
        (last.pk, 3),
        (issue.pk, 1),
        (later.pk, 1),
    ]


def test_the_block_takes_the_same_queries_for_2_and_20_issues_and_their_voices(visit):
    outcome = make.OutcomeFactory()
    make.a_round(outcome)
    councils = [make.SignUpFactory(outcome=outcome).authority for _ in range(6)]
    officer = make.drafter(councils[-1])
    client = visit(officer, at=AT)

    def grow(to):
        while outcome.issues.count() < to:
            issue = make.IssueFactory(outcome=outcome, text=f"Hard thing {outcome.issues.count()}")
            IssueSupport.objects.bulk_create(
                IssueSupport(issue=issue, authority=council, supported_by=officer, supported_at=AT)
                for council in councils[:5]
            )

    def queries():
        with CaptureQueriesContext(connection) as asked:
            response = client.get(outcome.get_absolute_url())
        return len(asked), len(response.context["heard"])

    grow(2)
    few = queries()
    grow(20)
    many = queries()
    grow(30)
    more = queries()

    assert (few[1], many[1], more[1]) == (2, 20, 20)
    assert few[0] == many[0] == more[0] <= 12
