"""Functions of a shared library, called with pointers and integers."""

import ctypes
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import ContractError

from ...candidate import Unsupported
from ..described.explicit import Call, Words
from ..described.pattern import BadDescription

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
                raise BadDescription(f"{what}={text!r} has {word!r}, want some of {', '.join(dict.fromkeys(among))}")
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
