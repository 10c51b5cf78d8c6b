"""The look in a real browser: no fault for axe, no sideways scroll, focus where it helps, and all of it without scripts."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.example_pages")]

PAGES = [
    "/",
    "/form/",
    "/list/?page=3",
    "/parts/",
    "/sent/",
    "/charts/",
    "/accounts/login/",
    "/accounts/password/reset/",
]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


@pytest.fixture(autouse=True)
def example(settings):
    settings.NAVIGATION = "tests.example_pages.items"
    settings.DEMONSTRATION = True


@pytest.fixture
def complaints(page):
    """What the browser's console complains of: a blocked script, a missing file, an error."""
    heard = []
    page.on(
        "console",
        lambda message: heard.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_please_axe_and_fit_the_window(page, live_server, look, complaints, address, size):
    page.set_viewport_size(size)
    page.goto(live_server.url + address)

    look(page)
    assert complaints == []


def send_empty_form(page, live_server):
    page.goto(f"{live_server.url}/form/")
    page.get_by_role("button", name="Save and continue").click()


def test_after_a_mistake_the_focus_is_on_the_summary_and_its_links_reach_every_field(page, live_server, look):
    send_empty_form(page, live_server)

    assert page.title() == "Error: Your bid – Beacons"
    assert "govuk-error-summary" in page.evaluate("document.activeElement.className")
    look(page)
    links = page.locator(".govuk-error-summary a")
    assert links.count() == 10
    reached = []
    for index in range(links.count()):
        links.nth(index).click()
        reached.append(page.evaluate("document.activeElement.id"))
    assert reached == [link.get_attribute("href").removeprefix("#") for link in links.all()]


def test_words_are_counted_while_they_are_typed(page, live_server):
    page.goto(f"{live_server.url}/form/")
    page.get_by_label("Why should your council be a beacon?").fill("word " * 48)

    counter = page.locator(".govuk-character-count__status").first
    counter.wait_for()
    assert counter.inner_text() == "You have 2 words remaining"


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(page, live_server):
    page.goto(f"{live_server.url}/form/")
    # The script that carries the focus along comes a moment after the page.
    page.locator("[data-govuk-skip-link-init]").wait_for(state="attached")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()


def test_on_a_phone_the_navigation_folds_away_and_opens(page, live_server):
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/list/")
    link = page.get_by_role("link", name="Practice library")

    # The script folds it when it comes, which on a busy machine is a moment after the page.
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(link).to_be_visible()


def test_a_wide_table_scrolls_by_keyboard_within_its_own_region(page, live_server):
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/list/")
    region = page.get_by_role("region", name="Bids in this round")
    region.focus()
    page.keyboard.press("ArrowRight")

    # Waiting in the page itself would need `eval`, which our policy forbids.
    for _ in range(50):
        if scrolled := page.evaluate("document.activeElement.scrollLeft"):
            break
        page.wait_for_timeout(100)
    assert scrolled > 0
    assert page.evaluate("window.scrollX") == 0


class TestWithoutScripts:
    @pytest.fixture
    def plain(self, new_context):
        return new_context(java_script_enabled=False, viewport=PHONE).new_page()

    def test_navigation_and_fields_are_all_there(self, plain, live_server):
        plain.goto(f"{live_server.url}/form/")

        assert plain.get_by_role("link", name="Practice library").is_visible()
        assert plain.get_by_label("Project plan").is_visible()
        assert plain.get_by_text("You can enter up to 50 words").is_visible()

    def test_a_mistake_is_told_and_linked(self, plain, live_server):
        send_empty_form(plain, live_server)
        plain.get_by_role("link", name="Select kind of council").click()

        assert plain.url.endswith("#id_kind_0")

    def test_the_page_fits_a_phone(self, plain, live_server):
        plain.goto(f"{live_server.url}/parts/")

        body = plain.locator("body").bounding_box()
        assert body["width"] <= 320
