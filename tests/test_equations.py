"""The equations: accurate at any size, one step at a time the same bits, and torch's autograd agrees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rnnspec.conformance.budget import budget
from rnnspec.golden.cases import Case, Idea
from rnnspec.golden.drawing import draw
from rnnspec.golden.proof import sketch
from rnnspec.reference import FAMILIES, FUNCTIONS, OPERATIONS, Family, Operation, local_model, sigmoid, softmax
from rnnspec.reference.ball import Ball, precision

Array = NDArray[Any]
Arrays = dict[str, Array]
SIZES: list[Array] = [
    10.0 ** np.arange(-300, 0, 3),
    np.linspace(0.1, 120, 800),
    np.linspace(690, 760, 600),
    np.array([1e3, 1e4]),
]
ULPS = 8


def sweep(dtype: str) -> Array:
    sizes = np.concatenate(SIZES).astype(dtype)
    return np.unique(np.concatenate([-sizes, sizes]))


def assert_accurate(got: Array, x: Array) -> None:
    """`got` is sigmoid(x) to a few units in the last place, in the subnormals to one step."""
    info = np.finfo(got.dtype)
    with precision(200):
        exact = [Ball(float(value)).sigmoid() for value in x]
        errors = np.array([abs(float((ball - float(g)).arb.mid())) for g, ball in zip(got, exact, strict=True)])
        sizes = np.array([float(ball.arb.mid()) for ball in exact])
    allowed = np.where(sizes < info.tiny, 1.0, ULPS) * np.spacing(sizes.astype(got.dtype)).astype(np.float64)
    assert got.dtype == x.dtype
    assert np.all(errors <= allowed), (x[errors > allowed], errors[errors > allowed])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sigmoid_keeps_relative_accuracy_at_any_size(dtype: str) -> None:
    x = sweep(dtype)

    assert_accurate(sigmoid(x), x)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("offset", [0, -4096, 2.0**20])
def test_softmax_keeps_relative_accuracy_at_any_size(dtype: str, offset: float) -> None:
    # with an offset only multiples of 1/8, so that x is still what it says
    x = sweep(dtype) if offset == 0 else np.arange(-800, 800, 0.125, dtype=dtype)

    p = softmax(np.stack([offset + 0 * x, offset + x]))

    assert_accurate(p[1], x)
    assert_accurate(p[0], -x)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_infinities_saturate_and_nan_stays_where_it_is(dtype: str) -> None:
    x = np.array([np.inf, -np.inf, np.nan, 0], dtype)

    np.testing.assert_array_equal(sigmoid(x), np.array([1, 0, np.nan, 0.5], dtype), strict=True)
    p = softmax(np.array([[0, np.nan, 2], [-np.inf, 1, 2]], dtype))
    np.testing.assert_array_equal(p, np.array([[1, np.nan, 0.5], [0, np.nan, 0.5]], dtype), strict=True)


@pytest.mark.parametrize("shape", [(), (5,), (2, 3, 4)])
def test_any_shape_is_taken(shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(1).normal(size=shape)

    assert sigmoid(x).shape == shape
    if shape:
        columns = x.reshape(len(x), -1)
        assert softmax(x).shape == shape
        np.testing.assert_array_equal(softmax(x).reshape(columns.shape), softmax(columns))


def drawn(operation: Operation, dims: dict[str, int], name: str = "drawn") -> tuple[Case, Arrays, Arrays]:
    case = Case(operation, Idea(name, "", dims, options=tuple(operation.all_options)))
    return case, *draw(case)


def same_bits(one: Array, two: Array) -> bool:
    return one.shape == two.shape and one.tobytes() == two.tobytes()


DIMS = {"n_x": 3, "n_a": 17, "m": 9, "T_x": 6, "n_y": 2}
by_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
by_start = pytest.mark.parametrize("from_zero", [False, True])


def starts(family: Family, inputs: Arrays, from_zero: bool) -> tuple[Arrays, list[Array]]:
    """The inputs, without the options for `from_zero`, and the initial states they stand for."""
    first, *others = family.states
    kept = {name: a for name, a in inputs.items() if not from_zero or name not in [f"{s}0" for s in others]}
    return kept, [kept[f"{first}0"], *(kept.get(f"{s}0", np.zeros_like(inputs["a0"])) for s in others)]


def stepped(family: Family, x: Array, state: list[Array], parameters: Arrays) -> list[tuple[list[Array], Array, Any]]:
    steps = []
    for t in range(x.shape[2]):
        xt = np.ascontiguousarray(x[:, :, t])
        *state, yt, cache = FUNCTIONS[f"{family.name}_cell_forward"](xt, *state, parameters)
        steps.append((state, yt, cache))
    return steps


@by_family
@by_start
def test_a_sequence_is_its_cell_step_by_step(family: Family, from_zero: bool) -> None:
    operation = OPERATIONS[f"{family.name}_forward"]
    _, given, parameters = drawn(operation, DIMS)
    inputs, state = starts(family, given, from_zero)

    outputs = operation.named(operation.call(FUNCTIONS, inputs, parameters), inputs)

    for t, (states, yt, _) in enumerate(stepped(family, inputs["x"], state, parameters)):
        assert same_bits(outputs[family.y][:, :, t], yt)
        assert all(same_bits(outputs[name][:, :, t], a) for name, a in zip(family.states, states, strict=True))


def stepped_back(family: Family, da: Array, steps: Any, given: bool) -> Arrays:
    backward, (first, *others) = FUNCTIONS[f"{family.name}_cell_backward"], family.states
    dstate = [np.zeros_like(a) for a in steps[-1][0]]
    dx: list[Array] = []
    total: Arrays = {}
    for t, (_, _, cache) in reversed(list(enumerate(steps))):
        gradients = backward(da[:, :, t] + dstate[0], *dstate[1:], cache)
        dx.append(gradients.pop("dxt"))
        dstate = [gradients.pop(f"d{name}_prev") for name in family.states]
        total = {name: total[name] + g if total else g for name, g in gradients.items()}
    out = {"dx": np.stack(dx[::-1], axis=2), f"d{first}0": dstate[0], **total}
    return out | ({f"d{name}0": d for name, d in zip(others, dstate[1:], strict=True)} if given else {})


@by_family
@by_start
def test_backward_is_the_cell_backward_chained_by_hand(family: Family, from_zero: bool) -> None:
    operation = OPERATIONS[f"{family.name}_backward"]
    _, given, parameters = drawn(operation, DIMS)
    inputs, state = starts(family, given, from_zero)

    outputs = operation.call(FUNCTIONS, inputs, parameters)

    chained = stepped_back(family, inputs["da"], stepped(family, inputs["x"], state, parameters), not from_zero)
    assert set(outputs) == set(chained)
    assert [name for name in outputs if not same_bits(outputs[name], chained[name])] == []


@by_family
def test_a_cache_can_be_used_twice(family: Family) -> None:
    operation = OPERATIONS[f"{family.name}_backward"]
    _, inputs, parameters = drawn(operation, DIMS)
    caches = operation.forward.call(FUNCTIONS, inputs, parameters)[-1] if operation.forward else None

    one, two = (operation.differentiate(FUNCTIONS[operation.name], inputs, caches) for _ in range(2))

    assert [name for name in one if not same_bits(one[name], two[name])] == []


def torch_step(torch: Any, family: str, p: dict[str, Any], xt: Any, state: list[Any]) -> list[Any]:
    if family == "rnn":
        return [torch.tanh(p["Wax"] @ xt + p["Waa"] @ state[0] + p["ba"])]
    a, c = state
    f, i, g, o = (p[f"W{gate}"] @ torch.cat([a, xt]) + p[f"b{gate}"] for gate in "fico")
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return [torch.sigmoid(o) * torch.tanh(c), c]


def torch_layer(torch: Any, family: Family, leaves: dict[str, Any]) -> dict[str, Any]:
    cell = "xt" in leaves
    names = [f"{s}_prev" if cell else f"{s}0" for s in family.states]
    state, states, ys = [leaves[name] for name in names], [], []
    for xt in [leaves["xt"]] if cell else leaves["x"].unbind(2):
        state = torch_step(torch, family.name, leaves, xt, state)
        states.append(state)
        ys.append(torch.softmax(leaves[family.head[0]] @ state[0] + leaves[family.head[1]], 0))
    if cell:
        return {"yt_pred": ys[0], **{f"{s}_next": a for s, a in zip(family.states, state, strict=True)}}
    columns = zip(family.states, zip(*states, strict=True), strict=True)
    return {family.y: torch.stack(ys, 2), **{s: torch.stack(steps, 2) for s, steps in columns}}


def by_torch(torch: Any, operation: Operation, inputs: Arrays, parameters: Arrays) -> dict[str, Any]:
    leaves = {n: torch.tensor(a, requires_grad=True) for n, a in {**inputs, **parameters}.items()}
    if not operation.all_parameters:
        (name,) = operation.outputs
        return {name: torch.sigmoid(leaves["x"]) if name == "s" else torch.softmax(leaves["x"], 0)}
    family = next(family for family in FAMILIES if operation.name.startswith(f"{family.name}_"))
    outputs = torch_layer(torch, family, leaves)
    if not operation.forward:
        return outputs
    sum((outputs[name[1:]] * leaves[name]).sum() for name in operation.arguments).backward()
    return {f"d{name}": leaf.grad for name, leaf in leaves.items()}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
@pytest.mark.parametrize("seed", range(4))
def test_torch_agrees_on_random_lengths(operation: Operation, seed: int) -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng([seed, len(operation.name)])
    dims = {axis: int(rng.integers(1, 8)) for axis in ("n_x", "n_a", "m", "T_x", "n_y", "n")}
    case, inputs, parameters = drawn(operation, dims, f"random-{seed}")

    got = operation.named(operation.call(FUNCTIONS, inputs, parameters), inputs)
    want = by_torch(torch, operation, inputs, parameters)

    models: tuple[Any, Any] = local_model, local_model.Underflow
    sensitivity, underflow = (sketch(case, inputs, parameters, model)[0] for model in models)
    for name, array in got.items():
        allowed = budget(sensitivity[name], underflow[name], array, "float64")
        assert np.all(np.abs(array - want[name].detach().numpy()) <= 2 * allowed), name
