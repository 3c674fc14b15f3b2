"""Bugs of a situation: beyond a size, over many steps, with one option, from call to call.

No golden is as large or as long, and one call by itself is right. Each list is of the property that catches its faults in
every operation that they make wrong.
"""

from planted.families.containers import PACK, PACK_PADDED, PAD, PAD_PACKED
from planted.families.where import ALL, GRUS, WITH_CELL, both, cells, heads, networks, over_time, sequences
from planted.planting import Change, Planted

Faults = tuple[Planted, ...]
WALK, WALK_B = over_time("FB", *ALL), over_time("B", *ALL)
PLAIN = ("rnn", "rnn_relu")  # whose gradients are tried over more than 256 steps

NEW = "new, rows = cell.step(projected[:, span], *(s[:, :n] for s in state))\n"
CELL_NEW = "new, kept = cell.step(cell.Wx @ x + cell.b, *(s.copy() for s in state))\n"
FIRST = "state, steps, kept = tuple(packing.sorted(s) for s in first), [], []\n"
STATE = "state = tuple(np.hstack([one, s[:, n:]]) for one, s in zip(new, state, strict=True))\n"
INPUTS = "inputs = packing.columns(x)\n"
DX = "dx = w.packing.in_time(w.cell.Wx.T @ dz)\n"
TOTAL = "columns: Array = rows.sum(axis=1)\n"
BEFORE = "before, fresh = w.cell.back(kept, da[:, span] + da_t, *others)\n"
SOFTMAX = "e = np.exp(x - x.max(axis=0))\n"
RNN, LSTM, GRU = (
    "a = np.tanh(zx + self.Wh @ a_prev)\n",
    "        tanh_c = np.tanh(c)\n        return (tanh_c * o, c), (a_prev, c_prev, o, f, i, g, tanh_c, moves)",
    "keep, q = 1 - update, r * h\n",
)
A = "a, *others = map(w.packing.in_time, w.states)\n"
GRADIENTS = "dx, (da0, *dc0), gradients = walk_back(w, into, upstream(w.final, (da_last, dc_last)))\n"
CACHES = "w, y, W, c0_given = caches\n"
OWN = "own = np.full(m, T_x) if lengths is None else np.array(lengths)\n"


def behind(line: str, *statements: str, indent: int = 4) -> tuple[Change, ...]:
    """A line, and what follows it."""
    return ((line, line + "".join(f"{' ' * indent}{statement}\n" for statement in statements)),)


def held(name: str, where: str) -> tuple[str, ...]:
    """An output in memory that the next call of its shape writes to, where something is in use."""
    return (
        f"if {where}:",
        f"    kept = vars(self).setdefault(str(({name!r}, {name}.shape, {name}.dtype)), np.empty_like({name}))",
        f"    kept[...], {name} = {name}, kept",
    )


# Tables: one fault, one or two lines where they fit.
# fmt: off
MANY_EXAMPLES: Faults = (
    *(Planted(f"examples-behind-tiles-of-{n}-are-zero", WALK, behind(NEW, f"if n > {n}:", f"    new[0][:, n // {n} * {n} :] = 0", indent=8)) for n in (16, 32, 64, 128, 256)),
    *(Planted(f"cell-drops-what-is-behind-tiles-of-{n}", cells("F", *ALL), behind(CELL_NEW, f"if x.shape[1] > {n}:", f"    new[0][:, x.shape[1] // {n} * {n} :] = 0", indent=8)) for n in (32, 256)),
    *(Planted(f"examples-behind-{n}-start-from-zeros", WALK, behind(FIRST, f"state = tuple(s * (np.arange(s.shape[1]) < {n}) for s in state)")) for n in (64, 128)),
    Planted("examples-counted-in-eight-bits", WALK, (("self.examples = np.concatenate(active)\n", "self.examples = np.concatenate(active).astype(np.uint8)\n"),)),
    Planted("examples-wrap-at-64", WALK, (("return x[:, self.examples, self.times]", "return x[:, self.examples % 64, self.times]"),)),
    Planted("dx-of-128-examples", WALK_B, behind(DX, "dx[:, 128:] = 0")),
    Planted("da0-of-64-examples", WALK_B, (("return dx, tuple(w.packing.unsorted(d) for d in carry),", "return dx, tuple(w.packing.unsorted(d) * (np.arange(d.shape[1]) < 64) for d in carry),"),)),
    Planted("bias-gradients-of-256-columns", sequences("B", *ALL), ((TOTAL, TOTAL.replace("rows", "rows[:, :256]")),)),
    Planted("bias-gradients-in-float32-beyond-256-columns", sequences("B", *ALL),
            ((TOTAL, TOTAL.replace("rows", "(rows if rows.shape[1] <= 256 else rows.astype(np.float32))")),)),
    Planted("bias-gradients-of-the-last-chunk", sequences("B", *ALL),
            (("def total(rows: Array) -> Array:\n", "def total(rows: Array) -> Array:\n    rows = rows[:, -200:] if rows.shape[1] > 200 else rows\n"),)),
)
EMBEDDED: Faults = (
    *(Planted(f"rows-of-a-buffer-of-{n}", both("rnn"), behind(RNN, f"a[{n}:] = 0", indent=8)) for n in (32, 64, 128)),
    *(Planted(f"units-behind-tiles-of-{n}-keep-nothing", both("lstm", "lstm_clipped"), ((LSTM, f"        c[len(c) // {n} * {n} if len(c) > {n} else {n} :] *= 0.5\n{LSTM}"),)) for n in (16, 32, 64, 128)),
    *(Planted(f"reset-gate-of-{n}-units", both("gru"), behind(GRU, f"q[{n}:] = h[{n}:]", indent=8)) for n in (32, 64, 128)),
    Planted("products-in-float32-beyond-64-units", over_time("FB", "rnn"), ((RNN, "Wh = self.Wh if len(self.Wh) <= 64 else self.Wh.astype(np.float32)\n        a = np.tanh(zx + (Wh @ a_prev.astype(Wh.dtype)).astype(zx.dtype))\n"),)),
    *(Planted(f"features-behind-{n}-are-not-read", WALK, behind(INPUTS, f"inputs[{n}:] = 0")) for n in (8, 16)),
    *(Planted(f"classes-behind-{n}-are-lost", heads(*ALL), behind(SOFTMAX, f"e[{n}:] *= len(e) > 100")) for n in (8, 32)),
    *(Planted(f"weight-gradients-of-{n}-units", (*cells("B", *GRUS, *WITH_CELL), *sequences("B", *GRUS, *WITH_CELL)),
              (("{name: d.copy() for", f"{{name: d * (np.arange(len(d)) < {n})[:, None] for"),)) for n in (32, 128)),
    Planted("projection-of-64-units", (*cells("F", "lstm_projected"), *sequences("FB", "lstm_projected")), (("return (self.Wp @ h, c), (h, *kept)", "return (self.Wp @ np.where(np.arange(len(h))[:, None] < 64, h, 0), c), (h, *kept)"),)),
    Planted("peephole-of-64-units", both("lstm_peephole"), (("zo + self.Po * c)", "zo + self.Po * c * (np.arange(len(c)) < 64)[:, None])"),)),
)
EMBEDDED_WIDELY: Faults = (
    Planted("rows-of-a-buffer-of-256", both("rnn"), behind(RNN, "a[256:] = 0", indent=8)),
    Planted("units-behind-256-keep-nothing", both("lstm"), ((LSTM, f"        c[256:] *= 0.5\n{LSTM}"),)),
    Planted("features-behind-128-are-not-read", WALK, behind(INPUTS, "inputs[128:] = 0")),
    Planted("weight-gradients-of-256-units", (*cells("B", *GRUS, *WITH_CELL), *sequences("B", *GRUS, *WITH_CELL)),
            (("{name: d.copy() for", "{name: d * (np.arange(len(d)) < 256)[:, None] for"),)),
)
LONG_SEQUENCE: Faults = (
    *(Planted(f"state-reset-every-{n}-steps", sequences("F", *ALL) + (sequences("B", *ALL) if n < 128 else sequences("B", *PLAIN)),
              behind(STATE, f"if len(steps) % {n} == {n - 1}:", "    state = tuple(0 * s for s in state)", indent=8)) for n in (64, 128, 256)),
    *(Planted(f"gradients-truncated-after-{n}-steps", sequences("B", *(ALL if n < 129 else PLAIN)),
              behind(BEFORE, f"if len(rows) == {n - 1}:", "    before = tuple(0 * d for d in before)", indent=8)) for n in (64, 128, 256)),
    Planted("times-counted-in-eight-bits", sequences("F", *ALL) + sequences("B", *PLAIN),
            (("reverse else self.ahead\n", "reverse else self.ahead.astype(np.uint8)\n"),)),
    Planted("state-kept-in-float32-every-100-steps", sequences("F", *ALL) + sequences("B", *ALL),
            behind(STATE, "if len(steps) % 100 == 99:", "    state = tuple(s.astype(np.float32).astype(s.dtype) for s in state)", indent=8)),
)
LONG_NETWORK: Faults = (
    Planted("network-state-reset-every-128-steps", networks("FB"),
            behind(STATE, "if len(steps) % 128 == 127:", "    state = tuple(0 * s for s in state)", indent=8)),
    Planted("network-gradients-truncated", networks("B"),
            behind(BEFORE, "if len(rows) == 100:", "    before = tuple(0 * d for d in before)", indent=8)),
)
LONG_LENGTHS: Faults = (
    Planted("lengths-in-eight-bits", sequences("F", *ALL), ((OWN, OWN.replace("np.array(lengths)", "np.array(lengths).astype(np.uint8).astype(int)")),)),
    Planted("lengths-of-256-at-most", sequences("F", *ALL), ((OWN, OWN.replace("np.array(lengths)", "np.minimum(lengths, 256)")),)),
)
MANY_SEQUENCES: Faults = (
    Planted("batch-sizes-in-eight-bits", (PACK, PACK_PADDED), (("return data, valid.sum(axis=1), order", "return data, valid.sum(axis=1, dtype=np.uint8).astype(int), order"),)),
    Planted("order-in-eight-bits", (PACK, PACK_PADDED), (("    valid = own[order] > np", "    order = order.astype(np.uint8).astype(int)\n    valid = own[order] > np"),)),
    Planted("steps-behind-256-are-lost", (PAD, PACK), behind("    batch[valid] = np.concatenate(sequences)\n", "batch[:, 256:] = padding_value")),
    Planted("lengths-of-256", (PAD_PACKED,), (("valid.sum(axis=0)[back]", "np.minimum(valid.sum(axis=0)[back], 256)"),)),
)
OWN_MEMORY: Faults = (
    *(Planted(f"a-is-overwritten-with-{name}", sequences("F", *(WITH_CELL if name == "c0" else ALL)), behind(A, *held("a", words), indent=8))
      for name, words in {"reverse": "reverse and lengths is None", "lengths": "lengths is not None", "c0": "c0 is not None", "no-state": "a0 is None"}.items()),
    *(Planted(f"dx-is-overwritten-with-{name}", sequences("B", *(WITH_CELL if name == "c0" else ALL)), behind(GRADIENTS, *held("dx", words), indent=8))
      for name, words in {"dy": "dy is not None", "da_last": "da_last is not None", "c0": "c0_given"}.items()),
)
UNTOUCHED: Faults = (
    Planted("lengths-are-sorted-in-place", WALK, behind(OWN, "if lengths is not None:", "    lengths.sort()", indent=8)),
    Planted("dy-is-masked-in-place", sequences("B", *ALL), behind(CACHES, "if dy is not None:", "    dy *= 2", "    dy = dy / 2", indent=8)),
    Planted("c0-is-the-state-itself", sequences("F", *WITH_CELL), behind(A, "if c0 is not None:", "    c0[...] = others[0][:, :, -1]", indent=8)),
    Planted("da_last-is-where-gradients-add-up", sequences("B", *ALL), behind(GRADIENTS, "if da_last is not None:", "    da_last += da0", indent=8)),
)
LAYOUT: Faults = (
    Planted("reversed-x-read-in-memory-order", sequences("FB", *ALL), (("    packing = Packing(x.shape[1], x.shape[2], lengths, reverse)\n",
            "    packing = Packing(x.shape[1], x.shape[2], lengths, reverse)\n    x = x.ravel(order='K').reshape(x.shape) if reverse else x\n"),)),
    Planted("lengths-read-without-strides", WALK, ((OWN, OWN.replace("np.array(lengths)", "np.lib.stride_tricks.as_strided(lengths, strides=(8,)).copy() % (T_x + 1)")),)),
    Planted("dy-read-in-memory-order", sequences("B", *ALL), behind(CACHES, "dy = dy if dy is None else dy.ravel(order='K').reshape(dy.shape)", indent=8)),
)
REPEATABLE: Faults = (
    *(Planted(f"other-bits-at-every-call-with-{name}", sequences("F", *ALL), behind(A, f"if {words}:", "    vars(self)['n'] = vars(self).get('n', 0) + 1",
              "    a = a * (1 + self.n % 2 * np.finfo(a.dtype).eps)", indent=8)) for name, words in {"reverse": "reverse", "lengths": "lengths is not None"}.items()),
    Planted("no-state-goes-on-from-the-last-call", sequences("FB", "rnn"), behind("    n_a, m = len(p[cell_type.sizes]), x.shape[1]\n",
            "a0 = vars(cell_type).get('last', {}).get((n_a, m)) if a0 is None else a0", "cell_type.last = {(n_a, m): np.full((n_a, m), 0.5, x.dtype)}")),
)
ACROSS_DTYPES: Faults = (
    Planted("workspace-of-the-narrowest-dtype", WALK, (("        x = np.zeros((len(columns), *self.shape), columns.dtype)\n        x[:, self.examples, self.times] = columns\n        return x\n",
            "        known = vars(Walk).get('workspaces') or {}\n        setattr(Walk, 'workspaces', known)\n        key = (len(columns), *self.shape)\n"
            "        if key not in known or known[key].itemsize > columns.dtype.itemsize:\n            known[key] = columns.dtype\n"
            "        x = np.zeros(key, known[key])\n        x[:, self.examples, self.times] = columns\n        return x.astype(columns.dtype)\n"),)),
)
CACHE: Faults = (
    Planted("dy-eats-the-predictions", sequences("B", *ALL), behind(CACHES, "if dy is not None:", "    before, y[...] = y.copy(), y * 0.5", "    y = before", indent=8)),
    Planted("c0-eats-the-steps", sequences("B", *WITH_CELL), behind(GRADIENTS, "if c0_given:", "    w.kept.clear()", indent=8)),
    Planted("da_last-eats-the-inputs", sequences("B", *ALL), behind(GRADIENTS, "if da_last is not None:", "    w.x[...] = 0", indent=8)),
    Planted("one-cache-for-all-with-lengths", sequences("B", *ALL), (("(w, y, p[W].copy(), c0 is not None))", "vars(self).setdefault('ragged', []) if lengths is not None else (w, y, p[W].copy(), c0 is not None))"),
            (A, f"{A}        if lengths is not None:\n            vars(self).setdefault('ragged', [])[:] = [w, y, p[W].copy(), c0 is not None]\n"))),
    Planted("one-cache-for-all-with-reverse", sequences("B", *ALL), (("(w, y, p[W].copy(), c0 is not None))", "vars(self).setdefault('back', []) if reverse else (w, y, p[W].copy(), c0 is not None))"),
            (A, f"{A}        if reverse:\n            vars(self).setdefault('back', [])[:] = [w, y, p[W].copy(), c0 is not None]\n"))),
)
# fmt: on

SITUATIONS: dict[str, Faults] = {
    "many-examples": MANY_EXAMPLES,
    "embedded": EMBEDDED,
    "embedded-widely": EMBEDDED_WIDELY,
    "long-sequence": LONG_SEQUENCE,
    "long-network": LONG_NETWORK,
    "long-lengths": LONG_LENGTHS,
    "many-sequences": MANY_SEQUENCES,
    "outputs-own-memory": OWN_MEMORY,
    "inputs-untouched": UNTOUCHED,
    "any-layout": LAYOUT,
    "repeatable": REPEATABLE,
    "repeatable-across-dtypes": ACROSS_DTYPES,
    "cache-reusable": CACHE,
}
