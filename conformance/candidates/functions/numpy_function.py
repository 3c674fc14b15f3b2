"""A function of NumPy as a candidate, by its description."""

from collections.abc import Callable
from typing import Any, Unpack

import numpy as np

from ..described.candidate import Described, described
from ..described.description import Description, Said, states
from ..described.explicit import Call, Explicit, backward_words, called, gradient_words
from ..described.pattern import Pattern
from ..recurrent.layer import Operations


def numpy_function(
    forward: Callable[..., Any],
    backward: Callable[..., Any] | None = None,
    *,
    backward_takes: str = "",
    backward_returns: str = "",
    **said: Unpack[Said],
) -> Described:
    """A candidate of a forward over time and its backward, which are called by the words of `takes` and `backward_takes`.

    `weights` has, by what stands in it, a name for each weight, with `.T` where it is turned; the words of a call are what stands
    in it. A forward with a backward returns `y, h, c, cache` unless `returns` says otherwise, the backward takes `dy, dh, dc, cache`
    and returns `dx, dh, dc` and the gradients of the weights in their order. Raises BadDescription where the functions are
    not as they are described.
    """
    words = states(said.get("like", ""))
    usual = {"layout": "tbf", "returns": f"y, {words}, cache" if backward else f"y, {words}"}
    description = Description.of(usual, **said)

    def make(description: Description) -> Operations:
        ahead = called(forward, description.pattern, description.result)
        if backward is None:
            return Explicit(description, ahead).operations()
        return _with(description, ahead, backward, backward_takes, backward_returns)

    return described(str(getattr(forward, "__name__", "forward")), f"numpy {np.__version__}", description, make)


def _with(d: Description, ahead: Call, backward: Callable[..., Any], takes: str, returns: str) -> Operations:
    """A forward with its backward, which takes and returns what is usual where nothing is said."""
    known = gradient_words(d)
    usual = ", ".join(["dy", *(f"d{word}" for word in d.letters), "cache"])
    taken = Pattern(takes or usual, backward_words(d), "backward_takes")
    given = Pattern(returns or ", ".join(known), known, "backward_returns")
    back = called(backward, taken, given)
    return Explicit(d, ahead, back, tuple(taken.words), tuple(given.words)).operations()
