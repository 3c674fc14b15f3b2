"""What the algebra of recurrences says: broken by mistakes of which most are seen by no golden, and by nothing that is right."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rnnspec.conformance import Unsupported
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.conformance.finding import candidate_of
from rnnspec.reference import gated_delta_forward, gated_linear_forward, mlstm_forward, slstm_forward
from writings import apart_families
from writings.legal import SIGNS, off_by

Function = Callable[..., Any]
NAMES = ("idle-steps", "any-order", "any-basis", "unit-key-reads-its-value", "any-stabiliser", "linear-in-values")
RIGHT = {"float64": 15.0, "float32": 15.0, "float16": 2.0}  # roundoffs that activations may be off by


def outcomes(candidate: Any, dtype: str, *names: str) -> dict[str, tuple[str, str]]:
    checks = Checks(candidate_of(candidate), dtype, names)
    found = {id: checks.run(id) for id in checks.ids}
    return {id: (one.outcome, one.message) for id, one in found.items()}


def with_keys_in_range(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None, scale: Any = None, lengths: Any = None) -> Any:  # fmt: skip
    """Keys are clipped to what they have been seen to be."""
    return gated_linear_forward(q, np.clip(k, -0.5, 0.5), v, g, S0=S0, scale=scale, lengths=lengths)


def with_padding_that_resets(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None) -> Any:
    """A step that neither writes nor forgets is taken for the gap between two packed examples."""
    idle = (abs(k).max(axis=(0, 1)) == 0) & (0 if g is None else g.max(axis=(0, 1)) == 0)
    resets = np.where(idle, -np.inf, 0)[None, None].astype(v.dtype)
    return gated_linear_forward(q, k, v, (np.zeros_like(v[:, :1]) if g is None else g) + resets, S0=S0)


def with_a_tail_of_less_precision(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None) -> Any:
    """The last value is what is left behind a vector."""
    v = v.copy()
    v[:, -1] = (1 + 2e-7) * v[:, -1]
    return gated_linear_forward(q, k, v, g, S0=S0)


def with_unit_keys_normalised(q: Any, k: Any, v: Any, g: Any, beta: Any, *, S0: Any = None) -> Any:
    """What has been normalised is normalised again, with the layer's eps."""
    length = np.sqrt((k * k).sum(axis=1, keepdims=True))
    again = np.where(abs(length - 1) < 1e-3, np.sqrt(length * length + 1e-6), 1).astype(k.dtype)
    return gated_delta_forward(q, k / again, v, g, beta, S0=S0)


def with_a_normaliser_above_zero(
    q: Any, k: Any, v: Any, i: Any, f: Any, *, C0: Any = None, n0: Any = None, m0: Any = None
) -> Any:
    """A state of zeros is kept from a division by zero, as if it were in the scale of no stabiliser."""
    n0 = None if n0 is None else np.where(n0 == 0, 1e-3, n0).astype(n0.dtype)
    return mlstm_forward(q, k, v, i, f, C0=C0, n0=n0, m0=m0)


def with_states_beside_their_stabiliser(i: Any, f: Any, z: Any, o: Any, parameters: Any, *, h0: Any = None, c0: Any = None, n0: Any = None, m0: Any = None) -> Any:  # fmt: skip
    """The normaliser of a state that is given is at least what it begins with elsewhere."""
    n0 = None if n0 is None else np.maximum(n0, 0.01)
    return slstm_forward(i, f, z, o, parameters, h0=h0, c0=c0, n0=n0, m0=m0)


def with_a_normaliser_of_values(
    q: Any, k: Any, v: Any, i: Any, f: Any, *, C0: Any = None, n0: Any = None, m0: Any = None
) -> Any:
    """Values are kept in range together with their state."""
    large = max(1.0, abs(v).max() / 2.0)
    h, C, n, m, cache = mlstm_forward(q, k, v / large, i, f, C0=C0, n0=n0, m0=m0)
    return h, C, n, m, cache


WRONG: dict[str, tuple[str, Function]] = {
    "any-basis": ("gated_linear_forward", with_keys_in_range),
    "idle-steps": ("gated_linear_forward", with_padding_that_resets),
    "any-order": ("gated_linear_forward", with_a_tail_of_less_precision),
    "unit-key-reads-its-value": ("gated_delta_forward", with_unit_keys_normalised),
    "any-stabiliser": ("mlstm_forward", with_a_normaliser_above_zero),
    "linear-in-values": ("mlstm_forward", with_a_normaliser_of_values),
}
BY_A_GOLDEN = ("any-order", "linear-in-values", "any-basis", "unit-key-reads-its-value")


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_breaks_the_property(name: str) -> None:
    operation, function = WRONG[name]

    assert [
        ended for ended, _ in outcomes({operation: function}, "float64", f"{operation}/property/{name}").values()
    ] == ["fail"]


def test_a_state_beside_its_stabiliser_is_no_state_of_another() -> None:
    given = {"slstm_forward": with_states_beside_their_stabiliser}
    (found,) = outcomes(given, "float64", "slstm_forward/property/any-stabiliser").values()

    assert found == ("fail", "h of states of zeros and m0 more by 1 differs")


@pytest.mark.parametrize("name", sorted({*WRONG} - {*BY_A_GOLDEN}))
def test_such_a_mistake_is_seen_by_no_golden(name: str) -> None:
    operation, function = WRONG[name]

    found = outcomes({operation: function}, "float64", operation)

    failed = [id for id, (ended, _) in found.items() if ended not in ("pass", "unsupported")]
    assert f"{operation}/property/{name}" in failed
    assert [id for id in failed if "/property/" not in id] == []


@pytest.mark.parametrize("dtype", RIGHT)
def test_another_right_writing_has_the_properties(dtype: str) -> None:
    found = outcomes(apart_families, dtype, *NAMES)

    assert {id: one for id, one in found.items() if one != ("pass", "")} == {}


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("dtype", RIGHT)
def test_activations_off_by_what_is_allowed_have_the_properties(dtype: str, sign: str) -> None:
    with deviating(off_by(RIGHT[dtype], sign)) as functions:
        found = outcomes(dict(functions), dtype, *NAMES, "no-time")

    assert {id: one for id, one in found.items() if one != ("pass", "")} == {}


def of_heads(q: Any, k: Any, v: Any, g: Any, beta: Any, *, S0: Any = None) -> Any:
    if g is not None and g.shape[1] > 1:
        raise Unsupported("decays a head")
    return gated_delta_forward(q, k, v, g, beta, S0=S0)


def of_nothing(q: Any, k: Any, v: Any, g: Any, beta: Any, *, S0: Any = None) -> Any:
    if g is not None:
        raise Unsupported("has no decay")
    return gated_delta_forward(q, k, v, g, beta, S0=S0)


@pytest.mark.parametrize("function", [of_heads, of_nothing])
@pytest.mark.parametrize("name", ["any-basis", "unit-key-reads-its-value"])
def test_what_decays_no_key_by_itself_is_tried_all_the_same(name: str, function: Function) -> None:
    id = f"gated_delta_forward/property/{name}"

    assert outcomes({"gated_delta_forward": function}, "float32", id) == {id: ("pass", "")}
