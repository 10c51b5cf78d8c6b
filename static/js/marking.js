// Single keys for whoever marks many papers. Everything works without this file, and with the keys turned off.
//
// They do nothing while the focus is in a box where one writes, nor together with Ctrl, Alt or the like, nor to a
// criterion in which the focus is not. Whoever dictates or leans on the keyboard turns them off; the browser remembers it.

const KEPT = "beacons:shortcuts";
const WRITTEN_IN = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=submit])";

const told = document.querySelector("[data-shortcuts]");
const criteria = [...document.querySelectorAll("[data-criterion]")];
if (told && criteria.length) begin(criteria[0].closest("form"));

function begin(form) {
  const switched = told.querySelector("input");
  switched.checked = remembered() !== "off";
  switched.addEventListener("change", () => remember(switched.checked ? "on" : "off"));
  told.hidden = false;
  document.addEventListener("keydown", (event) => {
    if (!switched.checked || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape") return leave(event);
    if (event.target.closest(WRITTEN_IN)) return;
    if (act(form, event.key)) event.preventDefault();
  });
}

// True where the key meant something here.
function act(form, key) {
  const here = document.activeElement.closest("[data-criterion]");
  if (key === "j" || key === "k") return go(here, key === "j" ? 1 : -1);
  if (key === "s") return press(form.querySelector("button[type=submit]"));
  if (key === "c") return press(form.querySelector("button[name=check]"));
  if (key === "n") return press(document.querySelector("[data-next-paper]"));
  if (key === "m") return reach(document.querySelector("#my-notes textarea"));
  if (!here) return false;
  if (key === "r") return reach(here.querySelector("textarea"));
  if (/^[0-5]$/.test(key)) return mark(here, key);
  return key === "x" && mark(here, "cannot");
}

function go(here, step) {
  const place = here ? criteria.indexOf(here) + step : 0;
  const next = criteria[Math.min(Math.max(place, 0), criteria.length - 1)];
  next.scrollIntoView({ block: "start" });
  next.focus({ preventScroll: true });
  return true;
}

function mark(here, value) {
  const radio = here.querySelector(`input[type=radio][value="${value}"]`);
  radio.click(); // as a mouse does it, so that it is saved and announced in the same way
  radio.focus();
  return true;
}

function reach(box) {
  box?.focus();
  return Boolean(box);
}

function press(target) {
  target?.click();
  return Boolean(target);
}

// Out of a box, to the criterion it belongs to.
function leave(event) {
  const here = event.target.closest(WRITTEN_IN) && event.target.closest("[data-criterion]");
  here?.focus({ preventScroll: true });
}

function remembered() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function remember(words) {
  try {
    localStorage.setItem(KEPT, words);
  } catch {
    // It holds for this page alone.
  }
}
