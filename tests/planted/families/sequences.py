"""Bugs in apart_sequences.py: heads, packing, the walk through time and back, initial and final states."""

from planted.families.where import ALL, COMPLETE, WITH_CELL, cells, heads, networks, over_time, sequences
from planted.planting import Planted

SEQUENCES_B = sequences("B", *ALL)
FAR = (*COMPLETE, "rnn_relu", "lstm_peephole", "lstm_projected")  # whose logits are far apart in a case
WALK_B, WALK = over_time("B", *ALL), over_time("FB", *ALL)
CELL_WALK, CELL_WALK_B = over_time("FB", *WITH_CELL), over_time("B", *WITH_CELL)

# A table: one fault, one or two lines where they fit.
# fmt: off
SEQUENCES: tuple[Planted, ...] = (
    # softmax and the heads
    Planted("softmax-over-examples", ("softmax", *heads(*ALL), *SEQUENCES_B),
            (("e / e.sum(axis=0)", "e / e.sum(axis=1, keepdims=True)"),)),
    Planted("softmax-over-everything", ("softmax", *heads(*ALL), *SEQUENCES_B), (("e / e.sum(axis=0)", "e / e.sum()"),)),
    Planted("softmax-no-max", ("softmax", *heads(*FAR), *cells("F", "lstm_coupled")),
            (("np.exp(x - x.max(axis=0))", "np.exp(x)"),)),
    # whose `far-logits` come to 625, 665 and 685: seen by the property alone
    Planted("softmax-no-max-where-logits-are-not-far", (*heads("lstm_clipped"), "lstm_coupled_forward"),
            (("np.exp(x - x.max(axis=0))", "np.exp(x)"),)),
    Planted("softmax-max-of-everything", ("softmax", *cells("F", *FAR), *sequences("FB", *ALL)),
            (("x.max(axis=0)", "x.max()"),)),
    Planted("cell-head-bias-dropped", cells("F", *ALL), (("p[W] @ new[0] + p[b])", "p[W] @ new[0])"),)),
    Planted("cell-head-reads-cell-state", (*cells("F", *WITH_CELL), *cells("B", "lstm_projected")),
            (("p[W] @ new[0] + p[b])", "p[W] @ new[-1] + p[b])"),)),
    Planted("cell-outputs-swapped", cells("F", *WITH_CELL),
            (("s.copy() for s in new), yt", "s.copy() for s in new[::-1]), yt"),)),
    Planted("cell-gradients-swapped", cells("B", *WITH_CELL),
            (("cell.back(kept, *dnext)", "cell.back(kept, *dnext[::-1])"),)),
    Planted("cell-keeps-no-input", cells("B", *ALL), (("(cell, x, kept))\n", "(cell, 0 * x, kept))\n"),)),
    Planted("head-bias-dropped", sequences("FB", *ALL), (("p[W] @ w.states[0] + p[b])", "p[W] @ w.states[0])"),)),
    Planted("head-reads-cell-state", sequences("FB", *WITH_CELL),
            (("p[W] @ w.states[0] + p[b])", "p[W] @ w.states[-1] + p[b])"),)),
    Planted("head-runs-over-padding", sequences("F", *ALL), (("return (a, w.packing.in_time(y),",
              "return (a, softmax(np.tensordot(p[W], a, 1) + p[b][:, :, None]),"),)),
    Planted("outputs-in-cell-order", sequences("F", *WITH_CELL),
            (("(a, w.packing.in_time(y), *others,", "(a, *others, w.packing.in_time(y),"),)),

    # lengths and padding
    Planted("lengths-ignored", WALK, (("np.full(m, T_x) if lengths is None else np.array(lengths)", "np.full(m, T_x)"),)),
    Planted("lengths-ignored-unless-one-is-full", WALK, (("if lengths is None else", "if max(lengths) < T_x else"),)),
    Planted("length-one-short", WALK, (("else np.array(lengths)\n", "else np.maximum(np.array(lengths) - 1, 0)\n"),)),
    Planted("length-one-long", WALK, (("else np.array(lengths)\n", "else np.minimum(np.array(lengths) + 1, T_x)\n"),)),
    Planted("empty-examples-take-a-step", WALK, (("else np.array(lengths)\n", "else np.maximum(np.array(lengths), 1)\n"),)),
    Planted("ends-one-step-late-but-for-the-longest", WALK, (("own[self.order] > k]", "own[self.order] >= k]"),)),
    Planted("states-not-sorted", WALK, (("return state[:, self.order]\n", "return state.copy()\n"),)),
    Planted("states-not-unsorted", WALK_B + networks("F"), (("back[:, self.order] = state", "back[...] = state"),)),
    Planted("states-unsorted-by-another-order-of-ties", WALK_B + networks("F"), (("back[:, self.order] = state",
              "own = np.bincount(self.examples, minlength=len(self.order))\n"
              '        back[:, np.argsort(own, kind="stable")[::-1]] = state'),)),
    Planted("padding-is-one", WALK, (("x = np.zeros((len(columns)", "x = np.ones((len(columns)"),)),
    Planted("padding-repeats-the-last-step", WALK,
            (("x[:, self.examples, self.times] = columns\n        return x",
              "x[:, self.examples, self.times] = columns\n"
              "        last = np.maximum(np.bincount(self.examples, minlength=len(self.order)) - 1, 0)[:, None]\n"
              "        return x[:, np.arange(len(last))[:, None], np.minimum(np.arange(x.shape[2]), last)]"),)),

    Planted("states-sorted-by-the-inverse", WALK,
            (("return state[:, self.order]\n", "return state[:, np.argsort(self.order)]\n"),)),
    Planted("states-unsorted-by-the-order", WALK_B + networks("F"),
            (("back[:, self.order] = state", "back[...] = state[:, self.order]"),)),
    Planted("full-length-cut", WALK, (("else np.array(lengths)\n", "else np.minimum(lengths, T_x - 1)\n"),)),
    Planted("all-empty-raises", WALK, (("range(max(1, own.max(initial=0)))", "range(own.max(initial=0))"),)),

    # direction
    Planted("reverse-ignored", WALK, (("- self.ahead if reverse else self.ahead", "- self.ahead if False else self.ahead"),)),
    Planted("reverse-always", WALK, (("- self.ahead if reverse else self.ahead", "- self.ahead if True else self.ahead"),)),
    Planted("reverse-starts-in-the-padding", WALK, (("own[self.examples] - 1 - self.ahead", "T_x - 1 - self.ahead"),)),
    Planted("reverse-one-step-off", WALK,
            (("own[self.examples] - 1 - self.ahead", "(own[self.examples] - 2 - self.ahead) % own[self.examples]"),)),
    Planted("reverse-outputs-in-processing-order", WALK,
            (("x[:, self.examples, self.times] = columns", "x[:, self.examples, self.ahead] = columns"),)),
    Planted("reverse-inputs-not-reversed", WALK,
            (("return x[:, self.examples, self.times]", "return x[:, self.examples, self.ahead]"),)),

    # what is given alone
    Planted("c0-dropped-without-a0", CELL_WALK, (("    if a0 is None:\n", "    if a0 is None:\n        c0 = None\n"),)),
    Planted("da-last-needs-dc-last", sequences("B", *WITH_CELL), (("upstream(w.final, (da_last, dc_last))",
              "upstream(w.final, (da_last, dc_last if da_last is None else 1 * dc_last))"),)),

    # the walk forward
    Planted("bias-forgotten", WALK, (("cell.Wx @ inputs + cell.b", "cell.Wx @ inputs"),)),
    Planted("initial-states-ignored", WALK,
            (("tuple(packing.sorted(s) for s in first)", "tuple(0 * packing.sorted(s) for s in first)"),)),
    Planted("initial-state-of-first-example", WALK,
            (("tuple(packing.sorted(s) for s in first)", "tuple(np.repeat(s[:, :1], s.shape[1], 1) for s in first)"),)),
    Planted("state-not-carried", WALK, (("*(s[:, :n] for s in state)", "*(packing.sorted(s)[:, :n] for s in first)"),)),
    Planted("cell-state-not-carried", CELL_WALK, (("*(s[:, :n] for s in state)",
              "state[0][:, :n], *(packing.sorted(s)[:, :n] for s in first[1:])"),)),
    Planted("final-state-of-ended-examples-lost", networks("F"),
            (("np.hstack([one, s[:, n:]])", "np.hstack([one, 0 * s[:, n:]])"),)),
    Planted("a0-none-is-ones", WALK, (('a0 = np.zeros((len(p.get("Wp"', 'a0 = np.ones((len(p.get("Wp"'),)),
    Planted("c0-ignored", CELL_WALK, (("np.zeros((n_a, m), x.dtype) if c0 is None else c0", "np.zeros((n_a, m), x.dtype)"),)),
    Planted("c0-defaults-to-ones", CELL_WALK, (("np.zeros((n_a, m), x.dtype) if c0", "np.ones((n_a, m), x.dtype) if c0"),)),
    Planted("c0-is-a0", CELL_WALK, (("if c0 is None else c0]", "if c0 is None else a0]"),)),
    Planted("c0-defaults-to-a0", CELL_WALK, (("[a0, np.zeros((n_a, m), x.dtype) if", "[a0, a0.copy() if"),)),
    Planted("a0-is-c0", CELL_WALK, (("return [a0, np", "return [a0 if c0 is None else c0, np"),)),

    # the walk back
    Planted("final-gradients-ignored", WALK_B,
            (("[w.packing.sorted(d) for d in last]", "[0 * w.packing.sorted(d) for d in last]"),)),
    Planted("da-last-ignored", SEQUENCES_B,
            (("upstream(w.final, (da_last, dc_last))", "upstream(w.final, (None, dc_last))"),)),
    Planted("dc-last-ignored", sequences("B", *WITH_CELL),
            (("upstream(w.final, (da_last, dc_last))", "upstream(w.final, (da_last, None))"),)),
    Planted("final-gradients-swapped", SEQUENCES_B,
            (("upstream(w.final, (da_last, dc_last))", "upstream(w.final, (dc_last, da_last))"),)),
    Planted("da-carry-missing", WALK_B, (("da[:, span] + da_t", "da[:, span]"),)),
    Planted("da-carry-alone", WALK_B, (("da[:, span] + da_t", "da_t"),)),
    Planted("dc-carry-missing", CELL_WALK_B, (("+ da_t, *others)", "+ da_t, *(0 * d for d in others))"),)),
    Planted("carry-piles-up", WALK_B, (("d[:, :n] = one", "d[:, :n] += one"),)),
    Planted("final-gradients-at-the-last-step-of-all", WALK_B, (("d[:, :n] = one", "d[:, n:] = 0; d[:, :n] = one"),)),
    Planted("gradients-stacked-in-reverse", WALK_B, (("zip(*reversed(rows), strict", "zip(*rows, strict"),)),
    Planted("weight-gradients-miss-first-step", WALK_B, (("w.cell.gradients(w.x, dz, *factors)",
              "w.cell.gradients(*(r[:, w.packing.spans[0].stop :] for r in (w.x, dz, *factors)))"),)),
    Planted("weight-gradients-miss-last-step", WALK_B, (("w.cell.gradients(w.x, dz, *factors)",
              "w.cell.gradients(*(r[:, : w.packing.spans[-1].start] for r in (w.x, dz, *factors)))"),)),
    Planted("weight-gradients-of-first-step-alone", WALK_B, (("w.cell.gradients(w.x, dz, *factors)",
              "w.cell.gradients(*(r[:, w.packing.spans[0]] for r in (w.x, dz, *factors)))"),)),
    Planted("initial-gradients-not-unsorted", WALK_B, (("tuple(w.packing.unsorted(d) for d in carry)", "tuple(carry)"),)),
    Planted("initial-gradients-zero", WALK_B,
            (("tuple(w.packing.unsorted(d) for d in carry)", "tuple(0 * d for d in carry)"),)),
    Planted("initial-gradients-of-empty-examples-lost", WALK_B, (("    dx = w.packing.in_time(",
              "    for d in carry:\n        d[:, w.packing.spans[0].stop :] = 0\n    dx = w.packing.in_time("),)),
    Planted("dx-misses-last-step", WALK_B, (("w.packing.in_time(w.cell.Wx.T @ dz)",
              "w.packing.in_time(w.cell.Wx.T @ np.where(w.packing.ahead == w.packing.ahead.max(initial=0), 0, dz))"),)),
    Planted("dc0-missing", SEQUENCES_B, (("if c0_given else found", "if not c0_given else found"),)),
    Planted("dc0-is-da0", sequences("B", *WITH_CELL),
            (('"dc0": dc0[0]} if c0_given else found', '"dc0": da0} if c0_given else found'),)),

    # gradients into predictions
    Planted("dy-not-added", SEQUENCES_B, (("into = into + W.T @ dlogits", "into = into + 0 * (W.T @ dlogits)"),)),
    Planted("dy-replaces-da", SEQUENCES_B, (("into = into + W.T @ dlogits", "into = W.T @ dlogits"),)),
    Planted("dy-taken-for-logits", SEQUENCES_B,
            (("dlogits = softmax_back(w.packing.columns(dy), y)", "dlogits = w.packing.columns(dy)"),)),
    Planted("softmax-back-diagonal", SEQUENCES_B, (('(dy - np.einsum("ij,ij->j", dy, y)) * y', "dy * (1 - y) * y"),)),
    Planted("softmax-back-misses-the-sum", SEQUENCES_B, (('(dy - np.einsum("ij,ij->j", dy, y)) * y', "dy * y"),)),
    Planted("softmax-back-sums-everything", SEQUENCES_B, (('np.einsum("ij,ij->j", dy, y)', "np.sum(dy * y)"),)),
    Planted("softmax-back-sums-dy-alone", SEQUENCES_B, (('np.einsum("ij,ij->j", dy, y)', "dy.sum(axis=0)"),)),
    Planted("head-gradient-misses-a-column", SEQUENCES_B,
            (("dlogits @ w.states[0].T", "dlogits[:, 1:] @ w.states[0][:, 1:].T"),)),
    Planted("head-gradient-uses-cell-state", sequences("B", *WITH_CELL),
            (("dlogits @ w.states[0].T", "dlogits @ w.states[-1].T"),)),
    Planted("head-bias-gradient-mean", SEQUENCES_B, (("total(dlogits)", "total(dlogits) / w.packing.shape[0]"),)),
    Planted("head-bias-gradient-of-dy", SEQUENCES_B, (("total(dlogits)", "total(w.packing.columns(dy))"),)),
    Planted("head-gradient-names-swapped", SEQUENCES_B,
            (("{f\"d{self.head[0]}\": dlogits @ w.states[0].T, f\"d{self.head[1]}\": total(dlogits)}",
              "{f\"d{self.head[1]}\": dlogits @ w.states[0].T, f\"d{self.head[0]}\": total(dlogits)}"),)),

    # wrong only in dtype, and only for float32 in
    Planted("a0-none-always-float64", WALK, (('p[cell_type.sizes])), m), x.dtype)', "p[cell_type.sizes])), m))"),), shows_in="float32"),
    Planted("c0-always-float64", CELL_WALK, (("np.zeros((n_a, m), x.dtype) if c0", "np.zeros((n_a, m)) if c0"),), shows_in="float32"),
    Planted("outputs-always-float64", WALK,
            (("(len(columns), *self.shape), columns.dtype)", "(len(columns), *self.shape))"),), shows_in="float32"),

    # kept between calls, or inputs changed in place
    Planted("cell-kept", sequences("FB", *ALL), (("w = walk(self.cell_type(p), x,",
              "w = walk(vars(self).setdefault(len(p[W]), self.cell_type(p)), x,"),)),
    Planted("lengths-sorted-in-place", WALK, (("self.shape = (m, T_x)\n",
              "self.shape = (m, T_x)\n        if lengths is not None:\n            lengths.sort()\n"),)),
    Planted("c0-overwritten", sequences("F", *WITH_CELL), (("a, *others = map(w.packing.in_time, w.states)\n",
              "a, *others = map(w.packing.in_time, w.states)\n        if c0 is not None:\n            c0 *= 0\n"),)),
    Planted("c0-overwritten-for-backward", sequences("B", *WITH_CELL), (("a, *others = map(w.packing.in_time, w.states)\n",
              "a, *others = map(w.packing.in_time, w.states)\n        if c0 is not None:\n            c0 *= 0\n"),)),
    Planted("dy-overwritten", SEQUENCES_B, (("            into = into + W.T @ dlogits\n",
              "            into = into + W.T @ dlogits\n            dy *= 0\n"),)),
    Planted("final-gradients-overwritten", WALK_B, (("dz, *factors = (np.hstack(r) for r",
              "for d in last:\n        d *= 0\n    dz, *factors = (np.hstack(r) for r"),)),
    Planted("da-overwritten", SEQUENCES_B, (("into, head = w.packing.columns(da), {}",
              "into, head = w.packing.columns(da), {}\n        da *= 0"),)),
    Planted("x-overwritten", over_time("FB", *ALL),
            (("inputs = packing.columns(x)\n", "inputs = packing.columns(x)\n    x *= 0\n"),)),
    Planted("weights-overwritten", cells("FB", *ALL), (("cell, x, (W, b) = self.cell_type(p), xt.copy(), self.head",
              "cell, x, (W, b) = self.cell_type(p), xt.copy(), self.head\n        p[b][...] = 0"),)),
)
# fmt: on
