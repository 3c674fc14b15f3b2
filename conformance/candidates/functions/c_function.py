"""A function of a shared library as a candidate, by its description: arrays go as pointers, sizes as integers."""

from functools import partial
from pathlib import Path
from typing import Unpack

from ..described.candidate import Described, described
from ..described.description import Description, Said
from ..described.explicit import Explicit, Words, backward_words, gradient_words
from ..recurrent.layer import Operations
from .library import Library, Signature

READ = ("x", "h", "c", "lengths")  # what a forward reads beside weights and sizes


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
