"""The forms of the GRU: where the reset stands, which way the update gate weighs, and the gradients of both."""

from rnnspec.reference.families import gru, gru_reset_after

from .deviation import BUG, CONVENTION, Deviation, Edit, Way
from .scope import BACKWARD, GRUS, each, of

AFTER: Way = (
    Edit(
        gru.forward,
        'n = tanh(affine("c", w, p))',
        'n = tanh(affine("c", np.concatenate([0 * a_prev, xt]), p) + r * (p["Wc"][:, : len(a_prev)] @ a_prev))',
    ),
)
AFTER_BACK: Way = (
    Edit(
        gru.backward,
        'dw, candidate = affine_backward({"c": dzc}, w, p)',
        'dw, candidate = affine_backward({"c": dzc}, v, p)',
    ),
    Edit(gru.backward, "n_a = len(da_next)\n", 'n_a = len(da_next)\n    Wca = p["Wc"][:, :n_a]\n'),
    Edit(
        gru.backward,
        "dzr = dw[:n_a] * a_prev * sigmoid_slope(r)",
        'candidate["dWc"][:, :n_a] = (dzc * r) @ a_prev.T\n    dzr = dzc * (Wca @ a_prev) * sigmoid_slope(r)',
    ),
    Edit(gru.backward, "dw[:n_a] * r", "Wca.T @ (dzc * r)"),
)
BEFORE: Way = (
    Edit(
        gru_reset_after.forward,
        'n = tanh(p["Wc"][:, n_a:] @ xt + p["bc"] + r * h)',
        'n = tanh(p["Wc"] @ np.concatenate([r * a_prev, xt]) + p["bc"] + p["bca"])',
    ),
)
BEFORE_BACK: Way = (
    Edit(
        gru_reset_after.backward,
        "dh, dzr = dzc * r, dzc * h * sigmoid_slope(r)",
        'dq = p["Wc"][:, :n_a].T @ dzc\n    dzr = dq * a_prev * sigmoid_slope(r)',
    ),
    Edit(gru_reset_after.backward, "dh @ a_prev.T", "dzc @ (r * a_prev).T"),
    Edit(gru_reset_after.backward, "column_sum(dh)", "column_sum(dzc)"),
    Edit(gru_reset_after.backward, 'p["Wc"][:, :n_a].T @ dh', "dq * r"),
)
FLIPPED: Way = (Edit(gru.mixed, "u * n + (1 - u) * a_prev", "(1 - u) * n + u * a_prev"),)
FLIPPED_BACK: Way = (
    Edit(
        gru.mixed_backward,
        "da * (n - a_prev) * sigmoid_slope(u), da * u * tanh_slope(n), da * (1 - u)",
        "da * (a_prev - n) * sigmoid_slope(u), da * (1 - u) * tanh_slope(n), da * u",
    ),
)

DEVIATIONS = (
    Deviation(
        id="gru-reset-before-after",
        summary="the reset stands on the other side of the product: U (r * a) for r * (U a + bca), or the reverse",
        kind=CONVENTION,
        affects=of(GRUS),
        exposed_by="a state that is not zero, two units or more, weights that differ",
        seen_in=(
            "pytorch/pytorch#99531",
            "tracel-ai/burn#2701",
            "onnx/onnx-tensorflow#227",
            "root-project/root#5367",
            "ROCm/MIOpen#716",
        ),
        ways=((*AFTER, *AFTER_BACK, *BEFORE, *BEFORE_BACK), (*AFTER, *BEFORE)),
    ),
    Deviation(
        id="gru-z-flipped",
        summary="the update gate weighs the old value: (1 - u) * n + u * a_prev",
        kind=CONVENTION,
        affects=of(GRUS),
        exposed_by="any values",
        seen_in=("PaddlePaddle/Paddle#15161", "keras-team/keras#14649", "fatchord/WaveRNN#7"),
        ways=((*FLIPPED, *FLIPPED_BACK), FLIPPED),
    ),
    Deviation(
        id="gru-no-reset",
        summary="the reset gate is computed and never used: r = 1",
        kind=BUG,
        affects=of(GRUS),
        exposed_by="a state that is not zero",
        seen_in=("zhiyongc/GRU-D#2",),
        ways=(
            each(GRUS, "forward", 'sigmoid(affine("r", v, p))', 'np.ones_like(affine("r", v, p))'),
            (
                Edit(gru.forward, "[r * a_prev, xt]", "[a_prev, xt]"),
                Edit(gru_reset_after.forward, "r * h)", "h)"),
            ),
        ),
    ),
    Deviation(
        id="gru-direct-path-wrong",
        summary="da_prev takes u * da in place of (1 - u) * da on the direct path",
        kind=BUG,
        affects=of(GRUS, BACKWARD),
        exposed_by="any gradient into the state",
        seen_in=("ooples/AiDotNet#722",),
        ways=((Edit(gru.mixed_backward, ", da * (1 - u)", ", da * u"),),),
    ),
    Deviation(
        id="gru-direct-path-missing",
        summary="da_prev lacks the direct path (1 - u) * da",
        kind=BUG,
        affects=of(GRUS, BACKWARD),
        exposed_by="any gradient into the state",
        seen_in=("known",),
        ways=((Edit(gru.mixed_backward, ", da * (1 - u)", ", 0 * da"),),),
    ),
    Deviation(
        id="gru-dr-missing-bhn",
        summary="the reset gate's gradient takes U a in place of U a + bca",
        kind=BUG,
        affects=of((gru_reset_after,), BACKWARD),
        exposed_by="bca that is not zero",
        seen_in=("known",),
        ways=((Edit(gru_reset_after.backward, "dzc * h *", 'dzc * (h - p["bca"]) *'),),),
    ),
    Deviation(
        id="gru-dUn-missing-r",
        summary="the candidate's recurrent matrix gets dzc @ a_prev.T: the reset is left out",
        kind=BUG,
        affects=of(GRUS, BACKWARD),
        exposed_by="comparing dWc; only that array is wrong",
        seen_in=("known",),
        ways=(
            (
                Edit(gru_reset_after.backward, "dh @ a_prev.T", "dzc @ a_prev.T"),
                Edit(gru.backward, "    n_a = len", '    candidate["dWc"] = dzc @ v.T\n    n_a = len'),
            ),
        ),
    ),
    Deviation(
        id="gru-db_hn-missing-r",
        summary="dbca is the sum of dzc: the reset is left out",
        kind=BUG,
        affects=of((gru_reset_after,), BACKWARD),
        exposed_by="comparing dbca; only that array is wrong",
        seen_in=("known",),
        ways=((Edit(gru_reset_after.backward, "column_sum(dh)", "column_sum(dzc)"),),),
    ),
    Deviation(
        id="gru-dz-sign",
        summary="the update gate's gradient has the wrong sign: (a_prev - n) for (n - a_prev)",
        kind=BUG,
        affects=of(GRUS, BACKWARD),
        exposed_by="any gradient of the update gate",
        seen_in=("known",),
        ways=((Edit(gru.mixed_backward, "(n - a_prev)", "(a_prev - n)"),),),
    ),
    Deviation(
        id="gru-no-dr-path",
        summary="da_prev lacks the path through the reset gate",
        kind=BUG,
        affects=of(GRUS, BACKWARD),
        exposed_by="gates that are not saturated, U a that is not zero; large inputs hide it",
        seen_in=("known",),
        ways=(each(GRUS, "backward", "dv[:n_a] +", '(dv[:n_a] - p["Wr"][:, :n_a].T @ dzr) +'),),
    ),
)
