"""What is joined and enters a product, with another value for one of its parts."""

from ...trace.replaying import Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, with_part
from .editing import MOST, filled
from .forms import Function, Value


def joined_in(trace: Trace, arg: int) -> int | None:
    """The concatenation that an operand is, or is the transpose of."""
    arg = trace.origin(arg)
    if trace.tape.nodes[arg].name == "T" and type(trace.tape.nodes[arg].args[0]) is Id:
        arg = trace.origin(trace.tape.nodes[arg].args[0])
    node = trace.tape.nodes[arg]
    is_joined = node.name == "concatenate" and (node.step is not None or len(node.args) == MOST)
    return arg if is_joined else None


def rejoined(r: Replay, i: int, a: int, part: int, value: Value | None) -> Value | None:
    """The whole with another value for a part."""
    arg = r.trace.tape.nodes[i].args[a]
    joined = joined_in(r.trace, arg)
    if joined is None or value is None:
        return None
    whole = r.with_argument(joined, part, value)
    return whole.T if r.trace.tape.nodes[arg].name == "T" else whole


def turned(r: Replay, i: int, a: int) -> Value | None:
    """The parts in the other order."""
    arg = r.trace.tape.nodes[i].args[a]
    if (joined := joined_in(r.trace, arg)) is None:
        return None
    node = r.trace.tape.nodes[joined]
    whole = node.function(*(r.argument(joined, part) for part in reversed(range(len(node.args) - 1))), node.args[-1])
    return whole.T if r.trace.tape.nodes[arg].name == "T" else whole


def turned_text(r: Replay, i: int, a: int) -> str:
    arg = r.trace.tape.nodes[i].args[a]
    joined = joined_in(r.trace, arg)
    assert joined is not None
    parts = r.trace.tape.nodes[joined].args[-2::-1]
    whole = f"[{'; '.join(labelled(r.trace, part, at=i) for part in parts)}]"
    return f"{whole}.T" if r.trace.tape.nodes[arg].name == "T" else whole


def reformed(r: Replay, i: int, a: int, part: int, of: Function) -> Value | None:
    joined = joined_in(r.trace, r.trace.tape.nodes[i].args[a])
    return None if joined is None else rejoined(r, i, a, part, of(r.argument(joined, part)))


def rejoined_text(r: Replay, i: int, a: int, part: int, text: str) -> str:
    arg = r.trace.tape.nodes[i].args[a]
    joined = joined_in(r.trace, arg)
    assert joined is not None
    whole = with_part(r.trace, joined, part, text)
    return f"{whole}.T" if r.trace.tape.nodes[arg].name == "T" else whole


def reformed_text(r: Replay, i: int, a: int, part: int, text: str) -> str:
    joined = joined_in(r.trace, r.trace.tape.nodes[i].args[a])
    assert joined is not None
    return rejoined_text(r, i, a, part, filled(text, labelled(r.trace, r.trace.tape.nodes[joined].args[part], at=i)))
