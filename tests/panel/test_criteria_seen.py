"""Who is shown on which issues a criterion rests, and whose desk says what the criteria still lack."""

from datetime import timedelta

import pytest
from django.urls import reverse

from beacons.desks.todo import duties
from outcomes.actions import issues as issuing
from panel.actions import criteria as actions
from tests import factories as make
from tests.panel import panels
from tests.panel.test_criteria import APanel, text

pytestmark = pytest.mark.django_db


def rested(a_round, *issues):
    """The first criterion of the round rests on these issues, as before applications opened."""
    criterion = a_round.criteria.order_by("position").first()
    criterion.issues.set(issues)
    return criterion


def test_an_applicant_reads_beside_the_questions_what_councils_said_of_the_outcome(visit):
    bid = make.ApplicationFactory()
    other = make.OutcomeFactory()
    bid.round.outcomes.add(other)
    own = make.IssueFactory(outcome=bid.outcome, text="We lose them in the summer.")
    rested(bid.round, own, make.IssueFactory(outcome=other, text="Bins."))
    client = visit(bid.drafted_by, at=make.during(bid.round, "applications"))

    said = text(client.get(reverse("section_edit", args=[bid.reference, 1])))

    assert "What councils said: behind “Outcomes”" in said
    assert "We lose them in the summer." in said
    assert own.get_absolute_url() in said
    assert "Bins." not in said
    assert "behind “Can be transferred”" not in said


def test_an_assessor_reads_it_beside_the_mark(visit):
    panel = panels.assigned(1)
    sheet = panel.sheets()[0]
    issue = make.IssueFactory(outcome=panel.bids[0].outcome, text="We lose them in the summer.")
    rested(panel.round, issue)

    said = text(visit(sheet.appointment.user, at=panel.during).get(sheet.get_absolute_url()))

    assert said.count("Rests on what councils said") == 1
    assert "We lose them in the summer." in said


def test_an_issue_that_was_taken_back_is_shown_nowhere(visit):
    panel = APanel()
    kent = panel.issues[0]
    make.SignUpFactory(outcome=panel.outcome, authority=kent.authority)
    criterion = rested(panel.round, kent)
    issuing.withdraw_issue(kent, by=make.drafter(kent.authority), at=make.during(panel.round, "sign_up"))

    said = text(visit(at=panel.at).get(panel.round.get_absolute_url()))

    assert kent.text not in said
    assert criterion.name in said


def words(user, at):
    return [(duty.words, duty.note, duty.until) for duty in duties(user, at)]


def test_a_council_is_asked_to_support_what_it_shares_until_it_has_supported_something():
    panel = APanel()
    at = make.during(panel.round, "sign_up")
    council = make.SignUpFactory(outcome=panel.outcome, confirmed_at=at, confirmed_by=panel.chair).authority
    officer = make.drafter(council)
    asked = (
        f"Read what others find hard, and support what {council} shares",
        f"{panel.outcome}: 3 issues",
        panel.round.stage_of("sign_up").closes_at,
    )

    assert asked in words(officer, at)
    assert asked not in words(officer, panel.at)
    assert asked not in words(make.drafter(make.AuthorityFactory()), at)
    issuing.support_issue(panel.issues[0], council, by=officer, at=at)
    del officer.hats
    assert words(officer, at) == []


def test_the_chairs_are_asked_to_settle_the_criteria_while_they_are_made():
    panel = APanel()
    closes = panel.round.stage_of("criteria").closes_at
    asked = ("Settle the criteria from the issues", f"{panel.round}: weights add up to 100", closes)

    for who in (panel.chair, panel.vice):
        assert asked in words(who, panel.at)
    assert asked not in words(panel.member, panel.at)
    assert asked not in words(panel.chair, closes)
    first, *_ = panel.criteria()
    actions.set_criteria(
        panel.round, keep=[(first, [panel.issues[0]])], remove=[], by=panel.chair, at=panel.at
    )
    assert asked not in words(panel.chair, panel.at)

    for _ in range(2):
        council = make.SignUpFactory(outcome=panel.outcome).authority
        issuing.support_issue(
            panel.issues[1],
            council,
            by=make.drafter(council),
            at=make.during(panel.round, "sign_up") + timedelta(hours=1),
        )
    lacking = f"{panel.round}: weights add up to 100; 1 issue of many councils without a criterion"
    assert ("Settle the criteria from the issues", lacking, closes) in words(panel.chair, panel.at)


def test_the_panels_desk_leads_to_the_criteria(visit):
    panel = APanel()

    for who in (panel.chair, panel.member, make.scheme_manager()):
        assert panel.url in text(visit(who, at=panel.at).get(reverse("panel_desk")))
