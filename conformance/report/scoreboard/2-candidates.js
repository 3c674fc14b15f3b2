// A row a report: what it comes to, its versions over time, and what was not tested.
const table = (label, head, rows) => el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
  el("table", { class: "data board" }, el("thead", null, el("tr", null, head)), el("tbody", null, rows)));
const column = (words) => el("th", { scope: "col" }, words);
const count = (kind, n, of) => el("td", { class: `num ${n ? kind : ""}`, "data-of": of }, String(n));

function sorter([key, words]) {
  const on = state.sort === key, numeric = NUMBERS.includes(key);
  return el("th", { scope: "col", class: numeric ? "num" : null, "aria-sort": on ? (state.down ? "descending" : "ascending") : null },
    el("button", { type: "button", class: "sorter", "data-sort": key, onclick: () => {
      put({ sort: key, down: on ? (state.down ? ANY : "1") : numeric ? "1" : ANY });
      document.querySelector(`[data-sort="${key}"]`).focus();
    } }, words, el("span", { "aria-hidden": "true" }, on ? (state.down ? " ▼" : " ▲") : "")));
}

const VERDICT = { conformant: "good", "nothing tested": "none" };

function candidates(rows) {
  return table("candidates", Object.entries(COLUMNS).map(sorter), rows.map(({ report, sum, verdict }) => el("tr", null,
    el("th", { scope: "row" }, el("a", { class: "name", href: address(report) }, report.candidate)),
    el("td", { class: "name" }, report.version || "–"), el("td", null, report.dtype),
    el("td", null, el("span", { class: `verdict ${VERDICT[verdict] || ""}` }, verdict), report.partial ? " (a part)" : ""),
    count("good", sum.passed, COLUMNS.passed), count("bad", sum.failed, COLUMNS.failed), count("untried", sum.untested, COLUMNS.untested),
    el("td", { class: "num", "data-of": "closest" }, sum.closest === null ? "–" : sum.at ? el("a", { href: address(report, sum.at) }, short(sum.closest)) : short(sum.closest)))));
}

// of what is shown, whether or not all versions stand above: each is held to the one before, shown or not
function versions(names) {
  const tracks = new Map();
  for (const report of reports) {
    const key = JSON.stringify([report.candidate, report.dtype]);
    tracks.set(key, [...(tracks.get(key) || []), report]);
  }
  const seen = (report) => meant(report) && (!state.show || names.some((name) => wanted(cellOf(report, name))));
  const told = [...tracks.values()].filter((track) => track.length > 1 && track.some(seen));
  const changes = (report) => report.changes[state.family] || [];
  return told.length ? [el("h2", null, "Versions over time"), told.map((track) => [
    el("h3", null, el("span", { class: "name" }, track[0].candidate), ` [${track[0].dtype}]`),
    table(`versions of ${track[0].candidate} [${track[0].dtype}]`, ["version", "passed", "failed", "not tested", "since the one before"].map(column), track.filter(seen).map((report) => {
      const sum = sums(report, names);
      return el("tr", null, el("th", { scope: "row" }, el("a", { class: "name", href: address(report) }, report.version || "–")),
        count("good", sum.passed), count("bad", sum.failed), count("untried", sum.untested),
        el("td", { class: "changes" }, changes(report).length ? changes(report).map((line) => el("p", { class: "name" }, line)) : report === track[0] ? "the first here" : "nothing has changed"));
    }))])] : [];
}

const of = (names) => (names.length > 4 ? plural(names.length, "operation") : names.join(", "));

// why cases of these operations were not tested: of how many, and of which
const reasons = (report, names) => report.why.map(([why, counts]) => {
  const ops = names.filter((name) => Object.hasOwn(counts, name));
  return [why, ops.reduce((n, name) => n + counts[name], 0), ops];
}).filter(([, n]) => n).sort((a, b) => b[1] - a[1]);

// as loud as what failed: why, of how many cases, and in which operations
function untried(rows, names) {
  const nowhere = names.filter((name) => !rows.some(({ report }) => { const cell = cellOf(report, name); return cell && cell[0] + cell[1]; }));
  const all = el("article", { class: "card untried whole" }, el("h3", null, nowhere.length ? `${plural(nowhere.length, "operation")} that no candidate here is tested on` : "Each operation is tested on some candidate here"),
    nowhere.length ? el("p", { class: "mono name" }, nowhere.join(", ")) : null);
  const cards = rows.filter(({ sum }) => sum.untested || sum.unasked).map(({ report, sum }) => el("article", { class: "card untried" },
    el("h3", null, el("span", { class: "name" }, called(report)), `: ${sum.untested} not tested`),
    sum.unasked ? el("p", null, `${plural(sum.unasked, "operation")} not asked for`) : null,
    el("ul", null, reasons(report, names).map(([why, n, ops]) => el("li", null, el("b", null, String(n)), " ", el("span", { class: "name" }, why), el("span", { class: "muted name" }, ` (${of(ops)})`))))));
  return [el("h2", null, "Not tested"), el("div", { class: "causes" }, all, cards)];
}
