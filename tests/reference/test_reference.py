"""The reference: what it refuses and in which words, and what it keeps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
import rnnspec.reference
from rnnspec.golden.running import run
from rnnspec.reference import FUNCTIONS, OPERATIONS, ContractError, Operation
from rnnspec.reference.contract import FLAGS, MARKS
from writings.random_calls import COMPUTED, DIMS, Array, Arrays, Call, called

FORWARD = [operation for operation in COMPUTED.values() if operation.parameters]
BACKWARD = [operation for operation in COMPUTED.values() if operation.forward]
LENGTHS = re.compile(r"axis .* of ([\w\[\]]+) is .* = (\d+)(?: by (.*))?, but \1 has length (\d+) there")


def named(value: Any) -> str:
    return str(getattr(value, "name", value))


by_forward = pytest.mark.parametrize("operation", FORWARD, ids=named)
by_backward = pytest.mark.parametrize("operation", BACKWARD, ids=named)
by_either = pytest.mark.parametrize("operation", [*FORWARD, *BACKWARD], ids=named)


@cache
def full_call(operation: str) -> Call:
    return called(COMPUTED[operation], [*COMPUTED[operation].all_options])


def arrays_of(operation: Operation) -> Iterator[tuple[str, Array, str]]:
    """Every array that this call itself takes, and its axes."""
    inputs, parameters = full_call(operation.name)
    own = {**operation.arguments, **operation.options}
    own |= {} if operation.forward else operation.all_parameters(DIMS)
    yield from ((name, {**inputs, **parameters}[name], axes) for name, axes in own.items() if axes)


def axes_of(operation: Operation) -> Iterator[tuple[str, Array, int, str]]:
    for name, array, axes in arrays_of(operation):
        yield from ((name, array, k, axis) for k, axis in enumerate(axes.split()))


def grown(array: Array, axis: int) -> Array:
    return np.concatenate([array, array.take([0], axis)], axis)


def with_array(operation: Operation, name: str, array: Any) -> Call:
    inputs, parameters = ({n: array if n == name else a for n, a in g.items()} for g in full_call(operation.name))
    return inputs, parameters


def refusal(operation: Operation, inputs: Arrays, parameters: Arrays) -> str:
    with pytest.raises(ContractError) as refused:
        operation.call(FUNCTIONS, inputs, parameters)
    return str(refused.value)


@by_forward
def test_a_longer_axis_is_refused_by_name_and_both_lengths(operation: Operation) -> None:
    # an axis that no other array of the call has is right at any length
    rows = [*axes_of(operation)]
    shared = Counter(axis for *_, axes in rows for axis in re.split(r"[+*]", axes))
    for name, array, k, _ in (row for row in rows if shared[row[3]] != 1):
        said = refusal(operation, *with_array(operation, name, grown(array, k)))

        found = LENGTHS.search(said)
        assert found, (name, k, said)
        victim, stated, owners, length = found.groups()
        assert said.startswith(f"{operation.name}: ")
        assert name == victim or name in (owners or "").split(" and "), (k, said)
        assert abs(int(stated) - int(length)) == 1, (name, k, said)
        assert name != victim or int(length) == array.shape[k] + 1, (name, k, said)


@by_backward
def test_a_gradient_of_another_length_is_refused(operation: Operation) -> None:
    for (name, array, k, axis), by in product(axes_of(operation), (1, -1)):
        other = grown(array, k) if by > 0 else array.take(range(array.shape[k] - 1), k)

        said = refusal(operation, *with_array(operation, name, other))

        assert said.startswith(f"{operation.name}: axis {axis} of {name} "), (name, k)
        assert {str(array.shape[k]), str(array.shape[k] + by)} <= set(re.findall(r"\d+", said)), (name, k, said)


@by_either
def test_an_empty_axis_is_refused(operation: Operation) -> None:
    for name, array, k, axis in axes_of(operation):
        if axis in operation.may_be_empty and sum(axis in axes for axes in operation.arguments.values()) == 1:
            continue  # nothing else says how many steps there are
        said = refusal(operation, *with_array(operation, name, array.take([], k)))

        assert said.startswith(f"{operation.name}: ")
        assert re.search(rf"(?<!\w){re.escape(name)} (is empty: axis {k} )?has length 0\b", said), (name, k, said)


@by_either
def test_what_is_no_array_of_so_many_axes_is_refused(operation: Operation) -> None:
    for name, array, axes in arrays_of(operation):
        omittable = name in operation.omittable or name in operation.options
        for other in (array[None], array[0], array.tolist(), 1.0, *([] if omittable else [None])):
            said = refusal(operation, *with_array(operation, name, other))

            assert said.startswith(f"{operation.name}: {name} "), (name, said)
            assert re.search(rf"want .*\({re.escape(axes)}\)", said), (name, said)


@by_forward
def test_missing_and_unknown_parameters_are_named_with_their_place(operation: Operation) -> None:
    inputs, parameters = full_call(operation.name)
    for full_name in parameters:
        name, place = re.fullmatch(r"(\w+)(.*)", full_name).groups()  # type: ignore[union-attr]
        less = {n: array for n, array in parameters.items() if n != full_name}
        more = {**parameters, f"Wz{place}": np.ones((2, 2))}

        assert f"{operation.name}: parameters{place} lacks {name};" in refusal(operation, inputs, less)
        assert f"{operation.name}: parameters{place} has Wz;" in refusal(operation, inputs, more)


def given_parameters(operation: Operation, parameters: Any) -> str:
    inputs, _ = full_call(operation.name)
    # no initial state where it may be left out, so that the number of layers is not known from it
    given = [None if name in operation.omittable else inputs[name] for name in operation.arguments]
    with pytest.raises(ContractError) as refused:
        FUNCTIONS[operation.name](*given, parameters)
    return str(refused.value)


@by_forward
def test_parameters_nested_otherwise_are_refused(operation: Operation) -> None:
    right: Any = operation.nested(full_call(operation.name)[1])
    if isinstance(right, dict):
        wrong = {"is a list": list(right.values()), "is None": None, "is a list, want a dict": [right]}
    else:
        one = right[0][0]
        wrong = {"parameters is a dict": one, "parameters is None": None, "parameters is a list, want a": []}
        wrong |= {"parameters[0] is a dict": [one], "parameters[2] is a list": [*right[:2], right[2][:1]]}
        wrong |= {"parameters[1] is a list": [right[0], []], "parameters[0] is a list": [[one] * 3]}
        wrong |= {"parameters[1][1] is a list": [right[0], [right[1][0], [one]]]}
        wrong |= {"parameters[0][0] is None": [[None, one]]}

    for words, parameters in wrong.items():
        said = given_parameters(operation, parameters)

        assert said.startswith(f"{operation.name}: parameters")
        assert words in said


@pytest.mark.parametrize("operation", COMPUTED.values(), ids=named)
def test_unknown_keywords_and_missing_arguments_are_refused(operation: Operation) -> None:
    function, behind = FUNCTIONS[operation.name], 1 if operation.parameters or operation.forward else 0
    with pytest.raises(TypeError, match=rf"^{operation.name}\(.*'clip_at'"):
        function(*[None] * (len(operation.arguments) + behind), clip_at=[1])
    first = next(iter(operation.arguments))
    with pytest.raises(TypeError, match=rf"^{operation.name}\(.*missing a required argument: '{first}'"):
        function()


@pytest.mark.parametrize("operation", [o for o in FORWARD if "lengths" in o.options], ids=named)
def test_lengths_and_flags_of_another_kind_are_refused(operation: Operation) -> None:
    lengths = full_call(operation.name)[0]["lengths"]
    at = np.arange(len(lengths)) == 2
    wrong: list[tuple[str, Any, str]] = [
        ("lengths", np.where(at, -1, lengths), r"lengths\[2\] is -1, want 0 to T_x = 6"),
        ("lengths", np.where(at, 7, lengths), r"lengths\[2\] is 7, want 0 to T_x = 6"),
        ("lengths", lengths.astype(float), "lengths has dtype float64, want whole numbers"),
        ("reset", np.ones((7, 6)), "reset has dtype float64, want bool"),
        *(("reverse", value, "reverse is an? .*, want True or False") for value in (1, "yes", np.ones(1, bool))),
    ]
    for name, value, words in wrong:
        if name in operation.options:
            inputs, parameters = full_call(operation.name)
            with pytest.raises(ContractError, match=rf"^{operation.name}: {words}$"):
                FUNCTIONS[operation.name](**{**inputs, name: value}, parameters=operation.nested(parameters))


@cache
def cache_of(operation: str) -> Any:
    return OPERATIONS[operation].call(FUNCTIONS, *full_call(operation))[-1]


@by_backward
def test_a_cache_of_anything_else_is_refused(operation: Operation) -> None:
    assert operation.forward
    inputs, _ = full_call(operation.name)
    for other in (None, (), *(cache_of(o.name) for o in FORWARD if o is not operation.forward)):
        with pytest.raises(ContractError, match=rf"^{operation.name}: caches? is .*want what {operation.forward.name}"):
            operation.differentiate(FUNCTIONS[operation.name], inputs, other)


@pytest.mark.parametrize("operation", COMPUTED.values(), ids=named)
def test_docstrings_give_axes_errors_and_source(operation: Operation) -> None:
    text = FUNCTIONS[operation.name].__doc__ or ""

    for name, row in {**operation.arguments, **operation.parameters, **operation.outputs}.items():
        ending = r"  \(None: zeros\)" if name in operation.omittable else ""
        assert re.search(rf"^    {name} +{re.escape(row)}{ending}$", text, re.MULTILINE), name
    for name, row in operation.options.items():
        kind = re.escape("True or False" if name in FLAGS else row or "a number") + ", each True or False" * (
            name in MARKS
        )
        assert re.search(rf"^    {name}= +{kind}  \(option\)$", text, re.MULTILINE), name
    for name, (option, row) in operation.optional_outputs.items():
        ending = rf"  \(where {option}= was given\)"
        assert re.search(rf"^    {name} +{re.escape(row)}{ending}$", text, re.MULTILINE), name
    assert "Raises ContractError" in text
    assert re.search(r"^Source: \w.*\d{4}", text, re.MULTILINE)


def test_every_operation_is_exported_by_name() -> None:
    for name, function in FUNCTIONS.items():
        assert name in rnnspec.reference.__all__
        assert getattr(rnnspec.reference, name) is function
    assert [name for name in rnnspec.reference.__all__ if not hasattr(rnnspec.reference, name)] == []


def in_dtype(call: Call, dtype: str) -> Call:
    """The call in another precision, read-only."""
    inputs, parameters = (
        {n: a.astype(dtype if a.dtype.kind == "f" else a.dtype) for n, a in group.items()} for group in call
    )
    for array in (*inputs.values(), *parameters.values()):
        array.flags.writeable = False
    return inputs, parameters


@pytest.mark.parametrize("operation", COMPUTED.values(), ids=named)
def test_the_dtype_is_kept_and_inputs_untouched(operation: Operation) -> None:
    for dtype in ("float16", "float32", "float64"):
        inputs, parameters = in_dtype(full_call(operation.name), dtype)
        before = {n: a.copy() for n, a in {**inputs, **parameters}.items()}

        outputs = run(operation, inputs, parameters)

        assert {name: array.dtype for name, array in outputs.items()} == dict.fromkeys(outputs, np.dtype(dtype))
        assert [name for name, array in outputs.items() if not np.isfinite(array).all()] == []
        assert [n for n, a in {**inputs, **parameters}.items() if a.tobytes() != before[n].tobytes()] == []
