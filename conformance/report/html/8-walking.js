// Filtering, opening and walking; what is open stands in the address, so that it can be linked to.
function draw() {
  shown = reports.filter((report) => !state.dtype || report.dtype === state.dtype);
  entries = union(shown);
  $("matrix").replaceChildren(...matrix([...entries.values()], shown, known));
}

function matches(entry) {
  const runs = [...entry.runs.values()], [one] = runs;
  if (state.outcomes.size && !runs.some((each) => state.outcomes.has(each.outcome))) return false;
  if (state.operation && entry.operation !== state.operation) return false;
  if (state.option === "none" ? one.features.length : state.option && !one.features.includes(state.option.slice(1))) return false;
  return !state.text || `${entry.id} ${one.shows || ""} ${one.message}`.toLowerCase().includes(state.text);
}

function filter() {
  visible = [];
  for (const row of document.querySelectorAll("[role=row]")) {
    const found = [...row.querySelectorAll(".cell")].filter((node) => {
      const fits = matches(node.entry);
      node.classList.toggle("off", !fits);
      node.tabIndex = -1;
      return fits;
    });
    row.classList.toggle("off", !found.length);
    visible.push(...found);
  }
  for (const section of document.querySelectorAll(".kind")) section.hidden = narrowed() && !section.querySelector(".row[role]:not(.off)");
  if (visible.length) (visible.find((node) => node.entry.id === open) || visible[0]).tabIndex = 0;
  const all = document.querySelectorAll("#matrix .cell").length;
  $("count").textContent = visible.length === all ? plural(all, "case") : `${visible.length} of ${plural(all, "case")}`;
}

const narrowed = () => state.outcomes.size || state.operation || state.option || state.text;
const nodeOf = (id) => [...document.querySelectorAll("#matrix .cell")].find((node) => node.entry.id === id);
const bad = (node) => [...node.entry.runs.values()].some(failed);

function address(id, report) {
  return `#${id}${report && reports.length > 1 ? `@${reports.indexOf(report)}` : ""}`;
}

function go(id, report) {
  if (open === null) cameFrom = document.activeElement;
  // opening is a step that the browser's way back undoes, walking on is none
  if (open === null && location.hash !== address(id, report)) history.pushState(null, "", address(id, report));
  else history.replaceState(null, "", address(id, report));
  follow();
}

// show what the address says
function follow() {
  const [id, place] = location.hash.slice(1).split("@");
  const entry = entries.get(id);
  if (!entry) return close();
  const report = [reports[Number(place)], ...entry.runs.keys()].find((each) => each && entry.runs.has(each));
  show(entry, report);
}

function close() {
  if (open === null) return;
  const back = cameFrom && cameFrom.classList.contains("cell") ? nodeOf(open) : cameFrom; // to where the walk has led
  mark(null);
  [open, openReport] = [null, null];
  $("case").hidden = true;
  $("page").inert = false;
  document.body.classList.remove("open");
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  if (back && back.isConnected) back.focus();
}

function mark(id) {
  for (const node of document.querySelectorAll('.cell[aria-selected="true"]')) node.setAttribute("aria-selected", "false");
  const node = id && nodeOf(id);
  if (!node) return;
  node.setAttribute("aria-selected", "true");
  node.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (visible.includes(node)) focusable(node);
}

function focusable(node) {
  for (const each of visible) each.tabIndex = -1;
  node.tabIndex = 0;
}

function show(entry, report) {
  const one = entry.runs.get(report), node = nodeOf(entry.id);
  const step = (by) => next(node, by, () => true);
  const tools = el("div", { class: "tools" }, el("span", { class: "where" }, chip(one.outcome, WORDS[one.outcome])),
    el("button", { type: "button", class: "icon", "aria-label": "previous case", onclick: () => step(-1) }, "‹"),
    el("button", { type: "button", class: "icon", "aria-label": "next case", onclick: () => step(1) }, "›"),
    el("button", { type: "button", class: "icon", "aria-label": "close", onclick: close }, "✕"));
  const tabs = entry.runs.size > 1 ? el("div", { class: "tabs", role: "group", "aria-label": "report" }, [...entry.runs].map(([each, run]) =>
    el("button", { type: "button", class: "tab", "aria-pressed": String(each === report), onclick: () => go(entry.id, each) }, el("span", { class: `sw ${run.outcome}` }), label(each)))) : null;
  const title = el("h2", { tabindex: "-1" }, el("small", null, entry.operation), entry.name);
  [open, openReport] = [entry.id, report];
  $("case").replaceChildren(el("div", { class: "casehead" }, tools, title, tabs), caseBody(report, one));
  $("case").hidden = false;
  $("case").scrollTop = 0;
  document.body.classList.add("open");
  $("page").inert = covers();
  mark(entry.id);
  if (!document.activeElement || !document.activeElement.classList.contains("cell") || covers()) title.focus({ preventScroll: true });
}

const covers = () => matchMedia("(max-width: 1099px)").matches;

function next(node, by, wanted) {
  const all = visible.filter(wanted), at = all.indexOf(node);
  const found = at >= 0 ? all[(at + by + all.length) % all.length] : by > 0 ? all[0] : all[all.length - 1];
  if (found) go(found.entry.id, found.entry.runs.has(openReport) ? openReport : [...found.entry.runs.keys()][0]);
}

// the cell that lies in a direction: along the row, or nearest in the next one
function beside(node, key) {
  const at = visible.indexOf(node), row = node.parentElement;
  if (key === "ArrowLeft" || key === "ArrowRight") return visible[at + (key === "ArrowLeft" ? -1 : 1)];
  const rows = [...new Set(visible.map((each) => each.parentElement))], to = rows[rows.indexOf(row) + (key === "ArrowUp" ? -1 : 1)];
  const x = node.getBoundingClientRect().left;
  const off = (each) => Math.abs(each.getBoundingClientRect().left - x);
  return visible.filter((each) => each.parentElement === to).sort((a, b) => off(a) - off(b))[0];
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const node = event.target, typing = node.matches("input, select, textarea");
  if (event.key === "Escape") return open !== null ? close() : typing ? node.blur() : null;
  if (typing) return;
  if (node.classList.contains("cell") && node.entry) {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); return go(node.entry.id, [...node.entry.runs.keys()][0]); }
    if (event.key.startsWith("Arrow")) {
      const to = beside(node, event.key);
      event.preventDefault();
      if (!to) return;
      focusable(to); to.focus();
      if (open !== null) go(to.entry.id, to.entry.runs.has(openReport) ? openReport : [...to.entry.runs.keys()][0]);
      return;
    }
  }
  if (event.key === "/") { event.preventDefault(); $("find").focus(); }
  if (event.key === "n" || event.key === "p") next(open === null ? null : nodeOf(open), event.key === "n" ? 1 : -1, bad);
}

function peek(event) {
  const node = event.target.closest && event.target.closest("#matrix .cell"), box = $("peek");
  box.classList.toggle("on", Boolean(node));
  if (!node) return;
  const { entry } = node, [one] = entry.runs.values();
  box.textContent = `${entry.id} · ${[...entry.runs].map(([report, run]) => (reports.length > 1 ? `${label(report)}: ${said(run)}` : said(run))).join(" | ")}${one.shows ? ` · ${one.shows}` : ""}`;
}

$("head").replaceChildren(...header());
$("overview").replaceChildren(...causes(), ...record(), el("h2", null, "Cases"), filters(), key(), el("div", { id: "matrix" }));
$("foot").replaceChildren(...footer().flat(Infinity));
draw();
filter();
$("matrix").addEventListener("click", (event) => {
  const node = event.target.closest(".cell");
  if (node) { node.focus(); go(node.entry.id, [...node.entry.runs.keys()][0]); }
});
for (const name of ["pointerover", "focusin"]) document.addEventListener(name, peek);
document.addEventListener("keydown", pressed);
addEventListener("hashchange", follow);
matchMedia("(max-width: 1099px)").addEventListener("change", () => { $("page").inert = open !== null && covers(); });
if (location.hash) follow();
performance.mark("usable");
