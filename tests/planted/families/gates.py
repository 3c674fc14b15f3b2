"""Bugs in the gates and in RWKV-4's mean of writings/apart_gates.py.

`deviation` is the catalogue's entry that a fault is a form of, `edit` are words of the edit by which one that no list has is named.
"""

from planted.families.where import recurrences
from planted.planting import Planted


def gates(directions: str, *families: str) -> tuple[str, ...]:
    return tuple(f"{family}_{ {'F': 'forward', 'B': 'backward'}[d] }" for family in families for d in directions)


DECAYS = ("decay_gate", "bounded_decay_gate")

# A table: one fault, one or two lines where they fit.
# fmt: off
GATES: tuple[Planted, ...] = (
    Planted("rate-as-it-is", gates("FB", *DECAYS), (('speed = np.exp(parameters["A_log"])', 'speed = 1 * parameters["A_log"]'),
            ('steep = np.exp(parameters["A_log"])', 'steep = 1 * parameters["A_log"]')), deviation="rate-not-exponentiated"),
    Planted("logarithm-of-one-and-a-power", (*gates("F", "decay_gate", "time_step_gate"), "decay_gate_backward"),
            (("-speed * softplus(biased)", "-speed * np.log(1 + np.exp(biased))"), ("(dg * softplus(biased))", "(dg * np.log(1 + np.exp(biased)))"),
             ("free = softplus(biased)", "free = np.log(1 + np.exp(biased))")), deviation="softplus-by-definition"),
    Planted("identity-above-twenty", (*gates("F", "decay_gate", "time_step_gate"), "decay_gate_backward"),
            (("-speed * softplus(biased)", "-speed * np.where(biased > 20, biased, softplus(biased))"),
             ("(dg * softplus(biased))", "(dg * np.where(biased > 20, biased, softplus(biased)))"),
             ("free = softplus(biased)", "free = np.where(biased > 20, biased, softplus(biased))")), deviation="softplus-identity-above-20"),
    Planted("step-without-bias", gates("FB", "time_step_gate"), (('biased = raw + parameters["b"]', 'biased = raw + 0 * parameters["b"]'),),
            deviation="gate-bias-missing"),
    Planted("step-without-limits", gates("FB", "time_step_gate"), (("if low is not None:", "if low is not None and not len(raw):"),
            ("if high is not None:", "if high is not None and not len(raw):")), deviation="limits-ignored"),
    Planted("limit-has-a-gradient", gates("B", "time_step_gate"), (("np.where(open_, ddelta * sigmoid(biased), ddelta.dtype.type(0))", "ddelta * sigmoid(biased)"),),
            deviation="limit-passes-gradient"),
    Planted("bound-of-the-paper", gates("FB", "bounded_decay_gate"), (("-5 if low is None else low", "-5"),), edit="-5"),
    Planted("rate-gradient-not-of-its-logarithm", gates("B", *DECAYS), (('"dA_log": dspeed * speed', '"dA_log": dspeed'), ('"dA_log": dsteep * steep', '"dA_log": dsteep'))),
    Planted("eps-beside-the-root", gates("FB", "l2norm"), (("np.sqrt(square if eps is None else square + x.dtype.type(eps))", "np.sqrt(square) + x.dtype.type(eps or 0)"),),
            deviation="eps-outside-root"),
    Planted("root-of-the-mean-square", gates("FB", "l2norm"), (("(x * x).sum(axis=1", "(x * x).mean(axis=1"),), deviation="norm-by-mean"),
    Planted("length-has-no-gradient", gates("B", "l2norm"), (("(dy - y * (y * dy).sum(axis=1, keepdims=True)) / length", "dy / length"),)),
    Planted("bonus-in-what-is-written", recurrences("FB", "wkv4"), (("keep, write, m_new = weights(w + m, key)", "keep, write, m_new = weights(w + m, u + key)"),
            ("keep, write, _ = weights(w + m, key)", "keep, write, _ = weights(w + m, u + key)"), ("older = w + m > key", "older = w + m > u + key")), deviation="bonus-written"),
    Planted("bonus-left-out", recurrences("FB", "wkv4"), (("past, now, _ = weights(m, u + key)", "past, now, _ = weights(m, 0 * u + key)", 2),), edit="k"),
    Planted("mean-without-its-weight", (*recurrences("F", "wkv4"), "wkv4_backward"), (("keep * c + write * value, keep * n + write, m_new", "keep * c + write * value, keep * n + 1, m_new"),), edit="+ 1"),
    Planted("bonus-has-no-gradient-into-the-key", recurrences("B", "wkv4"), (("np.where(here, dnow + np.where(older", "np.where(here, 0 * dnow + np.where(older"),)),
)
# fmt: on
