"""The second phase of a programme: open to those awarded in the first, and nothing is typed twice."""

from datetime import timedelta

import pytest

from beacons.applications import actions, calls, invariants, rules
from beacons.applications.actions import carrying
from beacons.applications.models import Application, EvidenceFigure, NamedPeer, Partner, PlannedActivity
from beacons.core.lifecycle import Refused
from beacons.core.steps import Step
from beacons.rounds import actions as planning
from grants.models import Grant
from panel.models import Announcement
from tests import factories as make
from tests.rounds.made import AT, two_phases

pytestmark = pytest.mark.django_db


class Phases:
    """A council whose idea was decided on in the first phase, and the second, which has opened."""

    def __init__(self, verdict="award", announced=True, **given):
        self.outcome = make.OutcomeFactory()
        self.first, second = two_phases(self.outcome)
        self.second = planning.mark_approved(second, by=None, at=AT)
        self.authority = make.AuthorityFactory(name="Testbury")
        self.bid = make.handed_in(round=self.first, outcome=self.outcome, authority=self.authority, **given)
        self.case = make.CaseFactory(application=self.bid, status="announced")
        settled = make.during(self.first, "decision")
        make.DecisionFactory(
            case=self.case, verdict=verdict, amount=10_000 if verdict == "award" else 0, settled_at=settled
        )
        self.announced_at = settled + timedelta(days=1)
        if announced:
            Announcement.objects.create(
                round=self.first, at=self.announced_at, set_by=make.UserFactory(), set_at=settled
            )
        self.officer = make.drafter(self.authority)
        self.at = make.during(self.second, "applications")

    def start(self, **given):
        facts = {"title": "A second chance at sixteen", "by": self.officer, "at": self.at, **given}
        return actions.start(self.second, self.outcome, facts.pop("authority", self.authority), **facts)

    def grant(self, status, **given):
        return make.GrantFactory(application=self.bid, status=status, **given)


def test_who_was_awarded_may_apply_and_nobody_else():
    phases = Phases()
    stranger = make.AuthorityFactory(name="Otherham")
    make.SignUpFactory(outcome=phases.outcome, authority=stranger)

    bid = phases.start()

    assert (bid.status, bid.carried_from) == ("draft", phases.bid)
    with pytest.raises(Refused) as refusal:
        phases.start(authority=stranger, by=make.drafter(stranger))
    assert refusal.value.reasons == [
        "This is the second phase of Creative Councils 2027, and open to those awarded there: Otherham holds no"
        f" announced award there for “{phases.outcome}”."
    ]
    assert [call.authority for call in calls.open_to([phases.authority, stranger], phases.at)] == [
        phases.authority
    ]
    assert list(invariants.a_second_phase_carries_on_the_first()) == []


@pytest.mark.parametrize("given", [{"verdict": "decline"}, {"verdict": "reserve"}, {"announced": False}])
def test_no_award_or_none_announced_opens_nothing(given):
    phases = Phases(**given)

    with pytest.raises(Refused, match="holds no announced award"):
        phases.start()
    assert calls.open_to([phases.authority], phases.at) == []
    assert not Application.objects.filter(round=phases.second).exists()


def test_an_award_opens_it_from_the_instant_of_its_announcement():
    phases = Phases()
    late = phases.at + timedelta(days=2)
    Announcement.objects.update(at=late)

    with pytest.raises(Refused, match="holds no announced award"):
        phases.start(at=late - timedelta(microseconds=1))
    assert phases.start(at=late).carried_from == phases.bid


@pytest.mark.parametrize(
    ("verdict", "status", "from_reserve", "may"),
    [
        ("award", "active", False, True),
        ("award", "refused", False, False),
        ("award", "lapsed", False, False),
        ("reserve", "offered", True, False),
        ("reserve", "accepted", True, True),
        ("reserve", "lapsed", True, False),
    ],
)
def test_what_became_of_the_grant_counts(verdict, status, from_reserve, may):
    phases = Phases(verdict=verdict)
    phases.grant(status, from_reserve=from_reserve)

    if may:
        assert phases.start().carried_from == phases.bid
    else:
        with pytest.raises(Refused, match="holds no announced award"):
            phases.start()


def test_a_grant_that_was_stopped_shuts_it_whatever_became_of_its_money():
    phases = Phases()
    grant = phases.grant("closed")
    Step.objects.create(subject_type="grants.grant", subject_id=grant.pk, step="stop", at=AT)

    with pytest.raises(Refused, match="holds no announced award"):
        phases.start()
    assert Grant.objects.stopped_once().get() == grant


def test_answers_are_carried_by_the_keys_of_their_questions():
    phases = Phases()
    said = {answer.question.key: answer for answer in phases.bid.answers.select_related("question")}

    bid = phases.start()

    carried = {answer.question.key: answer for answer in bid.answers.select_related("question")}
    assert set(carried) == {"need", "size", "idea", "new", "with-whom", "leads", "openly"}
    for key, answer in carried.items():
        assert (answer.text, answer.carried_from, answer.version) == (said[key].text, said[key], 1)
        version = answer.versions.get()
        assert (version.text, version.version, version.saved_by) == (answer.text, 1, phases.officer)
    assert (bid.summary, bid.lead_officer) == (phases.bid.summary, phases.bid.lead_officer)
    assert carrying.PARTS.keys() == Step.objects.of(bid).get(step="carry_over").words.data["carried"].keys()


def test_an_answer_of_another_kind_or_one_not_asked_stays_behind():
    phases = Phases()
    phases.second.questions.filter(key="size").update(kind="date")
    follow = phases.second.questions.get(key="learned")
    follow.key = "trial"
    follow.save()
    phases.bid.answers.filter(question__key="how-far").update(text="An idea on paper")

    bid = phases.start()

    assert not bid.answers.filter(question__key__in=["size", "trial"]).exists()
    assert bid.answers.filter(question__key="idea").exists()


def test_partners_figures_plan_and_budget_are_carried_and_asked_about_anew():
    phases = Phases()
    old = phases.bid
    partner = Partner.objects.create(
        application=old,
        authority=make.AuthorityFactory(name="Partnerton"),
        role="Sends pupils",
        develop=1_000,
        pooled=500,
        contact_name="Pat",
        contact_email="pat@partnerton.example",
        asked_at=AT,
        confirmed_at=AT,
        confirmed_name="Pat",
        confirmed_job="Director",
        confirmed_content="b" * 10,
        secret_hash="a" * 64,
    )
    figure = EvidenceFigure.objects.create(
        application=old,
        indicator=phases.outcome.measure,
        authority=old.authority,
        comment="It fell.",
        frozen={"values": []},
        frozen_at=AT,
        added_by=old.drafted_by,
        added_at=AT,
    )
    activity = PlannedActivity.objects.create(application=old, kind="visit", count=2, until=AT.date())
    peer = NamedPeer.objects.create(application=old, name="Kim Lee", job_title="Youth worker", days=5)

    bid = phases.start()

    assert [(bid.develop, bid.innovate, bid.disseminate, bid.support), bid.parts_develop] == [
        (old.develop, old.innovate, old.disseminate, old.support),
        1_000,
    ]
    new = bid.partners.get()
    assert (new.authority, new.role, new.develop, new.pooled) == (
        partner.authority,
        "Sends pupils",
        1_000,
        500,
    )
    assert (new.contact_name, new.contact_email) == ("Pat", "pat@partnerton.example")
    assert (new.asked_at, new.confirmed_at, new.confirmed_name, new.secret_hash) == (None, None, "", "")
    shown = bid.figures.get()
    assert (shown.indicator, shown.comment, shown.frozen, shown.frozen_at) == (
        figure.indicator,
        "It fell.",
        None,
        None,
    )
    assert (shown.added_by, shown.added_at) == (phases.officer, phases.at)
    planned = [(each.kind, each.count, each.until) for each in bid.planned_activities.all()]
    # What the second phase expects besides follows what was planned in the first.
    assert planned == [
        (activity.kind, 2, None),
        ("open_day", 1, None),
        ("mentoring", 2, None),
        ("workshop", 2, None),
        ("toolkit", 1, None),
    ]
    assert (bid.named_peers.get().name, bid.named_peers.get().days) == (peer.name, 5)
    # The first phase's own stay as they were handed in.
    assert (old.partners.get().confirmed_at, old.figures.get().frozen) == (AT, {"values": []})
    assert list(invariants.parts_are_what_partners_hold()) == []


# What of a row is carried, and what belongs to the first application alone.
LEFT = {
    Partner: {
        "inherited_from",
        "secret_hash",
        "asked_at",
        "asked_content",
        "confirmed_at",
        "confirmed_by",
        "confirmed_content",
        "confirmed_job",
        "confirmed_name",
        "declined_at",
        "declined_job",
        "declined_name",
        "declined_why",
    },
    EvidenceFigure: {"frozen", "frozen_at", "added_by", "added_at"},
    PlannedActivity: {"until"},
    NamedPeer: set(),
}


@pytest.mark.parametrize("model", LEFT)
def test_a_new_column_is_carried_or_left_on_purpose(model):
    """Whoever adds one decides here: nothing that was typed in the first phase is forgotten by oversight."""
    kept = set(carrying.KEPT[model])

    columns = {field.name for field in model._meta.concrete_fields} - {"id", "application"}
    assert columns == kept | LEFT[model]
    assert not kept & LEFT[model]


def test_what_was_carried_is_changed_like_anything_else():
    phases = Phases()
    bid = phases.start()
    answer = bid.answers.get(question__key="idea")

    actions.save_answers(
        bid, {answer.question_id: ("We now try it in two towns.", 1)}, by=phases.officer, at=phases.at
    )

    answer.refresh_from_db()
    assert (answer.text, answer.version, answer.is_as_carried) == ("We now try it in two towns.", 2, False)
    assert answer.carried_from.text != answer.text
    assert [reason for reason in rules.reasons_answers(bid) if "What do you want to try?" in reason] == []


def test_one_application_of_the_first_opens_one_of_the_second():
    phases = Phases()
    first = phases.start()

    with pytest.raises(Refused, match=first.reference):
        phases.start()
    actions.withdraw(first, why="Again.", by=phases.officer, at=phases.at)
    assert phases.start().carried_from == phases.bid


def test_the_pages_say_what_was_carried_over(visit):
    phases = Phases()
    client = visit(phases.officer, at=phases.at)
    code, slug = phases.authority.code, phases.second.slug
    start = f"/applications/start/{slug}/{phases.outcome.slug}/{code}/"

    choices = client.get("/applications/start/").content.decode()
    assert f"Your application {phases.bid.reference} was awarded in the first phase." in choices
    assert start in choices
    page = client.get(start).content.decode()
    assert f'value="{phases.bid.title}"' in page
    response = client.post(start, {"title": phases.bid.title})
    bid = Application.objects.get(round=phases.second)
    assert response["Location"] == bid.get_absolute_url()
    tasks = client.get(bid.get_absolute_url()).content.decode()
    assert "said in the first phase. Everything carried over can be changed here" in tasks
    section = client.get(f"{bid.get_absolute_url()}section/1/").content.decode()
    assert (
        f"Carried over from {phases.bid.reference} by {phases.officer}; nobody has changed it since."
        in section
    )
    assert phases.bid.answers.get(question__key="need").text in section
    check = client.get(f"{bid.get_absolute_url()}check/").content.decode()
    assert "in the first phase" in check


def test_a_council_that_was_not_awarded_is_told_so_on_the_page(visit):
    phases = Phases(verdict="decline")
    url = f"/applications/start/{phases.second.slug}/{phases.outcome.slug}/{phases.authority.code}/"

    page = visit(phases.officer, at=phases.at).get(url)

    assert page.status_code == 200
    assert "holds no announced award there" in page.content.decode()
    post = visit(phases.officer, at=phases.at).post(url, {"title": "Mine"})
    assert "holds no announced award there" in post.content.decode()
    assert not Application.objects.filter(round=phases.second).exists()
