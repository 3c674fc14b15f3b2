"""A function of a shared library as a candidate, by its description: arrays go as pointers, sizes as integers."""

import ctypes
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Unpack

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import ContractError

from ...candidate import Unsupported
from ..described.candidate import Described, described
from ..described.description import Description, Said
from ..described.explicit import Call, Explicit, Words, backward_words, gradient_words
from ..described.pattern import BadDescription
from ..recurrent.layer import Operations

READ = ("x", "h", "c", "lengths")  # what a forward reads beside weights and sizes
BESIDE, UNTOUCHED = 64, 0.7109375  # elements on either side of what is written, and their value
SIZES = ("n_x", "n_a", "m", "T_x")  # integers, by the contract's names of axes
INTEGERS = {"int": ctypes.c_int, "long": ctypes.c_long, "size_t": ctypes.c_size_t, "int64": ctypes.c_int64}


@dataclass(frozen=True)
class Signature:
    """The arguments of a C function: words, `>word` for what it writes."""

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    order: tuple[str, ...]

    @classmethod
    def of(cls, text: str, known: list[str], written: list[str], what: str) -> "Signature":
        order = tuple(word.strip() for word in text.split(",") if word.strip())
        reads = tuple(word for word in order if not word.startswith(">"))
        writes = tuple(word[1:].strip() for word in order if word.startswith(">"))
        for word, among in [*((w, [*SIZES, *known]) for w in reads), *((w, written) for w in writes)]:
            if word not in among:
                raise BadDescription(f"{what}={text!r} has {word!r}, want some of {', '.join(among)}")
        return cls(reads, writes, order)


@dataclass(frozen=True)
class Room:
    """Where a function writes an array, and what stands beside it."""

    whole: NDArray[Any]
    array: NDArray[Any]

    @classmethod
    def of(cls, word: str, shape: tuple[int, ...], dtype: str) -> "Room":
        """Gradients may be added to and begin at 0; of all else, what is not written is no number."""
        whole = np.full(math.prod(shape) + 2 * BESIDE, UNTOUCHED, dtype)
        array = whole[BESIDE:-BESIDE].reshape(shape)
        array[...] = 0 if word.startswith("d") else np.nan
        return cls(whole, array)

    @property
    def kept(self) -> bool:
        """Whether nothing is written beside it."""
        return bool(np.all(self.whole[:BESIDE] == UNTOUCHED) and np.all(self.whole[-BESIDE:] == UNTOUCHED))


@dataclass(frozen=True)
class Library:
    """A shared library, whose functions compute in one dtype and count in one type of integers."""

    file: Path
    dtype: str
    integer: Any

    @classmethod
    def of(cls, library: str | Path, dtype: str, integer: str) -> "Library":
        for what, value, known in (("dtype", dtype, ("float32", "float64")), ("integer", integer, INTEGERS)):
            if value not in known:
                raise BadDescription(f"{what}={value!r}, want one of {', '.join(known)}")
        return cls(Path(library), dtype, INTEGERS[integer])

    def function(self, name: str, signature: Signature, shapes: Callable[[Words], dict[str, Any]]) -> Call:
        """A function of words. What it writes has the shape that its word has."""
        try:
            found = getattr(ctypes.CDLL(str(self.file.resolve())), name)
        except OSError as error:
            raise BadDescription(f"{self.file}: {error}") from None
        except AttributeError:
            raise BadDescription(f"{self.file} has no function {name!r}") from None
        found.restype = None

        def call(words: Words) -> Words:
            if (dtype := words["x"].dtype) != self.dtype:
                raise Unsupported(f"{name} computes in {self.dtype}, not in {dtype}")
            rooms = {w: Room.of(w, shape, self.dtype) for w, shape in shapes(words).items() if w in signature.writes}
            given = {word: self._passed(words, word) for word in signature.reads}
            pointers = {f">{word}": _pointer(room.array) for word, room in rooms.items()}
            found(*({**given, **pointers}[word.replace("> ", ">")] for word in signature.order))
            if beyond := [word for word, room in rooms.items() if not room.kept]:
                raise ContractError(f"{name} wrote beyond {', '.join(beyond)}")
            return {word: room.array for word, room in rooms.items()}

        return call

    def _passed(self, words: Words, word: str) -> Any:
        if word in SIZES:
            return self.integer(words[word])
        if word == "lengths":
            return None if words[word] is None else _pointer(np.ascontiguousarray(words[word], self.integer))
        return _pointer(words[word])


def _pointer(array: NDArray[Any]) -> Any:
    return array.ctypes.data_as(ctypes.c_void_p)


def c_function(
    library: str | Path,
    forward: str,
    backward: str = "",
    *,
    backward_takes: str = "",
    dtype: str = "float64",
    integer: str = "int",
    **said: Unpack[Said],
) -> Described:
    """A candidate of a library's functions over time, whose arguments are `takes` and `backward_takes`, in order.

    A word is a pointer to what it stands for, `>word` to room for what the function writes: `>y, >h, >c, >cs`, and of a backward
    `>dx, >dh, >dc` and `>d` of what stands in a weight. `n_x, n_a, m, T_x` are integers. All arrays are without gaps in
    C order, by the letters of `layout` and `state`; a weight is `.T` where it is turned. Raises BadDescription.
    """
    file, takes = Library.of(library, dtype, integer), said.get("takes", "")
    reads = [word for word in _words(takes, False) if word in READ]
    own: Said = {**said, "takes": ", ".join(reads), "returns": ", ".join(_words(takes, True))}

    def make(d: Description) -> Operations:
        run = file.function(forward, Signature.of(takes, d.pattern.known, d.result.known, "takes"), partial(_shapes, d))
        if not backward:
            return Explicit(d, run).operations()
        back = Signature.of(backward_takes, backward_words(d), gradient_words(d), "backward_takes")
        return Explicit(
            d, run, file.function(backward, back, partial(_shapes, d)), back.reads, back.writes
        ).operations()

    return described(forward, f"{Path(library).name}, {dtype}", Description.of({"layout": "tbf"}, **own), make)


def _words(text: str, written: bool) -> list[str]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    return [word.removeprefix(">").strip() for word in words if word.startswith(">") is written]


def _shapes(description: Description, words: Words) -> dict[str, tuple[int, ...]]:
    """The shapes of all that a function may write."""
    sizes = {"t": words["T_x"], "b": words["m"], "f": words["n_a"], "1": 1}
    every = tuple(sizes[letter] for letter in description.layout)
    found = {"y": every, "cs": every, "dx": words["x"].shape}
    for word in description.letters:
        found[word] = found[f"d{word}"] = tuple(sizes[letter] for letter in description.state)
    return found | {f"d{key}": words[key].shape for key in description.names}
