"""Terms, factors and functions that somebody wrote at another place of the same equations: what each is told as."""

import pytest
from planted.by_hand import told, written
from rnnspec.reference import OPERATIONS

ATTENTION, CELLS, GATES, XLSTM = "apart_attention", "apart_cells", "apart_gates", "apart_xlstm"
# a text, what stands there and what somebody wrote, the family in which it is looked at, and words of its edit
MISTAKES = {
    "a bias behind the function that it is in": (
        GATES,
        "return -speed * softplus(biased), (biased, speed)",
        'return -(speed * softplus(alpha) + parameters["b"]), (biased, speed)',
        "decay_gate",
        "+alpha, and rate * softplus(z) + b",
    ),
    "a decay behind the write": (
        ATTENTION,
        """        S = decay[:, t] * states[:, t]
        error = x["v"][:, t] - np.einsum(READ, x["k"][:, t], S)
        S = S + np.einsum(OUTER, x["k"][:, t], x["beta"][:, t, :, None] * error)
""",
        """        S = states[:, t]
        error = x["v"][:, t] - np.einsum(READ, x["k"][:, t], S)
        S = decay[:, t] * (S + np.einsum(OUTER, x["k"][:, t], x["beta"][:, t, :, None] * error))
""",
        "gated_delta",
        "+S_prev, and exp(gt)",
    ),
    "a skip's factor on the other term of a gradient": (
        "apart_mamba",
        "        du[:, :, t] += dwritten * delta[:, :, t]\n",
        "        du[:, :, t] = dy[:, :, t] + D[:, None][:, 0] * dwritten * delta[:, :, t]\n",
        "selective_scan",
        "+dy_t, and D * ",
    ),
    "a limit that is added in front of it": (
        GATES,
        "delta, open_ = np.maximum(delta, free.dtype.type(low)), open_",
        "delta, open_ = np.maximum(delta + low, free.dtype.type(low)), open_",
        "time_step_gate",
        "+delta + low",
    ),
    "a normaliser that is one at least": (
        XLSTM,
        "n_new = forget * n + write\n",
        "n_new = np.maximum(forget * n + write, 1)\n",
        "slstm",
        "+max(forget * n_prev + write, 1)",
    ),
    "a gate that is a sigmoid in place of an exponential": (
        XLSTM,
        'm_new, write, forget = gates(x["i"][:, t], x',
        'm_new, write, forget = gates(-softplus(-x["i"][:, t]), x',
        "mlstm",
        "+log_sigmoid(",
    ),
    "a stabiliser without a gradient": (
        XLSTM,
        """    drunning = np.where(running > i, dm - dI * write, dF * forget)
    di = np.where(running > i, dI * write, dm - dF * forget)
""",
        "    drunning, di = dF * forget, dI * write\n",
        "mlstm",
        "+0",
    ),
}


@pytest.mark.drawn("id", MISTAKES)
def test_what_stands_elsewhere_is_told_in_every_operation_that_it_makes_wrong(id: str) -> None:
    module, old, new, family, words = MISTAKES[id]

    failing, explanations = told(written(module, old, new), [n for n in OPERATIONS if OPERATIONS[n].family == family])

    assert failing
    assert {explanation.operation for explanation in explanations} == failing
    assert [e.difference for e in explanations if words not in "\n".join(e.difference)] == []
