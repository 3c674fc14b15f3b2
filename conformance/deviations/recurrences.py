"""How other recurrences of named inputs go wrong, or differ: given states, normalisers, windows, scans."""

from rnnspec.reference import recurrence
from rnnspec.reference.families import (
    causal_conv,
    causal_conv_silu,
    dplr,
    gated_delta,
    gated_linear,
    min_gru,
    mlstm,
    rg_lru,
    selective_scan,
    selective_scan_layer,
    slstm,
    wkv4,
)

from .deviation import BUG, CONVENTION, Deviation, Edit
from .scope import of

STEPS = ("cell_forward", "forward")
BACK = ("cell_backward", "backward")
BOTH = (*STEPS, *BACK)
MATRICES = (gated_linear, gated_delta, dplr)
XLSTMS = (mlstm, slstm)
SCANS = (selective_scan, selective_scan_layer)
WINDOWS = (causal_conv, causal_conv_silu)

DEVIATIONS = (
    Deviation(
        id="final-state-gradient-dropped",
        summary="the gradient into the last state is dropped",
        kind=BUG,
        affects=of((*MATRICES, mlstm, *SCANS, wkv4, *WINDOWS), ("backward",)),
        exposed_by="a loss that depends on the last state",
        seen_in=("fla-org/flash-linear-attention#459", "state-spaces/mamba#258"),
        ways=(
            (
                Edit(
                    recurrence._backward,
                    "unroll.backward(family, walk, doutputs, dfinal)",
                    "unroll.backward(family, walk, doutputs, tuple(0 * d for d in dfinal))",
                ),
            ),
        ),
    ),
    Deviation(
        id="given-state-ignored",
        summary="a sequence starts from zeros whatever state is given",
        kind=BUG,
        affects=of((*MATRICES, *XLSTMS, *SCANS, wkv4, *WINDOWS, min_gru, rg_lru), ("forward",)),
        exposed_by="a state that is given",
        seen_in=("huggingface/transformers#46032", "state-spaces/mamba#285"),
        ways=(
            (
                Edit(
                    recurrence._forward,
                    "unroll.forward(family, inputs, initial,",
                    "unroll.forward(family, inputs, tuple(0 * s for s in initial),",
                ),
            ),
        ),
    ),
    Deviation(
        id="normaliser-detached",
        summary="no gradient goes through the normaliser max(|q n|, exp(-m))",
        kind=BUG,
        affects=of((mlstm,), BACK),
        exposed_by="|q n| above exp(-m), and a loss that a norm does not make blind to scale",
        seen_in=("NX-AI/mlstm_kernels 2.0.6, every hand-written backward",),
        ways=(
            (
                Edit(
                    mlstm.exposed_backward,
                    "dnormaliser = -contracted(dread, h, 1)",
                    "dnormaliser = 0 * contracted(dread, h, 1)",
                ),
            ),
        ),
    ),
    Deviation(
        id="normaliser-without-floor",
        summary="the normaliser is |q n| alone",
        kind=BUG,
        affects=of((mlstm,), BOTH),
        exposed_by="|q n| below exp(-m)",
        seen_in=("known",),
        ways=(
            (Edit(mlstm.forward, "above, below = dot > least, -dot > least", "above, below = dot > 0, ~(dot > 0)"),),
        ),
    ),
    Deviation(
        id="normaliser-without-abs",
        summary="the normaliser is max(q n, exp(-m)), without |.|",
        kind=BUG,
        affects=of((mlstm,), BOTH),
        exposed_by="q n below -exp(-m)",
        seen_in=("known",),
        ways=(
            (Edit(mlstm.forward, "above, below = dot > least, -dot > least", "above, below = dot > least, dot > dot"),),
        ),
    ),
    Deviation(
        id="normaliser-floor-one",
        summary="the floor of the normaliser is 1, as before the stabiliser: max(|q n|, 1)",
        kind=BUG,
        affects=of((mlstm,), BOTH),
        exposed_by="m other than 0, |q n| below the floor",
        seen_in=("known",),
        ways=((Edit(mlstm.forward, "exp(-m_next)", "exp(0 * m_next)"),),),
    ),
    Deviation(
        id="stabiliser-not-carried",
        summary="m is not carried: every step stabilises by its own gates",
        kind=BUG,
        affects=of(XLSTMS, ("forward", "backward")),
        exposed_by="two or more steps",
        seen_in=("PyxLSTM#15", "PyxLSTM#27"),
        ways=(
            (
                Edit(mlstm.forward, "log_sigmoid(f) + m_prev", "log_sigmoid(f) + 0 * m_prev"),
                Edit(slstm.forward, "log_sigmoid(raw_f) + m_prev", "log_sigmoid(raw_f) + 0 * m_prev"),
            ),
        ),
    ),
    Deviation(
        id="kernel-flipped",
        summary="the newest input is weighted by the first weight: a convolution in place of a correlation",
        kind=CONVENTION,
        affects=of(WINDOWS, STEPS),
        exposed_by="weights that differ",
        seen_in=("known",),
        ways=((Edit(causal_conv.convolved, 'p["w"][:, :, None], window', 'p["w"][:, ::-1, None], window'),),),
    ),
    Deviation(
        id="skip-missing",
        summary="D u is left out",
        kind=CONVENTION,
        affects=of(SCANS, STEPS),
        exposed_by="any values",
        seen_in=("known",),
        ways=((Edit(selective_scan.forward, '+ p["D"] * u', '+ 0 * p["D"] * u'),),),
    ),
    Deviation(
        id="input-not-scaled-by-step",
        summary="B u is written without the step delta",
        kind=BUG,
        affects=of(SCANS, BOTH),
        exposed_by="steps other than 1",
        seen_in=("known",),
        ways=((Edit(selective_scan.forward, "(delta * u)[:, None] * B[None]", "u[:, None] * B[None]"),),),
    ),
    Deviation(
        id="candidate-of-given-state",
        summary="the state that is given goes through g, as a candidate does",
        kind=BUG,
        affects=of((min_gru,), ("forward",)),
        exposed_by="a state that is given",
        seen_in=("lucidrains/minGRU-pytorch#9", "lucidrains/minGRU-pytorch#17"),
        ways=(
            (
                Edit(
                    recurrence._forward,
                    "    walk = unroll.forward(",
                    '    names, g = [f"{s}0" for s in family.states], family.forward.__globals__["positive"]\n'
                    "    initial = tuple(s if given.get(n) is None else g(s)[0] for n, s in zip(names, initial))\n"
                    "    walk = unroll.forward(",
                ),
            ),
        ),
    ),
)
