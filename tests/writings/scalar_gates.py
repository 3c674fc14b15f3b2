"""Each gate in front of recurrences once more, a scalar at a time, as a step without a state: for tests/writings/oracle.py."""

from __future__ import annotations

from collections.abc import Mapping

from writings.scalar_recurrent_steps import Given, States, Step, Stepped, dot
from writings.tape import exp, sigmoid, softplus, sqrt


def decay_gate(given: Given, now: Given, _: States) -> Stepped:
    """Yang et al. 2024, section 3."""
    heads = zip(now["alpha"], given["A_log"], given["b"], strict=True)
    return [[-exp(A[0][0]) * softplus(x + b[0]) for x, b in zip(xs, bs, strict=True)] for xs, A, bs in heads], ()


def bounded_decay_gate(given: Given, now: Given, _: States) -> Stepped:
    low, heads = given.get("low", -5.0), zip(now["alpha"], given["A_log"], given["b"], strict=True)
    rows = [[low * sigmoid(exp(A[0][0]) * (x + b[0])) for x, b in zip(xs, bs, strict=True)] for xs, A, bs in heads]
    return rows, ()


def time_step(given: Given, now: Given, _: States) -> Stepped:
    """Gu and Dao 2023, section 3.6."""
    free = [softplus(x + b[0]) for x, b in zip(now["raw"], given["b"], strict=True)]
    raised = [given["low"] if "low" in given and float(step) < given["low"] else step for step in free]
    return [given["high"] if "high" in given and float(step) > given["high"] else step for step in raised], ()


def l2norm(given: Given, now: Given, _: States) -> Stepped:
    return [[entry / sqrt(dot(x, x) + given.get("eps", 0.0)) for entry in x] for x in now["x"]], ()


GATES: Mapping[str, Step] = {
    "decay_gate": decay_gate,
    "bounded_decay_gate": bounded_decay_gate,
    "time_step_gate": time_step,
    "l2norm": l2norm,
}
