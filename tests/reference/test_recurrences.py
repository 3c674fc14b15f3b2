"""Recurrences of named inputs: a sequence is its step, a backward its step's backward, and a call that is none is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rnnspec.reference import FAMILIES, FUNCTIONS, OPERATIONS, ContractError, Family
from writings.random_calls import called

Array = NDArray[Any]
Arrays = dict[str, Array]
RECURRENCES = [family for family in FAMILIES if not family.head and family.states]
by_family = pytest.mark.parametrize("family", RECURRENCES, ids=lambda family: family.name)


def begun(family: Family, kind: str) -> tuple[Arrays, Arrays]:
    """A call from given states, with all that may be given but lengths."""
    operation = OPERATIONS[f"{family.name}_{kind}"]
    return called(operation, [name for name in operation.all_options if name != "lengths"])


def stepped(family: Family, inputs: Arrays, parameters: Arrays) -> list[tuple[Arrays, Any]]:
    """What each step gives by name, and its cache."""
    operation, found = OPERATIONS[f"{family.name}_step_forward"], []
    state = {f"{s}_prev": inputs[f"{s}0"] for s in family.states}
    for t in range(inputs[next(iter(family.inputs))].shape[-1]):
        given = {f"{name}t": np.ascontiguousarray(inputs[name][..., t]) for name in family.inputs}
        options = {name: inputs[name] for name in family.options}
        options |= {name: np.ascontiguousarray(inputs[name][..., t]) for name in family.marks}
        returned = operation.call(FUNCTIONS, {**given, **state, **options}, parameters)
        named = operation.named(returned, [])
        state = {f"{s}_prev": named[f"{s}_next"] for s in family.states}
        found.append((named, returned[-1]))
    return found


@by_family
def test_a_sequence_is_its_step_over_and_over(family: Family) -> None:
    inputs, parameters = begun(family, "forward")
    operation = OPERATIONS[f"{family.name}_forward"]

    outputs = operation.named(operation.call(FUNCTIONS, inputs, parameters), [])

    steps = stepped(family, inputs, parameters)
    for name in (name for name, axes in operation.outputs.items() if axes.endswith("T_x")):
        own = f"{name}_t" if name in family.outputs else f"{name}_next"
        assert all(np.array_equal(outputs[name][..., t], named[own]) for t, (named, _) in enumerate(steps))
    assert all(np.array_equal(outputs[f"{s}_last"], steps[-1][0][f"{s}_next"]) for s in family.states)


@by_family
def test_a_backward_is_its_steps_backward_chained_by_hand(family: Family) -> None:
    inputs, parameters = begun(family, "backward")
    operation, step = (OPERATIONS[f"{family.name}_{kind}"] for kind in ("backward", "step_backward"))

    outputs = operation.call(FUNCTIONS, inputs, parameters)

    dstate = {f"d{s}_next": inputs[f"d{s}_last"] for s in family.states}
    total: Arrays = {}
    for t, (_, cache) in reversed([*enumerate(stepped(family, inputs, parameters))]):
        into = dict(dstate)
        for name in (name for name in operation.arguments):
            own = f"{name}_t" if name[1:] in family.outputs else f"{name}_next"
            into[own] = inputs[name][..., t] + into[own] if own in into else inputs[name][..., t]
        gradients = FUNCTIONS[step.name](*(into[name] for name in step.arguments), cache)
        dstate = {f"d{s}_next": gradients.pop(f"d{s}_prev") for s in family.states}
        for name in family.inputs:
            assert np.array_equal(outputs[f"d{name}"][..., t], gradients.pop(f"d{name}t"))
        total = {name: total[name] + d if total else d for name, d in gradients.items()}
    assert all(np.array_equal(outputs[name], d) for name, d in total.items())
    assert all(np.array_equal(outputs[f"d{s}0"], dstate[f"d{s}_next"]) for s in family.states)


def refused(name: str, **changed: Any) -> str:
    inputs, _ = called(OPERATIONS[name], [])
    with pytest.raises(ContractError) as error:
        FUNCTIONS[name](**{**inputs, **changed})
    return str(error.value)


def test_heads_that_do_not_group_are_refused() -> None:
    inputs, _ = called(OPERATIONS["gated_linear_forward"], [])

    message = refused("gated_linear_forward", q=inputs["q"].repeat(3, 0)[:3], k=inputs["k"].repeat(3, 0)[:3])

    assert message.startswith("gated_linear_forward: v has n_hv = ")
    assert message.endswith("want a multiple of q's n_h = 3")


@pytest.mark.parametrize("name", ["gated_linear_forward", "gated_delta_forward", "dplr_forward"])
def test_a_decay_is_of_a_head_or_of_a_key(name: str) -> None:
    inputs, _ = called(OPERATIONS[name], [])
    many = np.repeat(inputs["g"][:, :1], inputs["k"].shape[1] + 1, axis=1)

    assert f"axis n_g of g has length {many.shape[1]}, want 1 (a decay for each head) or n_k" in refused(name, g=many)


@pytest.mark.parametrize("value", [np.ones(3), "1", True, [1.0]])
def test_a_scale_that_is_no_number_is_refused(value: Any) -> None:
    assert refused("gated_delta_forward", scale=value).startswith("gated_delta_forward: scale is ")


def test_a_number_is_an_option_as_python_has_it() -> None:
    inputs, _ = called(OPERATIONS["gated_delta_forward"], [])

    one, two = (FUNCTIONS["gated_delta_forward"](**inputs, scale=scale)[0] for scale in (0.5, np.array(0.5)))

    assert np.array_equal(one, two)


def test_a_cache_of_another_family_is_refused() -> None:
    inputs, _ = called(OPERATIONS["gated_linear_backward"], [])
    *_, caches = FUNCTIONS["gated_linear_forward"](inputs["q"], inputs["k"], inputs["v"], inputs["g"])

    with pytest.raises(
        ContractError, match=r"gated_delta_backward: caches is .*, want what gated_delta_forward returned"
    ):
        FUNCTIONS["gated_delta_backward"](inputs["do"], caches)


def test_a_gradient_of_another_shape_is_refused() -> None:
    inputs, _ = called(OPERATIONS["gated_linear_backward"], [])
    *_, caches = FUNCTIONS["gated_linear_forward"](inputs["q"], inputs["k"], inputs["v"], inputs["g"])

    with pytest.raises(ContractError, match="axis T_x of do has length"):
        FUNCTIONS["gated_linear_backward"](inputs["do"][..., 1:], caches)
