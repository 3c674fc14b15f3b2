// The rest of a case's page, and the page itself.
const TOKEN = /(#.*$)|("""[\s\S]*?"""|"[^"]*"|'[^']*')|\b(def|return|for|in|if|else|elif|not|and|or|is|None|True|False|lambda|raise|while|yield)\b/gm;

function coloured(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    parts.push(text.slice(end, match.index), el("span", { class: match[1] ? "t-c" : match[2] ? "t-s" : "t-k" }, match[0]));
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
}

function equationSection(report, one) {
  const known = report.operations && report.operations[one.operation];
  if (!known) return null;
  const names = known.equations.filter((name) => report.equations[name]);
  return el("section", { "data-part": "equation" }, el("h3", null, "Equation"), el("p", { class: "quiet" }, `${known.summary} ${known.source}`),
    el("div", { class: "block" }, el("pre", { tabindex: "0", "aria-label": "the equation, as the reference has it" },
      names.map((name) => [el("span", { class: "l file" }, `# ${name}`), el("span", { class: "l" }, coloured(report.equations[name].join("\n")))]))));
}

const MOST_ROWS = 100, MOST_COLUMNS = 40;

function valuesTable(array, held, row, column, asHex, outside) {
  const rows = Math.min(MOST_ROWS, row === null ? 1 : array.shape[row]), across = Math.min(MOST_COLUMNS, column === null ? 1 : array.shape[column]);
  const strides = array.shape.map((_, axis) => array.shape.slice(axis + 1).reduce((n, length) => n * length, 1));
  const index = (r, c) => array.shape.reduce((sum, _, axis) => sum + strides[axis] * (axis === row ? r : axis === column ? c : Number(held[axis] || 0)), 0);
  const range = (n) => Array.from({ length: n }, (_, i) => i);
  const table = el("table", null,
    el("thead", null, el("tr", null, el("th", { scope: "col" }, `${row === null ? "" : array.axes[row]} \\ ${column === null ? "" : array.axes[column]}`), range(across).map((c) => el("th", { scope: "col" }, String(c))))),
    el("tbody", null, range(rows).map((r) => el("tr", null, el("th", { scope: "row" }, String(r)),
      range(across).map((c) => el("td", { class: outside && !(outside[index(r, c)] <= 1) ? "out" : "" }, (asHex ? hex : full)(array.values[index(r, c)])))))));
  const cut = (row !== null && rows < array.shape[row]) || (column !== null && across < array.shape[column]);
  return [el("div", { class: "values", tabindex: "0", role: "group", "aria-label": "values" }, table), cut ? el("p", { class: "quiet" }, `the first ${rows} by ${across} of ${shape(array.shape)}`) : null];
}

// every array of the case, to be looked through slice by slice
function valuesSection(one) {
  if (!one.arrays) return null;
  const outputs = Object.fromEntries(Object.keys(one.outputs).map((name) => [name, output(one, name)]).filter(([, found]) => found));
  const offered = [
    ...Object.entries(outputs).flatMap(([name, found]) => ["got", "want", "error", "share", "budget"].filter((what) => found[what]).map((what) => [`${what} ${name}`, { share: `${name}: error ÷ budget` }[what] || `${name}: ${what}`, found[what], found.share && found.share.values])),
    ...Object.keys(one.arrays).filter((key) => /^(inputs|parameters)\//.test(key)).map((key) => [key, key.replace("/", ": "), null, null]),
  ];
  if (!offered.length) return null;
  const controls = el("div", { class: "controls" }), box = el("div", null);
  let chosen = offered[0], held = {}, asHex = false;
  const show = () => {
    const array = chosen[2] || decoded(one.arrays[chosen[0]]), { row, column, others } = layout(array);
    const toggle = el("button", { type: "button", class: "toggle", "aria-pressed": String(asHex), onclick: () => { asHex = !asHex; show(); } }, "in hex");
    controls.replaceChildren(
      select("array", offered.map(([key, words]) => [key, words]), chosen[0], (key) => { chosen = offered.find((each) => each[0] === key); held = {}; show(); }),
      ...others.map((axis) => select(array.axes[axis], Array.from({ length: array.shape[axis] }, (_, i) => [i, String(i)]), held[axis] || 0, (value) => { held[axis] = value; show(); })),
      toggle, el("span", { class: "quiet" }, `${shape(array.shape)} ${array.dtype.replace(/[<|]/, "")}`));
    box.replaceChildren(...valuesTable(array, held, row, column, asHex, chosen[3]).filter(Boolean));
  };
  show();
  return el("section", { "data-part": "values" }, el("h3", null, "Inputs and outputs"), controls, box);
}

function commandSection(one) {
  if (!one.reproduce) return null;
  const button = el("button", { type: "button", class: "icon", onclick: async () => {
    try { await navigator.clipboard.writeText(one.reproduce); button.textContent = "copied"; }
    catch { getSelection().selectAllChildren(line); button.textContent = "selected"; }
  } }, "copy");
  const line = el("span", { class: "l" }, one.reproduce);
  return el("section", { "data-part": "command" }, el("h3", null, "Run it again"), el("div", { class: "command" }, el("div", { class: "block" }, el("pre", { tabindex: "0", "aria-label": "command" }, line)), button));
}

function dims(one) {
  return Object.entries(one.dims || {}).map(([name, length]) => chip("", `${name} = ${length}`));
}

function caseBody(report, one) {
  const isCase = !one.id.includes("/property/");
  return el("div", { class: "casebody" },
    one.shows ? el("p", { class: "lead" }, `${isCase ? "Shows: " : "Holds where: "}${one.shows}`) : null,
    el("div", { class: "chips" }, one.features.map((feature) => chip("", feature)), dims(one)),
    one.message ? el("p", { class: `message ${one.outcome}` }, one.message) : null,
    mapSection(one), whySection(report, one), outputsTable(one), equationSection(report, one), valuesSection(one),
    failed(one) && isCase && !one.arrays ? el("p", { class: "quiet" }, "The arrays of this case are not in the report, which has those of failing cases up to 2 MiB, the smallest first. A check of this case alone has them.") : null,
    one.outcome === "pass" && isCase ? el("p", { class: "quiet" }, "A case that passes has its numbers; arrays travel for those that fail.") : null,
    commandSection(one));
}
