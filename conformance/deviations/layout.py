"""Weights and states in another order, or transposed. Orders of gates are in gate_order.py."""

from rnnspec.reference import gate, unroll
from rnnspec.reference.families import lstm, rnn

from .deviation import BUG, CONVENTION, Deviation, Edit
from .scope import ALL, BACKWARD, FOUR_GATES, GATED, LSTMS, OVER_TIME, RNNS, SQUARE, of, weights_seen

TRANSPOSED = (
    "{k: np.concatenate([W[:, : len(W)].T, W[:, len(W) :]], axis=1)"
    ' if k[0] == "W" and k in self.cell_parameters and k not in ("Wax", "Wp") else W for k, W in p.items()}'
)
SAME_OF_GRADIENTS = TRANSPOSED.replace("p.items()", "gradients.items()").replace(
    'k[0] == "W" and k in self.cell_parameters and k not in ("Wax", "Wp")', 'k[:2] == "dW" and k not in ("dWax", "dWp")'
)
MATRICES = 'k[0] == "W" and k in self.cell_parameters and k not in ("Wp",)'

DEVIATIONS = (
    Deviation(
        id="bwd-gate-cache-order",
        summary="forward caches its gates as f, i and backward reads them as i, f",
        kind=BUG,
        affects=of(LSTMS, BACKWARD),
        exposed_by="gradients of each gate; every forward test passes",
        seen_in=("ooples/AiDotNet.Tensors#907",),
        ways=((Edit(lstm.remember_backward, "f, i, g, c_prev = remembered", "i, f, g, c_prev = remembered"),),),
    ),
    Deviation(
        id="grad-copy-paste-gate",
        summary="db_i and db_o are computed from the forget gate's delta",
        kind=BUG,
        affects=of(FOUR_GATES, BACKWARD),
        exposed_by="comparing every parameter's gradient, not one",
        seen_in=("hanbt/learn_dl#53",),
        ways=(
            (
                Edit(
                    gate.affine_backward,
                    "column_sum(d) for",
                    'column_sum(dz["f"] if "f" in dz and gate in "io" else d) for',
                ),
            ),
        ),
    ),
    Deviation(
        id="recurrent-transposed",
        summary="the recurrent matrix is used as its transpose: U.T @ a_prev",
        kind=BUG,
        affects=of(SQUARE),
        exposed_by="a matrix that is not symmetric, two units or more, a state that is not zero; no shape can show it",
        seen_in=("xiph/LPCNet#123",),
        ways=weights_seen(TRANSPOSED, SAME_OF_GRADIENTS),
    ),
    Deviation(
        id="recurrent-not-transposed-bwd",
        summary="da_prev = U @ dz in place of U.T @ dz",
        kind=BUG,
        affects=of(SQUARE, BACKWARD),
        exposed_by="a matrix that is not symmetric, two units or more",
        seen_in=("student code: np.dot(Wf[:n_a, :], dforget)",),
        ways=(weights_seen(TRANSPOSED, "gradients")[0][1:],),
    ),
    Deviation(
        id="input-transposed",
        summary="the input's matrix is used as its transpose: Wax.T @ xt",
        kind=BUG,
        affects=of(RNNS, OVER_TIME),
        exposed_by="n_x = n_a and a matrix that is not symmetric; other shapes raise",
        seen_in=("known",),
        ways=(
            (
                Edit(rnn.preactivation, 'p["Wax"] @ xt', 'p["Wax"].T @ xt'),
                Edit(rnn.preactivation_backward, "dz @ xt.T", "xt @ dz.T"),
                Edit(rnn.preactivation_backward, 'p["Wax"].T @ dz', 'p["Wax"] @ dz'),
            ),
            (
                Edit(rnn.preactivation, 'p["Wax"] @ xt', 'p["Wax"].T @ xt'),
                Edit(rnn.preactivation_backward, 'p["Wax"].T @ dz', 'p["Wax"] @ dz'),
            ),
            (Edit(rnn.preactivation, 'p["Wax"] @ xt', 'p["Wax"].T @ xt'),),
        ),
    ),
    Deviation(
        id="concat-order",
        summary="gate matrices act on [xt; a_prev] in place of [a_prev; xt]",
        kind=CONVENTION,
        affects=of(GATED),
        exposed_by="any values",
        seen_in=("the dual of the course's layout; TensorFlow 1 cells",),
        ways=weights_seen(
            f"{{k: np.roll(W, n, axis=1) if {MATRICES} else W for k, W in p.items()}}",
            '{k: np.roll(d, -n, axis=1) if k[:2] == "dW" and k != "dWp" else d for k, d in gradients.items()}',
        ),
    ),
    Deviation(
        id="output-axes-transposed",
        summary="what comes out over time is (n, T, m) in place of (n, m, T)",
        kind=CONVENTION,
        affects=of(ALL, ("forward", "backward")),
        exposed_by="T != m; equal lengths hide the shape",
        seen_in=("pytorch/pytorch#80306", "apache/tvm#19634"),
        ways=((Edit(unroll.stacked, "*range(1, len(whole.shape)), 0", "1, 0, 2"),),),
    ),
    Deviation(
        id="batch-first-bwd-transpose-missing",
        summary="dx alone comes back as (n_x, T, m)",
        kind=BUG,
        affects=of(ALL, ("backward",)),
        exposed_by="T != m and the gradient into x",
        seen_in=("pytorch/pytorch#95137", "pytorch/pytorch#87579"),
        ways=((Edit(unroll.backward, "stacked(d)", "np.stack(d).transpose(1, 0, 2)"),),),
    ),
)
