"""What recurrences are of one another: broken by mistakes, and by nothing that is right."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rnnspec.conformance import Unsupported
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.conformance.finding import candidate_of
from rnnspec.reference import (
    FUNCTIONS,
    dplr_forward,
    gated_delta_forward,
    gated_linear_backward,
    gated_linear_forward,
    mlstm_forward,
    time_step_gate_backward,
    time_step_gate_forward,
)
from writings import apart_families
from writings.legal import SIGNS, off_by

Function = Callable[..., Any]
NAMES = (
    "without-correction",
    "backwards-in-time",
    "input-gates-together",
    "limits-stop-gradients",
    "refuses-unknown-keyword",
)
RIGHT = {"float64": 15.0, "float32": 15.0, "float16": 2.0}  # roundoffs that activations may be off by
TOGETHER = "h of input gates that are all larger by 2 is not h, times at most exp(2) where the query's product with n is below exp(-m)"
UNKNOWN = "the keyword no_such_option: accepted and ignored, want an error: what is misspelt changes nothing"


def outcomes(candidate: Any, dtype: str, *names: str) -> dict[str, tuple[str, str]]:
    checks = Checks(candidate_of(candidate), dtype, names)
    found = {id: checks.run(id) for id in checks.ids}
    return {id: (one.outcome, one.message) for id, one in found.items()}


def fast_without_b(q: Any, k: Any, v: Any, g: Any, a: Any, b: Any, *, S0: Any = None) -> Any:
    """A short way where b is 0, which forgets that the rest decays."""
    return dplr_forward(q, k, v, g if b.any() else None, a, b, S0=S0)


def with_a_least_beta(q: Any, k: Any, v: Any, g: Any, beta: Any, *, S0: Any = None) -> Any:
    return gated_delta_forward(q, k, v, g, np.maximum(beta, 1e-10), S0=S0)


def with_capped_gates(q: Any, k: Any, v: Any, i: Any, f: Any) -> Any:
    """The input gate is kept below what a trained one is seen to be."""
    return mlstm_forward(q, k, v, np.minimum(i, 3.0), f)


def with_a_floor_of_one(q: Any, k: Any, v: Any, i: Any, f: Any) -> Any:
    """As if the state were in no scale."""
    h, C, n, m, cache = mlstm_forward(q, k, v, i, f)
    h, scaled = np.zeros_like(h), q * q.dtype.type(q.shape[1] ** -0.5)
    for t in range(h.shape[-1]):
        C_t, n_t = mlstm_forward(*(x[..., : t + 1] for x in (q, k, v, i, f)))[1:3]
        normaliser = np.maximum(abs((scaled[..., t] * n_t).sum(1)), 1)
        h[..., t] = (scaled[:, :, None, :, t] * C_t).sum(1) / normaliser[:, None]
    return h, C, n, m, cache


def with_any_keyword(q: Any, k: Any, v: Any, g: Any, **options: Any) -> Any:
    return gated_linear_forward(q, k, v, g, S0=options.get("S0"))


WRONG: list[tuple[str, str, Function, str]] = [
    ("without-correction", "dplr_forward", fast_without_b, "o where b is 0 is not that of gated linear attention"),
    ("without-correction", "gated_delta_forward", with_a_least_beta, "o where beta is 0 is not that of gated linear attention"),
    ("input-gates-together", "mlstm_forward", with_capped_gates, TOGETHER),
    ("input-gates-together", "mlstm_forward", with_a_floor_of_one, TOGETHER),
    ("refuses-unknown-keyword", "gated_linear_forward", with_any_keyword, UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("name", "operation", "function", "words"), WRONG)
def test_a_mistake_breaks_the_property(name: str, operation: str, function: Function, words: str) -> None:
    id = f"{operation}/property/{name}"

    assert outcomes({operation: function}, "float64", id) == {id: ("fail", words)}


def with_one_for_a_limit(raw: Any, parameters: Any, *, low: Any = None, high: Any = None) -> Any:
    """Time steps whose gradients stop at 1, whatever they are limited to."""
    delta, cache = time_step_gate_forward(raw, parameters, low=low)
    return (delta, (cache, None)) if high is None else (np.minimum(delta, high), (cache, delta < 1))


def stopped_at_one(ddelta: Any, cache: Any) -> Any:
    kept, free = cache
    return time_step_gate_backward(ddelta if free is None else np.where(free, ddelta, 0), kept)


def test_a_gradient_that_stops_at_another_limit_is_seen_by_no_golden() -> None:
    functions = {"time_step_gate_forward": with_one_for_a_limit, "time_step_gate_backward": stopped_at_one}

    found = outcomes(functions, "float64", "time_step_gate_backward")

    assert [id for id, (ended, _) in found.items() if ended == "fail"] == [
        "time_step_gate_backward/property/limits-stop-gradients"
    ]


def test_a_short_way_without_b_is_seen_by_no_golden() -> None:
    found = outcomes({"dplr_forward": fast_without_b}, "float64", "dplr_forward")

    assert [id for id, (ended, _) in found.items() if ended == "fail"] == ["dplr_forward/property/without-correction"]


def backward_of(change: Function) -> Function:
    def backward(do: Any, cache: Any, *, dS_last: Any = None) -> Any:
        given = gated_linear_backward(do, cache, dS_last=dS_last)
        return {**given, **change(given, do, dS_last)}

    return backward


MISTAKES = {
    "dv": lambda given, do, dS: {"dv": given["dv"] * (1 + 1e-9)},
    "dS0": lambda given, do, dS: {"dS0": given["dS0"] - 1e-9 * (0 if dS is None else dS)},
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_gradient_that_is_not_the_forwards_is_seen(name: str) -> None:
    given = {"gated_linear_forward": FUNCTIONS["gated_linear_forward"]}
    id = "gated_linear_backward/property/backwards-in-time"

    found = outcomes({**given, "gated_linear_backward": backward_of(MISTAKES[name])}, "float64", id)

    assert found == {id: ("fail", f"{name} is not what the forward gives backwards in time")}


def test_no_decay_is_one_of_zeros() -> None:
    """Of a candidate that decays by itself where it is given nothing."""

    def forward(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None) -> Any:
        return gated_linear_forward(q, k, v, np.full_like(v[:, :1], -1e-9) if g is None else g, S0=S0)

    id = "gated_linear_forward/property/left-out-is-zeros"

    assert outcomes({"gated_linear_forward": forward}, "float64", id) == {
        id: ("fail", "o without g differs from o with g of zeros")
    }


def test_what_declines_a_dtype_refuses_no_keyword_by_that() -> None:
    def forward(q: Any, k: Any, v: Any, g: Any) -> Any:
        raise Unsupported("computes in float32")

    id = "gated_linear_forward/property/refuses-unknown-keyword"

    assert outcomes({"gated_linear_forward": forward}, "float64", id) == {id: ("unsupported", "computes in float32")}


@pytest.mark.parametrize("dtype", RIGHT)
def test_another_right_writing_has_the_properties(dtype: str) -> None:
    found = outcomes(apart_families, dtype, *NAMES)

    assert {id: one for id, one in found.items() if one != ("pass", "")} == {}
    assert {id.rpartition("/")[2] for id in found} == {*NAMES} - ({NAMES[1], NAMES[2]} if dtype == "float16" else set())


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("dtype", RIGHT)
def test_activations_off_by_what_is_allowed_have_the_properties(dtype: str, sign: str) -> None:
    with deviating(off_by(RIGHT[dtype], sign)) as functions:
        found = outcomes(dict(functions), dtype, *NAMES)

    assert {id: one for id, one in found.items() if one != ("pass", "")} == {}
