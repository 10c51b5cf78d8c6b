"""One bid and everybody who has a part in it, in a real browser: colleagues, a partner without an account, its files."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from beacons.applications.models import Answer, Attachment, Comment, Partner
from beacons.core.letters import Letter
from beacons.directory.actions import colleagues
from beacons.directory.models import User
from tests import factories as make
from tests import made_files
from tests.browser.people import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "three words nobody puts together"


class Desk:
    """A council whose round takes applications, and a draft of its officer's."""

    def __init__(self, office):
        self.round = make.a_round()
        self.council = make.AuthorityFactory(name="Testbury", code="TBY", mail_domains="testbury.gov.uk")
        self.drafter, self.certifier = make.drafter(self.council), make.certifier(self.council)
        self.bid = make.ApplicationFactory(
            round=self.round, authority=self.council, drafted_by=self.drafter, title="Learn at work"
        )
        self.question = self.round.questions.first()
        self.at = office.set_clock(make.during(self.round, "applications") + timedelta(minutes=32))

    def page(self, name, *args):
        return reverse(name, args=[self.bid.reference, *args])


@pytest.fixture
def desk(office):
    return Desk(office)


def letter(kind):
    return Letter.objects.filter(kind=kind).latest("pk")


def test_a_colleague_is_invited_writes_talks_and_is_out_while_the_page_is_open(office, desk):
    officer = office.as_(desk.drafter)
    officer.goes_to(reverse("colleague_list", args=["TBY"])).follows("Invite a colleague")
    officer.fills(email="jo.lane@testbury.gov.uk").presses("Send the invitation")

    jo = office.visitor().goes_to(reverse("colleague_open", args=[letter("colleague_invited").secret]))
    jo.fills(name="Jo Lane", job_title="Head of skills", password1=PASSWORD, password2=PASSWORD)
    jo.presses("Accept").sees("You act for Testbury now.")
    jo.goes_to(desk.page("section_edit", 1))
    box = jo.page.locator(f"[name=answer_{desk.question.pk}]")
    box.fill("We asked those who had left why they had.")
    expect(jo.page.locator(".app-autosave")).to_have_text("Saved at 8:32am", timeout=PATIENCE)
    talk = jo.page.locator(f"#talk-q{desk.question.pk}")
    talk.locator("summary").first.click()
    talk.get_by_label("Your comment").fill("Do we know how many?")
    talk.get_by_role("button", name="Send the comment").click()
    expect(talk).to_contain_text("Do we know how many?", timeout=PATIENCE)
    jo.looks()

    officer.goes_to(desk.page("application_comments")).sees("Jo Lane").sees("1 open")
    officer.presses("Settle").sees("All 1 are settled.")
    assert Comment.objects.get().resolved_by == desk.drafter
    colleagues.remove(User.objects.get(name="Jo Lane"), desk.council, by=desk.certifier, at=desk.at)
    box.fill("Written after the colleague had left.")

    expect(jo.page.locator(".app-autosave-trouble")).to_contain_text("not saved", timeout=PATIENCE)
    assert box.input_value() == "Written after the colleague had left."
    assert Answer.objects.get().text == "We asked those who had left why they had."
    jo.is_kept_from(desk.page("section_edit", 1))
    assert User.objects.get(name="Jo Lane").is_active


def test_a_partner_without_an_account_confirms_its_part_and_its_money(office, desk):
    officer = office.as_(desk.drafter).goes_to(desk.page("application_partners"))
    officer.fills(name="Testbury College", role="Teaches those who come back", contact_name="Ann Lee",
                  contact_email="ann@college.example")  # fmt: skip
    officer.presses("Add this partner").sees("Testbury College")
    officer.goes_to(desk.page("application_budget"))
    officer.page.set_viewport_size({"width": 320, "height": 800})
    officer.looks().page.set_viewport_size({"width": 1280, "height": 900})
    officer.goes_to(desk.page("application_partners")).presses("Ask to confirm")

    link = reverse("part_link_detail", args=[letter("partner_asked").secret])
    partner = office.visitor().goes_to(link).sees("Teaches those who come back")
    partner.page.set_viewport_size({"width": 320, "height": 800})
    partner.looks().fills(name="Ann Lee", job="Dean").presses("Confirm our part").sees("Confirmed")

    officer.goes_to(desk.page("application_partners")).sees("Confirmed")
    assert Partner.objects.get().is_confirmed


def test_files_go_in_come_out_and_what_is_none_is_refused(office, desk):
    officer = office.as_(desk.drafter).goes_to(desk.page("application_files"))
    chooser = officer.page.locator("main input[type=file]")
    for name, content in (("plan.pdf", made_files.pdf()), ("draft.pdf", made_files.pdf("Another"))):
        chooser.set_input_files([{"name": name, "mimeType": "application/pdf", "buffer": content}])
        officer.presses("Add the files").sees(name)
    officer.presses("Take out draft.pdf").sees("Taken out")

    with officer.page.expect_download() as download:
        officer.page.get_by_role("link", name="plan.pdf").click()

    assert download.value.suggested_filename == "plan.pdf"
    chooser.set_input_files(
        [{"name": "plan.exe", "mimeType": "application/pdf", "buffer": b"MZ" + b"\0" * 99}]
    )
    officer.presses("Add the files").sees("There is a problem")
    assert sorted(Attachment.objects.kept().values_list("name", flat=True)) == ["plan.pdf"]
