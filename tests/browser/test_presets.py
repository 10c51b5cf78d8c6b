"""What is particular to each kind of round, in a real browser, wide and narrow. The rest of each world is made of rows;
from the admin to the grants every kind is walked in `tests.journeys`."""

from datetime import timedelta

import pytest

from beacons.directory.models import Role
from beacons.rounds import actions as planning
from grants.models import Grant
from panel.models import Announcement, Case
from tests import factories as make
from tests.journeys import walk
from tests.journeys.walk import Entry
from tests.rounds.made import AT, approved, two_phases

pytestmark = pytest.mark.django_db(transaction=True)


def marked(a_round, bid, score, readers, **case):
    """An eligible bid whose seal is open, with the same score of every reader."""
    made = make.CaseFactory(application=bid, **{"status": "scored", **case})
    for reader in readers:
        make.marked(made, reader, score)
    return made


def announced(a_round, awards):
    """These cases are awarded, and it is announced; the instant."""
    settled = make.during(a_round, "decision")
    for case, amount in awards.items():
        Case.objects.filter(pk=case.pk).update(status="announced")
        make.DecisionFactory(case=case, amount=amount, settled_at=settled)
    at = settled + timedelta(days=1)
    Announcement.objects.create(round=a_round, at=at, set_by=make.UserFactory(), set_at=settled)
    return at


def test_local_innovation_a_category_is_chosen_ranked_and_announced(office):
    outcome = make.OutcomeFactory(title="Homes that are warm")
    a_round = approved(outcome, kind="local_innovation", name="Local Innovation Awards", slug="innovation")
    partnership, ideas = "More through partnership", "Bright ideas"
    entry = Entry(make.AuthorityFactory(name="Derby"), outcome, "Homes on stilts", category=ideas)
    office.set_clock(make.during(a_round, "applications"))
    office.visitor().goes_to(a_round.get_absolute_url()).sees("Bright ideas").looks_on_a_phone()

    officer = office.as_(entry.writer).goes_to("/applications/start/").looks_on_a_phone()
    officer.follows(f"an application of Derby for {outcome}").sees("A development award").looks_on_a_phone()
    walk.begin(office, a_round, entry)
    officer.sees(ideas)

    readers = [make.seated(a_round, body=body) for body in ("clg", "lga", "lga")]
    cases = [
        marked(a_round, bid, score, readers)
        for number, (category, score) in enumerate(((partnership, 4), (partnership, 3), (ideas, 5)))
        for bid in [
            make.handed_in(
                round=a_round,
                outcome=outcome,
                category=a_round.categories.get(name=category),
                title=f"Work {number}",
            )
        ]
    ]
    office.set_clock(make.during(a_round, "shortlist"))
    member = office.as_(readers[0].user).goes_to("/panel/rounds/innovation/ranking/")
    member.sees("Each category is ranked by itself").looks_on_a_phone()
    member.fills(category=a_round.categories.get(name=ideas).pk).presses("Show")
    member.sees("Work 2").does_not_see("Work 0")
    for case, note in zip(cases, ("verified", "verified", "verified"), strict=True):
        Case.objects.filter(pk=case.pk).update(status=note)
    chair = make.seated(a_round, "chair")
    office.set_clock(make.during(a_round, "decision"))
    judge = office.as_(chair.user).goes_to("/panel/rounds/innovation/decisions/").sees(partnership)
    judge.looks_on_a_phone().goes_to("/panel/rounds/innovation/shortlist/").looks_on_a_phone()

    office.set_clock(announced(a_round, {cases[0]: 60_000, cases[2]: 50_000}))
    visitor = office.visitor().goes_to("/panel/innovation/results/").looks_on_a_phone()
    visitor.fills(category=a_round.categories.get(name=ideas).pk).presses("Show")
    visitor.sees("Work 2").does_not_see("Work 0")


def test_creative_councils_what_was_written_is_there_in_the_second_phase(office):
    outcome = make.OutcomeFactory(title="Fewer people alone")
    first, second = two_phases(outcome)
    second = planning.mark_approved(second, by=None, at=AT)
    entry = Entry(make.AuthorityFactory(name="Ashby"), outcome, "A key for each street, and more")
    idea = make.handed_in(
        round=first,
        outcome=outcome,
        authority=entry.authority,
        drafted_by=entry.writer,
        title="A key for each street",
    )
    announced(first, {make.CaseFactory(application=idea): 10_000})
    make.GrantFactory(application=idea, amount=10_000, develop=10_000, innovate=0, disseminate=0, support=0)
    office.set_clock(make.during(second, "applications"))

    office.visitor().goes_to(second.get_absolute_url()).sees(
        "Those awarded in its first phase"
    ).looks_on_a_phone()
    officer = office.as_(entry.writer).goes_to("/applications/start/")
    officer.sees(f"Your application {idea.reference} was awarded in the first phase.").looks_on_a_phone()
    bid = walk.begin(office, second, entry)
    officer.looks_on_a_phone().goes_to(f"{bid.get_absolute_url()}section/1/")
    officer.sees(f"Carried over from {idea.reference}").looks_on_a_phone()
    officer.goes_to(f"{bid.get_absolute_url()}plan/").looks_on_a_phone()

    assert bid.answers.filter(carried_from__application=idea).count() == 7
    assert Grant.objects.get().application == idea


def test_future_councils_a_cluster_is_named_and_endorsed(office):
    outcome = make.OutcomeFactory(title="A council that listens")
    a_round = approved(outcome, kind="future_councils", name="Future Councils", slug="future")
    avon, beck, cam = (make.AuthorityFactory(name=name) for name in ("Avon", "Beck", "Cam"))
    entry = Entry(avon, outcome, "Who may say no?")
    office.set_clock(make.during(a_round, "applications"))

    bid = walk.begin(office, a_round, entry)
    officer = office.as_(entry.writer).sees("3 authorities apply together at least")
    officer.goes_to(f"{bid.get_absolute_url()}partners/").sees("name 2 further partners").looks_on_a_phone()
    for partner in (beck, cam):
        officer.fills(authority=partner.pk, role="Tries it in its own place.").presses("Add this partner")
    officer.does_not_see("further partner").looks_on_a_phone()

    lead_member = make.person(Role.LEAD_MEMBER)
    for partner in (beck, cam):
        make.PartnerFactory(
            application=make.handed_in(
                status="submitted", round=a_round, outcome=outcome, title=f"Paper by drone, {partner}"
            ),
            authority=partner,
        )
    office.set_clock(make.during(a_round, "check"))
    reader = office.as_(lead_member).goes_to("/desk/").follows("Read 2 applications").looks_on_a_phone()
    reader.follows("Paper by drone, Beck").looks_on_a_phone()
    reader.fills(reason="Every council will meet this.").presses("Endorse this application").sees("1 of 1")
    office.as_(lead_member).goes_to("/applications/endorse/").looks_on_a_phone()


def test_next_generation_a_councillor_applies_and_the_groups_leader_certifies(office):
    outcome = make.OutcomeFactory(title="Safer streets")
    a_round = approved(outcome, kind="next_generation", name="Next Generation", slug="next")
    ely = make.AuthorityFactory(name="Ely", code="ELY")
    seat = {"authority": ely, "political_group": "Labour"}
    councillor, leader = make.person(Role.COUNCILLOR, **seat), make.person(Role.GROUP_LEADER, **seat)
    councillor.name = "Ann Lee"
    councillor.save()
    entry = Entry(
        ely,
        outcome,
        "Buses on Sundays",
        budget=(1_000, 0, 500, 500),
        category="Labour",
        councillor=councillor,
        leader=leader,
    )
    office.set_clock(make.during(a_round, "applications"))

    office.visitor().goes_to(a_round.get_absolute_url()).sees(
        "The leader of the political group"
    ).looks_on_a_phone()
    officer = office.as_(councillor).goes_to("/applications/own/").looks_on_a_phone()
    officer.follows("councillor of Ely").looks_on_a_phone()
    bid = walk.begin(office, a_round, entry)
    officer.looks_on_a_phone().goes_to(f"{bid.get_absolute_url()}details/").looks_on_a_phone()
    walk.write(office, entry)
    office.as_(leader).goes_to("/desk/").looks_on_a_phone()
    walk.certify(office, entry)
    walk.hand_in(office, entry)
    officer.looks_on_a_phone()

    type(bid).objects.filter(pk=bid.pk).update(status="eligible")
    readers = [make.seated(a_round, body=body) for body in ("clg", "lga")]
    case = marked(a_round, bid, 4, readers)
    office.set_clock(make.during(a_round, "shortlist"))
    office.as_(readers[0].user).goes_to("/panel/rounds/next/ranking/").sees("Councillor Ann Lee, Ely")
    office.set_clock(announced(a_round, {case: 2_000}))
    office.visitor().goes_to("/panel/next/results/").sees("Councillor Ann Lee, Ely").looks_on_a_phone()
    officer.goes_to(f"/results/{bid.reference}/").sees("Awarded").looks_on_a_phone()
