"""What recurrences have otherwise elsewhere: where a scale stands, in what a decay is given, where a stabiliser starts, what a state holds."""

from rnnspec.reference import recurrence
from rnnspec.reference.families import (
    causal_conv,
    causal_conv_silu,
    gated_delta,
    gated_linear,
    mlstm,
    selective_scan,
    slstm,
    wkv4,
)
from rnnspec.reference.family import Family

from .attention import BOTH, MATRICES, SCALE, STEPS
from .deviation import BUG, CONVENTION, Deviation, Edit, Way
from .scope import of

WINDOWS = (causal_conv, causal_conv_silu)
WITH_OUTPUTS = (*MATRICES, mlstm, selective_scan, wkv4, *WINDOWS)
SCALED = 'p.get("scale", q.shape[1] ** -0.5)'
STEP, BACKWARD = (
    "    new, intermediates = self.forward(*given, state, parameters)",
    "    return tuple(dgiven), dprevious",
)
BEGUN = "    walk = unroll.forward("
DECAY, SLOPE = "exp(g)[:, :, None] * S", "each = contracted(dkept, kept, 2)"

GIVEN, HANDED = "    (S_prev,) = state\n", "dmissing, dg, contracted(dwrite, missing, 1), (dS_prev,)"
EXCHANGED = Edit(
    gated_delta.forward,
    GIVEN,
    f"{GIVEN}    if g is not None:\n        g, beta = beta[:, None], g.reshape(beta.shape)\n",
)
EXCHANGED_BACK = Edit(
    gated_delta.backward,
    HANDED,
    "dmissing, *(lambda dbeta: (dg, dbeta) if dg is None else (dbeta[:, None], dg[:, 0]))(contracted(dwrite, missing, 1)), (dS_prev,)",
)


def begun(initial: str, before: str = "") -> Edit:
    """The states that a sequence begins with are others."""
    lines = [f"    {line}\n" for line in (before, initial) if line]
    return Edit(recurrence._forward, BEGUN, "".join(lines) + BEGUN)


def decaying(by: str, slope: str) -> tuple[Way, ...]:
    """A decay of another function of g, with its gradient, or with the gradient of a logarithm."""
    forward = Edit(gated_linear.decayed, DECAY, f"{by}[:, :, None] * S")
    return (forward, Edit(gated_linear.decayed_backward, SLOPE, f"each = {slope} * contracted(dkept, kept, 2)")), (
        forward,
    )


DEVIATIONS = (
    Deviation(
        id="scale-on-key",
        summary="the key is scaled in place of the query, and so is what is written",
        kind=CONVENTION,
        affects=of((*MATRICES, mlstm), BOTH),
        exposed_by="the last state, or a state that is given",
        seen_in=("NX-AI/xlstm, recurrent form",),
        ways=(
            (
                Edit(
                    Family.step,
                    STEP,
                    f"    (q, k, *others), p = given, parameters\n    scaled = (q, {SCALED} * k, *others)\n"
                    "    new, intermediates = self.forward(*scaled, state, {**parameters, 'scale': 1.0})",
                ),
                Edit(
                    Family.step_backward,
                    BACKWARD,
                    f"    q, p = dgiven[0], cache.parameters\n    dgiven[1] = {SCALED} * dgiven[1]\n{BACKWARD}",
                ),
            ),
        ),
    ),
    Deviation(
        id="scale-twice",
        summary="the query is scaled twice: by 1 / n_k",
        kind=BUG,
        affects=of((*MATRICES, mlstm), BOTH),
        exposed_by="n_k > 1",
        seen_in=("ml-explore/mlx-lm#1799",),
        ways=(
            (
                Edit(gated_linear.read, SCALE, f"({SCALE}) * ({SCALE})"),
                Edit(mlstm.forward, SCALE, f"({SCALE}) * ({SCALE})"),
            ),
        ),
    ),
    Deviation(
        id="state-transposed",
        summary="a state is values by keys, as it is given and as it is returned",
        kind=CONVENTION,
        affects=of((*MATRICES, mlstm), ("forward",)),
        exposed_by="n_k and n_v that differ: no shape shows it where they are equal",
        seen_in=("BlinkDL/RWKV-LM", "vllm-project/vllm#41292", "fla-org/flash-linear-attention#351"),
        ways=(
            (
                begun(
                    "initial = (S if given.get(f'{first}0') is None else S.swapaxes(1, 2), *rest)",
                    "(S, *rest), first = initial, next(iter(family.states))",
                ),
                Edit(
                    recurrence._forward,
                    "*walk.final, Caches(",
                    "walk.final[0].swapaxes(1, 2), *walk.final[1:], Caches(",
                ),
            ),
        ),
    ),
    Deviation(
        id="outputs-exchanged",
        summary="the states are returned before what is read from them",
        kind=CONVENTION,
        affects=of(WITH_OUTPUTS, STEPS),
        exposed_by="any values",
        seen_in=("known",),
        ways=(
            (
                Edit(recurrence._forward, "(*outputs, *walk.final, Caches(", "(*walk.final, *outputs, Caches("),
                Edit(
                    recurrence._step_forward,
                    "(*(outputs if family.outputs else ()), *state, cache)",
                    "(*state, *outputs, cache)",
                ),
            ),
        ),
    ),
    Deviation(
        id="decay-and-beta-exchanged",
        summary="beta is taken for the logarithm of the decay, and that for beta: the arguments stand in the other order",
        kind=CONVENTION,
        affects=of((gated_delta,), BOTH),
        exposed_by="a decay for each head, whose shape is that of beta",
        seen_in=("fla-org/flash-linear-attention, naive_recurrent_gated_delta_rule beside its chunked form",),
        ways=((EXCHANGED, EXCHANGED_BACK), (EXCHANGED,)),
    ),
    Deviation(
        id="decay-in-base-two",
        summary="what is decayed by is 2 to the power of g",
        kind=CONVENTION,
        affects=of(MATRICES, BOTH),
        exposed_by="any decay",
        seen_in=("fla-org/flash-linear-attention, kernels with use_exp2",),
        ways=decaying("(exp(g * 0.6931471805599453))", "0.6931471805599453"),
    ),
    Deviation(
        id="decay-exponentiated-twice",
        summary="what is decayed by is exp(-exp(g)), of a g that is no logarithm yet",
        kind=CONVENTION,
        affects=of(MATRICES, BOTH),
        exposed_by="any decay",
        seen_in=("BlinkDL/RWKV-LM, its kernels",),
        ways=decaying("(exp(-exp(g)))", "-exp(g)"),
    ),
    Deviation(
        id="eps-in-the-floor",
        summary="eps is added to exp(-m) within the maximum, and not to the normaliser",
        kind=CONVENTION,
        affects=of((mlstm,), BOTH),
        exposed_by="an eps that is given, |q n| above exp(-m)",
        seen_in=("known",),
        ways=(
            (
                Edit(mlstm.forward, "n_next, 1), exp(-m_next)", 'n_next, 1), exp(-m_next) + p.get("eps", 0)'),
                Edit(mlstm.forward, 'normaliser = normaliser + p["eps"]', "pass"),
                Edit(
                    mlstm.forward,
                    "(h, normaliser, least, above, below)",
                    '(h, normaliser, least - p.get("eps", 0), above, below)',
                ),
            ),
        ),
    ),
    Deviation(
        id="stabiliser-from-minus-infinity",
        summary="a stabiliser that is not given starts at minus infinity, and not at 0",
        kind=CONVENTION,
        affects=of((mlstm, slstm, wkv4), ("forward",)),
        exposed_by="the last states, in the scale of the stabiliser; with an eps what is read, too",
        seen_in=("NX-AI/mlstm_kernels, parallel form", "transformers, rwkv, at -1e38"),
        ways=(
            (begun("initial = (*rest, m if given.get('m0') is not None else m - float('inf'))", "*rest, m = initial"),),
        ),
    ),
    Deviation(
        id="window-with-the-oldest",
        summary="a window's state is as wide as the window: it holds the oldest input, too, which no later step needs",
        kind=CONVENTION,
        affects=of(WINDOWS, STEPS),
        exposed_by="the last state",
        seen_in=("transformers, the cache of Mamba's convolution",),
        ways=(
            (
                Edit(causal_conv.convolved, "concatenate([s_prev,", 'concatenate([s_prev[:, 1 - p["w"].shape[1] :],'),
                Edit(causal_conv.forward, "window[:, 1:]", "window"),
                begun("initial = (unroll.np.pad(initial[0], ((0, 0), (1, 0), (0, 0))),)"),
                Edit(causal_conv_silu.forward, "window[:, 1:]", "window"),
            ),
        ),
    ),
)
