// Saves what is typed while it is typed. Everything works without this file: the buttons save.
//
// The form's `data-autosave` is the address it sends to, `data-person` whose page it is. What could not be sent stays in
// the boxes and is kept beside them in this tab, from where it is offered again to that person alone.

const PAUSE = 3_000; // after the last key
const LONGEST = 15_000; // while somebody types without a pause
const RETRY = [5_000, 10_000, 20_000, 60_000];
const LEAVING = 60_000; // bytes that a browser still sends for a page that is being left
const KEPT = "beacons:unsaved:";
const OURS = /^(csrfmiddlewaretoken|typist|page|turn|number|seen(_.*)?|version_.*|shows-.*)$/;
const NOT_KEPT = /^(csrfmiddlewaretoken|typist|shows-.*)$/;

for (const told of document.querySelectorAll("[data-saved]")) forgetSaved(told.dataset.saved);
for (const form of document.querySelectorAll("form[data-autosave]")) keepSaving(form);

function keepSaving(form) {
  const status = line("status", "app-autosave");
  const trouble = line("alert", "app-autosave-trouble");
  const buttons = form.querySelector(".govuk-button-group");
  buttons.before(trouble);
  // Where the buttons stay in sight while one scrolls, so does what is said of saving.
  if (getComputedStyle(buttons).position === "sticky") buttons.append(status);
  else buttons.before(status);
  const key = KEPT + form.dataset.person + form.dataset.autosave;
  const state = {
    saved: form.dataset.unsaved ? null : sentAlong(form), // as the server last acknowledged it
    apart: new Set(), // fields that wait for the button: somebody else saved another text of them
    troubled: false,
    over: false, // nothing more can be saved here
    busy: false,
    leaving: false,
    failures: 0,
    first: 0,
    timer: 0,
  };

  forgetOthers(form.dataset.person);
  offer(form, key, () => schedule(0));
  say(status, "What you type is saved as you go.");

  form.addEventListener("input", () => schedule());
  form.addEventListener("change", () => schedule());
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      event.stopImmediatePropagation();
      setBack("There is no connection, so this is not saved. It stays on this page until you are connected again.");
      return;
    }
    // A token that is newer than the page: somebody signed in again in another window.
    form.elements.csrfmiddlewaretoken.value = token() || form.elements.csrfmiddlewaretoken.value;
    nextTurn();
    keep(form, key);
    state.leaving = true;
  });
  window.addEventListener("pageshow", () => {
    state.leaving = false;
    if (!form.dataset.unsaved) schedule(); // what the browser itself has put back after a reload
  });
  window.addEventListener("online", () => schedule(0));
  window.addEventListener("focus", () => state.troubled && schedule(0));
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
  window.addEventListener("beforeunload", (event) => {
    const unsent = isDirty() && (state.troubled || size(new FormData(form)) > LEAVING);
    if (!state.leaving && (unsent || state.apart.size)) event.preventDefault();
  });

  function isDirty() {
    if (state.saved === null) return true;
    const now = typed(form);
    const names = new Set([...now.keys(), ...state.saved.keys()]);
    return [...names].some((name) => !state.apart.has(name) && now.get(name) !== state.saved.get(name));
  }

  function schedule(wait = PAUSE) {
    if (state.over) return;
    clearTimeout(state.timer);
    state.first ||= Date.now();
    const latest = state.first + LONGEST - Date.now();
    state.timer = setTimeout(send, Math.max(0, Math.min(wait, latest)));
  }

  function nextTurn() {
    form.elements.turn.value = String(Number(form.elements.turn.value || 0) + 1);
  }

  function request(body, more = {}) {
    if (token()) body.set("csrfmiddlewaretoken", token());
    return fetch(form.dataset.autosave, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      redirect: "error",
      ...more,
    });
  }

  async function send() {
    if (state.busy) return schedule(); // one at a time; what is typed meanwhile goes with the next
    state.first = 0;
    if (!isDirty() || state.over || state.leaving) return;
    state.busy = true;
    nextTurn();
    const sent = typed(form);
    try {
      const answer = await request(new FormData(form));
      await heard(answer, sent);
    } catch {
      failed();
    } finally {
      state.busy = false;
    }
  }

  async function heard(answer, sent) {
    if (answer.status === 403 || answer.status === 409) {
      const { reasons } = await answer.json();
      return answer.status === 403 ? signedOut(reasons) : closed(reasons);
    }
    if (answer.status === 404) return closed(["This is no longer open to you."]);
    if (answer.status === 400 || answer.status === 413) {
      keep(form, key);
      return setBack([
        "This is more than can be saved at once, or holds characters that cannot be kept, so it is not saved.",
        "It stays on this page: shorten it, or paste it as plain text.",
      ]);
    }
    if (!answer.ok) return failed();
    const { at, versions, problems, overtaken } = await answer.json();
    state.failures = 0;
    for (const [name, version] of Object.entries(versions)) form.elements[name].value = String(version);
    state.saved ??= new Map();
    for (const [name, values] of sent) {
      if (!under(name, problems) && !under(name, overtaken)) state.saved.set(name, values);
    }
    for (const name of state.saved.keys()) if (!sent.has(name)) state.saved.delete(name);
    for (const name of sent.keys()) if (under(name, overtaken)) state.apart.add(name);
    const told = [...Object.values(problems).flat()];
    if (told.length) told.unshift("Not everything is saved:");
    for (const words of new Set(Object.values(overtaken))) {
      told.push(`${words} Nothing is overwritten. Press “${button().textContent.trim()}” to see both.`);
    }
    if (told.length) {
      keep(form, key);
      setBack(told);
    } else {
      say(status, `Saved at ${at}`);
      if (!state.apart.size) {
        sessionStorage.removeItem(key);
        state.troubled = false;
        say(trouble, "");
      }
      if (isDirty()) schedule();
    }
  }

  function failed() {
    keep(form, key);
    setBack("The last change could not be sent, so it is not saved. It stays on this page, and is sent again by itself.");
    const wait = RETRY[Math.min(state.failures, RETRY.length - 1)];
    state.failures += 1;
    state.first = Date.now() + wait;
    schedule(wait);
  }

  function signedOut(reasons) {
    keep(form, key);
    setBack([
      ...reasons,
      `What you typed stays on this page. Press “${button().textContent.trim()}” to sign in and carry on with it.`,
    ]);
  }

  function closed(reasons) {
    state.over = true;
    keep(form, key);
    setBack([...reasons, "What you typed since is not saved. It stays on this page, so that you can copy it."]);
  }

  function setBack(words) {
    state.troubled = true;
    say(status, "Not saved. What to do stands above the buttons.");
    say(trouble, words);
  }

  function leave() {
    if (state.leaving || state.over || !isDirty()) return;
    keep(form, key);
    const body = new FormData(form);
    if (size(body) > LEAVING) return;
    nextTurn();
    body.set("turn", form.elements.turn.value);
    const sent = typed(form);
    // The page may be gone before there is an answer; if it stays, the answer is heard as any other.
    request(body, { keepalive: true }).then((answer) => heard(answer, sent), () => undefined);
  }

  function button() {
    return form.querySelector("button[type=submit]");
  }
}

// What a person typed: field names and their values, without what belongs to the page.
function typed(form) {
  return byName([...new FormData(form)].filter(([name]) => !OURS.test(name)));
}

// The same as the page came with it, whatever the browser has put into the boxes since.
function sentAlong(form) {
  const fields = [];
  for (const box of form.elements) {
    if (!box.name || OURS.test(box.name) || box.type === "submit") continue;
    if (box.type === "checkbox" || box.type === "radio") {
      if (box.defaultChecked) fields.push([box.name, box.value]);
    } else fields.push([box.name, box.defaultValue]);
  }
  return byName(fields);
}

function byName(fields) {
  const found = new Map();
  for (const [name, value] of fields) found.set(name, found.has(name) ? `${found.get(name)}\n${value}` : value);
  return found;
}

// A date, or a table, is one answer in several fields: `answer_7_day` stands under `answer_7`.
function under(name, told) {
  return Object.keys(told).some((field) => name === field || name.startsWith(`${field}_`));
}

function size(body) {
  let sum = 0;
  for (const [name, value] of body) sum += name.length + new Blob([value]).size + 120;
  return sum;
}

function token() {
  const found = document.cookie.split("; ").find((cookie) => cookie.startsWith("csrftoken="));
  return found ? found.slice("csrftoken=".length) : "";
}

function line(role, style) {
  const made = document.createElement("div");
  made.setAttribute("role", role);
  made.className = style;
  return made;
}

function say(place, words) {
  const lines = [words].flat().filter(Boolean);
  if (place.textContent === lines.join("")) return; // a screen reader is told what is new
  place.replaceChildren(
    ...lines.map((text) => {
      const told = document.createElement("p");
      told.textContent = text;
      return told;
    }),
  );
}

// Kept in this tab

function keep(form, key) {
  try {
    const fields = [...new FormData(form)].filter(([name]) => !NOT_KEPT.test(name));
    sessionStorage.setItem(key, JSON.stringify({ at: Date.now(), fields }));
  } catch {
    // The tab has no room for it, or keeps nothing; the text is still in the boxes.
  }
}

function forgetOthers(person) {
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith(KEPT) && !name.startsWith(`${KEPT}${person}/`)) sessionStorage.removeItem(name);
  }
}

// The server says of which page it has just saved all.
function forgetSaved(mark) {
  for (const name of Object.keys(sessionStorage)) {
    if (!name.startsWith(KEPT)) continue;
    const kept = JSON.parse(sessionStorage.getItem(name));
    if (kept.fields.some(([field, value]) => field === "page" && value === mark)) sessionStorage.removeItem(name);
  }
}

function offer(form, key, changed) {
  const kept = JSON.parse(sessionStorage.getItem(key) || "null");
  if (!kept) return;
  const before = byName(kept.fields.filter(([name]) => !OURS.test(name)));
  const now = typed(form);
  const names = new Set([...before.keys(), ...now.keys()]);
  if ([...names].every((name) => (before.get(name) || "") === (now.get(name) || ""))) {
    sessionStorage.removeItem(key);
    return;
  }
  const box = line("region", "govuk-inset-text app-autosave-offer");
  box.setAttribute("aria-label", "Text that may not have been saved");
  const when = new Date(kept.at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
  say(box, `This tab kept what you typed here until ${when}. It differs from what is saved.`);
  box.append(
    press("Put it back into the form", () => {
      fill(form, kept.fields);
      box.remove();
      changed();
    }),
    press("Throw it away", () => {
      sessionStorage.removeItem(key);
      box.remove();
    }),
  );
  form.before(box);
}

function press(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "govuk-button govuk-button--secondary app-autosave-offer__button";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

// The versions that were seen go back with the text: it is written over nothing that was saved since.
function fill(form, fields) {
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) || []), value]);
  for (const box of form.elements) {
    if (!box.name || box.type === "submit" || NOT_KEPT.test(box.name)) continue;
    const held = values.get(box.name);
    if (box.type === "checkbox" || box.type === "radio") box.checked = Boolean(held?.includes(box.value));
    else if (held) box.value = held[0];
  }
  for (const box of form.querySelectorAll("textarea")) box.dispatchEvent(new Event("keyup", { bubbles: true }));
}
