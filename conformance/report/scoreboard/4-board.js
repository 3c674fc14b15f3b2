// The board: the numbers of what is shown, the filters, and the parts below them, drawn anew with each choice.
function heading() {
  const names = new Set(reports.map((report) => report.candidate));
  return [el("p", { class: "eyebrow" }, "rnnspec scoreboard"), el("h1", null, `${plural(names.size, "candidate")} on one set of goldens`),
    el("p", { class: "facts" }, el("span", null, "goldens ", code(goldens || "unknown")), el("span", null, `rnnspec ${[...new Set(reports.map((report) => report.rnnspec))].join(", ")}`),
      el("span", null, plural(reports.length, "report")), el("span", null, plural(operations.length, "operation"))),
    el("ul", { class: "counts", id: "counts" })];
}

function filters() {
  const set = (name) => (value) => put({ [name]: value });
  const pick = (name, options) => select(name === "order" ? "order of operations" : name, options, state[name], set(name));
  const all = (values) => [[ANY, "all"], ...values.map((value) => [value, value])];
  return el("div", { class: "filters", role: "search" },
    el("label", { class: "field" }, el("span", null, "find"), el("input", { type: "search", id: "find", value: state.find, placeholder: "candidate or version", oninput: (event) => put({ find: event.target.value }) })),
    pick("dtype", all(dtypes)), pick("family", all(families)), pick("show", Object.entries(SHOW)),
    newest.length < reports.length ? pick("versions", [[ANY, "newest"], ["all", "all"]]) : null, pick("order", Object.entries(ORDERS)),
    el("span", { class: "count", id: "count", role: "status" }));
}

function draw() {
  const names = shownOperations(), rows = ranked(names);
  const total = (key) => rows.reduce((n, { sum }) => n + sum[key], 0);
  $("counts").replaceChildren(...[["pass", "passed", "passed"], ["fail", "failed", "failed"], ["unsupported", "untested", "not tested"]].map(([kind, key, words]) =>
    el("li", { class: kind }, el("b", null, total(key).toLocaleString("en")), ` ${words}`)));
  $("count").textContent = `${rows.length} of ${plural(reports.length, "report")}, ${plural(names.length, "operation")}`;
  $("candidates").replaceChildren(candidates(rows));
  $("operations").replaceChildren(key(), matrix(rows, names));
  $("untried").replaceChildren(...untried(rows, names).flat());
  $("versions").replaceChildren(...versions(names).flat(Infinity));
}

// the controls are made once, so that typing keeps its place; an address that is given sets them
function start() {
  read();
  $("controls").replaceChildren(filters());
  draw();
}

$("head").replaceChildren(...heading());
$("overview").replaceChildren(el("div", { id: "controls" }), el("h2", null, "Candidates"), el("div", { id: "candidates" }),
  el("h2", null, "Operations"), el("div", { id: "operations" }), el("div", { id: "untried" }), el("div", { id: "versions" }));
$("foot").replaceChildren(el("p", { class: "keys" }, "Written by rnnspec scoreboard. What is not tested is no pass: it is counted apart, above."));
$("operations").addEventListener("keydown", walked);
addEventListener("hashchange", start);
start();
performance.mark("usable");
