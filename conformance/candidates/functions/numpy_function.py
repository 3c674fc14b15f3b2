"""A function of NumPy as a candidate, by its description."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..described.candidate import Described, described
from ..described.description import Description
from ..described.explicit import Explicit, backward_words, called, gradient_words
from ..described.pattern import BadDescription, Pattern
from ..recurrent.layer import Operations


def numpy_function(
    forward: Callable[..., Any],
    backward: Callable[..., Any] | None = None,
    *,
    like: str,
    weights: dict[str, str],
    gates: str = "",
    layout: str = "tbf",
    state: str = "bf",
    takes: str,
    returns: str = "",
    backward_takes: str = "",
    backward_returns: str = "",
) -> Described:
    """A candidate of a forward over time and its backward, which are called by the words of `takes` and `backward_takes`.

    `weights` has, by what stands in it, a name for each weight, with `.T` where it is turned; the words of a call are what stands
    in it. A forward with a backward returns `y, h, c, cache` unless `returns` says otherwise, the backward takes `dy, dh, dc, cache`
    and returns `dx, dh, dc` and the gradients of the weights in their order. Raises BadDescription where the functions are
    not as they are described.
    """
    if not isinstance(weights, dict):
        raise BadDescription("weights are names by what stands in them, such as {'Wx': 'Wx', 'b': 'b'}")

    def make(description: Description) -> Operations:
        ahead = called(forward, description.pattern, description.result)
        if backward is None:
            return Explicit(description, ahead).operations()
        known = gradient_words(description)
        into = ", ".join(["dy", *(f"d{word}" for word in description.letters), "cache"])
        taken = Pattern(backward_takes or into, backward_words(description), "backward_takes")
        given = Pattern(backward_returns or ", ".join(known), known, "backward_returns")
        back = called(backward, taken, given)
        return Explicit(description, ahead, back, tuple(taken.words), tuple(given.words)).operations()

    if backward and not returns:
        returns = f"y, {'h, c' if like.startswith('lstm') else 'h'}, cache"
    name = str(getattr(forward, "__name__", type(forward).__name__))
    return described(
        name, f"numpy {np.__version__}", Description(like, weights, gates, layout, state, takes, returns), make
    )
