// A page that follows a meeting. Without this file it loads itself again now and then, or is loaded by hand.
//
// `data-follow` is the address that says how often everybody's view has changed, `data-turn` what this page shows. Where
// `data-renews` names a part of the page, that part is fetched anew; where somebody types, the page only tells.

const PAUSE = 3_000;
const TROUBLED = 15_000;

for (const follower of document.querySelectorAll("[data-follow]")) follow(follower);

function follow(follower) {
  let turn = follower.dataset.turn;
  let told = false;

  async function ask() {
    let wait = PAUSE;
    try {
      if (document.visibilityState === "visible") {
        const answer = await fetch(follower.dataset.follow, { cache: "no-cache", redirect: "error" });
        if (answer.status === 404) return; // no longer theirs to follow
        const now = answer.ok ? String((await answer.json()).turn) : turn;
        if (now !== turn && (await changed())) turn = now;
      }
    } catch {
      wait = TROUBLED; // the line is down; what is shown stays, and it is asked again
    }
    setTimeout(ask, wait);
  }

  async function changed() {
    if (!follower.dataset.renews) {
      if (!told) tell(follower.dataset.tells);
      told = true;
      return true;
    }
    const page = await fetch(location.href, { redirect: "error" });
    if (!page.ok) return false;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const [before, after] = [document, fresh].map((found) => found.getElementById(follower.dataset.renews));
    if (!after) return false;
    const held = before.contains(document.activeElement);
    before.replaceWith(after);
    if (held) document.getElementById("now")?.focus();
    tell(after.dataset.says);
    return true;
  }

  function tell(words) {
    if (follower.textContent !== words) follower.textContent = words;
    follower.classList.toggle("app-follow--told", !follower.dataset.renews);
  }

  setTimeout(ask, PAUSE);
}
