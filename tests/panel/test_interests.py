"""Interests: found from who acts for whom, declared before papers open, and effective at once wherever a member looks."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from beacons.core import invariants
from beacons.core.letters import Letter
from beacons.core.lifecycle import Refused
from beacons.core.workdays import noon
from beacons.directory.models import Succession
from panel import tasks
from panel.actions import interests as actions
from panel.actions import sheets
from panel.models import Assessment, Case, Employment, Interest
from panel.querysets.interests import bids_of_interest
from panel.rules.interests import authorities_of, declarable, kind_of
from tests import factories as make
from tests.panel.panels import a_panel, assigned, facts, lodge, lodge_all, marks, opened, queries

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def acts_for(member, authority, role="drafter"):
    make.MembershipFactory(user=member.user, role=role, authority=authority)
    return member


def a_county():
    county = make.AuthorityFactory(kind="county", tier="upper", name="Wessex")
    districts = [make.AuthorityFactory(kind="district", tier="lower", county=county) for _ in range(2)]
    return county, *districts


def test_the_kinds_of_interest_are_told_apart():
    county, east, west = a_county()
    elsewhere = make.AuthorityFactory()
    bid = make.handed_in(authority=east)
    make.PartnerFactory(application=bid, authority=elsewhere)
    make.PartnerFactory(application=bid, authority=None, name="A charity")

    assert kind_of([east], bid) == "own"
    assert kind_of([county], bid) == "area"
    assert kind_of([west], bid) == "area"
    assert kind_of([elsewhere], bid) == "partner"
    assert kind_of([make.AuthorityFactory()], bid) is None
    assert kind_of([], bid) is None
    assert kind_of([east], make.handed_in(authority=county, round=bid.round)) == "area"


def test_the_database_and_the_rule_say_the_same():
    county, east, west = a_county()
    panel = a_panel(bids=2)
    round = panel.round
    bids = [*panel.bids, *(make.handed_in(round=round, authority=each) for each in (county, east, west))]
    partnered = make.handed_in(round=round)
    make.PartnerFactory(application=partnered, authority=east)
    make.PartnerFactory(application=partnered, authority=county)
    bids.append(partnered)

    for place in (county, east, west, panel.bids[0].authority, make.AuthorityFactory()):
        user = acts_for(make.seated(round), place).user
        theirs = authorities_of([user.pk])[user.pk]
        by_rule = {bid.pk for bid in declarable(round) if kind_of(theirs, bid)}
        assert set(bids_of_interest(user).values_list("pk", flat=True)) == by_rule, place


def test_found_interests_are_noted_once():
    panel = a_panel(bids=3)
    acts_for(panel.members[0], panel.bids[0].authority, role="certifier")
    acts_for(panel.chair, panel.bids[1].authority)
    at = make.during(panel.round, "check")

    actions.find(panel.round, by=None, at=at)
    actions.find(panel.round, by=None, at=at)

    found = Interest.objects.order_by("pk").values_list("appointment", "application", "kind")
    assert sorted(found) == sorted(
        [(panel.members[0].pk, panel.bids[0].pk, "own"), (panel.chair.pk, panel.bids[1].pk, "own")]
    )


# Whom somebody worked for


def noted(panel):
    found = Interest.objects.values_list("appointment", "application", "kind")
    return sorted(found)


def worked(panel, authority, until, member=0):
    user = panel.members[member].user
    at = make.during(panel.round, "check")
    return actions.tell_employer(user, authority, until=until, by=user, at=at)


@pytest.mark.parametrize(("late", "found"), [(0, True), (-1, False)])
def test_a_role_that_ended_is_an_interest_for_five_years_before_the_round(late, found):
    panel = a_panel(bids=1)
    starts = panel.round.starts_on
    ended = noon(starts.replace(year=starts.year - 5) + timedelta(days=late))
    make.MembershipFactory(user=panel.members[0].user, authority=panel.bids[0].authority, ended_at=ended)

    actions.find(panel.round, by=None, at=panel.during)

    assert noted(panel) == ([(panel.members[0].pk, panel.bids[0].pk, "employer")] if found else [])


def test_an_employer_that_a_member_names_takes_its_bids_away_at_once():
    panel = assigned(bids=2)
    member = panel.sheets()[0].appointment
    lead = panel.bids[0].authority

    actions.tell_employer(member.user, lead, until=panel.round.starts_on, by=member.user, at=panel.during)

    assert noted(panel) == [(member.pk, panel.bids[0].pk, "employer")]
    assert not Case.objects.visible_to(member.user, panel.during).filter(application=panel.bids[0]).exists()
    taken = Assessment.objects.get(appointment=member, case__application=panel.bids[0])
    assert taken.status == "discharged"


def test_whoever_took_an_employer_over_counts_as_it_and_so_does_a_partner():
    panel = a_panel(bids=2)
    gone, came = make.AuthorityFactory(closed_on=panel.round.starts_on), panel.bids[0].authority
    Succession.objects.create(authority=gone, successor=came, took_over_on=panel.round.starts_on)
    make.PartnerFactory(application=panel.bids[1], authority=gone)

    worked(panel, gone, panel.round.starts_on - timedelta(days=30))

    member = panel.members[0].pk
    assert noted(panel) == [(member, bid.pk, "employer") for bid in panel.bids]


def test_declaring_notes_employers_first_so_that_no_paper_opens_before():
    panel = a_panel(bids=1)
    user, at = panel.members[0].user, make.during(panel.round, "check")
    make.EmploymentFactory(user=user, authority=panel.bids[0].authority)

    actions.declare(panel.members[0], {}, by=user, at=at)

    assert noted(panel) == [(panel.members[0].pk, panel.bids[0].pk, "employer")]


def test_papers_are_not_shared_out_to_who_worked_for_a_bidder():
    panel = a_panel(bids=1, clg=2, lga=2)
    make.EmploymentFactory(user=panel.members[0].user, authority=panel.bids[0].authority)

    sheets.assign(panel.round, by=panel.chair.user, at=panel.opens_at)

    assert {sheet.appointment_id for sheet in panel.sheets()} == {member.pk for member in panel.members[1:]}


def test_an_employer_named_by_mistake_is_taken_back_until_papers_open():
    panel = a_panel(bids=1)
    told = worked(panel, panel.bids[0].authority, None)
    user = panel.members[0].user

    with pytest.raises(Refused, match="It stays until the round is over"):
        actions.take_back_employer(told, by=user, at=panel.opens_at)
    assert noted(panel)
    actions.take_back_employer(told, by=user, at=panel.opens_at - TICK)

    assert (noted(panel), Employment.objects.exists()) == ([], False)


def test_taking_one_employer_back_leaves_what_follows_from_another():
    panel = a_panel(bids=2)
    told = worked(panel, panel.bids[0].authority, None)
    worked(panel, panel.bids[1].authority, None)

    actions.take_back_employer(told, by=panel.members[0].user, at=make.during(panel.round, "check"))

    assert noted(panel) == [(panel.members[0].pk, panel.bids[1].pk, "employer")]


@pytest.mark.parametrize(
    ("days", "reason"), [(1, "cannot lie ahead"), (-366 * 5 - 1, "more than 5 years ago")]
)
def test_what_need_not_or_cannot_be_named(days, reason):
    panel = a_panel(bids=1)
    today = make.during(panel.round, "check").date()

    with pytest.raises(Refused, match=reason):
        worked(panel, panel.bids[0].authority, today + timedelta(days=days))

    assert not Employment.objects.exists()


def test_a_member_names_an_employer_on_the_page(visit):
    panel = a_panel(bids=1)
    at = make.during(panel.round, "check")
    client = visit(panel.members[0].user, at=at)
    page = reverse("employer_list")

    assert "None named" in client.get(page).text
    client.post(page, {"authority": panel.bids[0].authority.pk})
    told = Employment.objects.get()
    again = client.post(page, {"authority": panel.bids[0].authority.pk})
    declaring = client.get(reverse("interest_declare", args=[panel.round.slug]))
    client.post(reverse("employer_take_back", args=[told.pk]))

    assert f"You have named {told.authority} already" in unescape(again.text)
    assert "Found: worked for the lead authority or a partner" in declaring.text
    assert not Employment.objects.exists()


def test_an_employer_is_its_members_own_to_take_back(visit):
    panel = a_panel(bids=1)
    told = worked(panel, panel.bids[0].authority, None)
    at = make.during(panel.round, "check")

    for somebody in (panel.members[1].user, panel.chair.user, make.scheme_manager()):
        assert visit(somebody, at=at).post(reverse("employer_take_back", args=[told.pk])).status_code == 404
    assert (
        visit(make.drafter(panel.bids[0].authority), at=at).get(reverse("employer_list")).status_code == 403
    )

    assert Employment.objects.exists()


# Declaring


@pytest.fixture
def panel():
    made = a_panel(bids=3)
    for member in made.members:
        member.declared_at = None
        member.save()
    return made


def declare(panel, reasons, *, at, member=None):
    member = member or panel.members[0]
    return actions.declare(member, reasons, by=member.user, at=at)


def test_nothing_is_declared_before_applications_have_closed(panel):
    closes = make.closing(panel.round, "applications")

    with pytest.raises(Refused, match="known when applications have closed"):
        declare(panel, {}, at=closes - TICK)

    assert declare(panel, {}, at=closes).declared_at == closes


def test_a_declaration_can_be_replaced_until_papers_open_and_only_grows_after(panel):
    one, two, three = (bid.pk for bid in panel.bids)
    before = panel.opens_at - TICK
    declare(
        panel, {one: "I advised them.", two: "My sister works there."}, at=make.during(panel.round, "check")
    )
    declare(panel, {two: "My sister leads it."}, at=before)
    assert dict(Interest.objects.values_list("application", "reason")) == {two: "My sister leads it."}

    declare(panel, {three: "They offered me a post."}, at=panel.opens_at)

    assert dict(Interest.objects.values_list("application", "reason")) == {
        two: "My sister leads it.",
        three: "They offered me a post.",
    }


@pytest.mark.parametrize("why", ["", "   ", "\u200b"])
def test_an_interest_needs_words(panel, why):
    with pytest.raises(Refused, match="Say in a sentence"):
        declare(panel, {panel.bids[0].pk: why}, at=make.during(panel.round, "check"))

    assert facts(panel.members[0]).declared_at is None


def test_members_declare_for_themselves_and_of_their_own_round(panel):
    at = make.during(panel.round, "check")
    other = make.handed_in()
    with pytest.raises(Refused, match="their own interests"):
        actions.declare(panel.members[0], {}, by=panel.chair.user, at=at)
    with pytest.raises(Refused, match="before this panel"):
        declare(panel, {other.pk: "I know them."}, at=at)
    draft = make.ApplicationFactory(round=panel.round)
    with pytest.raises(Refused, match="before this panel"):
        declare(panel, {draft.pk: "I know them."}, at=at)

    assert not Interest.objects.exists()


def test_an_interest_after_papers_were_shared_out_takes_the_sheet_at_once():
    panel = assigned(bids=1)
    sheet = lodge(panel.sheets()[0], at=panel.during)
    member = sheet.appointment
    assert Case.objects.visible_to(member.user, panel.during).exists()

    actions.declare(member, {panel.bids[0].pk: "My firm advised them."}, by=member.user, at=panel.during)

    assert (facts(sheet).status, facts(sheet).lodged_at) == ("discharged", None)
    assert not Case.objects.visible_to(member.user, panel.during).exists()
    assert not Assessment.objects.visible_to(member.user, panel.during).exists()
    assert {letter.to for letter in Letter.objects.filter(kind="panel_readers_lost")} == {
        panel.chair.user.email,
        panel.vice.user.email,
    }
    assert not [told for told in invariants.broken() if told.startswith("panel.")]


@pytest.mark.parametrize("recorded", [True, False])
def test_no_chair_with_an_interest_is_told_who_read_the_bid(recorded):
    panel = assigned(bids=1)
    if recorded:
        make.InterestFactory(appointment=panel.chair, application=panel.bids[0])
    else:
        make.MembershipFactory(user=panel.chair.user, role="drafter", authority=panel.bids[0].authority)
    member = panel.sheets()[0].appointment

    actions.declare(member, {panel.bids[0].pk: "My firm advised them."}, by=member.user, at=panel.during)

    assert [letter.to for letter in Letter.objects.filter(kind="panel_readers_lost")] == [
        panel.vice.user.email
    ]


def test_a_lodged_sheet_taken_after_the_seal_opened_stays_known_as_lodged_then():
    panel = assigned(bids=1)
    opened(panel)
    sheet = panel.sheets()[0]
    member, at = sheet.appointment, panel.closes_at + timedelta(hours=1)

    actions.declare(member, {panel.bids[0].pk: "I had forgotten."}, by=member.user, at=at)

    assert facts(sheet).status == "discharged"
    assert facts(sheet).lodged_at == panel.during
    assert not [told for told in invariants.broken() if told.startswith("panel.")]


def test_who_begins_to_act_for_a_council_loses_its_paper_before_the_clock_looks_and_the_sheet_after():
    panel = assigned(bids=1)
    sheet = panel.sheets()[0]
    member = acts_for(sheet.appointment, panel.bids[0].authority)

    assert not Case.objects.visible_to(member.user, panel.during).exists()
    with pytest.raises(Refused, match="have an interest"):
        sheets.save_marks(sheet, marks(panel.round), by=member.user, at=panel.during)
    with pytest.raises(Refused, match="have an interest"):
        sheets.lodge(sheet, by=member.user, at=panel.during)

    assert facts(sheet).status == "open"
    from beacons.core import clock

    with clock.set_to(panel.during):
        assert tasks.sweep() >= 1
        assert tasks.sweep() == 0
    assert facts(sheet).status == "discharged"
    assert Interest.objects.get().kind == "own"


def test_an_interest_hides_the_paper_everywhere_and_leaves_what_ones_own_council_may_see(visit):
    panel = assigned(bids=2)
    lodge_all(panel, 0)
    bid = panel.bids[0]
    member = acts_for(panel.sheets(0)[0].appointment, bid.authority)
    client = visit(member.user, at=panel.during)

    for name in ("case_detail", "assessment_edit", "assessment_lodge", "case_sheets"):
        assert client.get(reverse(name, args=[bid.reference])).status_code == 404, name
    assert client.post(reverse("assessment_lodge", args=[bid.reference])).status_code == 404
    desk = client.get(reverse("panel_desk")).content.decode()
    assert bid.reference not in desk
    assert panel.bids[1].reference in desk
    assert client.get(reverse("application_detail", args=[bid.reference])).status_code == 200
    assert client.get(reverse("application_detail", args=[panel.bids[1].reference])).status_code == 404


# Pages


def test_the_list_names_councils_partners_and_outcomes_and_no_titles(visit, panel):
    make.PartnerFactory(application=panel.bids[0], authority=None, name="Friends & Neighbours")
    panel.bids[1].status = "submitted"
    panel.bids[1].save()
    draft = make.ApplicationFactory(round=panel.round, authority__name="Draftshire")
    client = visit(panel.members[0].user, at=make.during(panel.round, "check"))
    url = reverse("interest_declare", args=[panel.round.slug])

    page = client.get(url).content.decode()

    for bid in panel.bids:
        assert str(bid.authority) in page
        assert bid.title not in page
        assert bid.summary not in page
        assert bid.reference not in page
    assert "Friends &amp; Neighbours" in page
    assert str(draft.authority) not in page

    answer = client.post(url, {f"bid_{panel.bids[0].pk}": "I chaired their <review>.", "sure": "on"})
    assert answer.status_code == 302
    assert Interest.objects.get().reason == "I chaired their <review>."
    again = client.get(url).content.decode()
    assert "I chaired their &lt;review&gt;." in again


def test_declaring_without_saying_that_one_is_sure_keeps_what_was_typed(visit, panel):
    client = visit(panel.members[0].user, at=make.during(panel.round, "check"))
    url = reverse("interest_declare", args=[panel.round.slug])

    page = client.post(url, {f"bid_{panel.bids[0].pk}": "I advised them."}).content.decode()

    assert "I advised them." in page
    assert "to go on" in page
    assert facts(panel.members[0]).declared_at is None


def test_what_was_typed_while_declaring_closed_comes_back_in_its_form(visit, panel):
    """The reason is said, and nothing about the box that was not ticked; the form still names nobody."""
    early = panel.round.stage_of("applications").closes_at - timedelta(hours=1)
    url = reverse("interest_declare", args=[panel.round.slug])

    page = visit(panel.members[0].user, at=early).post(url, {"bid_1": "I advised them.", "bid_2": " "})

    form = page.context["form"]
    assert form.errors == {"__all__": ["Who has applied is known when applications have closed."]}
    assert [(bound.name, bound.value()) for bound in form if bound.name != "sure"] == [
        ("bid_1", "I advised them.")
    ]
    assert str(panel.bids[0].authority) not in page.content.decode()
    assert not Interest.objects.exists()


def test_what_was_typed_beside_a_bid_that_has_gone_comes_back_too(visit, panel):
    client = visit(panel.members[0].user, at=make.during(panel.round, "check"))
    url = reverse("interest_declare", args=[panel.round.slug])
    gone, stays = panel.bids[:2]
    type(gone).objects.filter(pk=gone.pk).update(status="withdrawn")

    form = client.post(url, {f"bid_{gone.pk}": "I chaired it.", f"bid_{stays.pk}": "A cousin."}).context[
        "form"
    ]

    assert {bound.name: bound.value() for bound in form if bound.name != "sure" and bound.value()} == {
        f"bid_{stays.pk}": "A cousin.",
        f"bid_{gone.pk}": "I chaired it.",
    }


def test_before_applications_close_the_page_names_nobody(visit, panel):
    client = visit(panel.members[0].user, at=make.closing(panel.round, "applications") - TICK)

    page = client.get(reverse("interest_declare", args=[panel.round.slug])).content.decode()

    assert "known when applications have closed" in page
    assert not any(str(bid.authority) in page for bid in panel.bids)


def test_no_paper_opens_before_its_member_has_declared(visit):
    panel = assigned(bids=1)
    late = panel.sheets()[0].appointment
    late.declared_at = None
    late.save()

    client = visit(late.user, at=panel.during)

    assert client.get(reverse("assessment_edit", args=[panel.bids[0].reference])).status_code == 404
    assert panel.bids[0].reference not in client.get(reverse("panel_desk")).content.decode()
    with pytest.raises(Refused, match="Declare your interests first"):
        sheets.save_marks(panel.sheets()[0], marks(panel.round), by=late.user, at=panel.during)


def test_interests_are_known_to_their_owner_the_chairs_and_the_office_alone(visit, panel):
    make.InterestFactory(appointment=panel.members[0], application=panel.bids[0], reason="We share a house.")
    at = make.during(panel.round, "check")
    url = reverse("interest_list", args=[panel.round.slug])
    people = {
        "chair": panel.chair.user,
        "vice": panel.vice.user,
        "office": make.scheme_manager(),
        "case officer": make.case_officer(),
        "owner": panel.members[0].user,
        "member": panel.members[1].user,
        "signatory": make.signatory("clg"),
        "grants": make.grants_officer(),
        "council": panel.bids[0].drafted_by,
        "public": None,
    }

    seen = {
        who for who, user in people.items() if b"We share a house." in visit(user, at=at).get(url).content
    }
    held = {
        who
        for who, user in people.items()
        if user is not None and Interest.objects.visible_to(user, at).exists()
    }

    assert seen == {"chair", "vice", "office", "case officer"}
    assert held == {*seen, "owner"}


def test_the_list_of_interests_is_filtered_and_paged(visit, panel):
    chair = panel.chair
    bids = [make.handed_in(round=panel.round) for _ in range(51)]
    for bid in bids:
        make.InterestFactory(appointment=panel.members[0], application=bid)
    make.InterestFactory(appointment=panel.members[1], application=bids[0], kind="own", reason="")
    client = visit(chair.user, at=make.during(panel.round, "check"))
    url = reverse("interest_list", args=[panel.round.slug])

    page = client.get(url)

    assert len(page.context["page_obj"]) == 50
    assert len(client.get(url, {"page": 2}).context["page_obj"]) == 2
    assert len(client.get(url, {"kind": "own"}).context["page_obj"]) == 1
    assert len(client.get(url, {"member": panel.members[1].pk}).context["page_obj"]) == 1
    sql = queries(client, url)
    assert len(sql) == len(queries(client, url + "?kind=own"))
    assert any("LIMIT 50" in statement for statement in sql)
