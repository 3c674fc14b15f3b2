// Elements are made here alone, and what stands in them is text: no markup is ever parsed.
const SVG = "http://www.w3.org/2000/svg";

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const el = (tag, attributes, ...children) => filled(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);
const code = (...children) => el("code", null, ...children);
const chip = (kind, ...children) => el("span", { class: `chip ${kind}` }, ...children);

const select = (label, options, chosen, change) =>
  el("label", { class: "field" }, el("span", null, label),
    el("select", { onchange: (event) => change(event.target.value) },
      options.map(([value, words]) => el("option", { value, selected: String(value) === String(chosen) }, words))));

const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
const shape = (lengths) => `(${lengths.join(", ")}${lengths.length === 1 ? "," : ""})`;

// a number as a report's JSON has it: what is not finite is a text
const numberOf = (value) => (value === null || value === undefined ? null : Number(value));

function short(value) {
  if (value === null) return "–";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1e4 || size < 1e-3 ? value.toExponential(1).replace("e+", "e").replace(".0e", "e") : String(Number(value.toPrecision(2)));
}

function full(value) {
  if (value === null || !Number.isFinite(value)) return short(value);
  const size = Math.abs(value);
  return value === 0 ? "0" : size >= 1e6 || size < 1e-4 ? value.toExponential(7) : value.toPrecision(8);
}

// as Python's float.hex
function hex(value) {
  if (value === null || !Number.isFinite(value)) return short(value);
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const high = view.getUint32(0), exponent = (high >>> 20) & 0x7ff;
  const digits = (high & 0xfffff).toString(16).padStart(5, "0") + view.getUint32(4).toString(16).padStart(8, "0");
  if (value === 0) return Object.is(value, -0) ? "-0x0.0p+0" : "0x0.0p+0";
  const power = exponent ? exponent - 1023 : -1022;
  return `${value < 0 ? "-" : ""}0x${exponent ? 1 : 0}.${digits}p${power < 0 ? "" : "+"}${power}`;
}
