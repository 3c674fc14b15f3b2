"""The equations: accurate at any size, and the same bits when taken one step or one layer at a time."""

from __future__ import annotations

from typing import Any

import flint
import numpy as np
import pytest
from numpy.typing import NDArray
from rnnspec.golden.running import run
from rnnspec.reference import FAMILIES, FUNCTIONS, OPERATIONS, Family, Operation, sigmoid, softmax
from rnnspec.reference.arithmetics import primitives as arithmetic
from rnnspec.reference.arithmetics.ball import Ball, Undecided, balls, floats, precision
from writings.random_calls import DIMS, called

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


def test_a_rectifiers_gradient_at_exactly_zero_is_zero() -> None:
    parameters = {"Wax": np.eye(1), "Waa": np.eye(1), "ba": np.zeros((1, 1)), "Wya": np.eye(1), "by": np.eye(1)}
    z = np.array([[-0.5, -0.0, 0.0, 0.5]])

    a, _, cache = FUNCTIONS["rnn_relu_cell_forward"](z, 0 * z, parameters)

    np.testing.assert_array_equal(a, [[0, 0, 0, 0.5]])
    np.testing.assert_array_equal(FUNCTIONS["rnn_relu_cell_backward"](np.ones_like(z), cache)["dxt"], [[0, 0, 0, 1]])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_functions_of_floats_keep_their_dtype(dtype: str) -> None:
    x = np.array([[[-0.75, 0.0, 2.0], [3.0, -0.0, 0.5]]], dtype)
    wide = x.astype(np.longdouble)

    found = {
        "log1p": (arithmetic.log1p(x), np.log1p(wide)),
        "rsqrt": (arithmetic.rsqrt(x + 1), 1 / np.sqrt(wide + 1)),
        "absolute": (arithmetic.absolute(x)[0], np.abs(wide)),
        "outer": (arithmetic.outer(x, x[:, :1]), np.einsum("him,hjm->hijm", wide, wide[:, :1])),
    }

    for name, (got, want) in found.items():
        assert got.dtype == dtype
        np.testing.assert_allclose(got, want, rtol=4 * np.finfo(dtype).eps, err_msg=name)
    assert arithmetic.absolute(x)[1].tolist() == (x > 0).tolist()


@pytest.mark.parametrize("branch", [arithmetic.relu, lambda z: arithmetic.clip(z, balls(np.ones((1, 1))))])
def test_a_branch_is_not_taken_while_it_is_undecided(branch: Any) -> None:
    around = {"0": flint.arb(0, 2), "far": flint.arb(-9, 1)}
    undecided, decided = (np.array([[Ball(value)]], object) for value in around.values())

    with pytest.raises(Undecided):
        branch(undecided)
    assert floats(branch(decided)[0]).shape == (1, 1)


def test_an_absolute_value_around_0_is_undecided_as_a_maximum_is() -> None:
    around, zero = balls(np.zeros(1)) + Ball(flint.arb(0, 2)), balls(np.zeros(1))

    with pytest.raises(Undecided):
        arithmetic.absolute(around)
    with pytest.raises(Undecided):
        arithmetic.larger(around, zero)
    assert floats(arithmetic.absolute(balls(np.array([-2.5, 0.0, 3.0])))[0]).tolist() == [2.5, 0.0, 3.0]


def same_bits(one: Array, two: Array) -> bool:
    return one.shape == two.shape and one.tobytes() == two.tobytes()


by_family = pytest.mark.parametrize("family", [f for f in FAMILIES if f.head], ids=lambda family: family.name)
by_start = pytest.mark.parametrize("from_zero", [False, True])


def begun(family: Family, kind: str, from_zero: bool) -> tuple[Operation, Arrays, list[Array], Arrays]:
    """A call, from given states or from none, and those states; the head takes no part in its gradients."""
    operation = OPERATIONS[f"{family.name}_{kind}"]
    given = [f"{s}0" for s in family.states]
    inputs, parameters = called(operation, [name for name in given if name in operation.all_options])
    state = [np.zeros_like(inputs[name]) if from_zero else inputs[name] for name in given]
    kept = {name: a for name, a in inputs.items() if not from_zero or name not in given}
    return operation, kept, state, parameters


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
    operation, inputs, state, parameters = begun(family, "forward", from_zero)

    outputs = run(operation, inputs, parameters)

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
    operation, inputs, state, parameters = begun(family, "backward", from_zero)

    outputs = operation.call(FUNCTIONS, inputs, parameters)

    chained = stepped_back(family, inputs["da"], stepped(family, inputs["x"], state, parameters), not from_zero)
    assert set(outputs) == set(chained)
    assert [name for name in outputs if not same_bits(outputs[name], chained[name])] == []


NETWORKS = [family for family in FAMILIES if f"{family.name}_network_forward" in OPERATIONS]


@pytest.mark.parametrize("family", NETWORKS, ids=lambda family: family.name)
def test_a_network_is_its_layers_one_upon_another(family: Family) -> None:
    operation = OPERATIONS[f"{family.name}_network_forward"]
    inputs, flat = called(operation, [*operation.options])
    parameters, sequence = operation.nested(flat), FUNCTIONS[f"{family.name}_forward"]
    head = {family.head[0]: np.ones((1, DIMS["n_a"])), family.head[1]: np.ones((1, 1))}
    others = [f"{s}0" for s in family.states if f"{s}0" in operation.options]

    a, a_last, *_ = FUNCTIONS[operation.name](**inputs, parameters=parameters)

    below = inputs["x"]
    for layer, directions in enumerate(parameters):
        said = []
        for d, p in enumerate(directions):
            k = layer * len(directions) + d
            options = {name: inputs[name][k] for name in others} | {"lengths": inputs["lengths"], "reverse": d == 1}
            said.append(sequence(below, inputs["a0"][k], p | head, **options)[0])
            end = np.where(inputs["lengths"] > 0, said[-1][:, range(DIMS["m"]), ends(inputs, d)], inputs["a0"][k])
            assert same_bits(a_last[k], end)
        below = np.concatenate(said)
    assert same_bits(a, below)


def ends(inputs: Arrays, direction: int) -> Array:
    """The time at which each example is done."""
    return np.zeros_like(inputs["lengths"]) if direction else inputs["lengths"] - 1


DIFFERENTIABLE = [o for o in OPERATIONS.values() if o.forward]


@pytest.mark.parametrize("operation", DIFFERENTIABLE, ids=lambda operation: operation.name)
def test_a_cache_can_be_used_twice_also_after_another_forward(operation: Operation) -> None:
    assert operation.forward
    (inputs, parameters), other = (called(operation, [*operation.all_options], seed=seed) for seed in range(2))
    caches = operation.forward.call(FUNCTIONS, inputs, parameters)[-1]
    given = [*inputs, *parameters]

    one = operation.named(operation.differentiate(FUNCTIONS[operation.name], inputs, caches), given)
    kept = {name: array.copy() for name, array in one.items()}
    operation.call(FUNCTIONS, *other)
    two = operation.named(operation.differentiate(FUNCTIONS[operation.name], inputs, caches), given)

    assert [name for name in kept if not same_bits(kept[name], one[name])] == []
    assert [name for name in kept if not same_bits(kept[name], two[name])] == []
