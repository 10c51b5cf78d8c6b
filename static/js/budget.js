// The budget page works without this file: the server adds up on every save. With it the sums follow what is typed.
// Nothing that is sent is touched.
const READ_AFTER = 900;

function pounds(text) {
  const plain = text.replace(/[£,\s]/g, "").replace(/\.00$/, "");
  return /^[0-9]{1,9}$/.test(plain) ? Number(plain) : 0;
}

function written(amount) {
  return "£" + amount.toLocaleString("en-GB");
}

for (const budget of document.querySelectorAll("[data-budget]")) {
  const boxes = [...budget.querySelectorAll("input[data-column]")];
  const shared = budget.dataset.shared.split(" ");
  const said = budget.querySelector("[data-said]");
  const sum = (chosen) => chosen.reduce((together, box) => together + pounds(box.value), 0);
  let waiting;

  const show = () => {
    for (const place of budget.querySelectorAll("[data-sum-row]")) {
      place.textContent = written(sum(boxes.filter((box) => box.dataset.row === place.dataset.sumRow)));
    }
    for (const place of budget.querySelectorAll("[data-sum-column]")) {
      place.textContent = written(sum(boxes.filter((box) => box.dataset.column === place.dataset.sumColumn)));
    }
    budget.querySelector("[data-sum-all]").textContent = written(sum(boxes));
    budget.querySelector("[data-sum-pooled]").textContent = written(sum([...budget.querySelectorAll("[data-pooled]")]));
  };

  // Read aloud, so only when the typing has stopped for a moment.
  const say = () => {
    const part = sum(boxes.filter((box) => shared.includes(box.dataset.column)));
    const words = `Together ${written(sum(boxes))}; of it ${written(part)} for dissemination and support.`;
    if (said.textContent !== words) {
      said.textContent = words;
    }
  };

  budget.addEventListener("input", () => {
    show();
    clearTimeout(waiting);
    waiting = setTimeout(say, READ_AFTER);
  });
  // A browser that goes back shows again what was typed.
  window.addEventListener("pageshow", () => {
    show();
    say();
  });
}
