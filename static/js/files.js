// Says before anything is sent what the server would say after it: an empty file, one that is too large, one too many.
// Everything works without this file.
const chooser = document.querySelector("input[type=file][data-largest]");
const form = chooser?.form;

function faults() {
  const files = [...chooser.files];
  const largest = Number(chooser.dataset.largest);
  const room = Number(chooser.dataset.room);
  const found = [];
  for (const file of files) {
    if (file.size === 0) found.push(`“${file.name}” is empty.`);
    if (file.size > largest) {
      found.push(`“${file.name}” is too large: it has ${file.size.toLocaleString("en-GB")} bytes, and ` +
        `${largest / 1024 / 1024} MB, which is ${largest.toLocaleString("en-GB")} bytes, is the most.`);
    }
  }
  if (files.length > room) {
    found.push(`You chose ${files.length} files, and there is room for ${room}. Choose fewer, or take one out first.`);
  }
  return found;
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function tell(found) {
  document.querySelector(".govuk-error-summary")?.remove();
  const summary = element("div", "govuk-error-summary");
  summary.tabIndex = -1;
  const alert = element("div", "");
  alert.setAttribute("role", "alert");
  const body = element("div", "govuk-error-summary__body");
  const list = element("ul", "govuk-list govuk-error-summary__list");
  for (const fault of found) {
    const line = element("li", "");
    const link = element("a", "", fault);
    link.href = `#${chooser.id}`;
    line.append(link);
    list.append(line);
  }
  body.append(list);
  alert.append(element("h2", "govuk-error-summary__title", "There is a problem"), body);
  summary.append(alert);
  document.querySelector("main h1").before(summary);
  summary.focus();
  if (!document.title.startsWith("Error: ")) document.title = `Error: ${document.title}`;
}

form?.addEventListener("submit", (event) => {
  const found = faults();
  if (!found.length) return;
  event.preventDefault();
  tell(found);
});
