"""The notebook's bugs, layouts and orders of gates, biases, activations and heads, planted in writings/apart_*.py."""

from planted.deviations.form import form
from planted.families.where import cells, networks, sequences
from planted.planting import Change, Planted, Writing

SIGMOID = "np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))"
HEAD = "softmax(p[W] @ w.states[0] + p[b])"
TO_LSTMS = "sigmoid, slope, total\n"
SQUARE = ("gru", "gru_reset_after", "lstm", "lstm_peephole", "lstm_coupled", "lstm_clipped")

# a sigmoid and a head by themselves for each gate and step, as most write them
EACH_GATE: tuple[Change, ...] = (
    ("np.split(sigmoid(z[:three]), 3)", "map(sigmoid, np.split(z[:three], 3))"),
    (
        "np.split(sigmoid(self.Wh[: 2 * n] @ h + zx[: 2 * n]), 2)",
        "map(sigmoid, np.split(self.Wh[: 2 * n] @ h + zx[: 2 * n], 2))",
    ),
)
EACH_STEP: Change = (
    HEAD,
    "w.packing.columns(np.stack([softmax(p[W] @ a + p[b]) for a in np.moveaxis(w.packing.in_time(w.states[0]), 2, 0)], 2))",
)
# U.T d gate by gate, as U d
CROSSED: tuple[Change, ...] = (
    (
        "def by_gate(",
        "def crossed(U: Array, d: Array) -> Array:\n    n = U.shape[1]\n"
        "    return sum(U[k : k + n] @ d[k : k + n] for k in range(0, len(U), n))\n\n\ndef by_gate(",
    ),
    (TO_LSTMS, "sigmoid, slope, total, crossed\n"),
)
U_TURNED = 'self.turned = np.concatenate([p["W" + g][:, :n].T for g in self.gates])\n'
LSTM_GRADIENTS = "return by_gate(self.gates, np.hstack([dz @ a_prev.T, dz @ x.T]), total(dz))"
GRU_INIT = 'p["b" + g] for g in self.gates])\n\n    def step('
LSTM_INIT = 'p["b" + g] for g in self.gates])\n\n    def width('
BIASES = (("cell.Wx @ inputs + cell.b", "cell.Wx @ inputs + {}"), ("cell.Wx @ x + cell.b", "cell.Wx @ x + {}"))
# biases' gradients keep their columns, an example and a step each, until the end
POSTPONED: tuple[Change, ...] = (
    ("columns: Array = rows.sum(axis=1)\n    return columns[:, None]", "return rows"),
    (
        "class Packing:",
        "def summed(found: Gradients, m: int) -> Gradients:\n"
        '    return {n: one(d, m) if n[:2] in ("db", "dP") else d for n, d in found.items()}\n\n\nclass Packing:',
    ),
    ("**cell.gradients(x, dz, *factors)}", "**summed(cell.gradients(x, dz, *factors), x.shape[1])}"),
    (", w.cell.gradients(w.x, dz, *factors)", ", summed(w.cell.gradients(w.x, dz, *factors), w.packing.shape[0])"),
    ("**gradients, **head}", "**gradients, **summed(head, w.packing.shape[0])}"),
)


def _one(text: str) -> Change:
    return "def softmax(x", f"def one(d: Array, m: int) -> Array:\n    {text}\n\n\ndef softmax(x"


# A table: one form of one deviation, one or two lines where they fit.
# fmt: off
GATES: tuple[Planted, ...] = (
    # the notebook's
    form("sigmoid-summed", ((SIGMOID, "1 / (1 + np.sum(np.exp(-x)))"), *EACH_GATE), into=Writing.MASKED),
    form("softmax-over-everything", (("np.exp(x - x.max(axis=0))", "np.exp(x)"), ("e / e.sum(axis=0)", "e / e.sum()"), EACH_STEP)),
    form("c-aliases-a", (("a, *others = map(w.packing.in_time, w.states)",
                          "a, *others = [w.packing.in_time(w.states[-1])] * len(w.states)"),)),

    # layouts
    form("bwd-gate-cache-order", (
        ("a_prev, c_prev, o, f, i, g, tanh_c, moves = kept", "a_prev, c_prev, o, i, f, g, tanh_c, moves = kept"),
        ("a_prev, c_prev, c, o, f, i, g, tanh_c = kept", "a_prev, c_prev, c, o, i, f, g, tanh_c = kept"),
        ("a_prev, c_prev, o, f, i, g, tanh_c = kept", "a_prev, c_prev, o, i, f, g, tanh_c = kept"))),
    form("grad-copy-paste-gate", ((LSTM_GRADIENTS, LSTM_GRADIENTS.replace("return", "found =")
                                   + '\n        return {**found, "dbi": found["dbf"], "dbo": found["dbf"]}'),)),
    form("recurrent-transposed", (("np.tanh(zx + self.Wh @", "np.tanh(zx + self.Wh.T @"),
                                  ("np.maximum(self.Wh @", "np.maximum(self.Wh.T @")),
         operations=(*cells("FB", "rnn", "rnn_relu"), *sequences("FB", "rnn", "rnn_relu"),
                     "rnn_network_forward", "rnn_network_backward")),
    form("recurrent-transposed", (
        ("self.Wx, self.Wh = W[:, n:], W[:, :n]\n", f"self.Wx, self.Wh = W[:, n:], W[:, :n]\n        {U_TURNED}"),
        ("self.Wh, self.Wx = W[:, :n], W[:, n:]\n", f"self.Wh, self.Wx = W[:, :n], W[:, n:]\n        {U_TURNED}"),
        ("sigmoid(self.Wh[: 2 * n] @ h", "sigmoid(self.turned[: 2 * n] @ h"),
        ("np.tanh(self.Wh[2 * n :] @ q", "np.tanh(self.turned[2 * n :] @ q"),
        ("np.split(self.Wh @ h, 3)", "np.split(self.turned @ h, 3)"),
        ("z = self.Wh @ a_prev + zx", "z = self.turned @ a_prev + zx"),
        ("np.split(zx + self.Wh @ a_prev, 4)", "np.split(zx + self.turned @ a_prev, 4)"),
        ("np.split(zx + self.Wh @ a_prev, 3)", "np.split(zx + self.turned @ a_prev, 3)")),
         operations=(*cells("FB", *SQUARE), *sequences("FB", *SQUARE), *networks("FB", *SQUARE))),
    form("recurrent-not-transposed-bwd", (
        *CROSSED,
        ("slope(a) * da\n        return (self.Wh.T @ dz,)", "slope(a) * da\n        return (self.Wh @ dz,)"),
        ("(a > 0)\n        return (self.Wh.T @ dz,)", "(a > 0)\n        return (self.Wh @ dz,)"),
        ("self.Wh[2 * n :].T @ dzc", "self.Wh[2 * n :] @ dzc"),
        ("self.Wh[: 2 * n].T @ dgates", "crossed(self.Wh[: 2 * n], dgates)"),
        ("self.Wh.T @ dzh", "crossed(self.Wh, dzh)"),
        ("return (self.Wh.T @ dz, f * dc)", "return (crossed(self.Wh, dz), f * dc)"),
        ("return (self.Wh.T @ dz, dc_prev)", "return (crossed(self.Wh, dz), dc_prev)"),
        ("return (self.Wh.T @ dz, dc * f)", "return (crossed(self.Wh, dz), dc * f)"))),
    form("input-transposed", (('p["Wax"].copy()', 'p["Wax"].T.copy()'), ('"dWax": dz @ x.T', '"dWax": x @ dz.T'))),
    form("input-transposed", (('p["Wax"].copy()', 'p["Wax"].T.copy()'),)),
    form("concat-order", (
        ("W[:, n:], W[:, :n]\n", "W[:, :-n], W[:, -n:]\n"),
        ("self.Wh, self.Wx = W[:, :n], W[:, n:]\n", "self.Wx, self.Wh = W[:, :-n], W[:, -n:]\n"),
        ("np.hstack([dWh, dz @ x.T])", "np.hstack([dz @ x.T, dWh])"),
        ("np.hstack([dzh @ h.T, dz @ x.T])", "np.hstack([dz @ x.T, dzh @ h.T])"),
        ("np.hstack([dz @ a_prev.T, dz @ x.T])", "np.hstack([dz @ x.T, dz @ a_prev.T])"))),
    form("output-axes-transposed", (("self.times] = columns\n        return x", "self.times] = columns\n        return x.swapaxes(1, 2)"),)),
    form("batch-first-bwd-transpose-missing", (("w.packing.in_time(w.cell.Wx.T @ dz)", "w.packing.in_time(w.cell.Wx.T @ dz).swapaxes(1, 2)"),)),

    # orders of gates: of weights as they are loaded, and handed back by the same order or by the right one
    form("gate-if-swapped", (('"Wo", "ofic"', '"Wo", "oifc"'),)),
    form("gate-if-swapped", (('p["W" + g] for g in self.gates])\n        self.Wh', 'p["W" + g] for g in "oifc"])\n        self.Wh'),
                             (LSTM_INIT, LSTM_INIT.replace("self.gates", '"oifc"')))),
    form("gate-order-docs-vs-code", (('"Wo", "ofic"', '"Wo", "cfio"'),)),
    form("gate-order-docs-vs-code", (('p["W" + g] for g in self.gates])\n        self.Wh', 'p["W" + g] for g in "cfio"])\n        self.Wh'),
                                     (LSTM_INIT, LSTM_INIT.replace("self.gates", '"cfio"')))),
    form("gru-rz-swapped", (('"Wu", "urc"', '"Wu", "ruc"'),)),
    form("gru-rz-swapped", (('p["W" + g] for g in self.gates])\n        self.Wx', 'p["W" + g] for g in "ruc"])\n        self.Wx'),
                            (GRU_INIT, GRU_INIT.replace("self.gates", '"ruc"')))),
    form("bias-order-not-permuted", ((LSTM_INIT, LSTM_INIT.replace("self.gates", '"oifc"')),)),
    form("gru-bias-order-not-permuted", ((GRU_INIT, GRU_INIT.replace("self.gates", '"ruc"')),)),
    form("peephole-pack-order", (('for g in "iof")', 'for g in "ifo")'),)),
    form("peephole-pack-order", (('for g in "iof")', 'for g in "ifo")'), ('"dPf": total(', '"dPo": total('), ('"dPo": total(dzo * c)', '"dPf": total(dzo * c)'))),
    form("daprev-missing-gate", (
        ('"dxt": cell.Wx.T @ dz', '"dxt": cell.Wx[len(cell.b) // len(cell.gates) :].T @ dz[len(cell.b) // len(cell.gates) :]'),
        ("w.packing.in_time(w.cell.Wx.T @ dz)", "w.packing.in_time(w.cell.Wx[len(w.cell.b) // len(w.cell.gates) :].T @ dz[len(w.cell.b) // len(w.cell.gates) :])"),
        ("(self.Wh.T @ dz, f * dc)", "(self.Wh[len(dc) :].T @ dz[len(dc) :], f * dc)"),
        ("(self.Wh.T @ dz, dc_prev)", "(self.Wh[len(dc) :].T @ dz[len(dc) :], dc_prev)"),
        ("(self.Wh.T @ dz, dc * f)", "(self.Wh[len(dc) :].T @ dz[len(dc) :], dc * f)"))),

    # biases
    form("bias-double-vs-single", tuple((old, new.format("2 * cell.b")) for old, new in BIASES)),
    form("bias-ignored", tuple((old, new.format("0 * cell.b")) for old, new in BIASES)),
    form("forget-bias-after-sigmoid", (
        ("c, moves = self.limited(", "n = len(c_prev)\n        bf = self.b[n : 2 * n]\n"
        "        f = sigmoid(z[n : 2 * n] - bf) + bf\n        c, moves = self.limited("),
        ("sigmoid(self.Pf * c_prev + zf)", "sigmoid(self.Pf * c_prev + zf - self.b[len(zo) : 2 * len(zo)]) + self.b[len(zo) : 2 * len(zo)]"))),
    form("forget-bias-offset", ((LSTM_INIT, LSTM_INIT.replace('p["b" + g]', 'p["b" + g] + (g == "f")')),)),
    form("bias-grad-not-flowing", (("rows.sum(axis=1)", "0 * rows.sum(axis=1)"),)),
    form("db-mean-over-batch", (*POSTPONED, _one("return d.sum(axis=1, keepdims=True) / m"))),
    form("db-wrong-axis", (*POSTPONED, _one("return d.sum(axis=0).reshape(-1, m).sum(axis=0, keepdims=True)")), into=Writing.MASKED),
    form("db-not-summed", (*POSTPONED, _one("return d.reshape(len(d), -1, m).sum(axis=1)")), into=Writing.MASKED),

    # activations and the head
    *(form(id, ((SIGMOID, f"np.clip({by} * x + 0.5, 0, 1)"), *follows))
      for id, by in (("hard-sigmoid-default", "0.2"), ("hard-sigmoid-slope", "(1 / 6)"))
      for follows in ((("return y - y * y", f"return {by} * ((y > 0) & (y < 1))"),), ())),
    form("activation-hardcoded", (("np.maximum(self.Wh @ a_prev + zx, 0)", "np.tanh(self.Wh @ a_prev + zx)"),),
         (*cells("F", "rnn_relu"), *sequences("FB", "rnn_relu"))),
    form("activation-hardcoded", (("np.maximum(self.Wh @ a_prev + zx, 0)", "np.tanh(self.Wh @ a_prev + zx)"),
                                  ("da * (a > 0)", "da * slope(a)"))),
    form("relu-derivative-missing", (("da * (a > 0)", "da.copy()"),)),
    form("sigmoid-overflow-nan", ((SIGMOID, "np.exp(x) / (1 + np.exp(x))"),)),
    form("sigmoid-bwd-overflow", (
        ("return y - y * y", "x = np.log(y / (1 - y))\n    return np.exp(-x) / (1 + np.exp(-x)) ** 2"),
        ("(h, keep, r, q, new)\n", "(h, update, r, q, new)\n"),
        ("h, keep, r, q, new = kept\n", "h, update, r, q, new = kept\n        keep = 1 - update\n"),
        ("bump(keep)\n        dgates", "bump(update)\n        dgates"),
        ("(h, keep, r, recalled, cand)\n", "(h, sigmoid(xu + zu), r, recalled, cand)\n"),
        ("h, keep, r, recalled, cand = kept\n", "h, update, r, recalled, cand = kept\n        keep = 1 - update\n"),
        ("dupdate = bump(keep)", "dupdate = bump(update)"))),
    form("tanh-exp-form", (("np.tanh(", "tanh(", 9), (TO_LSTMS, "sigmoid, slope, total, tanh\n"),
                           ("def total(", "def tanh(z: Array) -> Array:\n    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))\n\n\ndef total("))),
    form("softmax-axis", (("x.max(axis=0)", "x.max(axis=1, keepdims=True)"), ("e.sum(axis=0)", "e.sum(axis=1, keepdims=True)"), EACH_STEP)),
    form("softmax-no-max", (("np.exp(x - x.max(axis=0))", "np.exp(x)"),)),
    form("softmax-global-max", (("x.max(axis=0)", "x.max()"),)),
    form("head-bias-missing", ((HEAD, "softmax(p[W] @ w.states[0])"), ("softmax(p[W] @ new[0] + p[b])", "softmax(p[W] @ new[0])"))),
    form("head-softmax-twice", (('(dy - np.einsum("ij,ij->j", dy, y)) * y\n', '(dy - np.einsum("ij,ij->j", dy, y)) * y\n'
                                 '    d = (d - np.einsum("ij,ij->j", d, y)) * y\n'),)),
    form("head-softmax-as-sigmoid", (('(dy - np.einsum("ij,ij->j", dy, y)) * y', "dy * (1 - y) * y"),)),
    form("head-dc-plus-dc", (("into = into + W.T @ dlogits", "into = into + into"),)),
    form("dy-upstream-ignored", (("            into = into + W.T @ dlogits\n", ""),)),
)
# fmt: on
