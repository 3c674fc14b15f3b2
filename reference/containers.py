"""Sequences of unequal length in one array: padded or packed, as nnabla.utils.rnn and torch.nn.utils.rnn have them.

Nothing is computed, values are only moved, so results are compared bit for bit. A packed batch is four arrays:
`data`, the steps of all examples time by time, longest example first; `batch_sizes`, how many examples have
each step; `sorted_indices`, which example stands where; `unsorted_indices`, the way back.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .checking import check_flag, check_number
from .contract import Arrays, ContractError, Dims, Kind, Operation, described

Array = NDArray[Any]  # values are moved alone, so they are NumPy's
PACKED = ("data", "batch_sizes", "sorted_indices", "unsorted_indices")
Packed = tuple[Array, Array, Array, Array]


def pad_sequence(sequences: Sequence[Array], *, batch_first: bool = False, padding_value: float = 0.0) -> Array:
    """T is the longest length. Raises ContractError where there is no sequence, or their n or dtypes differ.
    Source: torch.nn.utils.rnn.pad_sequence, nnabla.utils.rnn.pad_sequence
    """
    check_flag("pad_sequence", "batch_first", batch_first)
    check_number("pad_sequence", "padding_value", padding_value)
    _check_sequences("pad_sequence", sequences)
    T, shape = max(len(s) for s in sequences), sequences[0].shape[1:]
    padded = np.full((T, len(sequences), *shape), padding_value, sequences[0].dtype)
    for j, sequence in enumerate(sequences):
        padded[: len(sequence), j] = sequence
    return padded.swapaxes(0, 1).copy() if batch_first else padded


def pack_sequence(sequences: Sequence[Array], *, enforce_sorted: bool = True) -> Packed:
    """Raises ContractError as pad_sequence and pack_padded_sequence do.
    Source: torch.nn.utils.rnn.pack_sequence, nnabla.utils.rnn.pack_sequence
    """
    _check_sequences("pack_sequence", sequences)
    lengths = np.array([len(s) for s in sequences])
    return _packed("pack_sequence", pad_sequence(sequences), lengths, enforce_sorted)


def pack_padded_sequence(
    padded: Array, lengths: Array, *, batch_first: bool = False, enforce_sorted: bool = True
) -> Packed:
    """Raises ContractError for a length below 1 or above T, and for lengths that do not fall where sorting is enforced.
    Source: torch.nn.utils.rnn.pack_padded_sequence, nnabla.utils.rnn.pack_padded_sequence
    """
    name = "pack_padded_sequence"
    check_flag(name, "batch_first", batch_first)
    if not isinstance(padded, np.ndarray) or padded.ndim < 2:
        raise ContractError(f"{name}: padded is {described(padded)}, want an array (T, m, …)")
    try:
        ends = np.asarray(lengths)
    except ValueError:  # a ragged list
        raise ContractError(f"{name}: lengths is {described(lengths)}, want a whole number an example") from None
    return _packed(name, padded.swapaxes(0, 1) if batch_first else padded, ends, enforce_sorted)


def pad_packed_sequence(
    packed: Packed, *, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Array, Array]:
    """T is the longest length, or `total_length`. Raises ContractError where that is shorter, or `packed` is no
    packed batch.
    Source: torch.nn.utils.rnn.pad_packed_sequence, nnabla.utils.rnn.pad_packed_sequence
    """
    name = "pad_packed_sequence"
    check_flag(name, "batch_first", batch_first)
    check_number(name, "padding_value", padding_value)
    data, sizes, _, unsorted = _check_packed(name, packed)
    if total_length is not None and (not isinstance(total_length, int | np.integer) or isinstance(total_length, bool)):
        raise ContractError(f"{name}: total_length is {described(total_length)}, want a whole number")
    T = len(sizes) if total_length is None else int(total_length)
    if len(sizes) > T:
        raise ContractError(f"{name}: total_length is {T}, but the longest sequence has {len(sizes)} steps")
    padded = np.full((T, int(sizes[0]), *data.shape[1:]), padding_value, data.dtype)
    for t, (start, size) in enumerate(zip(np.cumsum(sizes) - sizes, sizes, strict=True)):
        padded[t, :size] = data[start : start + size]
    lengths = (sizes[:, None] > np.arange(sizes[0])).sum(axis=0)
    padded = padded[:, unsorted]
    return (padded.swapaxes(0, 1).copy() if batch_first else padded), lengths[unsorted]


def _packed(name: str, padded: Array, lengths: Array, enforce_sorted: bool) -> Packed:
    check_flag(name, "enforce_sorted", enforce_sorted)
    _check_lengths(name, padded, lengths)
    lengths = lengths.astype(np.int64)  # differences of unsigned numbers wrap
    if enforce_sorted and (np.diff(lengths) > 0).any():
        j = int(np.argmax(np.diff(lengths) > 0)) + 1
        raise ContractError(
            f"{name}: lengths[{j}] = {lengths[j]} is above lengths[{j - 1}] = {lengths[j - 1]}, but enforce_sorted"
            " wants them to fall; give enforce_sorted=False"
        )
    order = np.arange(len(lengths)) if enforce_sorted else np.argsort(-lengths, kind="stable")
    sizes = (lengths[:, None] > np.arange(lengths.max())).sum(axis=0)
    data = np.concatenate([padded[t, order[:size]] for t, size in enumerate(sizes)])
    return data, sizes, order, np.argsort(order)


def _check_sequences(name: str, sequences: Any) -> None:
    if not isinstance(sequences, list | tuple) or not sequences:
        raise ContractError(f"{name}: sequences is {described(sequences)}, want a list of arrays (L, …)")
    for i, sequence in enumerate(sequences):
        if not isinstance(sequence, np.ndarray) or sequence.ndim < 1:
            raise ContractError(f"{name}: sequences[{i}] is {described(sequence)}, want an array (L, …)")
        if (sequence.shape[1:], sequence.dtype) != (sequences[0].shape[1:], sequences[0].dtype):
            raise ContractError(
                f"{name}: sequences[{i}] is {sequence.dtype} {sequence.shape}, which does not go with"
                f" sequences[0], {sequences[0].dtype} {sequences[0].shape}"
            )


def _check_lengths(name: str, padded: Array, lengths: Array) -> None:
    if lengths.dtype.kind not in "iu" or lengths.shape != padded.shape[1:2]:
        raise ContractError(f"{name}: lengths is {lengths.dtype} {lengths.shape}, want {padded.shape[1]} whole numbers")
    for j, length in enumerate(lengths):
        if not 1 <= length <= len(padded):
            raise ContractError(f"{name}: lengths[{j}] is {length}, want 1 to T = {len(padded)}")


def _check_packed(name: str, packed: Any) -> Packed:
    if not isinstance(packed, tuple | list) or len(packed) != 4 or not all(isinstance(p, np.ndarray) for p in packed):
        raise ContractError(f"{name}: packed is {described(packed)}, want the arrays {', '.join(PACKED)}")
    data, sizes, order, unsorted = packed
    for part, array in zip(PACKED[1:], packed[1:], strict=True):
        if array.dtype.kind not in "iu" or array.ndim != 1:
            raise ContractError(f"{name}: {part} is {array.dtype} {array.shape}, want whole numbers in one axis")
    sizes = sizes.astype(np.int64)  # differences of unsigned numbers wrap
    if not len(sizes) or (sizes < 1).any() or (np.diff(sizes) > 0).any() or data.shape[:1] != (sizes.sum(),):
        raise ContractError(f"{name}: batch_sizes {sizes} do not divide the rows of data {data.shape}")
    if not all(sorted(p.tolist()) == list(range(sizes[0])) for p in (order, unsorted)):
        raise ContractError(f"{name}: sorted_indices and unsorted_indices are no orders of {sizes[0]} examples")
    if (order[unsorted] != np.arange(sizes[0])).any():
        raise ContractError(f"{name}: unsorted_indices {unsorted} do not undo sorted_indices {order}")
    return data, sizes, order, unsorted


class ContainerOperation(Operation):
    """An operation on sequences: `sequences[0]`, `sequences[1]`, … are one argument, the arrays of a packed batch another."""

    @property
    def dims(self) -> tuple[str, ...]:
        return ("m", "n", "T_x", "L", "L_max")  # and L0, L1, … of the sequences

    def run_inputs(self, dims: Dims, features: Iterable[str]) -> dict[str, str]:
        flat: dict[str, str] = {}
        for name, axes in self.arguments.items():
            if name == "sequences":
                flat |= {f"sequences[{i}]": f"L{i} n" for i in range(dims["m"])}
            elif name == "packed":
                flat |= _PACKED_AXES
            else:
                flat[name] = "m T_x n" if name == "padded" and "batch_first" in features else axes
        return flat | {name: self.options[name] for name in features}

    def expected(self, given: Iterable[str]) -> dict[str, str]:
        first = "batch_first" in set(given)
        return {n: "m T_x n" if first and n == "padded" else axes for n, axes in self.outputs.items()}

    def call(self, functions: Mapping[str, Callable[..., Any]], inputs: Arrays, parameters: Arrays) -> Any:
        arguments: list[Any] = []
        for name in self.arguments:
            if name == "sequences":
                arguments.append([array for key, array in inputs.items() if key.startswith("sequences[")])
            else:
                arguments.append(tuple(inputs[part] for part in PACKED) if name == "packed" else inputs[name])
        options = {
            n: inputs[n].item() if hasattr(inputs[n], "item") else inputs[n] for n in self.options if n in inputs
        }
        return functions[self.name](*arguments, **options)


LIKE_TORCH = "torch.nn.utils.rnn and nnabla.utils.rnn"


def _operation(
    function: Callable[..., Any], summary: str, arguments: dict[str, str], outputs: dict[str, str], options: str
) -> None:
    """What `function` is, as data: its summary too, because `python -OO` strips docstrings."""
    function.__doc__ = f"{summary}\n\n    {function.__doc__ or ''}"
    function.operation = ContainerOperation(  # type: ignore[attr-defined]
        name=function.__name__,
        kind=Kind.CONTAINER,
        summary=summary,
        source=f"{function.__name__} of {LIKE_TORCH}",
        arguments=arguments,
        outputs=outputs,
        options=dict.fromkeys(options.split(), ""),
    )


_PACKED_AXES = {"data": "L n", "batch_sizes": "L_max", "sorted_indices": "m", "unsorted_indices": "m"}
_PADDED = {"padded": "T_x m n"}

_operation(
    pad_sequence,
    "Sequences (L_i, n) side by side in one array (T, m, n), or (m, T, n), filled up with `padding_value`.",
    {"sequences": "list of (L, n)"},
    _PADDED,
    "batch_first padding_value",
)
_operation(
    pack_sequence,
    "Sequences (L_i, n) packed.",
    {"sequences": "list of (L, n)"},
    _PACKED_AXES,
    "enforce_sorted",
)
_operation(
    pack_padded_sequence,
    "A padded array (T, m, n), or (m, T, n), and its lengths, packed.",
    {**_PADDED, "lengths": "m"},
    _PACKED_AXES,
    "batch_first enforce_sorted",
)
_operation(
    pad_packed_sequence,
    "A packed batch padded again, in the order of its examples, and their lengths.",
    {"packed": "data, batch_sizes, sorted_indices, unsorted_indices"},
    {**_PADDED, "lengths": "m"},
    "batch_first padding_value total_length",
)

__all__ = ["pad_sequence", "pack_sequence", "pack_padded_sequence", "pad_packed_sequence"]
