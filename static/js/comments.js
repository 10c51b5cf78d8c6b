// Comments beside answers. Without this file they are sent like any form and stand below one another. With it they are
// sent while the answers stay as they are being typed, and each stands at the height of its answer.

const LOST = "The comment was not sent: the connection failed. It is still here; try again in a moment.";
const SIGNED_OUT = "The comment was not sent: you are signed out. Sign in again in another window, then send it from here.";

const notes = document.querySelector("[data-comments]");
const answers = document.querySelector(".app-beside__main");

if (notes && answers) {
  notes.addEventListener("submit", send);
  notes.addEventListener("toggle", align, true);
  window.addEventListener("resize", align);
  new ResizeObserver(align).observe(answers);
  align();
}

async function send(event) {
  event.preventDefault();
  const form = event.target;
  const talk = form.closest(".app-talk");
  const buttons = form.querySelectorAll("button");
  buttons.forEach((button) => { button.disabled = true; });
  try {
    // As an ordinary form is sent, so that the house looks at the text in the same way.
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(talk.id);
    if (answer.redirected && fresh && page.querySelector("[data-comments]")) {
      show(talk, document.adoptNode(fresh), form, page);
    } else {
      complain(form, reasons(page, answer));
    }
  } catch {
    complain(form, LOST);
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
  }
}

// The talk as it stands now, with what is being typed elsewhere in it, and the focus where it was of use.
function show(talk, fresh, form, page) {
  for (const box of talk.querySelectorAll("textarea")) {
    const twin = fresh.querySelector(`#${CSS.escape(box.id)}`);
    if (twin && box.value && !form.contains(box)) {
      twin.value = box.value;
      twin.closest("details").open = true;
    }
  }
  fresh.tabIndex = -1;
  talk.replaceWith(fresh);
  fresh.focus({ preventScroll: true });
  const link = document.getElementById(fresh.id.replace("talk", "comment-link"));
  const counted = page.getElementById(fresh.id.replace("talk", "comment-link"));
  if (link && counted) link.replaceChildren(...document.adoptNode(counted).childNodes);
  const said = page.querySelector(".govuk-notification-banner__heading");
  document.querySelector("[data-comments-status]").textContent = said ? said.textContent.trim() : "";
  align();
}

function reasons(page, answer) {
  const told = [...page.querySelectorAll(".govuk-error-summary__list li, .govuk-error-message")];
  if (told.length) return told[0].textContent.replace("Error:", "").trim();
  const main = page.querySelector("main .govuk-body");
  return answer.status === 403 || new URL(answer.url).pathname.startsWith("/accounts/") || !main ? SIGNED_OUT : main.textContent.trim();
}

function complain(form, words) {
  form.querySelector(".app-complaint")?.remove();
  const told = document.createElement("p");
  told.className = "app-complaint";
  told.setAttribute("role", "alert");
  told.textContent = words;
  form.append(told);
}

// Each talk at the height of its answer, or below the one before it, where the two stand side by side.
function align() {
  const talks = [...notes.querySelectorAll(".app-talk")];
  talks.forEach((talk) => { talk.style.marginTop = ""; });
  if (notes.getBoundingClientRect().left < answers.getBoundingClientRect().right - 1) return;
  for (const talk of talks) {
    const name = talk.dataset.beside;
    const box = answers.querySelector(`[name="${name}"], [name^="${name}_"], [data-question="${name}"]`);
    const group = box && (box.closest("fieldset") || box.closest(".govuk-form-group"));
    if (!group) continue;
    const lower = group.getBoundingClientRect().top - talk.getBoundingClientRect().top;
    if (lower > 0) talk.style.marginTop = `${lower}px`;
  }
}
