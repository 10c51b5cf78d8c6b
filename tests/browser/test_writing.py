"""Writing in a real browser: saved while it is typed, by several people at once, and nothing is lost on the way."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from beacons.applications import actions
from beacons.applications.models import Answer, AnswerVersion, Application
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery staple"
PATIENCE = 30_000
# Also what a page sends while it is being left, which a route of Playwright's does not see.
NOTHING_LEAVES = "() => { window.fetch = () => Promise.reject(new TypeError('no connection')); }"


class Desk:
    """A council whose round takes applications, a draft, and two officers who may write in it."""

    def __init__(self, office):
        self.round = make.a_round()
        self.authority = make.AuthorityFactory(name="Testbury")
        self.drafter, self.colleague = make.drafter(self.authority), make.certifier(self.authority)
        self.bid = make.ApplicationFactory(
            round=self.round, authority=self.authority, drafted_by=self.drafter
        )
        self.one, self.two = self.round.questions.all()
        self.at = office.set_clock(make.during(self.round, "applications") + timedelta(minutes=32))
        self.section = f"/applications/{self.bid.reference}/section/1/"
        self.details = f"/applications/{self.bid.reference}/details/"

    def text(self, question):
        return (
            Answer.objects.filter(application=self.bid, question=question)
            .values_list("text", flat=True)
            .first()
        )

    def ever(self, question):
        kept = AnswerVersion.objects.filter(answer__application=self.bid, answer__question=question)
        return list(kept.order_by("version").values_list("text", flat=True))


@pytest.fixture
def desk(office):
    return Desk(office)


def box(someone, question):
    return someone.page.locator(f"[name=answer_{question.pk}]")


def told(someone, words):
    expect(someone.page.locator(".app-autosave")).to_have_text(words, timeout=PATIENCE)


def warned(someone, words):
    expect(someone.page.locator(".app-autosave-trouble")).to_contain_text(words, timeout=PATIENCE)


def test_what_is_typed_is_saved_without_a_button(office, desk):
    someone = office.as_(desk.drafter).goes_to(desk.section)
    told(someone, "What you type is saved as you go.")

    box(someone, desk.one).fill("We asked them why.")

    told(someone, "Saved at 8:32am")
    assert desk.text(desk.one) == "We asked them why."
    someone.looks()

    # And the button afterwards is no conflict with what was saved by itself.
    box(someone, desk.one).fill("We asked them why, and changed how we teach.")
    someone.presses("Save and stay on this page").sees("Saved.")
    assert desk.text(desk.one) == "We asked them why, and changed how we teach."
    assert someone.page.locator(".app-autosave-offer").count() == 0


def test_details_too(office, desk):
    someone = office.as_(desk.drafter).goes_to(desk.details)

    someone.fills(summary="We found those who had left.", lead_officer="Alex Green")

    told(someone, "Saved at 8:32am")
    saved = Application.objects.get()
    assert (saved.summary, saved.lead_officer) == ("We found those who had left.", "Alex Green")


def test_who_leaves_at_once_leaves_nothing_behind(office, desk):
    someone = office.as_(desk.drafter).goes_to(desk.section)
    box(someone, desk.one).fill("Typed and gone")

    someone.follows("Back to the task list")

    for _ in range(100):
        if desk.text(desk.one):
            break
        someone.page.wait_for_timeout(50)
    assert desk.text(desk.one) == "Typed and gone"


def test_two_browsers_write_one_application_and_nothing_is_lost(office, desk):
    first = office.as_(desk.drafter).goes_to(desk.section)
    second = office.as_(desk.colleague).goes_to(desk.section)

    box(first, desk.one).fill("The drafter's text")
    told(first, "Saved at 8:32am")
    box(second, desk.one).fill("The colleague's text")
    box(second, desk.two).fill("The colleague alone wrote this")

    warned(second, f"{desk.drafter} saved another text while you were writing, at 8:32am.")
    second.looks()
    assert desk.text(desk.one) == "The drafter's text"
    assert desk.text(desk.two) == "The colleague alone wrote this"

    second.presses("Save and return to the task list")
    second.sees("The drafter's text")
    assert box(second, desk.one).input_value() == "The colleague's text"
    assert desk.text(desk.one) == "The drafter's text"

    box(second, desk.one).fill("What both of them mean")
    second.presses("Save and return to the task list").sees("Saved.")
    assert desk.ever(desk.one) == ["The drafter's text", "What both of them mean"]

    # The first goes on writing in the page that has been open all along.
    box(first, desk.one).fill("The drafter's text, and more")
    warned(first, f"{desk.colleague} saved another text while you were writing, at 8:32am.")
    assert desk.text(desk.one) == "What both of them mean"
    first.presses("Save and return to the task list").sees("What both of them mean")
    first.presses("Save and return to the task list").sees("Saved.")
    assert desk.ever(desk.one) == [
        "The drafter's text",
        "What both of them mean",
        "The drafter's text, and more",
    ]


def test_an_earlier_version_is_found_compared_and_restored_while_a_colleague_writes(office, desk):
    for seen, words in enumerate(("We asked them why.", "We asked them all why.", "Something else")):
        actions.save_answers(desk.bid, {desk.one.pk: (words, seen)}, by=desk.drafter, at=desk.at)
    someone = office.as_(desk.drafter).goes_to(desk.section)
    colleague = office.as_(desk.colleague).goes_to(desk.section)

    # What is typed and not saved yet is not lost by leaving for the versions.
    box(someone, desk.one).fill("Typed and left")
    someone.follows("Earlier versions (2)").sees("We asked them all why.")
    for _ in range(100):
        if desk.text(desk.one) == "Typed and left":
            break
        someone.page.wait_for_timeout(50)
    someone.follows("What changed since version 1")
    added = someone.page.locator("ins.app-new").filter(has_text="all")
    assert added.evaluate("box => getComputedStyle(box).textDecorationLine") == "underline"
    someone.follows("Read or restore").sees("Restore this version?")

    # A colleague was shown both texts, and kept theirs, while the question stood on the page.
    box(colleague, desk.one).fill("What the colleague means")
    warned(colleague, "saved another text while you were writing")
    colleague.presses("Save and return to the task list").sees("Typed and left")
    colleague.presses("Save and return to the task list").sees("Saved.")

    someone.presses("Restore this version")
    someone.sees("saved another text meanwhile, so nothing was restored").sees("What the colleague means")
    assert desk.text(desk.one) == "What the colleague means"
    someone.presses("Restore this version").sees("Restored: version 1 stands again, as version 6.")
    assert box(someone, desk.one).input_value() == "We asked them why."
    assert desk.ever(desk.one) == [
        "We asked them why.",
        "We asked them all why.",
        "Something else",
        "Typed and left",
        "What the colleague means",
        "We asked them why.",
    ]

    # And the colleague, whose page is older than that, writes over nothing either.
    colleague.goes_to(desk.section)
    actions.restore_answer(desk.bid, desk.one, 2, seen=6, by=desk.drafter, at=desk.at)
    box(colleague, desk.one).fill("Typed in an old page")
    warned(colleague, f"{desk.drafter} saved another text while you were writing")
    assert desk.text(desk.one) == "We asked them all why."


def test_without_a_connection_it_waits_and_is_sent_when_there_is_one(office, desk):
    someone = office.as_(desk.drafter).goes_to(desk.section)
    someone.page.context.set_offline(True)
    box(someone, desk.one).fill("Written on a train")

    warned(someone, "could not be sent, so it is not saved")
    someone.page.get_by_role("button", name="Save and return").click()
    warned(someone, "There is no connection")
    assert box(someone, desk.one).input_value() == "Written on a train"
    assert desk.text(desk.one) is None

    someone.page.context.set_offline(False)
    told(someone, "Saved at 8:32am")
    expect(someone.page.locator(".app-autosave-trouble")).to_be_hidden()
    assert desk.text(desk.one) == "Written on a train"


def test_what_could_not_be_sent_is_offered_again_to_who_typed_it(office, desk):
    someone = office.as_(desk.drafter).goes_to(desk.section)
    someone.page.on("dialog", lambda dialog: dialog.accept())
    someone.page.context.set_offline(True)
    box(someone, desk.one).fill("Written on a train")
    warned(someone, "could not be sent")
    someone.page.evaluate(NOTHING_LEAVES)
    someone.page.context.set_offline(False)
    someone.page.goto(desk.section)

    assert box(someone, desk.one).input_value() == ""
    expect(someone.page.locator(".app-autosave-offer")).to_contain_text("It differs from what is saved.")
    someone.complaints.clear()
    someone.looks()
    someone.page.get_by_role("button", name="Put it back into the form").click()

    assert box(someone, desk.one).input_value() == "Written on a train"
    told(someone, "Saved at 8:32am")
    assert desk.text(desk.one) == "Written on a train"
    someone.page.goto(desk.section)
    assert someone.page.locator(".app-autosave-offer").count() == 0


def test_what_the_browser_itself_puts_back_is_saved(office, desk):
    someone = office.as_(desk.drafter).goes_to(desk.section)
    someone.page.on("dialog", lambda dialog: dialog.accept())
    someone.page.evaluate(NOTHING_LEAVES)
    box(someone, desk.one).fill("Left and come back to")
    warned(someone, "could not be sent")
    someone.page.goto(f"/applications/{desk.bid.reference}/")
    assert desk.text(desk.one) is None
    someone.page.go_back()

    expect(box(someone, desk.one)).to_have_value("Left and come back to")
    told(someone, "Saved at 8:32am")
    assert desk.text(desk.one) == "Left and come back to"


def sign_in(page, user):
    page.get_by_label("Email address").fill(user.email)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def expire(someone):
    """The session is over; the browser does not know yet."""
    Session.objects.all().delete()
    someone.complaints.clear()


@pytest.fixture
def passwords(desk):
    for user in (desk.drafter, desk.colleague):
        user.set_password(PASSWORD)
        user.save()


def test_a_session_that_ends_while_somebody_types_loses_nothing(office, desk, passwords):
    someone = office.as_(desk.drafter).goes_to(desk.section)
    expire(someone)
    box(someone, desk.one).fill("Typed after the session had ended")
    warned(someone, "You have been signed out, so this was not saved.")
    assert desk.text(desk.one) is None

    with someone.page.expect_navigation():
        someone.page.get_by_role("button", name="Save and return").click()
    someone.sees("Your session has ended")
    someone.page.get_by_role("button", name="Sign in and carry on").click()
    sign_in(someone.page, desk.drafter)

    someone.page.wait_for_url(re.compile(desk.section))
    someone.sees("What you typed before you were signed out is in the form below.")
    assert box(someone, desk.one).input_value() == "Typed after the session had ended"
    someone.complaints.clear()
    someone.looks()
    someone.presses("Save and return to the task list").sees("Saved.")
    assert desk.text(desk.one) == "Typed after the session had ended"
    someone.goes_to(desk.section).does_not_see("before you were signed out")


def test_nobody_else_who_signs_in_there_is_given_the_text(office, desk, passwords):
    someone = office.as_(desk.drafter).goes_to(desk.section)
    expire(someone)
    box(someone, desk.one).fill("Typed by the drafter")
    warned(someone, "You have been signed out")
    with someone.page.expect_navigation():
        someone.page.get_by_role("button", name="Save and return").click()

    someone.page.get_by_role("button", name="Sign in and carry on").click()
    sign_in(someone.page, desk.colleague)

    someone.page.wait_for_url(re.compile(desk.section))
    assert box(someone, desk.one).input_value() == ""
    someone.does_not_see("before you were signed out")
    assert someone.page.locator(".app-autosave-offer").count() == 0
    assert someone.page.evaluate("Object.keys(sessionStorage).length") == 0


def test_signed_in_again_in_another_window_it_goes_on_by_itself(office, desk, passwords):
    someone = office.as_(desk.drafter).goes_to(desk.section)
    expire(someone)
    box(someone, desk.one).fill("Typed between two sessions")
    warned(someone, "You have been signed out")

    other = someone.page.context.new_page()
    other.goto("/accounts/login/")
    sign_in(other, desk.drafter)
    other.wait_for_url(re.compile("desk"))
    someone.page.bring_to_front()
    box(someone, desk.one).press("End")
    box(someone, desk.one).type(".")

    told(someone, "Saved at 8:32am")
    assert desk.text(desk.one) == "Typed between two sessions."


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_back_button_puts_no_old_text_over_a_newer_one(office, desk, new_context, scripts):
    """The browser fetches the page afresh, and would fill in what was typed before."""
    someone = office.as_(desk.drafter)
    context = new_context(base_url=office.address, java_script_enabled=scripts)
    context.add_cookies(someone.page.context.cookies())
    page = context.new_page()
    page.goto(desk.section)
    page.locator(f"[name=answer_{desk.one.pk}]").fill("Mine")
    page.get_by_role("button", name="Save and return").click()
    page.wait_for_url(re.compile(f"{desk.bid.reference}/$"))
    version = Answer.objects.get().version
    actions.save_answers(desk.bid, {desk.one.pk: ("Theirs", version)}, by=desk.colleague, at=desk.at)

    page.go_back()
    page.wait_for_load_state()
    page.get_by_role("button", name="Save and return").click()
    page.wait_for_load_state()

    assert desk.text(desk.one) == "Theirs"
    assert desk.ever(desk.one)[-2:] == ["Mine", "Theirs"]


def test_nor_an_old_sum_over_a_newer_one(office, desk):
    """The budget, like the other forms that have no script to save them."""
    someone = office.as_(desk.drafter).goes_to(f"/applications/{desk.bid.reference}/budget/")
    someone.fills(lead_develop="31000").presses("Save and return to the task list")
    bid = Application.objects.get()
    sums = (77_000, bid.innovate, bid.disseminate, bid.support)
    money = {"own": sums, "parts": {}, "own_pooled": 0, "pooled": {}, "is_whole_area": False}
    actions.save_budget(bid, **money, by=desk.colleague, at=desk.at)

    someone.page.go_back()
    someone.page.wait_for_load_state()
    someone.presses("Save and return to the task list")

    assert Application.objects.get().develop == 77_000


def test_refused_at_the_closing_it_says_so_and_the_text_stays(office, desk):
    someone = office.as_(desk.drafter).goes_to(desk.section)
    office.set_clock(make.closing(desk.round, "applications"))

    box(someone, desk.one).fill("Too late by a second")

    warned(someone, "Applications closed at noon")
    assert box(someone, desk.one).input_value() == "Too late by a second"
    assert desk.text(desk.one) is None
