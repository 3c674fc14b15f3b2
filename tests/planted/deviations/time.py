"""States, ragged batches and the way back through time, planted in the walks of writings/apart_sequences.py and apart_masked.py."""

from planted.deviations.form import form
from planted.planting import Planted, Writing

OWN = "own = np.full(m, T_x) if lengths is None else np.array(lengths)\n        times"
VALID = "self.valid = times < own"
IN_TIME = "np.where(self.valid.T, self.untouched(columns), 0)"
KEPT = "state = tuple(np.where(packing.valid[t], one, s) for one, s in zip(new, state, strict=True))"
FINAL = "return Walk(cell, packing, inputs, kept, states, state)"
FIRST = "return [a0, np.zeros((n_a, m), x.dtype) if c0 is None else c0]"
GRADIENTS = "return dx, tuple(carry), w.cell.gradients(w.x, dz, *factors)"
OF_STEP_0 = "w.cell.gradients(*(r[:, w.packing.step(0)] for r in (w.x, dz, *factors)))"
Y = "y = softmax(p[W] @ w.states[0] + p[b])"
A = "a, *others = map(w.packing.in_time, w.states)"
RETURNED = "return (a, w.packing.in_time(y), *others"
UNMASKED_Y = (RETURNED, "return (a, w.packing.untouched(y), *others")
CARRIED = ("steps.append(new)", "steps.append(state)")
NO_MASK = (IN_TIME, "self.untouched(columns)")
IN_RUN = (
    (
        "    def sorted(self, state",
        "    def in_run(self, columns: Array) -> Array:\n"
        "        x = np.zeros((len(columns), *self.shape), columns.dtype)\n"
        "        x[:, self.examples, self.ahead] = columns\n        return x\n\n    def sorted(self, state",
    ),
    (A, A.replace("in_time", "in_run")),
    (RETURNED, RETURNED.replace("in_time", "in_run")),
)

# A table: one form of one deviation, one or two lines where they fit.
# fmt: off
TIME: tuple[Planted, ...] = (
    # states
    form("a0-ignored", (("    if a0 is None:\n", "    if True:\n"),)),
    form("c0-ignored", ((FIRST, "return [a0, np.zeros((n_a, m), x.dtype)]"),)),
    form("c0-from-a0", ((FIRST, "return [a0, a0.copy()]"),)),
    form("a0-c0-swapped", ((FIRST, "return [np.zeros((n_a, m), x.dtype) if c0 is None else c0, a0]"),)),
    form("state-not-carried", (("*(s[:, :n] for s in state)", "*(packing.sorted(s)[:, :n] for s in first)"),)),
    form("c-not-carried", (("*(s[:, :n] for s in state)", "state[0][:, :n], *(packing.sorted(s)[:, :n] for s in first[1:])"),)),
    form("c0-view-alias", ((FINAL, f"kept[0] = (kept[0][0], steps[0][1], *kept[0][2:])\n    {FINAL}"),), into=Writing.MASKED),
    form("output-buffer-reused", ((A, "a, *others = (np.repeat(s[:, :, :1] if reverse else s[:, :, -1:], x.shape[2], axis=2)"
                                   " for s in map(w.packing.in_time, w.states))"),), into=Writing.MASKED),

    # ragged batches, directions, padding
    form("direction-ignored", (("range(T_x)[::-1] if reverse else range(T_x)", "range(T_x)"),), into=Writing.MASKED),
    form("reverse-output-order", (*IN_RUN, ("w.packing.columns(da)", "da[:, w.packing.examples, w.packing.ahead]"),
                                  ("softmax_back(w.packing.columns(dy)", "softmax_back(dy[:, w.packing.examples, w.packing.ahead]"))),
    form("reverse-includes-padding", (("inputs = packing.columns(x)", "inputs = packing.unmasked(x) if reverse else packing.columns(x)"),
                                      (KEPT, KEPT.replace("packing.valid[t],", "packing.valid[t] | reverse,"))), into=Writing.MASKED),
    form("mask-not-reversed", ((VALID, "self.valid = (T_x - 1 - times if reverse else times) < own"),), into=Writing.MASKED),
    form("lengths-untested", ((OWN, OWN.replace(" if lengths is None else np.array(lengths)", "")),), into=Writing.MASKED),
    form("length-off-by-one", ((OWN, OWN.replace("np.array(lengths)", "np.array(lengths) - 1")),), into=Writing.MASKED),
    form("state-through-padding", ((KEPT, "state = new"),), into=Writing.MASKED),
    form("pad-output-zero-vs-carry", (CARRIED, NO_MASK, ("dx = w.packing.in_time(", "dx = w.packing.untouched("),
                                      (RETURNED, "return (a, np.where(w.packing.valid.T, w.packing.in_time(y), 0), *others")), into=Writing.MASKED),
    form("pad-output-zero-vs-carry", (CARRIED, NO_MASK), into=Writing.MASKED),
    form("pad-output-not-masked", (NO_MASK, (RETURNED, "return (a, np.where(w.packing.valid.T, w.packing.in_time(y), 0), *others")), into=Writing.MASKED),
    form("pad-output-not-masked", (NO_MASK,), into=Writing.MASKED),
    form("pad-prediction-not-masked", ((Y, "y = softmax(p[W] @ w.packing.columns(w.packing.in_time(w.states[0])) + p[b])"), UNMASKED_Y), into=Writing.MASKED),
    form("left-vs-right-padding", ((VALID, "self.valid = times >= T_x - own"),), into=Writing.MASKED),
    form("zero-length", ((FINAL, "state = tuple(s * packing.valid.any(axis=0) for s in state)\n    " + FINAL),), into=Writing.MASKED),
    form("zero-length-runs-a-step", ((OWN, OWN.replace("np.array(lengths)", "np.maximum(np.array(lengths), 1)")),), into=Writing.MASKED),
    form("final-state-at-T", ((FINAL, "state = tuple(packing.in_time(s)[:, :, packing.order[-1]] for s in states)\n    " + FINAL),), into=Writing.MASKED),
    form("final-state-wrong-end", ((FINAL, "if reverse:\n        state = tuple(packing.in_time(s)[:, :, -1] for s in states)\n    " + FINAL),), into=Writing.MASKED),
    form("padding-grad-leaks", (("[np.where(valid, d, 0) for d in (da_t + carry[0], *carry[1:])]", "[da_t + carry[0], *carry[1:]]"),
                                ("w.packing.columns(da)", "w.packing.unmasked(da)"), ("w.packing.columns(into[direction])", "w.packing.unmasked(into[direction])"),
                                ("dx = w.packing.in_time(", "dx = w.packing.untouched(")), into=Writing.MASKED),
    form("final-grad-lost-in-padding", (("carry = [np.where(valid, one, d) for one, d in zip(before, carry, strict=True)]", "carry = list(before)"),), into=Writing.MASKED),

    # back through time
    form("no-da-carry", (("da[:, span] + da_t", "da[:, span]"),)),
    form("no-dc-carry", (("+ da_t, *others)", "+ da_t, *(0 * d for d in others))"),)),
    form("bias-gradient-accumulator-reused", ((GRADIENTS, f"found = w.cell.gradients(w.x, dz, *factors)\n    if len(w.kept) > 1 and 'dbf' in found:\n        last = {OF_STEP_0}\n"
                                               '        found.update({n: found["dbf"] + last[n] for n in ("dbi", "dbc", "dbo")})\n'
                                               "    return dx, tuple(carry), found"),), into=Writing.MASKED),
    form("da-last-only", (("carry, rows = list(last), []", "carry, rows = list(last), []\n    da = np.concatenate([0 * da[:, : w.packing.step(0).stop * (len(w.kept) - 1)],"
                           " da[:, w.packing.step(len(w.kept) - 1)]], axis=1)"),), into=Writing.MASKED),
    form("bptt-truncated-1", (("before, fresh = w.cell.back(w.kept[k], *into)", "_, fresh = w.cell.back(w.kept[k], *into)\n"
                               "        before, _ = w.cell.back(w.kept[k], np.where(valid, da_t, 0), *(0 * d for d in into[1:]))"),), into=Writing.MASKED),
    form("dcT-upstream-ignored", (("upstream(w.final, (da_last, dc_last))", "upstream(w.final, (da_last, None))"), ("for s in (da_last, dc_last)]", "for s in (da_last, None)]"))),
    form("hT-upstream-ignored", (("upstream(w.final, (da_last, dc_last))", "upstream(w.final, (None, dc_last))"), ("for s in (da_last, dc_last)]", "for s in (None, dc_last)]"))),
    form("dh0-missing", (('"da0": da0, **gradients', '"da0": 0 * da0, **gradients'), ('"da0": da0, "parameters"', '"da0": 0 * da0, "parameters"'))),
    form("dc0-missing", (('"dc0": dc0[0]} if c0_given else found', '"dc0": 0 * dc0[0]} if c0_given else found'),
                         ('"dc0": dc0[0]} if c0_given else result', '"dc0": 0 * dc0[0]} if c0_given else result'))),
    form("overwrite-not-accumulate", ((GRADIENTS, f"return dx, tuple(carry), {OF_STEP_0}"),), into=Writing.MASKED),
    form("overwrite-not-accumulate", ((GRADIENTS, f"return dx, tuple(carry), {OF_STEP_0}"), ("dlogits @ w.states[0].T", "dlogits[:, w.packing.step(0)] @ w.states[0][:, w.packing.step(0)].T"),
                                      ("total(dlogits)", "total(dlogits[:, w.packing.step(0)])")), into=Writing.MASKED),
    form("grads-mean-over-steps", ((", w.cell.gradients(w.x, dz, *factors)", ", {n: d / w.packing.shape[1] for n, d in w.cell.gradients(w.x, dz, *factors).items()}"),)),
    form("dx-in-run-order", (("dx = w.packing.in_time(w.cell.Wx.T @ dz)", "dx = w.packing.in_time(w.cell.Wx.T @ dz)[:, :, ::-1]"),)),
)
# fmt: on
