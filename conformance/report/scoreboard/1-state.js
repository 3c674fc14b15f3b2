// What is shown, sorted and left out stands in the address: it survives a reload, and can be handed on.
const { goldens, operations, reports } = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const ANY = "";
const families = [...new Set(operations.map(([, family]) => family).filter(Boolean))];
const dtypes = [...new Set(reports.map((report) => report.dtype))];
const COLUMNS = { candidate: "candidate", version: "version", dtype: "dtype", verdict: "verdict", passed: "passed", failed: "failed", untested: "not tested", closest: "closest to a budget" };
const SHOW = { [ANY]: "all", failed: "failed", untested: "not tested", passed: "passed" };
const ORDERS = { [ANY]: "as the contract has them", name: "name", failed: "most failed first", untested: "most not tested first" };
const NUMBERS = ["passed", "failed", "untested", "closest"];
const ALLOWED = { find: null, dtype: [ANY, ...dtypes], family: [ANY, ...families], show: Object.keys(SHOW), versions: [ANY, "all"], sort: Object.keys(COLUMNS), down: [ANY, "1"], order: Object.keys(ORDERS) };
const DEFAULTS = { ...Object.fromEntries(Object.keys(ALLOWED).map((key) => [key, ANY])), sort: "candidate" };
const state = { ...DEFAULTS };
const collator = new Intl.Collator("en", { numeric: true });

function read() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const [key, allowed] of Object.entries(ALLOWED)) {
    const value = given.get(key);
    state[key] = value !== null && (!allowed || allowed.includes(value)) ? value : DEFAULTS[key];
  }
}

function put(changes) {
  Object.assign(state, changes);
  const kept = Object.entries(state).filter(([key, value]) => value !== DEFAULTS[key]);
  const mark = kept.length ? `#${new URLSearchParams(kept)}` : "";
  if (location.hash !== mark) history.replaceState(null, "", location.pathname + location.search + mark);
  draw();
}

const newest = reports.filter((report) => report.newest);
const called = (report) => `${report.candidate} [${report.dtype}]${state.versions || !report.newest ? ` ${report.version}` : ""}`;
const address = (report, id) => `reports/${report.file}${id ? `#${id}` : ""}`;

// passed, failed, not tested, closest, the case that tells most and that which is closest; null where a report was not asked for an operation
const cellOf = (report, name) => (Object.hasOwn(report.cells, name) ? report.cells[name] : null);
const standing = (cell) => (!cell ? "none" : cell[1] ? "fail" : cell[0] ? (cell[2] ? "part" : "pass") : "unsupported");
const WANTED = { [ANY]: () => true, failed: ([, failed]) => failed > 0, untested: ([, , untested]) => untested > 0, passed: ([passed, failed]) => passed > 0 && !failed };
const wanted = (cell) => (cell ? WANTED[state.show](cell) : state.show === ANY || state.show === "untested");

// what one report comes to in these operations
function sums(report, names) {
  const found = { passed: 0, failed: 0, untested: 0, unasked: 0, closest: null, at: "" };
  for (const name of names) {
    const cell = cellOf(report, name);
    if (!cell) { found.unasked += 1; continue; }
    found.passed += cell[0]; found.failed += cell[1]; found.untested += cell[2];
    const near = numberOf(cell[3]);
    const worse = found.closest === null || Number.isNaN(near) || near > found.closest;
    if (near !== null && worse && !Number.isNaN(found.closest)) { found.closest = near; found.at = cell[5]; }
  }
  return found;
}

function shownOperations() {
  const found = operations.filter(([, family]) => !state.family || family === state.family).map(([name]) => name);
  const most = { failed: 1, untested: 2 }[state.order];
  const count = (name) => shownReports().reduce((n, report) => n + ((cellOf(report, name) || [0, 0, 0])[most]), 0);
  if (state.order === "name") return found.sort(collator.compare);
  return most ? found.map((name) => [name, count(name)]).sort((a, b) => b[1] - a[1]).map(([name]) => name) : found;
}

const meant = (report) => (!state.dtype || report.dtype === state.dtype) && `${report.candidate} ${report.version}`.toLowerCase().includes(state.find.toLowerCase());
const shownReports = () => (state.versions ? reports : newest).filter(meant);

// that of the whole report, but of a family what is said of its operations: who is tested on none of them conforms to none
const verdictOf = ({ report, sum }) => (!state.family ? report.verdict : sum.failed ? "not conformant" : sum.passed ? "conformant" : "nothing tested");

// sorted, and without those in which nothing is of the kind that is to be shown
function ranked(names) {
  const found = shownReports().filter((report) => !state.show || names.some((name) => wanted(cellOf(report, name))));
  const sign = state.down ? -1 : 1, key = state.sort;
  const rows = found.map((report) => ({ report, sum: sums(report, names) })).map((row) => ({ ...row, verdict: verdictOf(row) }));
  const text = (row) => (key === "verdict" ? row.verdict : row.report[key]);
  const order = NUMBERS.includes(key) ? (a, b) => (a.sum[key] ?? -1) - (b.sum[key] ?? -1) : (a, b) => collator.compare(text(a), text(b));
  return rows.sort((a, b) => sign * order(a, b) || collator.compare(called(a.report), called(b.report)));
}
