"""A recurrence of no steps gives back what it is given: held by what is right, broken by each way to lose it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rnnspec.conformance import Unsupported
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of
from rnnspec.reference import FAMILIES, gated_delta_backward, gated_delta_forward, gated_linear_forward
from writings import apart_families

Function = Callable[..., Any]
FORWARD, BACKWARD = "gated_delta_forward", "gated_delta_backward"
SEQUENCES = [
    f"{family.name}_{kind}ward" for family in FAMILIES if not family.head and family.states for kind in ("for", "back")
]


def said(functions: Any, operation: str, dtype: str = "float64") -> tuple[str, str]:
    id = f"{operation}/property/no-time"
    outcome = Checks(candidate_of(functions), dtype, (id,)).run(id)
    return outcome.outcome, outcome.message


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("operation", SEQUENCES)
def test_what_is_right_gives_back_its_state(operation: str, dtype: str) -> None:
    assert [said(one, operation, dtype) for one in ("reference", apart_families)] == [("pass", "")] * 2


def forward(empty: Function) -> dict[str, Function]:
    """A forward whose sequence of no steps is another."""

    def run(q: Any, k: Any, v: Any, g: Any, beta: Any, *, S0: Any = None) -> Any:
        o, S, cache = gated_delta_forward(q, k, v, g, beta, S0=S0)
        return (*empty(o, S), cache) if q.shape[-1] == 0 else (o, S, cache)

    return {FORWARD: run}


def raising(o: Any, S: Any) -> Any:
    raise IndexError("list index out of range")


def declining(o: Any, S: Any) -> Any:
    raise Unsupported("there is a step")


@pytest.mark.parametrize(
    ("empty", "ended", "words"),
    [
        (lambda o, S: (o, np.zeros_like(S)), "fail", "with S0: S_last of no steps is not the S0 that is given"),
        (lambda o, S: (o, S + 1e-9), "fail", "S_last of no steps is not zero"),
        (lambda o, S: (o, S * np.nan), "fail", "S_last of no steps is not zero"),
        (lambda o, S: (o, S[..., :0]), "fail", "S_last of no steps has shape (2, 3, 5, 0), want (2, 3, 5, 4)"),
        (lambda o, S: (S[:, 0, :, :, None], S), "fail", "o of no steps has shape (2, 5, 4, 1), want (2, 5, 4, 0)"),
        (lambda o, S: (o.astype("float32"), S), "fail", "o of no steps has dtype float32, want float64"),
        (raising, "error", "gated_delta_forward raised IndexError: list index out of range"),
        (declining, "unsupported", "there is a step"),
    ],
)
def test_a_state_that_is_lost_is_seen(empty: Function, ended: str, words: str) -> None:
    outcome, message = said(forward(empty), FORWARD)

    assert outcome == ended
    assert words in message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda found: found | {"dS0": found["dS0"] * 0} if "dS0" in found else found, "dS0 of no steps is not the dS_last"),
        (lambda found: found | {"dq": found["dv"]}, "dq of no steps has shape"),
        (lambda found: found | {"dbeta": found["dbeta"].astype("float32")}, "dbeta of no steps has dtype float32"),
    ],
)  # fmt: skip
def test_a_gradient_that_is_lost_is_seen(change: Function, words: str) -> None:
    def backward(do: Any, caches: Any, *, dS_last: Any = None) -> Any:
        found = gated_delta_backward(do, caches, dS_last=dS_last)
        return change(found) if do.shape[-1] == 0 else found

    outcome, message = said({FORWARD: gated_delta_forward, BACKWARD: backward}, BACKWARD)

    assert outcome == "fail"
    assert words in message


def test_a_decay_of_its_own_is_no_reason_to_decline() -> None:
    """What decays heads, or nothing, declines a decay of each key: where there are no steps there is no decay."""

    def of_heads(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None) -> Any:
        if g is None or g.shape[1] > 1:
            raise Unsupported("decays a head")
        return gated_linear_forward(q, k, v, g)  # and forgets its state

    def of_nothing(q: Any, k: Any, v: Any, g: Any) -> Any:
        if g is not None:
            raise Unsupported("has no decay")
        return gated_linear_forward(q, k, v, g)

    assert said({"gated_linear_forward": of_heads}, "gated_linear_forward") == (
        "fail",
        "with S0: S_last of no steps is not the S0 that is given",
    )
    assert said({"gated_linear_forward": of_nothing}, "gated_linear_forward") == ("pass", "")
