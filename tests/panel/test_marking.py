"""The desk and the mark sheet as pages: what is due, drafts that lose nothing, lodging, and what chairs can do."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from beacons.rounds.models import Criterion
from panel.actions import sheets
from panel.models import Announcement, Assessment, Mark
from tests import factories as make
from tests.panel.panels import assigned, facts, lodge, marks, opened, queries

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


@pytest.fixture
def panel():
    return assigned(bids=2)


@pytest.fixture
def sheet(panel):
    return panel.sheets()[0]


def url(name, row):
    return reverse(name, args=[getattr(row, "reference", None) or row.case.application.reference])


def typed(panel, score="4", reason="Good figures over three years.", **more):
    posted = {}
    for criterion in panel.round.criteria.all():
        posted |= {f"score_{criterion.pk}": score, f"reason_{criterion.pk}": reason}
    return posted | more


def test_a_member_marks_a_paper_from_the_desk_to_the_next_one(visit, panel):
    member = next(held for held in panel.members if held.assessments.count() == 2)
    first, second = member.assessments.for_list().order_by("case__application__reference")
    client = visit(member.user, at=panel.during)

    desk = client.get(reverse("panel_desk"))
    assert desk.context["next_paper"].pk == first.pk
    page = client.get(url("assessment_edit", first)).content.decode()
    assert first.case.application.title in page
    assert "We asked them why, and then changed how we teach." in page
    assert f"{reverse('paper_next')}?after={first.case.application.reference}" in page
    answer = client.post(url("assessment_edit", first), typed(panel, check="1"))
    assert answer.url == url("assessment_lodge", first)
    assert b"Lodge these marks" in client.get(answer.url).content
    answer = client.post(answer.url, follow=True)

    assert b"are lodged" in answer.content
    assert facts(first).status == "lodged"
    assert answer.context["next_paper"].pk == second.pk
    assert (answer.context["pile"].lodged, answer.context["pile"].given) == (1, 2)
    again = client.get(url("assessment_edit", first)).content.decode()
    assert "Lodged at" in again
    assert "Save draft" not in again
    assert "4 of 5" in again


def test_a_draft_is_shown_again_as_it_was_left(visit, panel, sheet):
    first, second, third = panel.round.criteria.all()
    client = visit(sheet.appointment.user, at=panel.during)

    answer = client.post(
        url("assessment_edit", sheet),
        {f"score_{first.pk}": "0", f"score_{second.pk}": "cannot", f"reason_{third.pk}": "Half a <thought>"},
    )

    assert answer.status_code == 302
    kept = Mark.objects.order_by("criterion__position").values_list("score", "cannot_judge", "reason")
    assert list(kept) == [(0, False, ""), (None, True, ""), (None, False, "Half a <thought>")]
    page = client.get(url("assessment_edit", sheet)).content.decode()
    assert page.count("checked") == 2
    assert "Half a &lt;thought&gt;" in page
    lodging = client.get(url("assessment_lodge", sheet)).content.decode()
    assert "not possible yet" in lodging
    assert "Lodge these marks</button>" not in lodging


@pytest.mark.parametrize("score", ["6", "-1", "x", "4.5"])
def test_a_mark_off_the_scale_is_told_beside_it_and_nothing_typed_is_lost(visit, panel, sheet, score):
    client = visit(sheet.appointment.user, at=panel.during)

    page = client.post(url("assessment_edit", sheet), typed(panel, score=score)).content.decode()

    assert "choose a mark from 0 to 5" in page
    assert page.count("Good figures over three years.") == 3
    assert Mark.objects.count() == 0


def test_at_the_instant_of_closing_the_page_refuses_and_keeps_what_was_typed(visit, panel, sheet):
    client = visit(sheet.appointment.user, at=panel.closes_at)

    page = client.post(
        url("assessment_edit", sheet), typed(panel, reason="Typed at 12:00:00.")
    ).content.decode()

    assert "The time for this sheet ended at noon" in page
    assert page.count("Typed at 12:00:00.") == 3
    assert Mark.objects.count() == 0
    assert client.post(url("assessment_lodge", sheet), follow=True).status_code == 200
    assert facts(sheet).status == "open"


def test_what_staff_and_readers_wrote_is_text_on_the_sheet(visit, panel, sheet):
    odd = '<b>{0} & "%s"</b>'
    criterion = panel.round.criteria.first()
    Criterion.objects.filter(pk=criterion.pk).update(name=odd, description=odd, anchors="\n".join([odd] * 6))
    Mark.objects.create(assessment=sheet, criterion=criterion, score=3, reason=f"</textarea>{odd}")

    page = visit(sheet.appointment.user, at=panel.during).get(url("assessment_edit", sheet)).text

    escaped = "&lt;b&gt;{0} &amp; &quot;%s&quot;&lt;/b&gt;"
    assert odd not in page
    # The legend, what it is about, the labels of mark and reason, what six marks mean, and the reason itself.
    assert page.count(escaped) == 1 + 1 + 2 + 6 + 1
    assert f"&lt;/textarea&gt;{escaped}</textarea>" in page


def hidden(page):
    """What a page's form of marks sends along by itself."""
    form = page.context["form"]
    return {name: form[name].value() for name in form.fields if name.startswith(("seen_", "page", "turn"))}


def test_two_windows_do_not_overwrite_each_other_unread(visit, panel, sheet):
    client = visit(sheet.appointment.user, at=panel.during)
    first, second = (hidden(client.get(url("assessment_edit", sheet))) for _ in range(2))
    client.post(url("assessment_edit", sheet), typed(panel, score="5", **first))

    answer = client.post(url("assessment_edit", sheet), typed(panel, score="1", reason="Other.", **second))

    told = answer.content.decode()
    assert told.count("you saved something else in another window") >= 3
    assert told.count("What you saved in another window") == 3
    assert (told.count("5 of 5"), told.count("Good figures over three years.")) == (3, 3)
    assert told.count("Other.") == 3
    assert set(Mark.objects.values_list("score", flat=True)) == {5}
    # Saved again it is saved in knowledge of the other.
    client.post(url("assessment_edit", sheet), typed(panel, score="1", reason="Other.", **hidden(answer)))
    assert set(Mark.objects.values_list("score", flat=True)) == {1}
    # And the first window, which has been open all along, writes over nothing either.
    answer = client.post(url("assessment_edit", sheet), typed(panel, score="4", **first))
    assert b"another window" in answer.content
    assert set(Mark.objects.values_list("score", flat=True)) == {1}


def test_two_windows_may_mark_two_criteria(visit, panel, sheet):
    one, two, _ = panel.round.criteria.all()
    client = visit(sheet.appointment.user, at=panel.during)
    first, second = (hidden(client.get(url("assessment_edit", sheet))) for _ in range(2))

    client.post(url("assessment_edit", sheet), {f"score_{one.pk}": "5", **first})
    answer = client.post(url("assessment_edit", sheet), {f"score_{two.pk}": "0", **second})

    assert answer.status_code == 302
    assert dict(Mark.objects.values_list("criterion", "score")) == {one.pk: 5, two.pk: 0}


def test_a_form_that_says_nothing_has_seen_nothing(visit, panel, sheet):
    lodged = typed(panel, score="5")
    client = visit(sheet.appointment.user, at=panel.during)
    client.post(url("assessment_edit", sheet), lodged)

    answer = client.post(url("assessment_edit", sheet), typed(panel, score="1"))

    assert b"another window" in answer.content
    assert set(Mark.objects.values_list("score", flat=True)) == {5}


def test_a_reason_that_is_too_long_is_kept_and_not_lodged(visit, panel, sheet):
    client = visit(sheet.appointment.user, at=panel.during)
    long = "word " * 203

    answer = client.post(url("assessment_edit", sheet), typed(panel, reason=long), follow=True)

    assert answer.content.decode().count(long.strip()) == 3
    lodging = client.post(url("assessment_lodge", sheet), follow=True).content.decode()
    assert "Outcomes: your reason is 3 words too long, the limit is 200." in lodging
    assert facts(sheet).status == "open"


def test_a_lodged_sheet_takes_no_more_by_any_door(visit, panel, sheet):
    lodge(sheet, at=panel.during)
    client = visit(sheet.appointment.user, at=panel.during)

    client.post(url("assessment_edit", sheet), typed(panel, score="0"))
    answer = client.post(url("assessment_lodge", sheet), follow=True)

    assert b"You have lodged this sheet" in answer.content
    assert set(Mark.objects.values_list("score", flat=True)) == {3}


def test_anothers_sheet_is_not_there(visit, panel, sheet):
    """Everybody without a sheet on it: other members, chairs, office, council, public."""
    others = [held for held in panel.members if not held.assessments.filter(case=sheet.case).exists()]
    users = [others[0].user, panel.chair.user, make.scheme_manager(), sheet.case.application.drafted_by]

    for user in users:
        client = visit(user, at=panel.during)
        for name in ("assessment_edit", "assessment_lodge"):
            assert client.get(url(name, sheet)).status_code == 404
            assert client.post(url(name, sheet), typed(panel)).status_code == 404
    anonymous = visit(None, at=panel.during)
    assert anonymous.get(url("assessment_edit", sheet)).url.startswith("/accounts/login/")
    assert Mark.objects.count() == 0


def test_papers_are_closed_until_the_instant_scoring_opens(visit, panel, sheet):
    client = visit(sheet.appointment.user, at=panel.opens_at - TICK)
    assert client.get(url("assessment_edit", sheet)).status_code == 404
    assert client.get(url("case_detail", sheet)).status_code == 404
    assert sheet.case.application.reference not in client.get(reverse("panel_desk")).content.decode()

    client = visit(sheet.appointment.user, at=panel.opens_at)
    assert client.get(url("assessment_edit", sheet)).status_code == 200


def test_the_desk_is_filtered_ordered_and_says_how_far_each_paper_is(visit):
    panel = assigned(bids=4, clg=1, lga=2)
    member = panel.members[0]
    one, two, three, four = member.assessments.for_list().order_by("case__application__reference")
    lodge(one, at=panel.during)
    criterion = panel.round.criteria.first()
    sheets.save_marks(two, {criterion.pk: (2, False, "")}, by=member.user, at=panel.during)
    sheets.extend(
        three, until=panel.closes_at + timedelta(days=1), why="Ill.", by=panel.chair.user, at=panel.during
    )
    client = visit(member.user, at=panel.during)

    def shown(**query):
        return list(client.get(reverse("panel_desk"), query).context["page_obj"])

    assert shown() == [two, four, three, one]
    assert shown(progress="lodged") == [one]
    assert shown(progress="begun") == [two]
    assert set(shown(progress="untouched")) == {three, four}
    assert shown(sort="reference") == [one, two, three, four]
    assert shown(sort="-progress")[0] == one
    assert shown(outcome=panel.round.outcomes.get().pk, progress="discharged") == []
    page = client.get(reverse("panel_desk")).content.decode()
    assert "1 of 3 marked" in page


def test_papers_with_which_the_panel_has_done_stand_apart_on_the_desk(visit):
    panel = assigned(bids=2, clg=1, lga=2)
    member = panel.members[0]
    desk = reverse("panel_desk")
    before = visit(member.user, at=panel.during).get(desk)
    told = panel.closes_at + timedelta(days=1)
    Announcement.objects.create(round=panel.round, at=told, set_at=panel.during, set_by=panel.chair.user)

    client = visit(member.user, at=panel.closes_at + timedelta(days=2))
    now, earlier = client.get(desk), client.get(desk, {"papers": "earlier", "sort": "reference"})

    assert [len(page.context["pile"].papers) for page in (before, now, earlier)] == [2, 0, 2]
    assert "Earlier papers" not in before.content.decode()
    assert "Earlier papers (2)" in now.content.decode()
    assert panel.bids[0].reference not in now.content.decode()
    assert panel.bids[0].reference in earlier.content.decode()


def test_the_next_paper_goes_round_by_what_is_due_first(visit):
    panel = assigned(bids=4, clg=1, lga=2)
    member = panel.members[0]
    one, two, three, four = member.assessments.for_list().order_by("case__application__reference")
    sheets.extend(
        one, until=panel.closes_at + timedelta(days=1), why="Ill.", by=panel.chair.user, at=panel.during
    )
    lodge(three, at=panel.during)
    client = visit(member.user, at=panel.during)

    def after(sheet=None):
        asked = {"after": sheet.case.application.reference} if sheet else {}
        return client.get(reverse("paper_next"), asked).url

    # What has more time comes last, what is lodged not at all.
    assert after() == url("assessment_edit", two)
    assert after(two) == url("assessment_edit", four)
    assert after(three) == url("assessment_edit", four)
    assert after(four) == url("assessment_edit", one)
    assert after(one) == url("assessment_edit", two)
    for sheet in (one, two):
        lodge(sheet, at=panel.during)
    assert after() == after(one) == url("assessment_edit", four)
    assert after(four) == reverse("panel_desk")
    assert client.get(reverse("paper_next"), {"after": "No such"}).url == url("assessment_edit", four)


@pytest.mark.parametrize("query", ["", "?progress=untouched&outcome={outcome}&sort=-progress"])
def test_the_desk_takes_ten_queries_at_most_for_two_papers_and_for_thirty(visit, query):
    small, large = assigned(bids=2, clg=1, lga=2), assigned(bids=30, clg=1, lga=2)

    counts = [
        len(
            queries(
                visit(panel.members[0].user, at=panel.during),
                reverse("panel_desk") + query.format(outcome=panel.round.outcomes.get().pk),
            )
        )
        for panel in (small, large)
    ]

    assert counts[0] == counts[1] <= 10


def test_the_chairs_desk_takes_ten_queries_at_most(visit):
    panel = assigned(bids=2)

    assert len(queries(visit(panel.chair.user, at=panel.during), reverse("panel_desk"))) <= 10


def test_the_desk_takes_as_many_queries_for_twenty_papers_as_for_two_and_no_row_it_does_not_show(visit):
    small, large = assigned(bids=2, clg=1, lga=2), assigned(bids=20, clg=1, lga=2)
    pages = {
        "panel_desk": lambda panel: (panel.members[0].user, []),
        "case_progress": lambda panel: (panel.chair.user, [panel.round.slug]),
        "assignment_detail": lambda panel: (panel.chair.user, [panel.round.slug]),
        "interest_declare": lambda panel: (panel.members[0].user, [panel.round.slug]),
    }

    for name, page in pages.items():
        counts = []
        for panel in (small, large):
            user, args = page(panel)
            counts.append(len(queries(visit(user, at=panel.during), reverse(name, args=args))))
        assert counts[0] == counts[1], name


def test_no_list_fetches_more_than_fifty_rows(visit):
    panel = assigned(bids=52, clg=1, lga=2)

    for user, name, args in (
        (panel.members[0].user, "panel_desk", []),
        (panel.chair.user, "case_progress", [panel.round.slug]),
    ):
        client = visit(user, at=panel.during)
        page = client.get(reverse(name, args=args))
        assert len(page.context["page_obj"]) == 50
        assert len(client.get(reverse(name, args=args), {"page": 2}).context["page_obj"]) == 2
        rows = [
            sql
            for sql in queries(client, reverse(name, args=args))
            if '"applications_application"."title"' in sql
        ]
        assert rows, name
        assert all("LIMIT" in sql or keys_asked_for(sql) == 50 for sql in rows), name


def keys_asked_for(sql):
    """How many rows a statement names by their keys."""
    named = re.search(r'"id" IN \(([\d, ]+)\)', sql)
    return len(named[1].split(",")) if named else 0


@pytest.mark.parametrize("bids", [2, 30])
def test_the_mark_sheet_takes_ten_queries_at_most(visit, bids):
    """With issues behind a criterion, a file, a note, marks, and few or many papers in hand."""
    panel = assigned(bids=bids, clg=1, lga=2)
    sheet = panel.members[0].assessments.for_list().first()
    bid, criterion = sheet.case.application, panel.round.criteria.first()
    for number in range(3):
        criterion.issues.add(make.IssueFactory(outcome=bid.outcome, text=f"Issue {number}"))
    sheets.save_marks(sheet, marks(panel.round), by=panel.members[0].user, at=panel.during)
    sheets.note(sheet, "Ask about the figures.", by=panel.members[0].user, at=panel.during)
    client = visit(panel.members[0].user, at=panel.during)

    page = client.get(url("assessment_edit", sheet)).content.decode()
    taken = queries(client, url("assessment_edit", sheet))

    assert all(f"Issue {number}" in page for number in range(3))
    assert "Ask about the figures." in page
    assert len(taken) <= 10


# The chairs


def test_the_chair_gives_time_discharges_reopens_and_names_a_reader(visit, panel):
    lodged, late, third = panel.sheets()
    lodge(lodged, at=panel.during)
    client = visit(panel.chair.user, at=panel.during)
    until = panel.closes_at.date() + timedelta(days=2)

    page = client.get(url("case_sheets", lodged)).content.decode()
    assert "1 of 3 sheets" not in page
    assert "2 of 3 sheets not lodged" in page
    assert b"more time" in client.post(
        reverse("sheet_extend", args=[late.pk]), {"until_on": until.isoformat(), "why": "Her train stood still."},
        follow=True,
    ).content  # fmt: skip
    assert client.post(reverse("sheet_reopen", args=[lodged.pk]), {"why": "Asked for it."}).status_code == 302
    answer = client.post(reverse("sheet_discharge", args=[late.pk]), {"why": ""})
    assert "Enter" in answer.content.decode() or "Answer" in answer.content.decode()
    spare = next(
        member for member in panel.members if not member.assessments.filter(case=lodged.case).exists()
    )
    added = client.post(url("reader_add", lodged), {"member": spare.pk, "why": "One is ill."})
    assert added.status_code == 302
    assert client.post(reverse("sheet_discharge", args=[third.pk]), {"why": "Ill."}).status_code == 302

    assert facts(late).extended_to.date() == until
    assert facts(lodged).status == "open"
    assert facts(third).status == "discharged"
    assert Assessment.objects.filter(case=lodged.case, appointment=spare).exists()


def test_who_may_touch_a_sheet(visit, panel, sheet):
    lodge(sheet, at=panel.during)
    make.InterestFactory(appointment=panel.vice, application=panel.bids[0])
    people = {
        "chair": panel.chair.user,
        "conflicted vice": panel.vice.user,
        "office": make.scheme_manager(),
        "case officer": make.case_officer(),
        "owner": sheet.appointment.user,
        "member": panel.members[-1].user,
        "signatory": make.signatory("lga"),
        "council": panel.bids[0].drafted_by,
    }
    pages = {
        "case_sheets": (
            reverse("case_sheets", args=[panel.bids[0].reference]),
            {"chair", "office", "case officer"},
        ),
        "sheet_reopen": (reverse("sheet_reopen", args=[sheet.pk]), {"chair"}),
        "sheet_extend": (reverse("sheet_extend", args=[sheet.pk]), {"chair"}),
        "sheet_discharge": (reverse("sheet_discharge", args=[sheet.pk]), {"chair"}),
        "reader_add": (reverse("reader_add", args=[panel.bids[0].reference]), {"chair"}),
    }

    for name, (address, allowed) in pages.items():
        got = {
            who
            for who, user in people.items()
            if visit(user, at=panel.during).get(address).status_code == 200
        }
        assert got == allowed, name
    for who, user in people.items():
        if who != "chair":
            answer = visit(user, at=panel.during).post(
                reverse("sheet_reopen", args=[sheet.pk]), {"why": "Mine."}
            )
            assert answer.status_code in (403, 404), who
    assert facts(sheet).status == "lodged"


def test_where_neither_chair_can_act_the_scheme_manager_does(visit, panel, sheet):
    for chair in (panel.chair, panel.vice):
        make.InterestFactory(appointment=chair, application=panel.bids[0])
    lodge(sheet, at=panel.during)

    for user, code in ((make.case_officer(), 403), (panel.chair.user, 404), (make.scheme_manager(), 302)):
        client = visit(user, at=panel.during)
        answer = client.post(reverse("sheet_reopen", args=[sheet.pk]), {"why": "Asked for it."})
        assert answer.status_code == code

    assert facts(sheet).status == "open"


def test_once_the_seal_is_open_every_mark_stands_on_the_cases_page(visit, panel, sheet):
    case = opened(panel)
    at = panel.closes_at

    for member in [*panel.members, panel.chair, panel.vice]:
        page = visit(member.user, at=at).get(url("case_detail", sheet)).content.decode()
        assert page.count("Good figures over three years.") == 9
    for user in (make.scheme_manager(), make.signatory("clg"), case.application.drafted_by):
        assert visit(user, at=at).get(url("case_detail", sheet)).status_code == 404


def test_a_withdrawn_application_shows_no_paper_and_takes_no_marks(visit, panel, sheet):
    panel.bids[0].status = "withdrawn"
    panel.bids[0].save()
    client = visit(sheet.appointment.user, at=panel.during)

    page = client.get(url("assessment_edit", sheet)).content.decode()

    assert "This application was withdrawn." in page
    assert "We asked them why" not in page
    assert "Save draft" not in page
    assert b"Withdrawn" in client.get(reverse("panel_desk")).content
    assert panel.bids[0].reference not in str(client.get(reverse("panel_desk")).context["next_paper"])
