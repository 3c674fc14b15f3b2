"""The reference: what it refuses and in which words, what it keeps, and that it agrees with torch."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import rnnspec.reference
from numpy.typing import NDArray
from rnnspec.golden.cases import Case, Idea
from rnnspec.golden.drawing import draw
from rnnspec.reference import FUNCTIONS, OPERATIONS, ContractError, Operation, sigmoid, softmax
from single import SINGLE

Arrays = dict[str, NDArray[Any]]
DIMS = {"n_x": 3, "n_a": 5, "m": 7, "T_x": 4, "n_y": 2, "n": 6}
FORWARD = [operation for operation in OPERATIONS.values() if not operation.forward]
BACKWARD = [operation for operation in OPERATIONS.values() if operation.forward]
LAYERS = [operation for operation in FORWARD if operation.parameters]
LENGTHS = re.compile(r"axis .* of (\w+) is .* = (\d+)(?: by (.*))?, but \1 has length (\d+) there")


def named(value: Any) -> str:
    return str(getattr(value, "name", value))


def drawn(operation: Operation) -> tuple[Arrays, Arrays]:
    return draw(Case(operation, Idea("drawn", "", DIMS, options=tuple(operation.all_options))))


def run(operation: Operation, inputs: Arrays, parameters: Arrays) -> dict[str, Any]:
    return operation.named(operation.call(FUNCTIONS, inputs, parameters), inputs)


def axes(operations: list[Operation]) -> list[tuple[Operation, str, int, str]]:
    rows = [(o, {**o.arguments, **o.options, **o.parameters}) for o in operations]
    return [
        (o, name, k, axis) for o, row in rows for name, names in row.items() for k, axis in enumerate(names.split())
    ]


def grown(array: NDArray[Any], axis: int) -> NDArray[Any]:
    return np.concatenate([array, array.take([0], axis)], axis)


def changed(arrays: tuple[Arrays, Arrays], name: str, array: Any) -> tuple[Arrays, Arrays]:
    inputs, parameters = ({n: array if n == name else a for n, a in group.items()} for group in arrays)
    return inputs, parameters


def refusal(operation: Operation, inputs: Arrays, parameters: Any) -> str:
    with pytest.raises(ContractError) as refused:
        operation.call(FUNCTIONS, inputs, parameters)
    return str(refused.value)


# no other array has the axis T_x, so that any length is right
BOUND = [row for row in axes(LAYERS) if row[3] != "T_x"]


@pytest.mark.parametrize(("operation", "name", "k", "axis"), BOUND, ids=named)
def test_a_longer_axis_is_refused_by_name_and_both_lengths(operation: Operation, name: str, k: int, axis: str) -> None:
    inputs, parameters = drawn(operation)
    array = {**inputs, **parameters}[name]
    arrays = changed((inputs, parameters), name, grown(array, k))

    said = refusal(operation, *arrays)

    found = LENGTHS.search(said)
    assert found, said
    victim, stated, owners, length = found.groups()
    assert said.startswith(f"{operation.name}: ")
    assert name == victim or name in (owners or "").split(" and ")
    assert abs(int(stated) - int(length)) == 1
    assert name != victim or int(length) == array.shape[k] + 1


@pytest.mark.parametrize(("operation", "name", "k", "axis"), axes(BACKWARD), ids=named)
@pytest.mark.parametrize("by", [1, -1])
def test_a_gradient_of_another_length_is_refused(operation: Operation, name: str, k: int, axis: str, by: int) -> None:
    inputs, parameters = drawn(operation)
    array = inputs[name]
    other = grown(array, k) if by > 0 else array.take(range(array.shape[k] - 1), k)

    said = refusal(operation, *changed((inputs, parameters), name, other))

    assert said.startswith(f"{operation.name}: ")
    assert f"axis {axis} of {name} " in said
    assert {str(array.shape[k]), str(array.shape[k] + by)} <= set(re.findall(r"\d+", said))


@pytest.mark.parametrize(("operation", "name", "k", "axis"), axes(LAYERS + BACKWARD), ids=named)
def test_an_empty_axis_is_refused(operation: Operation, name: str, k: int, axis: str) -> None:
    arrays = drawn(operation)
    empty = {**arrays[0], **arrays[1]}[name].take([], k)

    said = refusal(operation, *changed(arrays, name, empty))

    assert f"{operation.name}: " in said
    assert name in said
    assert re.search(r"length 0\b", said)


@pytest.mark.parametrize(("operation", "name"), sorted({(o.name, n) for o, n, _, _ in axes(LAYERS + BACKWARD)}))
@pytest.mark.parametrize("turn", ["one axis more", "one axis less", "a list", "a number"])
def test_what_is_no_array_of_so_many_axes_is_refused(operation: str, name: str, turn: str) -> None:
    arrays = drawn(OPERATIONS[operation])
    array = {**arrays[0], **arrays[1]}[name]
    others = {"one axis more": array[None], "one axis less": array[0], "a list": array.tolist(), "a number": 1.0}

    said = refusal(OPERATIONS[operation], *changed(arrays, name, others[turn]))

    assert said.startswith(f"{operation}: {name} ")
    assert "want" in said


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=named)
def test_none_is_no_array(operation: Operation) -> None:
    inputs, parameters = drawn(operation)
    for name in operation.arguments:
        said = refusal(operation, {**inputs, name: None}, parameters)  # type: ignore[dict-item]

        assert said.startswith(f"{operation.name}: {name} is None, want an array")


@pytest.mark.parametrize("function", [sigmoid, softmax])
@pytest.mark.parametrize("given", [[1.0], 1.0, None, np.ones((2, 0)), "x"], ids=repr)
def test_elementwise_operations_take_arrays_alone(function: Any, given: Any) -> None:
    with pytest.raises(ContractError, match=rf"^{function.__name__}: x is "):
        function(given)


def test_softmax_needs_an_axis() -> None:
    with pytest.raises(ContractError, match=r"^softmax: x has 0 axes"):
        softmax(np.array(1.0))


@pytest.mark.parametrize("operation", LAYERS, ids=named)
def test_missing_and_unknown_parameters_are_named(operation: Operation) -> None:
    inputs, parameters = drawn(operation)
    for name in parameters:
        less = {n: array for n, array in parameters.items() if n != name}

        assert f"{operation.name}: parameters lacks {name};" in refusal(operation, inputs, less)
    said = refusal(operation, inputs, {**parameters, "Wz": parameters["by"]})
    assert f"{operation.name}: parameters has Wz;" in said
    assert "parameters is a list" in refusal(operation, inputs, list(parameters.values()))


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=named)
def test_unknown_keywords_and_missing_arguments_are_refused(operation: Operation) -> None:
    function = FUNCTIONS[operation.name]
    inputs, parameters = drawn(operation)
    given = [inputs[name] for name in operation.arguments]

    with pytest.raises(TypeError, match=operation.name):
        function(*given, parameters, lengths=[1])
    with pytest.raises(TypeError, match=operation.name):
        function()


CACHES = [(o, other) for o in BACKWARD for other in (None, (), *LAYERS) if other is not o.forward]


@pytest.mark.parametrize(("operation", "other"), CACHES, ids=named)
def test_a_cache_of_anything_else_is_refused(operation: Operation, other: Any) -> None:
    inputs, _ = drawn(operation)
    cache = other.call(FUNCTIONS, *drawn(other))[-1] if other else other

    with pytest.raises(ContractError, match=rf"^{operation.name}: caches? is "):
        operation.differentiate(FUNCTIONS[operation.name], inputs, cache)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=named)
def test_docstrings_give_axes_errors_and_source(operation: Operation) -> None:
    text = FUNCTIONS[operation.name].__doc__ or ""

    rows = {**operation.arguments, **operation.parameters, **operation.outputs}
    for name, row in rows.items():
        assert re.search(rf"^    {name} +{re.escape(row)}$", text, re.MULTILINE), name
    assert all(re.search(rf"^    {name}= ", text, re.MULTILINE) for name in operation.options)
    assert all(re.search(rf"^    {name} ", text, re.MULTILINE) for name in operation.optional_outputs)
    assert "Raises ContractError" in text
    assert re.search(r"^Source: \w.*\d{4}", text, re.MULTILINE)


def test_every_operation_is_exported_by_name() -> None:
    for name, function in FUNCTIONS.items():
        assert name in rnnspec.reference.__all__
        assert getattr(rnnspec.reference, name) is function
    assert all(hasattr(rnnspec.reference, name) for name in rnnspec.reference.__all__)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=named)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_the_dtype_is_kept_and_inputs_untouched(operation: Operation, dtype: str) -> None:
    inputs, parameters = ({n: a.astype(dtype) for n, a in group.items()} for group in drawn(operation))
    before = {n: a.copy() for n, a in {**inputs, **parameters}.items()}
    for array in (*inputs.values(), *parameters.values()):
        array.flags.writeable = False

    outputs = run(operation, inputs, parameters)

    assert {name: array.dtype for name, array in outputs.items()} == dict.fromkeys(outputs, np.dtype(dtype))
    assert all(np.array_equal(a, before[n]) for n, a in {**inputs, **parameters}.items())
