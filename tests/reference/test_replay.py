"""Steps of floats that are replayed: they give what the equations give, and only floats are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.conformance.deviations.deviation import Edit
from rnnspec.reference import FAMILIES, FUNCTIONS, OPERATIONS, unroll
from rnnspec.reference.arithmetics.perturbed import Perturbed
from rnnspec.reference.checking import Dimensions
from rnnspec.reference.families import lstm
from rnnspec.reference.replay import road, running
from rnnspec.reference.replay.plan import planned
from rnnspec.reference.replay.running import Kept

LAYERS = [family for family in FAMILIES if family.head]
DIMS = {"n_x": 20, "n_a": 65, "n_p": 50, "m": 32, "T_x": 11, "n_y": 3, "n_l": 2, "n_d": 2}
NETWORKS = ("rnn", "lstm", "lstm_peephole", "gru", "gru_reset_after")
Arrays = dict[str, NDArray[Any]]
by_layer = pytest.mark.parametrize("family", LAYERS, ids=lambda family: family.name)
by_dtype = pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])


def drawn(operation: str, dtype: str) -> tuple[Arrays, Any]:
    """A backward's inputs, and its parameters as the operation takes them."""
    asked, shapes, rng = OPERATIONS[operation], Dimensions(operation, DIMS), np.random.default_rng(0)
    inputs, parameters = (
        {name: (rng.standard_normal(shapes.shape(axes)) * scale).astype(dtype) for name, axes in group.items()}
        for group, scale in ((asked.inputs, 1), (asked.all_parameters(DIMS), 0.1))  # what rounding did dies out
    )
    if "clip" in parameters:
        parameters["clip"] = np.full_like(
            parameters["clip"], 4 if dtype == "float16" else 0.25
        )  # what rounds to it or not
    return inputs, asked.nested(parameters) if operation.endswith("network_backward") else parameters


def both(name: str, inputs: Arrays, parameters: Any, **options: Any) -> tuple[Any, Any, Any]:
    *outputs, caches = FUNCTIONS[f"{name}_forward"](inputs["x"], inputs["a0"], parameters, **options)
    return outputs, caches, FUNCTIONS[f"{name}_backward"](inputs["da"], caches)


def on_the_plain_road(monkeypatch: pytest.MonkeyPatch, *call: Any, **options: Any) -> Any:
    with monkeypatch.context() as patch:
        patch.setattr(road, "worth", lambda *_: False)
        return both(*call, **options)


def ulps(got: NDArray[Any], want: NDArray[Any]) -> float:
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    return float(np.abs(got - want).max() / (np.abs(want).max() or 1) / np.finfo(want.dtype).eps)


@by_layer
@by_dtype
@pytest.mark.parametrize("reverse", [False, True])
def test_a_replay_gives_what_the_equations_give(
    family: Any, dtype: str, reverse: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = (family.name, *drawn(f"{family.name}_backward", dtype))
    outputs, caches, gradients = both(*call, reverse=reverse)
    plain_outputs, plain_caches, plain_gradients = on_the_plain_road(monkeypatch, *call, reverse=reverse)

    assert isinstance(caches.walk.caches, Kept)
    assert not isinstance(plain_caches.walk.caches, Kept)
    assert max(map(ulps, outputs, plain_outputs)) <= 16
    assert gradients.keys() == plain_gradients.keys()
    assert max(ulps(gradients[name], plain_gradients[name]) for name in gradients) <= 16


@by_dtype
@pytest.mark.parametrize("name", NETWORKS)
def test_so_does_that_of_a_network(name: str, dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    call = (f"{name}_network", *drawn(f"{name}_network_backward", dtype))
    outputs, caches, gradients = both(*call)
    plain_outputs, _, plain = on_the_plain_road(monkeypatch, *call)

    assert all(isinstance(walk.caches, Kept) for layer in caches.walks for walk in layer)
    assert max(map(ulps, outputs, plain_outputs)) <= 16
    parts = [(gradients["parameters"][i][d], plain["parameters"][i][d]) for i in range(2) for d in range(2)]
    assert max(ulps(part[n], want[n]) for part, want in [*parts, (gradients, plain)] for n in part if n[0] == "d") <= 16


@by_layer
def test_what_each_step_has_kept_is_what_the_plain_road_keeps(family: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    call = (family.name, *drawn(f"{family.name}_backward", "float64"))
    _, caches, _ = both(*call)
    _, plain, _ = on_the_plain_road(monkeypatch, *call)

    for one, two in zip(caches.walk.caches, plain.walk.caches, strict=True):
        assert one.shapes == two.shapes
        for got, want in zip(leaves(one.intermediates), leaves(two.intermediates), strict=True):
            assert ulps(got * 1.0, want * 1.0) <= 8


def leaves(tree: Any) -> list[Any]:
    return [leaf for part in tree for leaf in leaves(part)] if isinstance(tree, tuple) else [tree]


@by_layer
def test_the_way_back_can_be_gone_twice_and_its_gradients_share_no_memory(family: Any) -> None:
    _, caches, first = both(family.name, *drawn(f"{family.name}_backward", "float32"))
    da = drawn(f"{family.name}_backward", "float32")[0]["da"]
    again = FUNCTIONS[f"{family.name}_backward"](da, caches)

    assert all((first[name] == again[name]).all() for name in first)
    arrays = [*first.values(), *again.values()]
    assert not any(np.shares_memory(a, b) for k, a in enumerate(arrays) for b in arrays[:k])


def perturbed(array: NDArray[Any]) -> Any:
    return Perturbed(array, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "like"),
    [
        ("objects", lambda a: a.astype(object)),
        ("longdouble", lambda a: a.astype(np.longdouble)),
        ("a subclass", lambda a: a.view(type("Own", (np.ndarray,), {}))),
        ("perturbed", perturbed),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_other_arithmetics_take_the_plain_road(kind: str, like: Any) -> None:
    inputs, parameters = drawn("lstm_backward", "float64")
    one = list(inputs.values())

    assert road.plain(*one, *parameters.values())
    assert not road.plain(*one, like(parameters["Wf"])), kind
    assert not road.plain(*one, parameters["Wf"].astype("float32")), "two kinds of floats"


def test_few_steps_small_states_and_ragged_batches_take_the_plain_road() -> None:
    inputs, parameters = drawn("lstm_backward", "float64")
    short, narrow = {**inputs, "x": inputs["x"][:, :, :3]}, {n: inputs[n][:, :1] for n in ("x", "a0", "da")}
    ragged = {"lengths": np.full(DIMS["m"], DIMS["T_x"])}

    for given, options in ((short, {}), (narrow, {}), (inputs, ragged)):
        caches = FUNCTIONS["lstm_forward"](given["x"], given["a0"], parameters, **options)[-1]
        assert isinstance(caches.walk.caches, list)


def test_edited_equations_take_the_plain_road_and_are_heard_at_any_size() -> None:
    inputs, parameters = drawn("lstm_backward", "float64")
    edit = Edit(unroll.arriving, "(doutputs[0] + dstate[0], *dstate[1:])", "(doutputs[0], *dstate[1:])")
    _, _, right = both("lstm", inputs, parameters)
    with deviating([edit]) as functions:
        caches = functions["lstm_forward"](inputs["x"], inputs["a0"], parameters)[-1]
        wrong = functions["lstm_backward"](inputs["da"], caches)

    assert isinstance(caches.walk.caches, list)
    assert ulps(wrong["dWf"], right["dWf"]) > 1e6


def test_a_cell_that_looks_at_its_values_takes_the_plain_road() -> None:
    def looking(xt: Any, state: Any, p: Any) -> Any:
        return lstm.forward(xt if xt.sum(axis=1, keepdims=True)[0] > 0 else -xt, state, p)

    shapes = ((20, 32),), ((65, 32), (65, 32))
    weights = tuple((name, array.shape) for name, array in drawn("lstm_backward", "float64")[1].items())

    assert planned(lstm.FAMILY, *shapes, weights)
    assert planned(replace(lstm.FAMILY, forward=looking), *shapes, weights) is None


def test_memory_is_lent_again_only_when_nothing_lies_in_it() -> None:
    size = running.LENDABLE.start // 8
    first = running.lent(size, np.float64)
    view, at = first[5:7], first.ctypes.data
    del first
    second = running.lent(size, np.float64)

    assert not np.shares_memory(view, second)
    del view
    assert running.lent(size, np.float64).ctypes.data == at


def test_what_one_run_kept_outlives_the_next() -> None:
    inputs, parameters = drawn("lstm_backward", "float64")
    one = both("lstm", inputs, parameters)
    held = leaves(one[1].walk.caches[3].intermediates)
    before = [leaf.copy() for leaf in held]
    del one
    both("lstm", {**inputs, "x": 2 * inputs["x"]}, parameters)

    assert all((leaf == was).all() for leaf, was in zip(held, before, strict=True))
