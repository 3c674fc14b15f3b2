// An LSTM with its gradients, in JavaScript without any library:
//
//     rnnspec check -- node examples/node/lstm.mjs
//
// Arrays are flat Float64Arrays in C order; x (n_x, m, T) has its element [k, j, t] at (k * m + j) * T + t.
import { createInterface } from "node:readline";

const GATES = ["f", "i", "c", "o"];
const sigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));

function unpack({ dtype, shape, base64 }) {
  if (dtype !== "float64") throw new Error(`${dtype} is not float64`);
  const bytes = Uint8Array.from(Buffer.from(base64, "base64")); // a copy, so that it is aligned
  return { shape, data: new Float64Array(bytes.buffer) };
}

function pack({ shape, data }) {
  return { dtype: "float64", shape, base64: Buffer.from(data.buffer).toString("base64") };
}

function zeros(...shape) {
  return { shape, data: new Float64Array(shape.reduce((n, k) => n * k, 1)) };
}

// One example's walk over time. `steps` keeps what the gradients need; `a` and `c` hold the state before step t.
function walk({ x, a0, c0 }, p, j) {
  const [n_x, m, T] = x.shape;
  const n_a = p.bf.shape[0];
  const column = (state) => Float64Array.from({ length: n_a }, (_, k) => (state ? state.data[k * m + j] : 0));
  let [a, c] = [column(a0), column(c0)];
  const steps = [];
  for (let t = 0; t < T; t++) {
    const v = new Float64Array(n_a + n_x); // [a_prev; xt]
    v.set(a);
    for (let k = 0; k < n_x; k++) v[n_a + k] = x.data[(k * m + j) * T + t];
    const gate = {};
    for (const g of GATES) {
      gate[g] = Float64Array.from({ length: n_a }, (_, k) => {
        let z = p["b" + g].data[k];
        for (let l = 0; l < v.length; l++) z += p["W" + g].data[k * v.length + l] * v[l];
        return g === "c" ? Math.tanh(z) : sigmoid(z);
      });
    }
    const c_prev = c;
    c = c_prev.map((old, k) => gate.f[k] * old + gate.i[k] * gate.c[k]);
    a = c.map((value, k) => gate.o[k] * Math.tanh(value));
    steps.push({ v, gate, c_prev, c, a });
  }
  return steps;
}

function softmax(logits) {
  const most = Math.max(...logits);
  const e = logits.map((z) => Math.exp(z - most));
  const sum = e.reduce((one, two) => one + two, 0);
  return e.map((value) => value / sum);
}

function lstm_forward(inputs, p) {
  const [, m, T] = inputs.x.shape;
  const [n_y, n_a] = p.Wy.shape;
  const [a, y, c] = [zeros(n_a, m, T), zeros(n_y, m, T), zeros(n_a, m, T)];
  for (let j = 0; j < m; j++) {
    walk(inputs, p, j).forEach((step, t) => {
      for (let k = 0; k < n_a; k++) {
        a.data[(k * m + j) * T + t] = step.a[k];
        c.data[(k * m + j) * T + t] = step.c[k];
      }
      const logits = Array.from({ length: n_y }, (_, r) =>
        step.a.reduce((z, value, k) => z + p.Wy.data[r * n_a + k] * value, p.by.data[r]),
      );
      softmax(logits).forEach((value, r) => (y.data[(r * m + j) * T + t] = value));
    });
  }
  return { a, y, c };
}

function lstm_backward(inputs, p) {
  const [n_x, m, T] = inputs.x.shape;
  const n_a = p.bf.shape[0];
  const out = { dx: zeros(n_x, m, T), da0: zeros(n_a, m) };
  for (const g of GATES) [out["dW" + g], out["db" + g]] = [zeros(n_a, n_a + n_x), zeros(n_a, 1)];
  if (inputs.c0) out.dc0 = zeros(n_a, m);
  for (let j = 0; j < m; j++) {
    const into = (name, k) => (inputs[name] ? inputs[name].data[k * m + j] : 0);
    let da = Float64Array.from({ length: n_a }, (_, k) => into("da_last", k));
    let dc = Float64Array.from({ length: n_a }, (_, k) => into("dc_last", k));
    const steps = walk(inputs, p, j);
    for (let t = T - 1; t >= 0; t--) {
      for (let k = 0; k < n_a; k++) da[k] += inputs.da.data[(k * m + j) * T + t];
      const dv = stepBackward(steps[t], da, dc, p, out);
      da = dv.slice(0, n_a);
      for (let k = 0; k < n_x; k++) out.dx.data[(k * m + j) * T + t] = dv[n_a + k];
    }
    for (let k = 0; k < n_a; k++) out.da0.data[k * m + j] = da[k];
    if (inputs.c0) for (let k = 0; k < n_a; k++) out.dc0.data[k * m + j] = dc[k];
  }
  return out;
}

// The gradient into [a_prev; xt]; dc becomes that into c_prev, and the parameters' gradients are added to.
function stepBackward({ v, gate: { f, i, c: g, o }, c_prev, c }, da, dc, p, out) {
  const dv = new Float64Array(v.length);
  for (let k = 0; k < da.length; k++) {
    const tanh_c = Math.tanh(c[k]);
    const d = dc[k] + da[k] * o[k] * (1 - tanh_c * tanh_c);
    const dz = {
      f: d * c_prev[k] * f[k] * (1 - f[k]),
      i: d * g[k] * i[k] * (1 - i[k]),
      c: d * i[k] * (1 - g[k] * g[k]),
      o: da[k] * tanh_c * o[k] * (1 - o[k]),
    };
    dc[k] = d * f[k];
    for (const name of GATES) {
      out["db" + name].data[k] += dz[name];
      for (let l = 0; l < v.length; l++) {
        out["dW" + name].data[k * v.length + l] += dz[name] * v[l];
        dv[l] += dz[name] * p["W" + name].data[k * v.length + l];
      }
    }
  }
  return dv;
}

const OPERATIONS = { lstm_forward, lstm_backward };
const mapped = (object, f) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, f(value)]));

function answer({ command, id, operation, inputs, parameters }) {
  if (command === "start") {
    const operations = { lstm_forward: ["c0"], lstm_backward: ["c0", "da_last", "dc_last"] };
    return { protocol: 1, name: "lstm.mjs", version: "1.0", dtypes: ["float64"], operations };
  }
  try {
    return { id, outputs: mapped(OPERATIONS[operation](mapped(inputs, unpack), mapped(parameters, unpack)), pack) };
  } catch (error) {
    return { id, error: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.command === "stop") break;
  process.stdout.write(JSON.stringify(answer(message)) + "\n");
}
process.exit(0);
