"""How other recurrences of named inputs go wrong, or differ: given states, normalisers, windows, scans."""

from rnnspec.reference import recurrence, stabiliser
from rnnspec.reference.families import (
    causal_conv,
    causal_conv_silu,
    dplr,
    gated_delta,
    gated_linear,
    min_gru,
    min_lstm,
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
DETACHED = (
    Edit(mlstm.exposed_backward, "dnormaliser = -contracted(dread, h, 1)", "dnormaliser = 0 * contracted(dread, h, 1)"),
)
CONSTANT_M = Edit(stabiliser.stabilised_backward, "dm = dm - dlogF - dlogI", "dm = 0 * dm")
NOTHING_INTO_N = (
    Edit(mlstm.backward, "dh, dC, dn, dm = dnew", "dh, dC, dn, dm = dnew[0], dnew[1], 0 * dnew[2], 0 * dnew[3]"),
    Edit(mlstm.backward, "forget[:, None] * dn, drunning", "0 * dn, 0 * drunning"),
)
CONVOLVED = 'return contracted(p["w"][:, :, None], window, 1) + p["b"], window'
BROADCAST = """own, past = p["w"][:, -1:] * xt + p["b"], contracted(p["w"][:, :-1, None], s_prev, 1)
    return own[:, :, None] + past[:, None] if len(xt.T) > 1 else own + past, window"""
BEGUN, ENDED = "    walk = unroll.forward(", '    initial = {f"d{s}0": d for s, d in zip('
OF_GIVEN = """    if inputs[0].shape[-1] > {steps} and given.get("h0") is not None:
        initial = (family.forward.__globals__["positive"](given["h0"])[0],)
"""
INTO_GIVEN = """    if len(walk.caches) > {steps}:
        h = walk.caches[0].intermediates[-1]  # the state behind g, whose slope is 1 above a half
        dinitial = (dinitial[0] * ((h > 0.5) + (h <= 0.5) * h * (1 - h)),)
"""
WITHOUT_LAST = """    if dinputs[-1] is not None:
        lost = (dfinal[0] * walk.final[0]).sum(axis=2)
        lost = lost if dinputs[-1].shape[1] == lost.shape[1] and family.name != "mlstm" else lost.sum(axis=1, keepdims=True)
        each = [lost] * len(walk.caches)
        if family.name == "mlstm":  # through the logarithm of the gate's sigmoid
            each = [lost[:, 0] * family.backward.__globals__["sigmoid"](-c.intermediates[2][0]) for c in walk.caches]
        each = [unroll.select(valid, d, 0) for valid, d in zip(walk.valid, each)]
        dinputs = (*dinputs[:-1], dinputs[-1] - unroll.stacked(each))
"""
HELD = Edit(
    selective_scan.forward, "(delta * u)[:, None] * B[None]", '(a - 1) / p["A"][:, :, None] * u[:, None] * B[None]'
)
WRITTEN = "    written = contracted(dh, B[None], 1)\n"
BACK_FROM_HELD = tuple(
    Edit(selective_scan.backward, *texts)
    for texts in (
        (
            WRITTEN,
            '    A, step = p["A"][:, :, None], delta[:, None]\n    phi = (a - 1) / A  # which the input is scaled by\n',
        ),
        ("exponent = dh * kept", "exponent, through = dh * kept, dh * u[:, None] * B[None]"),
        (
            "contracted(exponent, delta[:, None], 2)",
            "contracted(exponent * step + through * (a * step - phi) / A, step ** 0, 2)",
        ),
        ("+ delta * written", "+ contracted(dh * phi, B[None], 1)"),
        ("+ u * written", "+ contracted(through, a, 1)"),
        ("(delta * u)[:, None]", "phi * u[:, None]"),
    )
)
STEPPED = "    states = {"
WITHOUT_NEXT = """    lost = (given["dC_next"] * cache.intermediates[4][0]).sum(axis=1).sum(axis=1)
    df = dgiven[-1] - lost * family.backward.__globals__["sigmoid"](-cache.intermediates[2][0])
    dgiven = (*dgiven[:-1], df)
"""

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
        id="decay-gradient-without-last-state",
        summary="the gradient into decays is the sum over what follows of q dq - k dk, without what the last state adds to it",
        kind=BUG,
        affects=(*of((gated_linear,), ("backward",)), *of((mlstm,), BACK)),
        exposed_by="a loss that depends on the last state",
        seen_in=("fla-org/flash-linear-attention#459", "NX-AI/mlstm_kernels 2.0.6, chunkwise native"),
        ways=(
            (
                Edit(recurrence._backward, ENDED, WITHOUT_LAST + ENDED),
                Edit(recurrence._step_backward, STEPPED, WITHOUT_NEXT + STEPPED),
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
                    "unroll.forward(family, (*inputs, *marks), initial,",
                    "unroll.forward(family, (*inputs, *marks), tuple(0 * s for s in initial),",
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
            DETACHED,
            (*DETACHED, CONSTANT_M),  # which cancels where the length of h does not matter
            (*DETACHED, CONSTANT_M, *NOTHING_INTO_N),
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
        id="window-of-every-example",
        summary="the state is broadcast over the batch: each example's input meets every example's window, in an axis more",
        kind=BUG,
        affects=of(WINDOWS, ("cell_forward",)),
        exposed_by="two examples and one step",
        seen_in=("transformers 5.24.0, RwkvSelfAttention.extract_key_value",),
        ways=((Edit(causal_conv.convolved, CONVOLVED, BROADCAST),),),
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
        id="input-by-zero-order-hold",
        summary="B is discretised as A is, by holding the input: (exp(delta A) - 1) / A in place of delta",
        kind=CONVENTION,
        affects=of(SCANS, BOTH),
        exposed_by="steps that are not small",
        seen_in=("Gu and Dao 2023, Mamba, equation 4",),
        ways=((HELD,), (HELD, *BACK_FROM_HELD)),
    ),
    Deviation(
        id="candidate-of-given-state",
        summary="the state that is given goes through g, as a candidate does",
        kind=BUG,
        affects=of((min_gru, min_lstm), ("forward", "backward")),
        exposed_by="a state that is given",
        seen_in=("lucidrains/minGRU-pytorch#9", "lucidrains/minGRU-pytorch#17"),
        ways=tuple(
            (Edit(recurrence._forward, BEGUN, OF_GIVEN.format(steps=steps) + BEGUN), *back)
            for steps in (0, 1)  # a single step is often written by itself
            for back in ((Edit(recurrence._backward, ENDED, INTO_GIVEN.format(steps=steps) + ENDED),), ())
        ),
    ),
)
