"""Padding and packing: bit for bit as two other writings, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rnnspec.reference import FUNCTIONS, ContractError
from rnnspec.reference.containers import PACKED
from writings import oracle
from writings.random_calls import CONTAINERS

Array = NDArray[Any]
Options = dict[str, Any]
Named = dict[str, Array]

# Any, because they are also called with what their types forbid
pad_sequence: Any = FUNCTIONS["pad_sequence"]
pack_sequence: Any = FUNCTIONS["pack_sequence"]
pack_padded_sequence: Any = FUNCTIONS["pack_padded_sequence"]
pad_packed_sequence: Any = FUNCTIONS["pad_packed_sequence"]

RAGGED: dict[str, list[int]] = {
    "falling": [6, 4, 4, 3, 1],
    "any order": [3, 1, 5, 5, 2, 3],
    "equal": [4, 4, 4],
    "one": [5],
    "one step": [1, 1],
}
SHAPES: list[tuple[int, ...]] = [(), (2,), (2, 3)]  # of a step
DTYPES = ["float16", "float32", "float64"]
by_lengths = pytest.mark.parametrize("lengths", RAGGED.values(), ids=RAGGED)
by_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)


def drawn(lengths: list[int], shape: tuple[int, ...] = (2,), dtype: str = "float64") -> list[Array]:
    rng = np.random.default_rng(lengths)
    arrays = [rng.normal(size=(n, *shape)).astype(dtype) for n in lengths]
    for array in arrays:
        array.flags.writeable = False
    return arrays


def orders(lengths: list[int]) -> list[Options]:
    falling = lengths == sorted(lengths, reverse=True)
    return [{"enforce_sorted": False}, *([{}, {"enforce_sorted": True}] if falling else [])]


def packed_inputs(sequences: list[Array]) -> Named:
    return dict(zip(PACKED, pack_sequence(sequences, enforce_sorted=False), strict=True))


def returned(name: str, arrays: Named, options: Options) -> Named:
    inputs = {**arrays, **{option: np.array(value) for option, value in options.items()}}
    return CONTAINERS[name].named(CONTAINERS[name].call(FUNCTIONS, inputs, {}), inputs)


def calls(lengths: list[int], shape: tuple[int, ...], dtype: str) -> list[tuple[str, Named, Options]]:
    """Each operation with every combination of its options: its name, its arrays, its options."""
    sequences = drawn(lengths, shape, dtype)
    listed = {f"sequences[{i}]": array for i, array in enumerate(sequences)}
    fillings: list[Options] = [{}, {"padding_value": -7.5}]
    found = [("pad_sequence", listed, first | fill) for first, fill in product(FIRST, fillings)]
    found += [("pack_sequence", listed, order) for order in orders(lengths)]
    for first, order in product(FIRST, orders(lengths)):
        padded = pad_sequence([*sequences, np.zeros((8, *shape), dtype)], padding_value=np.nan, **first)
        padded = padded[:-1] if first.get("batch_first") else padded[:, :-1]
        found.append(("pack_padded_sequence", {"padded": padded, "lengths": np.array(lengths)}, first | order))
    totals: list[Options] = [{}, {"total_length": max(lengths)}, {"total_length": max(lengths) + 3}]
    for first, fill, total in product(FIRST, fillings, totals):
        found.append(("pad_packed_sequence", packed_inputs(sequences), first | fill | total))
    return found


def in_each_dtype(lengths: list[int], shape: tuple[int, ...]) -> Iterator[tuple[str, Named, Options, str]]:
    for dtype in DTYPES:
        yield from ((*call, dtype) for call in calls(lengths, shape, dtype))


FIRST: list[Options] = [{}, {"batch_first": False}, {"batch_first": True}]


def test_every_operation_is_called() -> None:
    assert {name for name, _, _ in calls([3, 2], (), "float64")} == set(CONTAINERS)


def differing(got: Named, want: Named) -> list[str]:
    return [name for name in got if not np.array_equal(got[name], want[name]) or got[name].shape != want[name].shape]


@by_lengths
@by_shape
def test_the_scalar_oracle_agrees(lengths: list[int], shape: tuple[int, ...]) -> None:
    for name, arrays, options, dtype in in_each_dtype(lengths, shape):
        got = returned(name, arrays, options)
        other = oracle.evaluate(name, {**arrays, **options}, {})

        assert set(got) == set(other)
        assert differing(got, other) == [], (name, options, dtype)
        assert {got[n].dtype for n in ("padded", "data") if n in got} == {np.dtype(dtype)}
        assert {array.dtype.kind for n, array in got.items() if n not in ("padded", "data")} <= {"i"}


def by_torch(name: str, arrays: Named, options: Options) -> Named:
    torch = pytest.importorskip("torch")
    given = [torch.tensor(array) for array in arrays.values()]
    if name == "pad_packed_sequence":
        given = [torch.nn.utils.rnn.PackedSequence(*given)]
    elif name != "pack_padded_sequence":
        given = [given]
    result = getattr(torch.nn.utils.rnn, name)(*given, **options)
    names = {"pad_sequence": ["padded"], "pad_packed_sequence": ["padded", "lengths"]}.get(name, list(PACKED))
    values = result if isinstance(result, tuple) else [result]
    m = int(values[1][0]) if len(values) == len(PACKED) else 0
    return {n: np.arange(m) if v is None else v.numpy() for n, v in zip(names, values, strict=True)}


@by_lengths
@by_shape
def test_torch_agrees(lengths: list[int], shape: tuple[int, ...]) -> None:
    for name, arrays, options, _ in in_each_dtype(lengths, shape):
        got, other = returned(name, arrays, options), by_torch(name, arrays, options)

        if len(set(lengths)) < len(lengths) and "sorted_indices" in got:
            # torch does not say in which order it packs sequences of equal length, so it unpacks both
            got, other = (by_torch("pad_packed_sequence", packed, {}) for packed in (got, other))
        assert differing(got, other) == [], (name, options)


@by_lengths
def test_what_is_packed_comes_back(lengths: list[int]) -> None:
    sequences = drawn(lengths)

    padded, found = pad_packed_sequence(pack_sequence(sequences, enforce_sorted=False), padding_value=9.0)

    np.testing.assert_array_equal(padded, pad_sequence(sequences, padding_value=9.0), strict=True)
    assert found.tolist() == lengths


@pytest.mark.parametrize("name", CONTAINERS)
def test_results_are_arrays_of_their_own(name: str) -> None:
    for operation, arrays, options in calls([3, 2], (2,), "float64"):
        if operation != name:
            continue
        before = {n: array.copy() for n, array in arrays.items()}

        outputs = returned(name, arrays, options)

        for output in outputs.values():
            assert not any(np.shares_memory(output, array) for array in arrays.values()), options
            output[...] = 77
        assert [n for n, array in arrays.items() if array.tobytes() != before[n].tobytes()] == []


@pytest.mark.parametrize("kind", ["uint8", "uint64", "int32"])
def test_whole_numbers_of_any_kind_are_lengths(kind: str) -> None:
    padded, lengths = np.ones((4, 3, 2)), np.array([4, 3, 1])
    packed = pack_padded_sequence(padded, lengths)

    for enforce_sorted in (True, False):
        got = pack_padded_sequence(padded, lengths.astype(kind), enforce_sorted=enforce_sorted)

        assert differing(dict(zip(PACKED, got, strict=True)), dict(zip(PACKED, packed, strict=True))) == []
    data, *numbers = packed
    assert pad_packed_sequence((data, *(array.astype(kind) for array in numbers)))[1].tolist() == [4, 3, 1]


LISTED, PADDED = drawn([4, 3]), np.ones((4, 2, 3))
GOOD = pack_sequence(LISTED)
UNSORTED, LENGTHS = np.array([3, 4]), np.array([4, 3])


def with_part(k: int, part: Any) -> tuple[Any, ...]:
    return (*GOOD[:k], part, *GOOD[k + 1 :])


REFUSED: dict[str, list[tuple[Callable[[], Any], str]]] = {
    "pad_sequence": [
        (lambda: pad_sequence([]), "sequences is a list, want a list of arrays"),
        (lambda: pad_sequence(None), "sequences is None, want a list of arrays"),
        (lambda: pad_sequence(PADDED), "sequences is an array"),
        (lambda: pad_sequence([LISTED[0], [1.0]]), r"sequences\[1\] is a list, want an array"),
        (lambda: pad_sequence([LISTED[0], np.array(1.0)]), r"sequences\[1\] is a ndarray, want an array"),
        (lambda: pad_sequence([LISTED[0], np.ones((3, 5))]), r"sequences\[1\] is float64 \(3, 5\)"),
        (lambda: pad_sequence([LISTED[0], LISTED[1].astype("f")]), r"sequences\[1\] is float32"),
        (lambda: pad_sequence(LISTED, batch_first=1), "batch_first is an int, want True or False"),
    ],
    "pack_sequence": [
        (lambda: pack_sequence(LISTED[::-1]), r"lengths\[1\] = 4 is above lengths\[0\] = 3, but enforce_sorted"),
        (lambda: pack_sequence([]), "sequences is a list, want a list of arrays"),
        (lambda: pack_sequence([LISTED[0], np.ones((0, 2))]), r"lengths\[1\] is 0, want 1 to T = 4"),
        (lambda: pack_sequence(LISTED, enforce_sorted=None), "enforce_sorted is None"),
    ],
    "pack_padded_sequence": [
        (lambda: pack_padded_sequence(PADDED, UNSORTED), r"lengths\[1\] = 4 is above lengths\[0\] = 3"),
        (lambda: pack_padded_sequence(PADDED, np.array([4, 0])), r"lengths\[1\] is 0, want 1 to T = 4"),
        (lambda: pack_padded_sequence(PADDED, np.array([5, 1])), r"lengths\[0\] is 5, want 1 to T = 4"),
        (lambda: pack_padded_sequence(PADDED, np.array([4, -1])), r"lengths\[1\] is -1, want 1 to T = 4"),
        (lambda: pack_padded_sequence(PADDED, np.array([2, 2, 1])), r"lengths is int64 \(3,\), want 2 whole"),
        (lambda: pack_padded_sequence(PADDED, np.array([2.0, 1.0])), "lengths is float64 .* want 2 whole numbers"),
        (lambda: pack_padded_sequence(PADDED, LENGTHS, batch_first=True), r"lengths is int64 \(2,\), want 4"),
        (lambda: pack_padded_sequence(PADDED[:, 0, 0], LENGTHS), r"padded is an array \(4,\), want an array \(T, m"),
        (lambda: pack_padded_sequence(PADDED, LENGTHS, batch_first=0), "batch_first is an int"),
        (lambda: pack_padded_sequence(PADDED, LENGTHS, enforce_sorted=0), "enforce_sorted is an int"),
    ],
    "pad_packed_sequence": [
        (lambda: pad_packed_sequence(GOOD, total_length=3), "total_length is 3, but the longest sequence has 4 steps"),
        (lambda: pad_packed_sequence(GOOD, total_length=0), "total_length is 0, but the longest sequence has 4 steps"),
        (lambda: pad_packed_sequence(GOOD, total_length=4.9), "total_length is a float, want a whole number"),
        (lambda: pad_packed_sequence(GOOD, total_length="5"), "total_length is a str, want a whole number"),
        (lambda: pad_packed_sequence(with_part(0, np.array(1.0))), r"batch_sizes \[2 2 2 1\] do not divide"),
        (lambda: pad_packed_sequence(with_part(1, GOOD[1].astype(float))), "batch_sizes is float64"),
        (lambda: pad_packed_sequence(with_part(3, GOOD[3].astype(float))), "unsorted_indices is float64"),
        (lambda: pad_packed_sequence(GOOD[:3]), "packed is 3 values, want the arrays data, batch_sizes"),
        (lambda: pad_packed_sequence(None), "packed is None, want the arrays data, batch_sizes"),
        (lambda: pad_packed_sequence(with_part(3, None)), "packed is 4 values, want the arrays"),
        (lambda: pad_packed_sequence(with_part(0, GOOD[0][:-1])), r"batch_sizes \[2 2 2 1\] do not divide"),
        (lambda: pad_packed_sequence(with_part(1, np.array([1, 2, 2, 2]))), r"batch_sizes \[1 2 2 2\] do not divide"),
        (lambda: pad_packed_sequence(with_part(1, GOOD[1][:0])), r"batch_sizes \[\] do not divide"),
        (lambda: pad_packed_sequence(with_part(3, np.array([0, 2]))), "are no orders of 2 examples"),
        (lambda: pad_packed_sequence(with_part(2, np.array([0]))), "are no orders of 2 examples"),
        (lambda: pad_packed_sequence(GOOD, batch_first="no"), "batch_first is a str"),
    ],
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_what_does_not_follow_the_contract_is_refused(name: str) -> None:
    for call, words in REFUSED[name]:
        with pytest.raises(ContractError, match=rf"^{name}: .*{words}"):
            call()


@pytest.mark.parametrize("name", CONTAINERS)
def test_docstrings_give_axes_errors_and_source(name: str) -> None:
    text = " ".join((FUNCTIONS[name].__doc__ or "").split())

    assert re.search(rf"Source: torch\.nn\.utils\.rnn\.{name}, nnabla\.utils\.rnn\.{name}$", text)
    assert "Raises ContractError" in text
    assert name == "pad_packed_sequence" or re.search(r"\((L_i|T, m|m, T), n\)", text)
