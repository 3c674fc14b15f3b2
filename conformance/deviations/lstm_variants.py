"""Peepholes, coupled gates, projection and clipping."""

from rnnspec.reference.families import lstm_clipped, lstm_coupled, lstm_peephole, lstm_projected

from .deviation import BUG, CONVENTION, Deviation, Edit, Way
from .scope import BACKWARD, each, of

PEEPHOLE, COUPLED = (lstm_peephole,), (lstm_coupled,)
PROJECTED, CLIPPED = (lstm_projected,), (lstm_clipped,)

OLD_CELL: Way = each(PEEPHOLE, "forward", 'p["Po"] * c_next', 'p["Po"] * c_prev')
INVERTED: Way = each(COUPLED, "forward", "remember(-zi, zi,", "remember(zi, -zi,")
CONSTANTS = (1, 3, 5, 10, 50)  # the limits that papers and frameworks' examples give
UNCLIPPED: Way = each(CLIPPED, "forward", 'expose(affine("o", v, p), c_next)', 'expose(affine("o", v, p), c)')

DEVIATIONS = (
    Deviation(
        id="peephole-o-uses-cprev",
        summary="the output gate's peephole sees the old cell state",
        kind=CONVENTION,
        affects=of(PEEPHOLE),
        exposed_by="Po that is not zero and a cell state that changes",
        seen_in=("PINTO0309/onnx2tf#303", "carlthome/tensorflow-convlstm-cell#11"),
        ways=(
            (
                *OLD_CELL,
                *each(PEEPHOLE, "backward", 'dc_next + dc + p["Po"] * dzo', "dc_next + dc"),
                *each(PEEPHOLE, "backward", 'dc_prev + p["Pf"]', 'dc_prev + p["Po"] * dzo + p["Pf"]'),
                *each(PEEPHOLE, "backward", "column_sum(dzo * c_next)", "column_sum(dzo * c_prev)"),
            ),
            OLD_CELL,
        ),
    ),
    Deviation(
        id="peephole-after-sigmoid",
        summary="o = sigmoid(z) + Po * c in place of sigmoid(z + Po * c)",
        kind=BUG,
        affects=of(PEEPHOLE),
        exposed_by="Po that is not zero, or a check that 0 <= o <= 1",
        seen_in=("Lasagne/Lasagne#448",),
        ways=(
            (
                *each(
                    PEEPHOLE, "forward", '(affine("o", v, p) + p["Po"] * c_next, c_next)', '(affine("o", v, p), c_next)'
                ),
                *each(
                    PEEPHOLE,
                    "forward",
                    "    return (a_next, c_next)",
                    '    a_next = (exposed[0] + p["Po"] * c_next) * exposed[1]\n    return (a_next, c_next)',
                ),
            ),
        ),
    ),
    Deviation(
        id="peepholes-ignored",
        summary="the peepholes are accepted and never used",
        kind=BUG,
        affects=of(PEEPHOLE),
        exposed_by="peepholes that are not zero: want their result or an error, never silence",
        seen_in=("apache/tvm#19633", "apache/tvm#19634"),
        ways=(
            (
                *each(PEEPHOLE, "forward", ' + p["Pf"] * c_prev', ""),
                *each(PEEPHOLE, "forward", ' + p["Pi"] * c_prev', ""),
                *each(PEEPHOLE, "forward", ' + p["Po"] * c_next', ""),
            ),
            (
                Edit(
                    lstm_peephole.forward,
                    "    v = np",
                    '    p = {name: w * (name[0] != "P") for name, w in p.items()}\n    v = np',
                ),
                Edit(
                    lstm_peephole.backward,
                    "    da_next, dc_next",
                    '    p = {name: w * (name[0] != "P") for name, w in p.items()}\n    da_next, dc_next',
                ),
                Edit(
                    lstm_peephole.backward,
                    "    n_a = len",
                    '    gradients = {name: d * (name[:2] != "dP") for name, d in gradients.items()}\n    n_a = len',
                ),
            ),
        ),
    ),
    Deviation(
        id="peephole-bwd-missing-c-prev",
        summary="dc_prev lacks the way through the peepholes of the forget and input gates",
        kind=BUG,
        affects=of(PEEPHOLE, BACKWARD),
        exposed_by="the gradient into c_prev, with peepholes",
        seen_in=("tensorflow/tensorflow#34171",),
        ways=(each(PEEPHOLE, "backward", ' + p["Pf"] * dz["f"] + p["Pi"] * dz["i"]', ""),),
    ),
    Deviation(
        id="peephole-bwd-missing-c-next",
        summary="dc_next lacks the way through the output gate's peephole",
        kind=BUG,
        affects=of(PEEPHOLE, BACKWARD),
        exposed_by="any gradient, with Po",
        seen_in=("known",),
        ways=(each(PEEPHOLE, "backward", ' + p["Po"] * dzo', ""),),
    ),
    Deviation(
        id="peephole-grad-uses-old-cell",
        summary="dPo is summed over dzo * c_prev in place of dzo * c_next",
        kind=BUG,
        affects=of(PEEPHOLE, BACKWARD),
        exposed_by="comparing dPo; only that array is wrong",
        seen_in=("known",),
        ways=(each(PEEPHOLE, "backward", "column_sum(dzo * c_next)", "column_sum(dzo * c_prev)"),),
    ),
    Deviation(
        id="coupled-gate-inverted",
        summary="the gate that was given is the forget gate: i = 1 - f in place of f = 1 - i",
        kind=CONVENTION,
        affects=of(COUPLED),
        exposed_by="any values",
        seen_in=("Greff et al. 2017 couple f to i, other texts i to f",),
        ways=(
            (*INVERTED, *each(COUPLED, "backward", 'dz["i"] - dz["f"]', 'dz["f"] - dz["i"]')),
            INVERTED,
        ),
    ),
    Deviation(
        id="coupled-grad-half",
        summary="the coupled gate's gradient lacks what comes through the forget gate",
        kind=BUG,
        affects=of(COUPLED, BACKWARD),
        exposed_by="c_prev that is not zero",
        seen_in=("known",),
        ways=(each(COUPLED, "backward", 'dz["i"] - dz["f"]', 'dz["i"]'),),
    ),
    Deviation(
        id="coupled-grad-sign",
        summary="the two ways into the coupled gate are added in place of subtracted",
        kind=BUG,
        affects=of(COUPLED, BACKWARD),
        exposed_by="c_prev that is not zero",
        seen_in=("known",),
        ways=(each(COUPLED, "backward", 'dz["i"] - dz["f"]', 'dz["i"] + dz["f"]'),),
    ),
    Deviation(
        id="proj-activation-default",
        summary="the projection goes through tanh",
        kind=CONVENTION,
        affects=of(PROJECTED, ("cell_forward", "forward")),
        exposed_by="projected values that are not small",
        seen_in=("PaddlePaddle/Paddle#15605",),
        ways=(each(PROJECTED, "forward", 'p["Wp"] @ h,', 'np.tanh(p["Wp"] @ h),'),),
    ),
    Deviation(
        id="projection-grad-uses-output",
        summary="dWp takes what a layer without projection would give: o in place of o * tanh(c)",
        kind=BUG,
        affects=of(PROJECTED, BACKWARD),
        exposed_by="comparing dWp; only that array is wrong",
        seen_in=("known",),
        ways=(each(PROJECTED, "backward", "da_next @ h.T", "da_next @ exposed[0].T"),),
    ),
    Deviation(
        id="clip-after-h",
        summary="the cell state is clipped after a was made from it: a = o * tanh(unclipped c)",
        kind=BUG,
        affects=of(CLIPPED),
        exposed_by="an active clip, a and c both compared",
        seen_in=("microsoft/onnxruntime#27224", "microsoft/onnxruntime#27239"),
        ways=(
            (
                *UNCLIPPED,
                *each(CLIPPED, "backward", "select(inside, dc_next + dc, 0)", "select(inside, dc_next, 0) + dc"),
            ),
            UNCLIPPED,
        ),
    ),
    Deviation(
        id="clip-missing",
        summary="the cell state is not clipped",
        kind=BUG,
        affects=of(CLIPPED),
        exposed_by="an active clip",
        seen_in=("PaddlePaddle/Paddle#15605",),
        ways=(each(CLIPPED, "forward", 'clip(c, p["clip"])', 'clip(c, p["clip"] * np.inf)'),),
    ),
    Deviation(
        id="clip-hard-coded",
        summary="the cell state is clipped at a constant, whatever the limit is",
        kind=BUG,
        affects=of(CLIPPED),
        exposed_by="cell states on both sides of the constant; where none reaches it, it is as if nothing were clipped",
        seen_in=("known student error",),
        ways=tuple(each(CLIPPED, "forward", 'p["clip"])', f'0 * p["clip"] + {limit})') for limit in CONSTANTS),
    ),
    Deviation(
        id="clip-straight-through",
        summary="the gradient passes a clip that was active",
        kind=CONVENTION,
        affects=of(CLIPPED, BACKWARD),
        exposed_by="an active clip, gradients of the forget, input and candidate gates",
        seen_in=("TensorFlow's LSTMBlockCell",),
        ways=(each(CLIPPED, "backward", "select(inside, dc_next + dc, 0)", "dc_next + dc"),),
    ),
)
