"""Mistakes of somebody who ports a kernel: time that one loop alone turns round, masks turned round, buffers that are not cleared, wrong strides."""

import pytest
from planted.by_hand import alone, told, written
from rnnspec.conformance.report.reasons import EDIT
from rnnspec.reference import OPERATIONS

FORTH, BACK = "lstm_peephole_forward", "lstm_peephole_backward"
CELLS = "lstm_peephole_cell_forward", "lstm_peephole_cell_backward"
TIME = "t = T - 1 - k if reverse else k"
AHEAD = f"{TIME}\n        off = k * size"
BEHIND = f"off -= size\n        {TIME}"
MASKED = "for j in range(m):\n            if t < lengths[j]:\n                "
TOLD = "if t < lengths[j]:\n                at[:, j] = hm[:, j] = h_new[:, j]\n                ct[:, j] = sm[:, j] = c_new[:, j]"
CLEARED = "        th, tc = np.zeros(N, ws.dtype), np.zeros(N, ws.dtype)\n"
# a text of writings/in_memory.py and what stands there, the operations that it makes wrong, and a line of what is said of each
MISTAKES = {
    "a forward that goes the other way": (
        AHEAD,
        AHEAD.replace(TIME, "t = k if reverse else T - 1 - k"),
        (FORTH, BACK),
        "+each run goes the other way; its backward goes as it should, by what was kept in that order",
    ),
    "a forward that knows no way back": (
        AHEAD,
        AHEAD.replace(TIME, "t = k"),
        (FORTH, BACK),
        "+a reversed run goes forth; its backward goes as it should, by what was kept in that order",
    ),
    "a backward that reads and writes at the other end": (
        BEHIND,
        BEHIND.replace(TIME, "t = k if reverse else T - 1 - k"),
        (BACK,),
        "+the gradients into outputs and inputs, and the mask, of T_x - 1 - t, not of t, in the backward",
    ),
    "a backward that reads and writes as if each run went forth": (
        BEHIND,
        BEHIND.replace(TIME, "t = k"),
        (BACK,),
        "+the gradients into outputs and inputs, and the mask, of t counted in the order of the run, not of t, in the backward",
    ),
    "a mask of what is handed on that is turned round, and off by one": (
        f"{MASKED}hm[:, j] = thm",
        f"{MASKED.replace('<', '>')}hm[:, j] = thm",
        (BACK,),
        "+gradients are handed on by a step where t > its length alone",
    ),
    "a mask of what reaches a step that is turned round": (
        f"{MASKED}thm[:, j] = dat",
        f"{MASKED.replace('<', '>=')}thm[:, j] = dat",
        (BACK,),
        "+gradients reach a step where t >= its length alone",
    ),
    "a mask of what is told that is turned round": (
        TOLD,
        "if t < lengths[j]:\n                hm[:, j], sm[:, j] = h_new[:, j], c_new[:, j]\n"
        "            else:\n                at[:, j], ct[:, j] = h_new[:, j], c_new[:, j]",
        (FORTH, BACK),
        "+outputs are told where t >= its length alone",
    ),
    "a buffer that is cleared once": (
        f"    for k in range(T - 1, -1, -1):\n        off -= size\n        {TIME}\n{CLEARED}",
        f"    th, tc = np.zeros(N, ws.dtype), np.zeros(N, ws.dtype)\n    for k in range(T - 1, -1, -1):\n"
        f"        off -= size\n        {TIME}\n",
        (BACK,),
        "+gradients that the step behind handed back, where an example does not have the step",
    ),
    "inputs read by another stride": (
        "xt = mat(x, t * n_x * m, n_x, m, m)",
        "xt = mat(x, t * n_x + m, n_x, m, m)",
        (FORTH, BACK),
        "+x, kept as (T_x, n, m), each step read from t * n + m on",
    ),
    "a column that is laid over memory again and again": (
        "dc += np.repeat(q[2 * n_a :], m) * dz[3 * N :]",
        "dc += np.tile(q[2 * n_a :], m) * dz[3 * N :]",
        (CELLS[1], BACK),
        "+Po over and over in memory * dzo",
    ),
    "buffers of two gradients taken for each other": (
        "thm, tcm = mat(th, 0, n_a, m, m), mat(tc, 0, n_a, m, m)",
        "thm, tcm = mat(tc, 0, n_a, m, m), mat(th, 0, n_a, m, m)",
        (BACK,),
        "+gradients exchanged as they reach a step, and as they are handed back",
    ),
    "a gate that is written where another's belongs": (
        "ws[go + 2 * N : go + 3 * N] = np.tanh(z[2 * N : 3 * N])",
        "ws[go + N : go + 2 * N] = np.tanh(z[2 * N : 3 * N])",
        (*CELLS, FORTH, BACK),
        "+g in the place of f, 0 in its own",
    ),
    "a gate's gradient that is written where another's belongs": (
        "dz[2 * N : 3 * N] = dc * i * (1 - g * g)",
        "dz[N : 2 * N] = dc * i * (1 - g * g)",
        (CELLS[1], BACK),
        "+dzc in the place of dzf, 0 in its own",
    ),
    "a term that is not added, which no value in the place of a gate gives where cell states are given": (
        "    c += i * g\n",
        "",
        (*CELLS, FORTH, BACK),
        "+f * c_prev",
    ),
}
# a module of the writings, texts of it and what stands there, operations that it makes wrong, and a line of what is said of one
OF_OTHERS = {
    "directions behind one another, read side by side": (
        "apart_networks",
        ("below = np.concatenate([w.packing.in_time(w.states[0]) for w in walks])",),
        (
            "below = np.concatenate([w.packing.in_time(w.states[0]) for w in walks])\n"
            "            flat = np.stack(np.split(below, len(walks))).transpose(0, 3, 1, 2)\n"
            "            below = flat.reshape(below.shape[2], len(below), below.shape[1]).transpose(1, 2, 0).copy()",
        ),
        ("gru_network_forward",),
        "+what a layer gives kept as (direction, T_x, n_a, m), read as (T_x, direction, n_a, m), in the forward alone",
    ),
    "recurrent weights and biases of two gates exchanged": (
        "apart_xlstm",
        (
            'return np.stack([parameters["R" + g] for g in "ifzo"]), np.stack([parameters["b" + g][..., 0] for g in "ifzo"])',
        ),
        (
            'return np.stack([parameters["R" + g] for g in "fizo"]), np.stack([parameters["b" + g][..., 0] for g in "fizo"])',
        ),
        ("slstm_step_forward", "slstm_forward"),
        "+matrices and biases of gate i that of f, f that of i",
    ),
    "the gradients, too": (
        "apart_xlstm",
        (
            'return np.stack([parameters["R" + g] for g in "ifzo"]), np.stack([parameters["b" + g][..., 0] for g in "ifzo"])',
            'for j, gate in enumerate("ifzo")}\n    return',
        ),
        (
            'return np.stack([parameters["R" + g] for g in "fizo"]), np.stack([parameters["b" + g][..., 0] for g in "fizo"])',
            'for j, gate in enumerate("fizo")}\n    return',
        ),
        ("slstm_step_backward", "slstm_backward"),
        "+matrices and biases of gate i that of f, f that of i",
    ),
    "gradients into two states exchanged as they come in": (
        "apart_xlstm",
        ("zip((dh_last, dc_last, dn_last, dm_last)",),
        ("zip((dh_last, dn_last, dc_last, dm_last)",),
        ("slstm_backward",),
        "+dc_last and dn_last exchanged",
    ),
    "an index that is one too small in one use, and so negative at first": (
        "apart_xlstm",
        ('m_new, write, forget = gates(x["i"][:, t], x["f"][:, t], m)\n',),
        (
            'm_new, write, forget = gates(x["i"][:, t], x["f"][:, t], m)\n'
            '        forget = np.exp(m - softplus(-x["f"][:, t - 1]) - m_new)\n',
        ),
        ("mlstm_forward",),
        "+(-softplus(-ft) of t - 1, at t = 0 of the last step + m_prev) - m_next",
    ),
    "a limit that is all that is left, and says nothing of a number": (
        "apart_gates",
        ("np.maximum(delta, free.dtype.type(low))",),
        ("np.maximum(-delta, free.dtype.type(low))",),
        ("time_step_gate_forward",),
        "+low",
    ),
    "outputs of the states behind the step": (
        "apart_gates",
        (
            "keep, write, m_new = weights(w + m, key)\n        new = keep * c + write * value, keep * n + write, m_new\n",
        ),
        (
            "keep, write, m_new = weights(w + m, key)\n        new = keep * c + write * value, keep * n + write, m_new\n"
            "        past, now, _ = weights(m_new, u + key)\n"
            "        y[:, t] = (past * new[0] + now * value) / (past * new[1] + now)\n",
        ),
        ("wkv4_step_forward", "wkv4_forward"),
        "+each as it leaves the step, in outputs",
    ),
    "a state that is read behind a part of the write": (
        "apart_attention",
        ('removed = np.einsum(READ, x["a"][:, t], S[:, t])',),
        (
            'written = np.einsum(OUTER, x["k"][:, t], x["v"][:, t])\n'
            '        removed = np.einsum(READ, x["a"][:, t], S[:, t] + written)',
        ),
        ("dplr_step_forward", "dplr_forward"),
        "+at[:, :, None] * (S_prev + kt[:, :, None] * vt[:, None])",
    ),
}


def test_without_a_mistake_it_is_right() -> None:
    failing, _ = told(alone("in_memory"), [*CELLS, FORTH, BACK])

    assert failing == set()


@pytest.mark.drawn("mistake", MISTAKES)
def test_it_is_told_in_every_operation_that_it_makes_wrong(mistake: str) -> None:
    old, new, operations, line = MISTAKES[mistake]

    failing, explanations = told(alone("in_memory", (old, new)), [*CELLS, FORTH, BACK])

    assert failing == {one.operation for one in explanations} == {*operations}
    edited = [
        one for one in explanations if one.told[0].kind == EDIT
    ]  # another is told by the story of it that is known
    assert [one.difference for one in edited if line not in one.difference] == []
    assert operations[-1] in {one.operation for one in edited}


@pytest.mark.parametrize("mistake", OF_OTHERS)
def test_what_others_have_is_told(mistake: str) -> None:
    module, old, new, operations, line = OF_OTHERS[mistake]
    family = OPERATIONS[operations[0]].family
    ahead = [one.name for one in OPERATIONS.values() if one.family == family and one.forward is None]
    first, *more = zip(old, new, strict=True)

    failing, explanations = told(written(module, *first, *more), [*dict.fromkeys((*ahead, *operations))])

    difference = {one.operation: one.difference for one in explanations}
    assert {*operations} <= failing
    assert [difference.get(name) for name in operations if line not in difference.get(name, ())] == []
