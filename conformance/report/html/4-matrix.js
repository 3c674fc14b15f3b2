// The matrix, operation by case: a cell a case, in it a stripe a report.
const SIGN = { fail: "×", error: "!", crash: "#", timeout: "…", pass: "", unsupported: "" };
const WORDS = { pass: "passed", fail: "failed", error: "raised", crash: "crashed", timeout: "timed out", unsupported: "not tested" };
const ORDER = ["pass", "fail", "error", "crash", "timeout", "unsupported"];
const KINDS = { elementwise: "Elementwise", cell: "Cells: one step", sequence: "Sequences", network: "Networks of layers and directions", container: "Containers", "": "Operations" };
const NOT_DEFINED = "not defined";

// every case of any of the reports, in the order of the first that has it
function union(shown) {
  const found = new Map();
  for (const report of shown)
    for (const one of report.cases) {
      if (!found.has(one.id)) found.set(one.id, { id: one.id, operation: one.operation, name: one.id.slice(one.id.indexOf("/") + 1), runs: new Map() });
      found.get(one.id).runs.set(report, one);
    }
  return found;
}

const worst = (one) => Math.max(0, ...Object.values(one.outputs).map((output) => numberOf(output.worst)).filter((value) => value !== null));
const failed = (one) => one.outcome !== "pass" && one.outcome !== "unsupported";

function said(one) {
  const much = worst(one);
  return WORDS[one.outcome] + (one.outcome === "unsupported" ? `: ${one.message}` : much ? ` at ${short(much)} of the budget` : failed(one) ? `: ${one.message}` : "");
}

// passing cases are the darker the more of their budget they use
function tone(one) {
  if (one.outcome !== "pass") return one.outcome;
  const much = worst(one);
  return `pass ${much > 0.5 ? "near" : much < 0.05 ? "far" : ""}`;
}

const group = (name) => (name.startsWith("property/") ? 2 : name.startsWith("levels") ? 1 : 0);
const GROUPS = ["cases", "options together", "properties"];

// which column each case has: one a name, the commonest first; of those that meet options, only their number is alike
function columns(entries) {
  const first = (name) => (name === "generic" ? Infinity : counts.get(name));
  const counts = new Map(), places = new Map(), spans = [];
  for (const { name } of entries) counts.set(name, (counts.get(name) || 0) + 1);
  let next = 2;
  for (const which of [0, 1, 2]) {
    const mine = entries.filter(({ name }) => group(name) === which), begin = next;
    const names = which === 1 ? [] : [...new Set(mine.map(({ name }) => name))].sort((a, b) => first(b) - first(a) || 0);
    if (!mine.length) continue;
    if (which === 1) {
      const nth = new Map();
      for (const entry of mine) { nth.set(entry.operation, (nth.get(entry.operation) || 0) + 1); places.set(entry.id, begin + nth.get(entry.operation) - 1); }
      next += Math.max(...nth.values());
    } else {
      for (const entry of mine) places.set(entry.id, begin + names.indexOf(entry.name));
      next += names.length;
    }
    spans.push({ which, begin, end: next, names });
    next += 1;
  }
  return { places, spans, n: next - 3 };
}

function cell(entry, shown, column) {
  const node = el("div", { class: "cell", role: "gridcell", tabindex: "-1", "aria-selected": "false",
    "aria-label": `${entry.id}: ${shown.map((report) => (entry.runs.has(report) ? said(entry.runs.get(report)) : "not in this report")).join("; ")}` },
    shown.map((report) => {
      const one = entry.runs.get(report);
      return el("i", { class: one ? tone(one) : "none" }, one && shown.length < 3 ? SIGN[one.outcome] : "");
    }));
  node.style.gridColumn = column;
  node.entry = entry;
  return node;
}

function head(spans) {
  const groups = spans.map(({ which, begin, end }) => {
    const node = el("span", { role: "presentation" }, GROUPS[which]);
    node.style.gridColumn = `${begin} / ${end}`;
    return node;
  });
  const names = spans.flatMap(({ begin, names }) => names.map((name, i) => {
    const node = el("span", { class: "colhead", title: name }, name.replace("property/", ""));
    node.style.gridColumn = begin + i;
    return node;
  }));
  return [el("div", { class: "row heads", "aria-hidden": "true" }, names), el("div", { class: "row groups", "aria-hidden": "true" }, groups)];
}

function operationRow(name, entries, shown, places) {
  const runs = entries.flatMap((entry) => [...entry.runs.values()]);
  const bad = runs.filter(failed).length, tested = runs.filter((one) => one.outcome !== "unsupported").length;
  const row = el("div", { class: "row", role: "row" },
    el("span", { class: "rowhead", role: "rowheader" }, name, bad ? el("small", { title: `${bad} of ${tested} fail` }, `${bad}/${tested}`) : el("small", { class: "ok" }, tested ? "ok" : "")),
    [...entries].sort((one, two) => places.get(one.id) - places.get(two.id)).map((entry) => cell(entry, shown, places.get(entry.id))));
  row.operation = name;
  return row;
}

// sections by the kind of operation; what no report defines is named in a line below
function matrix(entries, shown, known) {
  const byOperation = new Map();
  for (const entry of entries) byOperation.set(entry.operation, [...(byOperation.get(entry.operation) || []), entry]);
  const absent = (list) => list.every((entry) => [...entry.runs.values()].every((one) => one.message === NOT_DEFINED));
  const kinds = new Map();
  for (const [name, list] of byOperation) {
    const kind = (known[name] && KINDS[known[name].kind] && known[name].kind) || "";
    if (!kinds.has(kind)) kinds.set(kind, { rows: [], absent: [] });
    if (absent(list)) kinds.get(kind).absent.push(name);
    else kinds.get(kind).rows.push([name, list]);
  }
  return Object.keys(KINDS).filter((kind) => kinds.has(kind)).map((kind) => {
    const { rows, absent: missing } = kinds.get(kind);
    const { places, spans, n } = columns(rows.flatMap(([, list]) => list));
    const grid = el("div", { role: "grid", "aria-label": `${KINDS[kind]}: operation by case` }, rows.map(([name, list]) => operationRow(name, list, shown, places)));
    const box = el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `${KINDS[kind]}: matrix` }, head(spans), grid);
    box.style.setProperty("--n", Math.max(1, n));
    box.style.setProperty("--label", `${78 + 7.3 * Math.max(...rows.map(([name]) => name.length), 12)}px`);
    return el("section", { class: "kind" }, el("h3", null, KINDS[kind]), rows.length ? box : null,
      missing.length ? el("p", { class: "undefined" }, `not defined, so not tested: ${missing.join(", ")}`) : null);
  });
}
