"""Bugs that no list names, planted in writings/apart_*.py: they are caught and located, never explained.

`said` are words that the lines of the localisation have: which array, which step, which unit or example.
"""

from planted.planting import Change, Planted

PROJECTED = "projected = cell.Wx @ inputs + cell.b\n"
NEW = "state = tuple(np.hstack([one, s[:, n:]])"
DX = "dx = w.packing.in_time(w.cell.Wx.T @ dz)"


def nudged(row: int, example: int, step: int) -> tuple[Change, ...]:
    """One pre-activation of one example at one step."""
    where = f"(packing.examples == {example}) & (packing.ahead == {step})"
    return ((PROJECTED, f"{PROJECTED}    projected[{row}, {where}] += 1e-3\n"),)


# A table: one bug, one or two lines where they fit.
# fmt: off
UNLISTED: tuple[Planted, ...] = (
    Planted("unit-zeroed-from-step-3", ("lstm_forward",), ((NEW, f"new[0][1] *= len(steps) < 3\n        {NEW}"),), said=("a goes wrong first at step 3", "unit=1")),
    Planted("unit-zeroed-from-step-2", ("rnn_forward",), ((NEW, f"new[0][0] *= len(steps) < 2\n        {NEW}"),), said=("a goes wrong first at step 2", "unit=0")),
    Planted("output-gate-of-one-example", ("lstm_forward",), nudged(0, 1, 2), said=("a goes wrong first at step 2", "unit=0, example=1", "look at the output gate")),
    Planted("cell-state-of-one-example", ("lstm_peephole_forward",), ((NEW, f"new[1][2, :1] += 1e-3 * (len(steps) == 1)\n        {NEW}"),),
            said=("c goes wrong first at step 1", "unit=2, example=0")),
    Planted("update-gate-of-one-example", ("gru_forward",), nudged(1, 2, 2), said=("a goes wrong first at step 2", "unit=1, example=2")),
    Planted("last-example-starts-from-zeros", ("gru_reset_after_forward",), (("    return [a0, np", "    a0 = a0 * (np.arange(m) < m - 1)\n    return [a0, np"),),
            edit="+a0 without its last column"),
    Planted("head-weights-rolled", ("gru_forward",), (("softmax(p[W] @ w.states[0] + p[b])", "softmax(np.roll(p[W], 1, axis=0) @ w.states[0] + p[b])"),),
            said=("y goes wrong", "look at the head")),
    Planted("head-weight-moved", ("lstm_coupled_forward",), (("softmax(p[W] @ w.states[0] + p[b])", "softmax(p[W] @ w.states[0] + p[b] + 1e-6 * w.states[0][:1] * (np.arange(len(p[b])) == 0)[:, None])"),),
            said=("only y is wrong",)),
    Planted("prediction-rolled", ("rnn_cell_forward",), (("softmax(p[W] @ new[0] + p[b])", "np.roll(softmax(p[W] @ new[0] + p[b]), 1, axis=1)"),),
            said=("only yt_pred is wrong", "look at the head")),
    Planted("one-unit-off", ("gru_cell_forward",), (("cell.step(cell.Wx @ x + cell.b", "cell.step(cell.Wx @ x + cell.b + 1e-6 * (np.arange(len(cell.b)) == 1)[:, None]"),),
            said=("a_next", "unit=1")),
    Planted("projection-of-one-unit", ("lstm_projected_forward",), (("return (self.Wp @ h, c)", "return (self.Wp @ h * (1 + (np.arange(len(self.Wp)) == 0)[:, None]), c)"),),
            said=("a goes wrong first at step 0", "n_p=0")),
    Planted("clip-of-one-unit", ("lstm_clipped_forward",), (("np.minimum(np.maximum(c, -self.clip)", "np.minimum(np.maximum(c, -self.clip * (1 - 0.5 * (np.arange(len(c)) == 1)[:, None]))"),),
            said=("c goes wrong first at step", "unit=1")),
    Planted("dx-of-one-step-doubled", ("rnn_backward",), ((DX, f"{DX}\n    dx[:, :, 1:2] *= 2"),), edit="2 * "),
    Planted("dx-of-one-example-doubled", ("gru_backward",), ((DX, f"{DX}\n    dx[:, 2] *= 2"),), said=("only dx is wrong", "example=2")),
    Planted("carry-lost-before-step-1", ("lstm_backward",), (("da_t, *others = (d[:, :n] for d in carry)", "da_t, *others = (d[:, :n] * (len(rows) != 1) for d in carry)"),),
            said=("dx is right at step", "goes wrong")),
    Planted("bias-gradients-doubled", ("lstm_cell_backward",), (("by_gate(self.gates, np.hstack([dz @ a_prev.T, dz @ x.T]), total(dz))",
            "by_gate(self.gates, np.hstack([dz @ a_prev.T, dz @ x.T]), 2 * total(dz))"),), edit="+2 * "),
    Planted("gradient-lacks-a-column", ("gru_cell_backward",), (("np.hstack([dWh, dz @ x.T])", "np.hstack([0 * dWh[:, :1], dWh[:, 1:], dz @ x.T])"),),
            edit="without its first column"),
    Planted("head-gradient-lacks-an-example", ("gru_reset_after_backward",), (("dlogits @ w.states[0].T", "dlogits[:, 1:] @ w.states[0][:, 1:].T"),), edit="without the first column of a packed batch"),
    Planted("cell-gradient-scaled", ("lstm_cell_backward",), (("(self.Wh.T @ dz, f * dc)", "(self.Wh.T @ dz, 1.00123456 * f * dc)"),), said=("only dc_prev is wrong", "factor 1.001")),
    Planted("peephole-gradient-of-one-unit", ("lstm_peephole_cell_backward",), (('"dPi": total(dzi * c_prev)', '"dPi": total(dzi * c_prev) * (1 + (np.arange(len(dzi)) == 2)[:, None])'),),
            said=("only dPi is wrong", "unit 2")),
    Planted("bias-of-one-layer-ignored", ("lstm_network_forward",), (("walk(self.cell_type(p), below", 'walk(self.cell_type({**p, "bo": p["bo"] * (len(layers) != 1)}), below'),),
            said=("layer 1, direction 0 is the first",)),
    Planted("weight-of-one-direction-moved", ("rnn_network_forward",), (("walk(self.cell_type(p), below", 'walk(self.cell_type({**p, "Waa": p["Waa"] * (1 + 1e-6 * direction)}), below'),),
            said=("layer 0, direction 1 is the first",)),
    Planted("gradients-of-one-direction-doubled", ("gru_reset_after_network_backward",), (("[own for _, _, own in found]",
            "[{n: g * (1 + d * (n == 'dWu')) for n, g in own.items()} for d, (_, _, own) in enumerate(found)]"),), edit="-dWu[0][1]\n+2 * each"),
    Planted("sigmoid-loses-digits", ("sigmoid",), (("y: Array = np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))\n    return y",
            "y: Array = np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))\n    y[:1] *= 1 + 1e-9\n    return y"),), said=("row 0",)),
    Planted("length-of-one-example", ("pad_packed_sequence",), (("valid.sum(axis=0)[back]", "valid.sum(axis=0)[back] + (back == 0)"),), said=("only lengths is wrong",)),
)
# fmt: on
