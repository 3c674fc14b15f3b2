// One case of one report: what it shows, what came of it, where, why, by which equation, with which numbers, and how to run it again.
const BACKWARD = /_backward$/;

function outputsTable(one) {
  const rows = Object.entries(one.outputs);
  if (!rows.length) return null;
  return el("section", null, el("h3", null, "Outputs"), el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "outputs" },
    el("table", { class: "data" },
      el("thead", null, el("tr", null, ["output", "shape", "× budget", "1e-4 to 1e16", "outside", "worst at", "got", "want"].map((name, i) => el("th", { scope: "col", class: i === 2 ? "num" : "" }, name)))),
      el("tbody", null, rows.map(([name, output]) => el("tr", null,
        el("th", { scope: "row" }, code(name)), el("td", null, output.shape ? shape(output.shape) : "–"),
        el("td", { class: "num" }, short(numberOf(output.worst))), el("td", null, gauge(numberOf(output.worst))),
        el("td", null, output.size ? `${output.outside} of ${output.size}` : "–"), el("td", null, output.place || "–"),
        el("td", null, code(full(numberOf(output.got)))), el("td", null, code(full(numberOf(output.want))))))))));
}

// where an error stands on the scale of budgets, which begins at 1e-4
function gauge(value) {
  const at = value === null || Number.isNaN(value) ? null : value === 0 ? 0 : Math.min(1, Math.max(0, (Math.log10(value) + 4) / 20));
  return svg("svg", { class: "gauge", viewBox: "0 0 110 9", "aria-hidden": "true" },
    svg("rect", { x: 0, y: 3, width: 110, height: 3, rx: 1.5, fill: "var(--line)" }),
    at !== null && svg("rect", { x: 0, y: 3, width: Math.max(2, at * 110), height: 3, rx: 1.5, fill: value > 1 ? "var(--fail)" : "var(--pass)" }),
    svg("rect", { x: 21.5, y: 0, width: 1.5, height: 9, fill: "var(--ink)" }));
}

function firstOutside(one, share) {
  const found = stepsOutside(share);
  if (!found || !found.steps.length) return [null, null];
  const reversed = one.features.includes("reverse"), last = BACKWARD.test(one.operation) !== reversed;
  const first = last ? found.steps[found.steps.length - 1] : found.steps[0];
  const why = BACKWARD.test(one.operation) ? "a backward pass meets the last step first" : reversed ? "the sequence is walked in reverse" : "";
  return [first, el("p", { class: "first" }, "first step outside: ", el("b", null, String(first)), ` of 0…${found.of - 1}`, why ? ` (${why})` : "",
    found.steps.length > 1 ? `; ${found.steps.length} of ${found.of} steps are` : "; the only one")];
}

function told(name, known, found) {
  return (place) => {
    const at = place.at.map((index, axis) => `${found.share.axes[axis]}=${index}`).filter((_, axis) => found.share.shape[axis] > 1).join(", ");
    const value = (array) => full(array.values[place.i]);
    known.textContent = `${name}[${at}]: got ${value(found.got)}, want ${value(found.want)}; error ${short(found.error.values[place.i])}, budget ${short(found.budget.values[place.i])}: ${short(place.value)} × budget`;
  };
}

// the map of one output, with a choice for every axis that does not lie along it
function outputMap(one, name) {
  const found = output(one, name), box = el("div", null);
  if (!found || !found.got) return el("p", { class: "quiet" }, "what was given is no array of numbers");
  if (!found.share || !found.share.values.length) return el("p", { class: "quiet" }, `the shape is ${shape(found.got.shape)}, want ${shape(found.want.shape)}: no element can be held against another`);
  const { row, column, others } = layout(found.share), held = Object.fromEntries(others.map((axis) => [axis, "worst"]));
  const [first, words] = firstOutside(one, found.share);
  const readout = el("p", { class: "readout", role: "status" }, "");
  const draw = () => {
    const { cells, down, over } = blocks(plane(found.share, row, column, held));
    const names = (axis, n, step) => Array.from({ length: n }, (_, i) => (axis === null ? "" : String(i * step)));
    box.replaceChildren(drawing({ cells, rowNames: names(row, cells.length, down), columnNames: names(column, cells[0].length, over),
      rowAxis: row === null ? "" : found.share.axes[row], columnAxis: column === null ? "" : found.share.axes[column] === "column" ? "input: a_prev, then xt" : found.share.axes[column],
      label: `error of ${name} in budgets`, mark: first !== null && found.share.axes[column] === "step" ? Math.floor(first / over) : null, tell: told(name, readout, found) }));
  };
  draw();
  told(name, readout, found)(plane(found.share, null, null, {})[0][0]);
  const choices = others.map((axis) => select(found.share.axes[axis], [["worst", "the worst of all"], ...Array.from({ length: found.share.shape[axis] }, (_, i) => [i, String(i)])], "worst",
    (value) => { held[axis] = value; draw(); }));
  return el("div", null, words, choices.length ? el("div", { class: "controls" }, choices) : null, box, el("div", { class: "mapfoot" }, legend()), readout);
}

// gradients of a cell's matrices together: a row a gate, a column an input; each the worst over units
function gateMap(one, pick) {
  const gates = Object.keys(one.outputs).filter((name) => /^dW/.test(name)).map((name) => [name, output(one, name)])
    .filter(([, found]) => found && found.share && found.share.shape.length === 2 && found.share.shape[1] > 1);
  const widths = new Set(gates.map(([, found]) => found.share.shape[1]));
  const alike = gates.filter(([, found]) => found.share.shape[1] === Math.max(...widths));
  if (alike.length < 2) return null;
  const cells = blocksOfColumns(alike.map(([name, found]) => plane(found.share, null, 1, {})[0].map((place) => ({ ...place, name, found }))));
  const readout = el("p", { class: "readout", role: "status" }, "a click opens a gate's own map");
  return el("div", null, drawing({ cells, rowNames: alike.map(([name]) => name.slice(1)), columnNames: cells[0].map((place) => String(place.at[1])), rowAxis: "gate", columnAxis: "input: a_prev, then xt",
    label: "error of the weights' gradients in budgets, gate by input", tell: (place) => told(place.name, readout, place.found)(place), pick: (place) => pick(place.name) }),
    el("div", { class: "mapfoot" }, legend()), readout);
}

const blocksOfColumns = (rows) => rows.map((row) => blocks([row]).cells[0]);

function mapSection(one) {
  if (!one.arrays || !Object.keys(one.outputs).length) return null;
  const names = Object.keys(one.outputs), wrong = names.filter((name) => one.outputs[name].problem);
  const box = el("div", null), tabs = el("div", { class: "tabs", role: "group", "aria-label": "output" });
  const show = (name) => {
    for (const tab of tabs.children) tab.setAttribute("aria-pressed", String(tab.output === name));
    box.replaceChildren(name === GATES ? gateMap(one, show) : outputMap(one, name));
  };
  const GATES = "gate × input", all = gateMap(one, show) ? [GATES, ...names] : names;
  tabs.append(...all.map((name) => {
    const tab = el("button", { class: "tab", type: "button", onclick: () => show(name) }, name === GATES ? name : [el("span", { class: `sw ${one.outputs[name].problem ? "fail" : "pass"}` }), code(name)]);
    tab.output = name;
    return tab;
  }));
  show(wrong[0] || names[0]);
  return el("section", { "data-part": "map" }, el("h3", null, "Where: error on a logarithmic scale of its budget"), tabs, box);
}

function whySection(report, one) {
  const explanation = report.explanations.find((each) => !each.alternative && each.operation === one.operation && each.cases.includes(one.id));
  const place = report.localisations.find((each) => each.operation === one.operation && each.cases.includes(one.id));
  if (explanation) return el("section", { "data-part": "why" }, el("h3", null, "Why"), story(report, explanation));
  if (!place) return null;
  return el("section", { "data-part": "why" }, el("h3", null, "Why"), el("div", { class: "story" }, el("p", null, "No known deviation gives this. Where it begins:"),
    el("div", { class: "block words" }, el("pre", { tabindex: "0" }, place.lines.map((line) => el("span", { class: "l" }, line))))));
}

const isConvention = (explanation) => explanation.told.length > 0 && explanation.told.every((each) => each.kind === "convention");
const isChange = (explanation) => explanation.told.length > 0 && explanation.told.every((each) => each.kind === "change"); // of the candidate's own source
const stories = (explanation) => explanation.told.filter((each) => each.kind !== "change"); // a place says nothing more
const titled = (names) => names.map((name, i) => [i ? " with " : "", code(name)]);

function story(report, explanation) {
  const at = report.explanations.indexOf(explanation), others = [];
  for (let i = at + 1; i < report.explanations.length && report.explanations[i].alternative; i++) others.push(report.explanations[i]);
  return el("div", { class: "story" },
    el("p", null, isConvention(explanation) ? "Follows another convention, " : isChange(explanation) ? "Repaired by " : "Explained by ", titled(explanation.deviations),
      `: ${explanation.cases.length} of ${plural(explanation.failing, "failing case")} ${isChange(explanation) ? "pass with it" : "match within budget"}.`),
    stories(explanation).map((each) => el("p", null, code(each.id), `: ${each.summary} `, el("span", { class: "muted" }, each.seen_in ? `(${each.kind}; ${each.exposed_by ? `shows with ${each.exposed_by}; ` : ""}seen in ${each.seen_in})` : `(${each.kind})`))),
    others.map((other) => el("p", { class: "quiet" }, "these inputs cannot tell it from ", titled(other.deviations))),
    explanation.difference && explanation.difference.length ? [el("p", { class: "quiet" }, isChange(explanation) ? "Its lines, as they are and as they would have to be:" : "The edit of the reference that gives what was given:"), diff(explanation.difference)] : null);
}

function diff(lines) {
  const kind = (line) => (/^@@/.test(line) ? "hunk" : line[0] === "+" ? "add" : line[0] === "-" ? "del" : line[0] === " " || line === "" ? "" : "file");
  return el("div", { class: "block diff" }, el("pre", { tabindex: "0", "aria-label": "the edit as a difference" }, lines.map((line) => el("span", { class: `l ${kind(line)}` }, line))));
}
