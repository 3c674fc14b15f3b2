// Operation by report: in each cell what passed, failed and was not tested, how close to a budget, and the way to the report.
const MARKS = { pass: "✓", fail: "×", unsupported: "–" };

function words(report, name, cell) {
  if (!cell) return `${name}, ${called(report)}: not asked for`;
  const near = cell[3] === null ? "" : `, closest at ${short(numberOf(cell[3]))} of the budget`;
  return `${name}, ${called(report)}: ${cell[0]} passed, ${cell[1]} failed, ${cell[2]} not tested${near}`;
}

function mark(report, name) {
  const cell = cellOf(report, name), kind = standing(cell);
  if (!wanted(cell)) return el("td", { class: "mark none", "data-of": called(report) });
  if (!cell) return el("td", { class: "mark none", "data-of": called(report) }, el("span", { class: "quiet" }, "not asked for"));
  const parts = [["pass", cell[0]], ["fail", cell[1]], ["unsupported", cell[2]]].filter(([, n]) => n);
  return el("td", { class: `mark ${kind}`, "data-of": called(report) },
    el("a", { href: address(report, cell[4]), "aria-label": words(report, name, cell), tabindex: "-1" },
      parts.map(([part, n]) => el("b", { class: `n-${part}` }, `${MARKS[part]}${n}`)), cell[3] === null ? null : el("small", null, short(numberOf(cell[3])))));
}

const FEW = 3;

// on a phone, where a cell is a line, one line for those that say no more than that nothing is tested, unless they are asked for
function folded(rows, name) {
  const idle = rows.filter(({ report }) => ["unsupported", "none"].includes(standing(cellOf(report, name))) && wanted(cellOf(report, name))).length;
  if (idle <= FEW || state.show) return null;
  return el("td", { class: "fold" }, el("button", { type: "button", class: "link", onclick: ({ target }) => target.closest("tr").classList.add("unfolded") }, `– not tested: ${idle} more`));
}

const line = (rows, name) => {
  const more = folded(rows, name);
  return el("tr", { class: more ? "folded" : null }, el("th", { scope: "row", class: "mono" }, name), rows.map(({ report }) => mark(report, name)), more);
};

function matrix(rows, names) {
  const shown = names.filter((name) => !state.show || rows.some(({ report }) => wanted(cellOf(report, name))));
  const head = [column("operation"), ...rows.map(({ report }) => el("th", { scope: "col", class: "name" }, report.candidate, el("small", null, report.dtype), state.versions ? el("small", null, report.version) : null))];
  const box = table("operations by candidate", head, shown.map((name) => line(rows, name)));
  box.classList.add("marks");
  const first = box.querySelector("a");
  if (first) first.tabIndex = 0;
  return rows.length && shown.length ? box : el("p", { class: "muted" }, "nothing here is as the filters say");
}

const KEY = [["pass", "all passed"], ["part", "passed, and some not tested"], ["fail", "some failed"], ["unsupported", "not tested"]];
const key = () => el("div", { class: "key" }, KEY.map(([kind, told]) => el("span", null, el("span", { class: `swatch mark ${kind}`, "aria-hidden": "true" }), told)),
  el("span", null, "✓ passed, × failed, – not tested; small: the closest to its budget of what passed"));

// one stop of the keyboard for all cells: arrows lead from one to the next
function walked(event) {
  const cell = event.target.closest(".marks td"), steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!cell || !steps) return;
  const rows = [...cell.closest("tbody").rows];
  let [at, across] = [rows.indexOf(cell.parentElement) + steps[0], cell.cellIndex + steps[1]];
  while (rows[at] && rows[at].cells[across] && !rows[at].cells[across].querySelector("a")) { at += steps[0]; across += steps[1]; }
  const to = rows[at] && rows[at].cells[across] && rows[at].cells[across].querySelector("a");
  event.preventDefault();
  if (!to) return;
  event.target.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
}
