// The page: what is known of the reports, the filters, and the way from case to case.
const { reports, axes: AXES } = given;
// of what is not defined a page of one report has the names alone
for (const report of reports)
  for (const [operation, names] of Object.entries(report.undefined || {}))
    for (const name of names) report.cases.push({ id: `${operation}/${name}`, operation, features: [], outcome: "unsupported", message: NOT_DEFINED, outputs: {} });
const $ = (id) => document.getElementById(id);
const state = { outcomes: new Set(), text: "", operation: "", option: "", dtype: "" };
const known = Object.assign({}, ...reports.map((report) => report.operations || {}));
let shown = reports, entries = new Map(), visible = [], open = null, openReport = null, cameFrom = null;

const label = (report) => `${report.candidate.name} [${report.dtype}]`;
const good = (report) => (report.verdict === "conformant" ? "good" : report.verdict === "nothing tested" ? "none" : "");

function bar(report) {
  const total = Math.max(1, report.cases.length);
  return el("div", { class: "bar", role: "img", "aria-label": ORDER.filter((key) => report.totals[key]).map((key) => `${report.totals[key]} ${WORDS[key]}`).join(", ") },
    ORDER.filter((key) => report.totals[key]).map((key) => {
      const part = el("i", { class: key });
      part.style.width = `${(100 * report.totals[key]) / total}%`;
      return part;
    }));
}

function header() {
  const logo = svg("svg", { class: "logo", viewBox: "0 0 18 18", "aria-hidden": "true" }, [0, 1, 2].map((r) => [0, 1, 2].map((c) => svg("rect", { x: c * 6.4, y: r * 6.4, width: 5, height: 5, rx: 1.2, fill: r === 1 && c === 1 ? "var(--fail)" : "var(--pass)" }))));
  const top = el("p", { class: "eyebrow" }, logo, "rnnspec report");
  if (reports.length === 1) {
    const [report] = reports;
    return [top, el("div", { class: "subject" },
      el("h1", null, el("span", { class: "name" }, report.candidate.name), " is ", el("span", { class: `verdict ${good(report)}` }, report.verdict)),
      bar(report), facts(report))];
  }
  return [top, el("div", { class: "subject" }, el("h1", null, `${reports.length} reports side by side`),
    el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "reports" }, el("table", { class: "reports" },
      el("thead", null, el("tr", null, ["candidate", "dtype", "verdict", "passed", "failed", "not tested", "share"].map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", null, reports.map((report) => el("tr", null, el("th", { scope: "row", class: "name" }, `${report.candidate.name} ${report.candidate.version}`), el("td", null, report.dtype),
        el("td", null, el("span", { class: `verdict ${good(report)}` }, report.verdict)), el("td", null, String(report.totals.pass)),
        el("td", null, String(report.cases.filter(failed).length)), el("td", null, String(report.totals.unsupported)), el("td", null, bar(report))))))))];
}

function facts(report) {
  const passed = report.cases.filter((one) => one.outcome === "pass" && Object.keys(one.outputs).length);
  const closest = passed.reduce((best, one) => (best === null || worst(one) > worst(best) ? one : best), null);
  return el("div", { class: "facts" }, el("span", null, report.dtype), report.candidate.version ? el("span", { class: "name" }, `version ${report.candidate.version}`) : null,
    el("span", null, `${report.cases.length} cases and properties${report.partial ? ", a part" : ""}`), report.skipped.length ? el("span", null, `${report.skipped.length} not for ${report.dtype}`) : null,
    closest ? el("span", null, "closest to its budget: ", link(closest.id, report), ` at ${short(worst(closest))} of it`) : null);
}

const link = (id, report, words) => el("button", { type: "button", class: "link", onclick: () => go(id, report) }, code(words || id));

const MOST_CARDS = 8;

// what explains the failures, each cause once, with the operations that it is of
function causes() {
  const cards = new Map();
  for (const report of reports) {
    for (const each of report.explanations.filter((one) => !one.alternative)) {
      const key = JSON.stringify(each.deviations);
      if (!cards.has(key)) cards.set(key, { explanation: each, of: [] });
      cards.get(key).of.push([report, each]);
    }
  }
  const found = [...cards.values()].map(({ explanation, of }) => el("article", { class: `card ${isConvention(explanation) ? "convention" : ""}` },
    el("h3", null, titled(explanation.deviations)), stories(explanation).map((each) => el("p", null, `${each.summary} `, el("span", { class: "muted" }, each.seen_in ? `(${each.kind}; seen in ${each.seen_in})` : `(${each.kind})`))),
    el("div", { class: "links" }, of.map(([report, each]) => link(plainest(each), report, `${each.operation}: ${each.cases.length} of ${each.failing}${reports.length > 1 ? ` in ${label(report)}` : ""}`)))));
  const places = reports.flatMap((report) => report.localisations.map((place) => el("article", { class: "card unknown" },
    el("h3", null, code(place.operation), ": no known deviation gives this"), el("p", null, place.lines[0] || ""),
    el("div", { class: "links" }, link(plainest(place), report, `${plural(place.cases.length, "case")}${reports.length > 1 ? ` in ${label(report)}` : ""}`)))));
  const all = [...found, ...places], rest = all.slice(MOST_CARDS);
  return all.length ? [el("h2", null, "Why"), el("div", { class: "causes" }, all.slice(0, MOST_CARDS)),
    rest.length ? el("details", { class: "more" }, el("summary", null, `${rest.length} more`), el("div", { class: "causes" }, rest)) : ""] : [];
}

const plainest = ({ operation, cases }) => (cases.includes(`${operation}/generic`) ? `${operation}/generic` : cases[0]);

function record() {
  const lines = reports.flatMap((report) => [...report.record.problems, ...report.record.notes, ...(report.missing.length ? [`without a verdict: ${report.missing.join(", ")}`] : [])]);
  return lines.length ? [el("h2", null, "On record"), el("ul", null, lines.map((line) => el("li", { class: "name" }, line)))] : [];
}

function filters() {
  const count = (key) => reports.reduce((n, report) => n + report.totals[key], 0);
  const operations = [...new Set(reports.flatMap((report) => report.cases.map((one) => one.operation)))];
  const options = [...new Set(reports.flatMap((report) => report.cases.flatMap((one) => one.features)))].sort();
  const dtypes = [...new Set(reports.map((report) => report.dtype))];
  const set = (name) => (value) => { state[name] = value; if (name === "dtype") draw(); filter(); };
  return el("div", { class: "filters", role: "search" },
    el("fieldset", { class: "outcomes", "aria-label": "outcome" }, ORDER.filter(count).map((key) => el("button", { type: "button", class: "toggle", "data-outcome": key, "aria-pressed": "false", onclick: (event) => {
      if (!state.outcomes.delete(key)) state.outcomes.add(key);
      event.currentTarget.setAttribute("aria-pressed", String(state.outcomes.has(key)));
      filter();
    } }, el("span", { class: `sw ${key}` }), WORDS[key], el("b", null, String(count(key)))))),
    el("label", { class: "field" }, el("span", null, "find"), el("input", { type: "search", id: "find", placeholder: "case or what it shows", oninput: (event) => { state.text = event.target.value.toLowerCase(); filter(); } })),
    select("operation", [["", "all"], ...operations.map((name) => [name, name])], "", set("operation")),
    select("option", [["", "any"], ["none", "no option"], ...options.map((name) => [`+${name}`, name])], "", set("option")),
    select("dtype", [...(dtypes.length > 1 ? [["", "all"]] : []), ...dtypes.map((name) => [name, name])], "", set("dtype")),
    el("span", { class: "count", id: "count", role: "status" }));
}

const KEY = [["fail", "failed"], ["error", "raised"], ["crash", "crashed"], ["timeout", "timed out"], ["pass far", "passed, below 0.05 of the budget"], ["pass", "below 0.5"], ["pass near", "up to 1"], ["unsupported", "not tested"]];
const key = () => el("div", { class: "key" }, KEY.map(([kind, words]) => el("span", null, el("span", { class: "cell", "aria-hidden": "true" }, el("i", { class: kind }, SIGN[kind] || "")), words)),
  reports.length > 1 ? el("span", null, `a cell has a stripe a report: ${reports.map(label).join(" | ")}`) : null);

function footer() {
  const keys = [["← → ↑ ↓", "walk"], ["Enter", "open"], ["n p", "next and previous failure"], ["/", "find"], ["Esc", "close"]];
  return [el("div", { class: "keys" }, keys.map(([names, words]) => el("span", null, names.split(" ").map((name) => [el("kbd", null, name), " "]), words))),
    reports.map((report) => el("details", null, el("summary", null, `what ${label(report)} ran on`), el("dl", { class: "env" },
      Object.entries({ rnnspec: report.rnnspec, goldens: report.goldens, ...report.environment }).map(([name, value]) => [el("dt", null, name), el("dd", { class: "name" }, value || "–")]))))];
}
