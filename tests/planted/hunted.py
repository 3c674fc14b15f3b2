"""Candidates for a hunt: what is wrong with two options together, or only in some circumstances."""

import time
from collections.abc import Callable
from typing import Any

from rnnspec.conformance import Unsupported
from rnnspec.reference import FUNCTIONS

Functions = dict[str, Callable[..., Any]]


def reversed_from_c0() -> Functions:
    """A cell state to begin with is doubled where time runs backwards."""

    def lstm_forward(x: Any, a0: Any, p: Any, *, c0: Any = None, lengths: Any = None, reverse: bool = False) -> Any:
        c0 = 2 * c0 if reverse and c0 is not None else c0
        return FUNCTIONS["lstm_forward"](x, a0, p, c0=c0, lengths=lengths, reverse=reverse)

    return {"lstm_forward": lstm_forward}


def lengths_from_nothing() -> Functions:
    """Lengths are forgotten where no state is given."""

    def gru_forward(x: Any, a0: Any, p: Any, *, lengths: Any = None, reverse: bool = False) -> Any:
        lengths = None if a0 is None else lengths
        return FUNCTIONS["gru_forward"](x, a0, p, lengths=lengths, reverse=reverse)

    return {"gru_forward": gru_forward}


def kept_workspace() -> Functions:
    """What the call before has left is added where that was of another shape."""
    kept: dict[str, tuple[int, ...]] = {}

    def rnn_forward(x: Any, a0: Any, p: Any, **options: Any) -> Any:
        before, kept["shape"] = kept.get("shape", x.shape), x.shape
        a, y, cache = FUNCTIONS["rnn_forward"](x, a0, p, **options)
        return a + (before != x.shape), y, cache

    return {"rnn_forward": rnn_forward}


def one_cache() -> Functions:
    """The cache is the module's: a second forward takes it from the backward of the first."""
    kept: dict[str, Any] = {}

    def rnn_forward(x: Any, a0: Any, p: Any, **options: Any) -> Any:
        a, y, kept["cache"] = FUNCTIONS["rnn_forward"](x, a0, p, **options)
        return a, y, None

    def rnn_backward(da: Any, cache: Any, **options: Any) -> Any:
        return FUNCTIONS["rnn_backward"](da, kept["cache"], **options)

    return {"rnn_forward": rnn_forward, "rnn_backward": rnn_backward}


def layout_for_granted() -> Functions:
    """Numbers are read as they lie in memory."""

    def rnn_forward(x: Any, a0: Any, p: Any, **options: Any) -> Any:
        return FUNCTIONS["rnn_forward"](x.ravel("K").reshape(x.shape), a0, p, **options)

    return {"rnn_forward": rnn_forward}


def writing_into_its_input() -> Functions:
    def sigmoid(x: Any) -> Any:
        x *= 1
        return FUNCTIONS["sigmoid"](x)

    return {"sigmoid": sigmoid}


def shared_by_threads() -> Functions:
    """One buffer for all calls, filled a moment before it is read."""
    shared: dict[str, Any] = {}

    def sigmoid(x: Any) -> Any:
        shared["x"] = x
        time.sleep(0.01)
        return FUNCTIONS["sigmoid"](shared["x"])

    return {"sigmoid": sigmoid}


def now_and_then(every: int = 3) -> Functions:
    """Wrong at every third call, whatever is asked."""
    calls = [0]

    def sigmoid(x: Any) -> Any:
        calls[0] += 1
        return FUNCTIONS["sigmoid"](x) + (calls[0] % every == 0)

    return {"sigmoid": sigmoid}


def declining() -> Functions:
    def refused(*given: Any, **options: Any) -> Any:
        raise Unsupported("not today")

    return {"sigmoid": refused, "lstm_forward": refused}


CIRCUMSTANCES: dict[str, tuple[Callable[[], Functions], str]] = {
    "kept workspace": (kept_workspace, "behind calls at"),
    "one cache": (one_cache, "behind calls at"),
    "layout for granted": (layout_for_granted, "arrays"),
    "written into": (writing_into_its_input, "read-only arrays"),
    "shared by threads": (shared_by_threads, "beside calls at"),
}
CALLS_APART = ("kept workspace", "one cache", "shared by threads")  # what is wrong there needs a call before or beside
