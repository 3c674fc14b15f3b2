"""How what stands in front of recurrences goes wrong, or differs: softplus, rates, limits, norms; and RWKV-4's mean."""

from rnnspec.reference import unroll
from rnnspec.reference.arithmetics import primitives as arithmetic
from rnnspec.reference.families import (
    bounded_decay_gate,
    decay_gate,
    l2norm,
    rg_lru,
    selective_scan_layer,
    time_step_gate,
    wkv4,
)

from .deviation import BUG, CONVENTION, Deviation, Edit
from .scope import of

STEPS = ("cell_forward", "forward")
BOTH = ("cell_forward", "cell_backward")
EVERY = (*BOTH, "forward", "backward")
SOFTPLUS = "np.logaddexp(x, 0)"

ALONG = "contracted(dy, y, 1)[:, None]"
LENGTH = '(norm - p.get("eps", 0) + (norm == p.get("eps", 0)))'  # of a key; 1 where that is 0
BY_MEAN = Edit(l2norm.forward, "contracted(x, x, 1)", "contracted(x, x, 1) / x.shape[1]")
OUTSIDE = Edit(
    l2norm.forward,
    'square_root(contracted(x, x, 1) + p.get("eps", 0))',
    '(square_root(contracted(x, x, 1)) + p.get("eps", 0))',
)
LEAST = Edit(
    l2norm.forward,
    '    norm = square_root(contracted(x, x, 1) + p.get("eps", 0))[:, None]\n',
    '    norm, least = square_root(contracted(x, x, 1))[:, None], p.get("eps", 0)\n'
    "    norm = norm * (norm > least) + least * (norm <= least)\n",
)

DEVIATIONS = (
    Deviation(
        id="softplus-by-definition",
        summary="softplus is log(1 + exp(z)): few digits far below 0, infinity far above",
        kind=BUG,
        affects=of(
            (decay_gate, rg_lru),
            BOTH,
            ("time_step_gate_forward", "rg_lru_forward", "rg_lru_backward", "slstm_step_forward"),
        ),
        exposed_by="pre-activations below -10, or above 89 in float32 and 710 in float64",
        seen_in=("transformers 5.24.0, KimiLinearForgetGate",),
        ways=((Edit(arithmetic.softplus, SOFTPLUS, "np.log(1 + np.exp(x))"),),),
    ),
    Deviation(
        id="softplus-identity-above-20",
        summary="softplus is the identity above 20",
        kind=CONVENTION,
        affects=of((decay_gate,), BOTH, ("time_step_gate_forward", "mlstm_forward", "mlstm_backward")),
        exposed_by="pre-activations from 20 to 36 in float64",
        seen_in=("torch.nn.functional.softplus", "state-spaces/mamba"),
        ways=((Edit(arithmetic.softplus, SOFTPLUS, "np.where(x > 20, x, np.logaddexp(x, 0))"),),),
    ),
    Deviation(
        id="expm1-by-definition",
        summary="1 - a^2 is 1 - exp(2 log a): few digits where hardly anything decays",
        kind=BUG,
        affects=of((rg_lru,), (*STEPS, "cell_backward", "backward")),
        exposed_by="decays near 1, as of L below -8",
        seen_in=("transformers 5.24.0, RecurrentGemmaRglru", "google-deepmind/recurrentgemma"),
        ways=((Edit(rg_lru.forward, "-expm1(2 * log_a)", "1 - exp(2 * log_a)"),),),
    ),
    Deviation(
        id="rate-not-exponentiated",
        summary="A_log is taken as the rate itself",
        kind=BUG,
        affects=of((decay_gate, bounded_decay_gate, selective_scan_layer), EVERY),
        exposed_by="any rate",
        seen_in=("known",),
        ways=(
            (
                Edit(decay_gate.forward, 'exp(p["A_log"])', '1 * p["A_log"]'),
                Edit(bounded_decay_gate.forward, 'exp(p["A_log"])', '1 * p["A_log"]'),
                Edit(selective_scan_layer.forward, 'exp(p["A_log"])', '1 * p["A_log"]'),
            ),
        ),
    ),
    Deviation(
        id="gate-bias-missing",
        summary="the gate's bias is left out",
        kind=BUG,
        affects=of((decay_gate, bounded_decay_gate, time_step_gate, selective_scan_layer), EVERY),
        exposed_by="a bias that is not 0",
        seen_in=("known",),
        ways=(
            (
                Edit(decay_gate.forward, 'alpha + p["b"]', 'alpha + 0 * p["b"]'),
                Edit(bounded_decay_gate.forward, 'alpha + p["b"]', 'alpha + 0 * p["b"]'),
                Edit(time_step_gate.forward, 'raw + p["b"]', 'raw + 0 * p["b"]'),
            ),
        ),
    ),
    Deviation(
        id="limits-ignored",
        summary="the limits of a time step are not applied",
        kind=BUG,
        affects=of((time_step_gate,), BOTH),
        exposed_by="steps beyond a limit",
        seen_in=("transformers 5.24.0, mamba2_selective_state_update", "ml-explore/mlx-lm#1026"),
        ways=(
            (
                Edit(time_step_gate.forward, 'select(above, delta, p.get("low"))', "delta"),
                Edit(
                    time_step_gate.forward,
                    'return (select(below, delta, p.get("high")),), (z, above, below)',
                    "return (delta,), (z, None, None)",
                ),
            ),
        ),
    ),
    Deviation(
        id="limit-passes-gradient",
        summary="a time step at its limit has a gradient all the same",
        kind=BUG,
        affects=of((time_step_gate,), ("cell_backward",)),
        exposed_by="steps beyond a limit",
        seen_in=("known",),
        ways=(
            (
                Edit(
                    time_step_gate.backward,
                    "select(below, select(above, ddelta * sigmoid(z), 0), 0)",
                    "ddelta * sigmoid(z)",
                ),
            ),
        ),
    ),
    Deviation(
        id="eps-outside-root",
        summary="eps is added to the length and not under its root",
        kind=CONVENTION,
        affects=of((l2norm,), BOTH),
        exposed_by="an eps that is given",
        seen_in=("known",),
        ways=(
            (OUTSIDE,),
            (OUTSIDE, Edit(l2norm.backward, f"(dy - y * {ALONG}) / norm", f"dy / norm - y * {ALONG} / {LENGTH}")),
        ),
    ),
    Deviation(
        id="norm-by-mean",
        summary="keys are divided by the root of their mean square, and are as long as sqrt(n_k)",
        kind=CONVENTION,
        affects=of((l2norm,), BOTH),
        exposed_by="keys of more than one element",
        seen_in=("known",),
        ways=((BY_MEAN,), (BY_MEAN, Edit(l2norm.backward, ALONG, f"{ALONG} / y.shape[1]"))),
    ),
    Deviation(
        id="bonus-written",
        summary="the bonus u is in what is written too, and not in what is read alone",
        kind=BUG,
        affects=of((wkv4,), (*STEPS, "cell_backward", "backward")),
        exposed_by="a bonus that is not 0",
        seen_in=("known",),
        ways=((Edit(wkv4.forward, "stabilised(running, k)", 'stabilised(running, k + p["u"])'),),),
    ),
    Deviation(
        id="limits-before-softplus",
        summary="the limits are those of what softplus takes, and not of what it gives",
        kind=CONVENTION,
        affects=of((time_step_gate,), ("cell_forward",)),
        exposed_by="steps beyond a limit",
        seen_in=("known",),
        ways=(
            (
                Edit(
                    time_step_gate.forward,
                    "    delta = softplus(z)\n",
                    '    above = z > p["low"] if "low" in p else None\n    below = z < p["high"] if "high" in p else None\n'
                    '    return (softplus(select(below, select(above, z, p.get("low")), p.get("high"))),), (z, above, below)\n'
                    "    delta = softplus(z)\n",
                ),
            ),
        ),
    ),
    Deviation(
        id="eps-as-least-length",
        summary="eps is the least length to divide by: x / max(|x|, eps)",
        kind=CONVENTION,
        affects=of((l2norm,), BOTH),
        exposed_by="an eps that is given",
        seen_in=("torch.nn.functional.normalize", "Peng et al. 2025 (RWKV-7)"),
        ways=((LEAST,), (LEAST, Edit(l2norm.backward, ALONG, f'{ALONG} * (norm > p.get("eps", 0))'))),
    ),
    Deviation(
        id="rate-of-the-negative",
        summary="the rate is softplus(-L): a = sigmoid(L)^(8 r), as the paper writes it",
        kind=CONVENTION,
        affects=of((rg_lru,), (*STEPS, "cell_backward", "backward")),
        exposed_by="any L other than 0",
        seen_in=("De et al. 2024, Griffin, eq. 3, where a = sigmoid(L)",),
        ways=(
            (
                Edit(rg_lru.forward, 'softplus(p["L"])', 'softplus(-p["L"])'),
                Edit(rg_lru.backward, 'drate * sigmoid(p["L"])', '-drate * sigmoid(-p["L"])'),
            ),
        ),
    ),
    Deviation(
        id="first-step-begins-anew",
        summary="the first step forgets what is given, and takes its input without sqrt(1 - a^2)",
        kind=CONVENTION,
        affects=of((rg_lru,), ("forward",)),
        exposed_by="any values",
        seen_in=("transformers, RecurrentGemmaRglru at position 0", "google-deepmind/recurrentgemma"),
        ways=(
            (
                Edit(
                    unroll.forward,
                    "cell.step(given, state, parameters)",
                    "cell.step(given, state, {**parameters, 'first': t == 0})",
                ),
                Edit(
                    rg_lru.forward,
                    "    gated = share * x\n",
                    "    gated = share * x\n    a, left = (0 * a, 0 * a + 1) if p.get('first') else (a, left)\n",
                ),
            ),
        ),
    ),
)
