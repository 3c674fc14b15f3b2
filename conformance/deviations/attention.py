"""How recurrences with a matrix of states go wrong, or differ: decays, writes, reads, scales, heads."""

from rnnspec.reference.arithmetics import primitives
from rnnspec.reference.families import (
    dplr,
    gated_delta,
    gated_linear,
    mlstm,
)

from .deviation import BUG, CONVENTION, Deviation, Edit, Way
from .scope import of

STEPS = ("cell_forward", "forward")
BACK = ("cell_backward", "backward")
BOTH = (*STEPS, *BACK)
MATRICES = (gated_linear, gated_delta, dplr)
SCALE = 'p["scale"] if "scale" in p else inverse_root(q.shape[1], q)'

TILED = Edit(
    primitives.grouped,
    "for h in range(len(x)) for _ in range(each)",
    "for _ in range(each) for h in range(len(x))",
)
TILED_BACK = Edit(primitives.ungrouped, "d[j::each] for", "d[j * n : (j + 1) * n] for")
FROM_DECAYED = Edit(
    dplr.forward, "contracted(a_v[:, :, None], S_prev, 1)", "contracted(a_v[:, :, None], decayed(S_prev, g), 1)"
)
FROM_DECAYED_BACK: Way = (
    Edit(dplr.forward, "b_v, S_prev, kept, found", "b_v, kept, kept, found"),
    Edit(dplr.backward, "    dg, dS_prev = decayed_backward(dS, kept, g)\n", ""),
    Edit(
        dplr.backward,
        "dS_prev = dS_prev + a[:, :, None] * dfound[:, None]",
        "dg, dS_prev = decayed_backward(dS + a[:, :, None] * dfound[:, None], kept, g)",
    ),
)

DEVIATIONS = (
    Deviation(
        id="scale-missing",
        summary="the query is not scaled: 1 in place of 1 / sqrt(n_k)",
        kind=CONVENTION,
        affects=of((*MATRICES, mlstm), BOTH),
        exposed_by="n_k > 1 and no scale given",
        seen_in=("Dao and Gu 2024 (SSD)", "Qin et al. 2024 (HGRN2)", "ml-explore/mlx-lm#1798"),
        ways=(
            (Edit(gated_linear.read, SCALE, f"0 * ({SCALE}) + 1"), Edit(mlstm.forward, SCALE, f"0 * ({SCALE}) + 1")),
        ),
    ),
    Deviation(
        id="scale-given-ignored",
        summary="a scale that is given is taken for the default",
        kind=BUG,
        affects=of((*MATRICES, mlstm), BOTH),
        exposed_by="a scale other than 1 / sqrt(n_k)",
        seen_in=("known",),
        ways=(
            (
                Edit(gated_linear.read, SCALE, "inverse_root(q.shape[1], q)"),
                Edit(mlstm.forward, SCALE, "inverse_root(q.shape[1], q)"),
            ),
        ),
    ),
    Deviation(
        id="scale-by-values",
        summary="the query is scaled by 1 / sqrt(n_v)",
        kind=BUG,
        affects=of(MATRICES, BOTH),
        exposed_by="n_k and n_v that differ",
        seen_in=("known",),
        ways=((Edit(gated_linear.read, "inverse_root(q.shape[1], q)", "inverse_root(seen.shape[2], q)"),),),
    ),
    Deviation(
        id="decay-missing",
        summary="nothing decays: g is accepted and not used",
        kind=BUG,
        affects=of(MATRICES, BOTH),
        exposed_by="a decay and a state that is not zero",
        seen_in=("known",),
        ways=((Edit(gated_linear.decayed, "exp(g)[:, :, None] * S", "S"),),),
    ),
    Deviation(
        id="decay-not-a-logarithm",
        summary="g is taken for the decay itself",
        kind=CONVENTION,
        affects=of(MATRICES, BOTH),
        exposed_by="any decay",
        seen_in=("known",),
        ways=((Edit(gated_linear.decayed, "exp(g)[:, :, None] * S", "g[:, :, None] * S"),),),
    ),
    Deviation(
        id="decay-after-write",
        summary="what is written decays at once: S = exp(g) (S + k v^T)",
        kind=BUG,
        affects=of((gated_linear,), BOTH),
        exposed_by="any decay",
        seen_in=("known",),
        ways=(
            (
                Edit(
                    gated_linear.forward,
                    "S_next = kept + k_v[:, :, None] * v[:, None]",
                    "S_next = decayed(S_prev + k_v[:, :, None] * v[:, None], g)",
                ),
            ),
        ),
    ),
    Deviation(
        id="read-before-write",
        summary="the output is read from the state before the step writes to it",
        kind=BUG,
        affects=of((gated_linear,), BOTH),
        exposed_by="any values",
        seen_in=("Peng et al. 2024 (RWKV-6), where a bonus stands in",),
        ways=((Edit(gated_linear.forward, 'seen = S_next if "u" not in p', 'seen = S_prev if "u" not in p'),),),
    ),
    Deviation(
        id="bonus-read-from-decayed",
        summary="with a bonus the output is read from the state after its decay",
        kind=BUG,
        affects=of((gated_linear,), BOTH),
        exposed_by="a bonus, a decay and a state that is not zero",
        seen_in=("known",),
        ways=((Edit(gated_linear.forward, "else S_prev + bonus", "else kept + bonus"),),),
    ),
    Deviation(
        id="bonus-ignored",
        summary="u is accepted and not used",
        kind=BUG,
        affects=of((gated_linear,), BOTH),
        exposed_by="a bonus",
        seen_in=("known",),
        ways=((Edit(gated_linear.bonus, "return grouped(u, len(k_v))", "return 0 * grouped(u, len(k_v))"),),),
    ),
    Deviation(
        id="groups-tiled",
        summary="heads of q and k are repeated as a whole: value head j uses head j mod n_h",
        kind=CONVENTION,
        affects=of(MATRICES, BOTH),
        exposed_by="groups of two or more heads",
        seen_in=("known",),
        ways=((TILED,), (TILED, TILED_BACK)),
    ),
    Deviation(
        id="correction-from-undecayed",
        summary="what the key holds is read before the decay: u = beta (v - S_prev^T k)",
        kind=BUG,
        affects=of((gated_delta,), BOTH),
        exposed_by="a decay and a state that is not zero",
        seen_in=("fla-org/flash-linear-attention#885",),
        ways=(
            (
                Edit(
                    gated_delta.forward,
                    "contracted(k_v[:, :, None], kept, 1)",
                    "contracted(k_v[:, :, None], S_prev, 1)",
                ),
            ),
        ),
    ),
    Deviation(
        id="correction-missing",
        summary="what the key holds is not taken off: S = S' + k (beta v)^T",
        kind=BUG,
        affects=of((gated_delta,), BOTH),
        exposed_by="a state that is not zero, or two steps",
        seen_in=("known",),
        ways=((Edit(gated_delta.forward, "v - contracted(", "v - 0 * contracted("),),),
    ),
    Deviation(
        id="beta-on-value-alone",
        summary="beta weights the value and not what is taken off: u = beta v - S'^T k",
        kind=BUG,
        affects=of((gated_delta,), BOTH),
        exposed_by="beta other than 1",
        seen_in=("known",),
        ways=(
            (
                Edit(
                    gated_delta.forward, "write = beta[:, None] * missing", "write = beta[:, None] * v - (v - missing)"
                ),
            ),
        ),
    ),
    Deviation(
        id="low-rank-from-decayed",
        summary="a acts on the state after its decay",
        kind=CONVENTION,
        affects=of((dplr,), BOTH),
        exposed_by="a decay and a state that is not zero",
        seen_in=("Kimi Linear, eq. 1, where it is so",),
        ways=((FROM_DECAYED,), (FROM_DECAYED, *FROM_DECAYED_BACK)),
    ),
    Deviation(
        id="decay-gradient-missing",
        summary="the gradient into g is zero",
        kind=BUG,
        affects=of(MATRICES, BACK),
        exposed_by="a decay, dg compared",
        seen_in=("fla-org/flash-linear-attention#459",),
        ways=(
            (
                Edit(
                    gated_linear.decayed_backward,
                    "each = contracted(dkept, kept, 2)",
                    "each = 0 * contracted(dkept, kept, 2)",
                ),
            ),
        ),
    ),
    Deviation(
        id="state-gradient-undecayed",
        summary="the gradient is handed back without the decay",
        kind=BUG,
        affects=of(MATRICES, BACK),
        exposed_by="a decay, and two steps or dS_prev compared",
        seen_in=("known",),
        ways=((Edit(gated_linear.decayed_backward, "return dg, decayed(dkept, g)", "return dg, dkept"),),),
    ),
    Deviation(
        id="group-gradient-of-one-head",
        summary="of a group's heads the first alone hands a gradient to q and k",
        kind=BUG,
        affects=of(MATRICES, BACK),
        exposed_by="groups of two or more heads",
        seen_in=("known",),
        ways=(
            (
                Edit(
                    gated_linear.read_backward,
                    "ungrouped(contracted(seen, do[:, None], 2), heads)",
                    "contracted(seen, do[:, None], 2)[:: len(seen) // heads]",
                ),
            ),
        ),
    ),
)
