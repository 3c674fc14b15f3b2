// Arrays of a report: decoded when they are looked at, and an output's error in units of its budget.
const READERS = {
  "<f2": [2, (v, i) => half(v.getUint16(i, true))],
  "<f4": [4, (v, i) => v.getFloat32(i, true)],
  "<f8": [8, (v, i) => v.getFloat64(i, true)],
  "|b1": [1, (v, i) => v.getUint8(i)],
  "|i1": [1, (v, i) => v.getInt8(i)],
  "|u1": [1, (v, i) => v.getUint8(i)],
  "<i2": [2, (v, i) => v.getInt16(i, true)],
  "<u2": [2, (v, i) => v.getUint16(i, true)],
  "<i4": [4, (v, i) => v.getInt32(i, true)],
  "<u4": [4, (v, i) => v.getUint32(i, true)],
  "<i8": [8, (v, i) => Number(v.getBigInt64(i, true))],
  "<u8": [8, (v, i) => Number(v.getBigUint64(i, true))],
};

function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, rest = bits & 1023;
  if (exponent === 31) return rest ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + rest / 1024) : 2 ** -14 * (rest / 1024));
}

function decoded(stored, axes) {
  const [width, read] = READERS[stored.dtype], bytes = atob(stored.base64.join(""));
  const view = new DataView(new ArrayBuffer(bytes.length));
  for (let i = 0; i < bytes.length; i++) view.setUint8(i, bytes.charCodeAt(i));
  const values = new Float64Array(bytes.length / width).map((_, i) => read(view, i * width));
  return { values, shape: stored.shape, axes: named(axes || stored.axes || "", stored.shape), dtype: stored.dtype };
}

// the axes by their names in words, where they are as many as the array has
function named(axes, lengths) {
  const names = axes.split(" ").filter(Boolean);
  return lengths.map((_, i) => (names.length === lengths.length ? AXES[names[i]] || names[i] : `axis ${i}`));
}

const same = (one, two) => one.length === two.length && one.every((length, i) => length === two[i]);

// everything that is known of a failing case's output; `share` is the error in budgets
function output(known, name) {
  const want = known.arrays && known.arrays[`outputs/${name}`], got = known.outputs[name] && known.outputs[name].array;
  if (!want) return null;
  const found = { want: decoded(want), axes: want.axes || "" };
  if (!got) return found;
  found.got = decoded(got, same(got.shape, want.shape) ? want.axes : "");
  if (!same(got.shape, want.shape)) return found;
  const error = found.got.values.map((value, i) => Math.abs(value - found.want.values[i]));
  const stored = known.arrays[`budget/${name}`], like = (values) => ({ ...found.want, values });
  found.error = like(error);
  found.budget = stored ? decoded(stored, want.axes) : like(new Float64Array(error.length));
  found.share = like(error.map((e, i) => (e === 0 ? 0 : e / found.budget.values[i])));
  return found;
}

// the index of each element along every axis
function* places(lengths) {
  const at = lengths.map(() => 0);
  for (let i = 0, size = lengths.reduce((n, length) => n * length, 1); i < size; i++) {
    yield [i, at];
    for (let axis = lengths.length - 1; axis >= 0 && ++at[axis] === lengths[axis]; axis--) at[axis] = 0;
  }
}

// the worse of two shares: what is no number is worst
const worse = (one, two) => Number.isNaN(one) || (!Number.isNaN(two) && one > two);

// rows by columns: in each the element that is worst among those of the other axes, unless these are held at an index
function plane(array, row, column, held) {
  const rows = row === null ? 1 : array.shape[row], columns = column === null ? 1 : array.shape[column];
  const cells = Array.from({ length: rows }, () => new Array(columns).fill(null));
  for (const [i, at] of places(array.shape)) {
    if (Object.entries(held).some(([axis, index]) => index !== "worst" && at[axis] !== Number(index))) continue;
    const r = row === null ? 0 : at[row], c = column === null ? 0 : at[column];
    if (cells[r][c] === null || worse(array.values[i], cells[r][c].value)) cells[r][c] = { value: array.values[i], i, at: [...at] };
  }
  return cells;
}
