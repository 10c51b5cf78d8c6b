"""Two ways to use a page: with a mouse, or with the keyboard alone."""

from typing import Any

from playwright.sync_api import Locator, Page

# More stops than any page here has.
STOPS = 400
FOCUSED = "box => box === document.activeElement"
# How many stops lie between the focus and the target, at the least: so many presses need no look at where it is.
STOPS_BEFORE = """box => {
    const here = document.activeElement;
    const stops = document.querySelectorAll('a[href], button, input:not([type=radio]), select, textarea, summary');
    const seen = {visibilityProperty: true, contentVisibilityAuto: true};
    const between = stop => here.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING
        && stop.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING;
    return [...stops].filter(
        stop => stop.tabIndex >= 0 && !stop.disabled && stop.checkVisibility(seen) && between(stop)
    ).length;
}"""


class Mouse:
    """Points and clicks; scripts run."""

    scripts = True

    def __init__(self, page: Page):
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def tick(self, box: Locator) -> None:
        box.check()

    def write(self, box: Locator, words: str) -> None:
        box.fill(words)

    def choose(self, box: Locator, value: str) -> None:
        box.select_option(value)


class Keyboard(Mouse):
    """Reaches everything by Tab, and uses it by Space, Enter, arrows and letters. Scripts are off as well."""

    scripts = False

    def reach(self, target: Locator, test: str = FOCUSED, given: Any = None) -> None:
        """Tab on until the target has the focus; a person without a mouse has no other way."""
        for _ in range(target.evaluate(STOPS_BEFORE)):
            self.page.keyboard.press("Tab")
        for _ in range(STOPS):
            if target.evaluate(test, given):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.page.url}: {target} cannot be reached by the keyboard")

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def tick(self, box: Locator) -> None:
        if box.get_attribute("type") == "radio":
            self.tick_radio(box)
        elif not box.is_checked():
            self.reach(box)
            self.page.keyboard.press("Space")
        assert box.is_checked()

    def tick_radio(self, box: Locator) -> None:
        """A group of radios is one stop; inside it the arrows choose."""
        self.reach(
            box, "box => document.activeElement.name === box.name && document.activeElement.type === 'radio'"
        )
        self.page.keyboard.press("Space")
        for _ in range(STOPS):
            if box.is_checked():
                return
            self.page.keyboard.press("ArrowDown")

    def write(self, box: Locator, words: str) -> None:
        self.reach(box)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(words)

    def choose(self, box: Locator, value: str) -> None:
        self.reach(box)
        self.page.keyboard.press("Home")
        for _ in range(STOPS):
            if box.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{self.page.url}: {value} cannot be chosen by the keyboard")
