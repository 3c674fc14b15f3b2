"""A project's function by its conventions: in any order of axes it conforms, and a convention that is told wrongly is caught."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.run.outcome import Outcome

torch = pytest.importorskip("torch")
kernel = import_module("rnnspec.conformance.candidates.recurrences.kernel")
operations = import_module("rnnspec.conformance.candidates.recurrences.operations").operations
chunks = import_module("rnnspec.conformance.candidates.recurrences.chunks")

Tensors = dict[str, Any]


def attention(given: Tensors) -> Tensors:
    """Gated linear attention of a project's own: examples, steps, heads, keys before values, a decay a head."""
    q, k, v, g = (given[name] for name in "qkvg")
    group = v.shape[2] // q.shape[2]
    q, k = (x.repeat_interleave(group, 2) for x in (q * given.get("scale", q.shape[-1] ** -0.5), k))
    S, read = given.get("S0", 0), []
    for t in range(q.shape[1]):
        S = g[:, t].exp()[..., None, None] * S + k[:, t, :, :, None] * v[:, t, :, None]
        read.append((q[:, t, :, :, None] * S).sum(-2))
    return {"o": torch.stack(read, 1), "S_last": S}


def values_first(given: Tensors) -> Tensors:
    """The same with steps last, and a state of values by keys."""
    moved = {n: a.movedim(-1, 1) if getattr(a, "ndim", 0) and n != "S0" else a for n, a in given.items()}
    found = attention({**moved, **({"S0": given["S0"].mT} if "S0" in given else {})})
    return {"o": found["o"].movedim(1, -1), "S_last": found["S_last"].mT}


KEYS_FIRST = kernel.Kernel(
    family="gated_linear", axes="m T_x n_h n_hv n_k n_g n_v", run=attention, options=("S0", "scale"), decay="head"
)
VALUES_FIRST = replace(KEYS_FIRST, axes="m n_h n_hv n_g n_v n_k T_x", run=values_first)


def outcomes(described: Any, *ids: str, dtype: str = "float64") -> dict[str, Outcome]:
    functions = dict(operations(described))
    checks = Checks(candidate_of(functions), dtype, ids or ["gated_linear"])
    return {id: checks.run(id) for id in checks.ids}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("described", [KEYS_FIRST, VALUES_FIRST], ids=["keys-first", "values-first"])
def test_a_function_in_its_own_order_of_axes_conforms(described: Any, dtype: str) -> None:
    found = outcomes(described, dtype=dtype)

    assert {id: o.message for id, o in found.items() if o.failed} == {}
    passed = {id for id, o in found.items() if o.outcome == "pass"}
    assert {f"gated_linear_{kind}/grouped-heads" for kind in ("forward", "backward", "step_forward")} <= passed
    assert {f"gated_linear_{kind}/retention" for kind in ("forward", "backward", "step_backward")} <= passed


WRONG: dict[str, Callable[[Tensors], Tensors]] = {
    "scale-left-out": lambda given: attention({**given, "scale": given.get("scale", 1.0)}),
    "decay-taken-for-its-exponential": lambda given: attention({**given, "g": -given["g"]}),
    "state-dropped": lambda given: attention({name: a for name, a in given.items() if name != "S0"}),
    "heads-tiled": lambda given: attention(
        {n: a.repeat(1, 1, given["v"].shape[2] // a.shape[2], 1) if n in "qk" else a for n, a in given.items()}
    ),
    "read-before-the-write": lambda given: {**attention(given), "o": attention(given)["o"].roll(1, 1)},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_function_of_other_conventions_is_rejected(name: str) -> None:
    found = outcomes(replace(KEYS_FIRST, run=WRONG[name]), "gated_linear_forward/grouped-heads")

    assert found["gated_linear_forward/grouped-heads"].outcome == "fail"


def test_a_state_that_is_told_the_other_way_round_is_rejected() -> None:
    found = outcomes(replace(VALUES_FIRST, axes="m n_h n_hv n_g n_k n_v T_x"), "gated_linear_forward/retention")

    assert found["gated_linear_forward/retention"].failed


@pytest.mark.parametrize(
    ("conventions", "case", "why"),
    [
        ({}, "gated_linear_forward/generic", "decays a head, not each key by itself"),
        ({"grouped": False}, "gated_linear_forward/grouped-heads", "has as many heads of keys as of values"),
        ({"decay": "none"}, "gated_linear_forward/retention", "has no decay"),
        ({"dtypes": ("float32",)}, "gated_linear_forward/retention", "computes in float32: choose it by --dtype"),
        ({"gradient": "it has none"}, "gated_linear_backward/retention", "it has none"),
        ({"step_gradient": "in place"}, "gated_linear_step_backward/retention", "in place"),
        ({"options": ()}, "gated_linear_forward/grouped-heads", "not offered: S0"),
    ],
)
def test_what_a_project_cannot_be_asked_is_refused_with_a_reason(
    conventions: dict[str, Any], case: str, why: str
) -> None:
    found = outcomes(replace(KEYS_FIRST, **conventions), case)

    assert (found[case].outcome, found[case].message) == ("unsupported", why)


def test_without_a_state_there_is_no_step() -> None:
    functions = dict(operations(replace(KEYS_FIRST, options=())))

    assert {*functions} == {"gated_linear_forward", "gated_linear_backward"}


def test_a_chunk_divides_the_steps() -> None:
    assert [chunks.dividing({}, steps, 64) for steps in (1, 6, 64, 65, 130)] == [1, 6, 64, 13, 26]
    assert chunks.dividing({"chunk": 3}, 6, 64) == 3
    with pytest.raises(Exception, match="6 steps are no multiple of 4"):
        chunks.dividing({"chunk": 4}, 6, 64)
