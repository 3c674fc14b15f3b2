// The map: an output's error on a logarithmic scale of its budget, unit by step, or unit by input for a weight's gradient.
const MOST_CELLS = 64; // along an axis; beyond, several elements share a cell
const DECADES = [-4, -2, 0, 3, 6, 9, 12, 15];
const dark = matchMedia("(prefers-color-scheme: dark)");
const between = (one, two, t) => one + (two - one) * Math.min(1, Math.max(0, t));

function colour(value) {
  if (!Number.isFinite(value)) return "var(--ink)";
  const log = Math.log10(value);
  const [inside, outside] = dark.matches
    ? [[[0.3, 0.01], [0.5, 0.07]], [[0.6, 0.13, 75], [0.72, 0.21, 12]]]
    : [[[0.96, 0.005], [0.8, 0.07]], [[0.82, 0.14, 80], [0.42, 0.19, 18]]];
  if (log > 0) return `oklch(${outside[0].map((one, i) => between(one, outside[1][i], log / 15).toFixed(3)).join(" ")})`;
  return `oklch(${inside[0].map((one, i) => between(one, inside[1][i], (log + 4) / 4).toFixed(3)).join(" ")} 185)`;
}

function legend() {
  const width = 34, names = { 0: "budget" };
  return svg("svg", { class: "legend", viewBox: `0 0 ${width * DECADES.length} 26`, role: "img", "aria-label": "scale of colours: error in budgets, from 1e-4 to 1e15" },
    DECADES.map((decade, i) => [
      svg("rect", { x: i * width, y: 0, width: width - 1, height: 10, rx: 2, fill: colour(10 ** (decade === 0 ? 0.01 : decade)) }),
      svg("text", { x: i * width + (width - 1) / 2, y: 23, "text-anchor": "middle" }, names[decade] || `1e${decade}`)]));
}

// which axes a map has: steps, or the columns of a weight, lie along it
function layout(array) {
  const long = array.shape.map((length, axis) => axis).filter((axis) => array.shape[axis] > 1 || array.shape.length === 1);
  const across = long.find((axis) => array.axes[axis] === "step") ?? long.find((axis) => array.axes[axis] === "column") ?? long[1];
  const down = long.find((axis) => axis !== across);
  return { row: down ?? null, column: across ?? null, others: long.filter((axis) => axis !== across && axis !== down) };
}

// at most MOST_CELLS rows and columns: blocks of elements by their worst
function blocks(cells) {
  const step = (n) => Math.ceil(n / MOST_CELLS), down = step(cells.length), over = step(cells[0].length);
  if (down === 1 && over === 1) return { cells, down, over };
  const found = Array.from({ length: Math.ceil(cells.length / down) }, () => new Array(Math.ceil(cells[0].length / over)).fill(null));
  cells.forEach((row, r) => row.forEach((cell, c) => {
    const [y, x] = [Math.floor(r / down), Math.floor(c / over)];
    if (cell && (!found[y][x] || worse(cell.value, found[y][x].value))) found[y][x] = cell;
  }));
  return { cells: found, down, over };
}

// a drawing that the arrow keys walk; `tell` hears the cell under the pointer or the cursor
function drawing({ cells, rowNames, columnNames, rowAxis, columnAxis, label, mark, tell, pick, wide }) {
  const rows = cells.length, columns = cells[0].length;
  const unit = Math.max(7, Math.min(26, Math.floor((wide || 470) / columns), Math.floor(420 / rows)));
  const left = 24 + 6.3 * Math.max(...rowNames.map((name) => name.length)), top = mark === null || mark === undefined ? 4 : 16;
  const width = left + columns * unit + 2, height = top + rows * unit + 34;
  const cursor = svg("rect", { class: "cursor", width: unit, height: unit, rx: 2, visibility: "hidden" });
  const every = (n) => Math.max(1, Math.ceil(13 / unit), Math.ceil((n * 13) / unit / n));
  const at = [0, 0];
  const move = (r, c) => {
    [at[0], at[1]] = [Math.max(0, Math.min(rows - 1, r)), Math.max(0, Math.min(columns - 1, c))];
    cursor.setAttribute("x", left + at[1] * unit); cursor.setAttribute("y", top + at[0] * unit); cursor.setAttribute("visibility", "visible");
    if (cells[at[0]][at[1]]) tell(cells[at[0]][at[1]]);
  };
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const drawn = svg("svg", { class: "map", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label },
    cells.map((row, r) => row.map((cell, c) => cell && svg("rect", {
      x: left + c * unit, y: top + r * unit, width: unit - 1, height: unit - 1, rx: unit > 10 ? 2 : 0, fill: colour(cell.value),
      onpointerenter: () => move(r, c), onclick: () => pick && pick(cell) }))),
    rowNames.map((name, r) => r % every(rows) === 0 && svg("text", { x: left - 5, y: top + r * unit + unit / 2 + 3.5, "text-anchor": "end" }, name)),
    columnNames.map((name, c) => c % every(columns) === 0 && svg("text", { x: left + c * unit + (unit - 1) / 2, y: top + rows * unit + 12, "text-anchor": "middle" }, name)),
    svg("text", { class: "axis", x: left + (columns * unit) / 2, y: height - 5, "text-anchor": "middle" }, columnAxis),
    svg("text", { class: "axis", transform: `translate(9 ${top + (rows * unit) / 2}) rotate(-90)`, "text-anchor": "middle" }, rowAxis),
    mark !== null && mark !== undefined && svg("path", { class: "mark", d: `M${left + mark * unit + (unit - 1) / 2 - 5} 4h10l-5 8z` }),
    cursor);
  return el("div", { class: "mapbox", tabindex: "0", role: "group", "aria-label": `${label}; arrow keys walk`, onkeydown: (event) => {
    if (event.key === "Enter" && pick && cells[at[0]][at[1]]) pick(cells[at[0]][at[1]]);
    if (!steps[event.key]) return;
    event.preventDefault(); event.stopPropagation();
    move(at[0] + steps[event.key][0], at[1] + steps[event.key][1]);
  } }, drawn);
}

// the steps that have an element outside, in the order in which time is
function stepsOutside(share) {
  const axis = share.axes.indexOf("step");
  if (axis < 0) return null;
  const found = new Set();
  for (const [i, at] of places(share.shape)) if (!(share.values[i] <= 1)) found.add(at[axis]);
  return { steps: [...found].sort((a, b) => a - b), of: share.shape[axis] };
}
