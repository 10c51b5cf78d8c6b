"""What councils find hard: stated by people of a signed-up area, districts too, while sign-up is open."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from beacons.core.lifecycle import Refused
from beacons.core.models import Letter
from beacons.core.steps import Step
from outcomes.actions import issues
from outcomes.models import Issue
from tests import factories as make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 9, 9, tzinfo=UTC)
HARD = "Nobody knows where those are who left at sixteen."


def text(response):
    return " ".join(response.content.decode().split())


def url(outcome, authority):
    return reverse("issue_state", args=[outcome.slug, authority.pk])


def test_a_council_states_an_issue_on_the_page(visit):
    sign_up = make.SignUpFactory()
    outcome, authority = sign_up.outcome, sign_up.authority
    officer = make.drafter(authority)

    response = visit(officer, at=AT).post(url(outcome, authority), {"text": HARD}, follow=True)

    issue = Issue.objects.get()
    assert (issue.text, issue.authority, issue.stated_by, issue.stated_at) == (HARD, authority, officer, AT)
    assert HARD in text(response)
    assert f"{authority}</a>, 9 January 2026" in text(response)
    assert [(step.step, step.by_id) for step in Step.objects.of(issue)] == [("state", officer.pk)]
    letter = Letter.objects.get()
    assert (letter.kind, letter.to) == ("issue_stated", officer.email)
    assert HARD in letter.body
    assert "Your council has said already" in text(visit(officer, at=AT).get(url(outcome, authority)))


def test_what_was_written_is_text_and_never_markup(visit):
    sign_up = make.SignUpFactory()
    words = "<script>alert(1)</script> & {{ secret }}"
    issues.state_issue(
        sign_up.outcome, sign_up.authority, text=words, by=make.drafter(sign_up.authority), at=AT
    )

    page = visit(at=AT).get(sign_up.outcome.get_absolute_url()).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ secret }}" in page
    assert words in Letter.objects.get().body


def test_a_district_speaks_for_its_countys_area():
    county = make.SignUpFactory()
    district = make.AuthorityFactory(county=county.authority)

    issue = issues.state_issue(county.outcome, district, text=HARD, by=make.drafter(district), at=AT)

    assert (issue.authority, issue.outcome) == (district, county.outcome)


def test_a_county_does_not_speak_through_its_districts_sign_up():
    district = make.AuthorityFactory(county=make.AuthorityFactory())
    sign_up = make.SignUpFactory(authority=district)

    with pytest.raises(Refused, match="is not signed up to this outcome"):
        issues.state_issue(
            sign_up.outcome, district.county, text=HARD, by=make.drafter(district.county), at=AT
        )


def test_who_is_not_signed_up_is_told_so(visit):
    outcome, authority = make.OutcomeFactory(), make.AuthorityFactory()
    client = visit(make.drafter(authority), at=AT)
    reason = f"The area of {authority} is not signed up to this outcome."

    assert reason in text(client.get(url(outcome, authority)))
    refused = client.post(url(outcome, authority), {"text": HARD})

    assert refused.context["form"].non_field_errors() == [reason]
    assert not Issue.objects.exists()


@pytest.mark.parametrize(
    ("at", "allowed"),
    [
        (("opens_at", -timedelta(microseconds=1)), False),
        (("opens_at", timedelta(0)), True),
        (("closes_at", -timedelta(microseconds=1)), True),
        (("closes_at", timedelta(0)), False),
    ],
)
def test_in_a_round_issues_are_stated_while_councils_sign_up(at, allowed):
    sign_up = make.SignUpFactory()
    edge, off = at
    when = getattr(make.a_round(sign_up.outcome).stage_of("sign_up"), edge) + off

    def state():
        issues.state_issue(
            sign_up.outcome, sign_up.authority, text=HARD, by=make.drafter(sign_up.authority), at=when
        )

    if allowed:
        state()
    else:
        with pytest.raises(Refused, match="Sign-up for"):
            state()
    assert Issue.objects.exists() is allowed


def test_the_same_words_are_taken_once():
    sign_up = make.SignUpFactory()
    officer = make.drafter(sign_up.authority)
    issues.state_issue(sign_up.outcome, sign_up.authority, text=HARD, by=officer, at=AT)

    with pytest.raises(Refused, match="has said this already"):
        issues.state_issue(sign_up.outcome, sign_up.authority, text=f"  {HARD}\r\n", by=officer, at=AT)

    assert Issue.objects.count() == 1


def test_too_many_words_are_kept_for_shortening(visit):
    sign_up = make.SignUpFactory()
    words = "word " * 201

    response = visit(make.drafter(sign_up.authority), at=AT).post(
        url(sign_up.outcome, sign_up.authority), {"text": words}
    )

    assert response.context["form"].errors["text"] == [
        "What is hard about this outcome?: 1 word too many, the limit is 200"
    ]
    assert response.context["form"]["text"].value() == words
    assert not Issue.objects.exists()


@pytest.mark.parametrize("nothing", ["", " ", "\u200b\u200b"])
def test_nothing_is_no_issue(nothing):
    sign_up = make.SignUpFactory()

    with pytest.raises(Refused) as refusal:
        issues.state_issue(
            sign_up.outcome, sign_up.authority, text=nothing, by=make.drafter(sign_up.authority), at=AT
        )

    assert refusal.value.reasons == ["Say what is hard about this outcome."]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (lambda authority: None, 302),
        (lambda authority: make.drafter(make.AuthorityFactory()), 403),
        (lambda authority: make.scheme_manager(), 403),
        (make.drafter, 200),
        (make.certifier, 200),
    ],
)
def test_only_people_of_a_council_speak_for_it(visit, who, status):
    sign_up = make.SignUpFactory()
    client = visit(who(sign_up.authority), at=AT)

    assert client.get(url(sign_up.outcome, sign_up.authority)).status_code == status
    if status != 200:
        posted = client.post(url(sign_up.outcome, sign_up.authority), {"text": HARD})
        # Whoever's session has ended is shown what they typed; nobody's words are thrown away.
        assert posted.status_code == 403
        assert (HARD in posted.content.decode()) == (status == 302)
        assert not Issue.objects.exists()
