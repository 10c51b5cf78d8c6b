"""Marking in a real browser: by keyboard alone, saved while it is typed, wide and narrow, with scripts and without."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from panel.models import Mark, Note
from tests.browser.hands import Keyboard
from tests.browser.people import PHONE
from tests.panel.panels import assigned, facts

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30_000
REASON = "Fewer families had to move, three years running."


@pytest.fixture
def panel(transactional_db):
    return assigned(bids=2, clg=1, lga=2)


@pytest.fixture
def quiet_office(offices):
    """Scripts are off, and the mouse is put away."""
    return offices(Keyboard)


def told(someone, words, form="form[data-autosave*='/autosave/']"):
    expect(someone.page.locator(f"{form} .app-autosave").first).to_have_text(words, timeout=PATIENCE)


def reader(panel):
    """A member who has yet to declare, with both papers."""
    member = panel.members[0]
    member.declared_at = None
    member.save()
    one, two = member.assessments.for_list().order_by("case__application__reference")
    return member, one, two


def goes_in(office, panel, member, one):
    """Declares that there is no interest, and opens the first paper from the desk."""
    office.set_clock(panel.during)
    someone = office.as_(member.user).goes_to(reverse("interest_declare", args=[panel.round.slug]))
    someone.fills(sure=True).presses("Declare")
    for page in ("papers_offline", "panel_desk"):
        someone.goes_to(reverse(page))
        if someone.hands.scripts:
            someone.looks_on_a_phone()
    someone.follows("Open the next paper")
    return someone.sees(one.case.application.title)


def presses_keys(someone, *keys):
    for key in keys:
        someone.page.keyboard.press(key)


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_a_member_marks_by_single_keys_from_the_desk_to_the_next_paper(office, panel, width):
    member, one, two = reader(panel)
    someone = goes_in(office, panel, member, one)
    if width == "phone":
        someone.page.set_viewport_size(PHONE)
        someone.office.look(someone.page)
    first, second, third = panel.round.criteria.all()

    presses_keys(someone, "j", "4")
    expect(someone.page.locator(f"#id_score_{first.pk}_4")).to_be_checked()
    presses_keys(someone, "r")
    someone.page.keyboard.insert_text(REASON)
    # In a box a letter is a letter, and a figure a figure.
    presses_keys(someone, "j", "5", "s")
    presses_keys(someone, "Escape", "j", "x", "r")
    someone.page.keyboard.insert_text(REASON)
    presses_keys(someone, "Escape", "j", "0", "r")
    someone.page.keyboard.insert_text(REASON)
    presses_keys(someone, "Escape", "m")
    someone.page.keyboard.insert_text("Ask who paid.")

    told(someone, "Saved at 8am", "form[data-autosave$='/notes/autosave/']")
    for _ in range(100):
        if Mark.objects.filter(assessment=one).exclude(reason="").count() == 3:
            break
        someone.page.wait_for_timeout(100)
    marks = Mark.objects.filter(assessment=one).order_by("criterion__position")
    assert list(marks.values_list("score", "cannot_judge", "reason")) == [
        (4, False, f"{REASON}j5s"),
        (None, True, REASON),
        (0, False, REASON),
    ]
    assert list(Note.objects.values_list("text", flat=True)) == ["Ask who paid."]
    someone.office.look(someone.page)

    someone.page.locator(f"#criterion-{third.pk}").focus()
    with someone.page.expect_navigation():
        presses_keys(someone, "c")
    someone.sees("Check your marks before you lodge them").looks()
    someone.presses("Lodge these marks").sees("are lodged")
    assert facts(one).status == "lodged"
    someone.follows("Open the next paper").sees(two.case.application.title)
    with someone.page.expect_navigation():
        presses_keys(someone, "n")
    someone.sees("You have no other paper to mark.")
    assert second.pk != third.pk


def test_keys_can_be_turned_off_and_stay_off(office, panel):
    member, one, _ = reader(panel)
    someone = goes_in(office, panel, member, one)
    first = panel.round.criteria.first()
    someone.page.get_by_text("Keyboard shortcuts").click()
    someone.office.look(someone.page)
    someone.page.get_by_label("Use these keys in this browser").uncheck()

    presses_keys(someone, "j", "4")
    someone.page.reload()
    someone.page.locator(f"#criterion-{first.pk}").focus()
    presses_keys(someone, "4")

    expect(someone.page.locator(f"#id_score_{first.pk}_4")).not_to_be_checked()
    someone.page.get_by_text("Keyboard shortcuts").click()
    someone.page.get_by_label("Use these keys in this browser").check()
    someone.page.locator(f"#criterion-{first.pk}").focus()
    # With a key that is held down it is the browser's own.
    presses_keys(someone, "Control+4")
    expect(someone.page.locator(f"#id_score_{first.pk}_4")).not_to_be_checked()
    presses_keys(someone, "4")
    expect(someone.page.locator(f"#id_score_{first.pk}_4")).to_be_checked()


def test_two_windows_are_told_of_each_other_and_nothing_is_lost(office, panel):
    member, one, _ = reader(panel)
    first = goes_in(office, panel, member, one)
    second = office.window(member.user).goes_to(one.get_absolute_url())
    criterion = panel.round.criteria.first()

    first.page.locator(f"#id_reason_{criterion.pk}").fill("The first window.")
    told(first, "Saved at 8am")
    second.page.locator(f"#id_reason_{criterion.pk}").fill("The second window.")
    expect(second.page.locator(".app-autosave-trouble").first).to_contain_text(
        "you saved something else in another window", timeout=PATIENCE
    )
    assert Mark.objects.get(criterion=criterion).reason == "The first window."
    second.presses("Save draft").sees("What you saved in another window").sees("The first window.")
    second.office.look(second.page)
    assert second.page.locator(f"#id_reason_{criterion.pk}").input_value() == "The second window."
    second.presses("Save draft").sees("Draft saved.")

    assert Mark.objects.get(criterion=criterion).reason == "The second window."


def test_what_is_typed_at_the_due_instant_stays_on_the_page(office, panel):
    member, one, _ = reader(panel)
    someone = goes_in(office, panel, member, one)
    criterion = panel.round.criteria.first()
    office.set_clock(panel.closes_at)

    someone.page.locator(f"#id_reason_{criterion.pk}").fill("Typed at noon.")

    expect(someone.page.locator(".app-autosave-trouble").first).to_contain_text(
        "The time for this sheet ended at noon", timeout=PATIENCE
    )
    someone.complaints.clear()
    someone.page.on("dialog", lambda dialog: dialog.accept())
    someone.presses("Save draft").sees("Nothing was saved.")
    assert someone.page.locator(f"#id_reason_{criterion.pk}").input_value() == "Typed at noon."
    assert Mark.objects.count() == 0


def test_without_scripts_everything_is_there_but_the_keys(quiet_office, panel):
    member, one, two = reader(panel)
    someone = goes_in(quiet_office, panel, member, one)
    expect(someone.page.get_by_text("Keyboard shortcuts")).to_be_hidden()

    someone.fills(text="Ask who paid.")
    someone.presses("Save my note").sees("Your note is saved.")
    for number, criterion in enumerate(panel.round.criteria.all()):
        someone.fills(**{f"score_{criterion.pk}": str(number), f"reason_{criterion.pk}": REASON})
    someone.presses("Save and check before lodging").presses("Lodge these marks").sees("are lodged")

    assert facts(one).status == "lodged"
    assert list(Note.objects.values_list("text", flat=True)) == ["Ask who paid."]
    assert sorted(Mark.objects.values_list("score", flat=True)) == [0, 1, 2]
    someone.follows("Open the next paper").sees(two.case.application.title)
