"""Values and expressions of a trace in the contract's symbols: names where the source has them, else what they are made of."""

from typing import Any

from rnnspec.reference import Kind
from rnnspec.reference.contract import MARKS

from .group import AND, GRADIENT, STATE
from .handing import handed_on
from .names import name_of
from .tape import KEPT, RESULT, Id, Node
from .trace import Trace

INFIX = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "matmul": "@", "greater": ">", "less": "<", "bitwise_or": "or",
}  # fmt: skip
MASKING = ("greater", "less")
PREFIX = {"negative": "-", "invert": "not "}
DEPTH = 3  # of what a value is made of
OF_EACH = {STATE: "each state", GRADIENT: "each gradient from behind"}


def labelled(trace: Trace, arg: Any, depth: int = DEPTH, at: int | None = None) -> str:
    """What a value is called, or else what it is made of; at a node a state has the name that it has in a step."""
    if type(arg) is not Id:
        return _number(arg)
    node = trace.tape.nodes[arg]
    if node.name == KEPT:
        return labelled(trace, node.args[0], depth, at)
    if at is not None and (state := _state_at(trace, arg, at)):
        return state
    if not node.place[0].module or node.name == RESULT:
        return node.place[0].function
    if result := _returned(trace, arg):
        return result
    if at_step := _at_step(trace, node):
        return at_step
    using = None if at is None else trace.tape.nodes[at].place[0]
    name = "" if _is_on_the_way(trace, arg) else name_of(node.place, using)
    return name or (of_node(trace, arg, depth - 1) if depth > 0 else "…")


def _state_at(trace: Trace, i: int, at: int) -> str:
    """What a state is called that enters the step of a node from another, or the gradient into one; "" for any other value."""
    node, step = trace.tape.nodes[i], trace.tape.nodes[at].step
    if step is None or node.step == step or trace.operation.kind is Kind.CELL:
        return ""
    begun = trace.begun_by(i)
    state = begun or handed_on(trace, trace.is_back(i)).get(i, "")
    return f"{state}_{'next' if state[0] == 'd' and state not in trace.operation.states else 'prev'}" if state else ""


def _is_on_the_way(trace: Trace, i: int) -> bool:
    """Whether a value is not yet what its expression gives, as a sum of some of the terms."""
    node = trace.tape.nodes[i]
    users = (trace.tape.nodes[user] for user in trace.users[i])
    return any(user.place == node.place and user.step == node.step for user in users)


def _at_step(trace: Trace, node: Node) -> str:
    """What is given over time, at one step, as operations of a step have it: `qt`, `do_t`; "" for any other value."""
    if node.name != "[]" or type(node.args[1]) is not int:
        return ""
    whole = labelled(trace, node.args[0], 1)
    when = "" if whole in MARKS else "_t" if whole[0] == "d" else "t"
    return f"{whole}{when}" if whole in trace.inputs else ""


def _returned(trace: Trace, i: int) -> str:
    """The name under which a value that is joined over time is returned, "" for any other."""
    while trace.tape.nodes[i].name in ("stack", "transpose") and len(trace.users[i]) == 1:
        i = trace.users[i][0]
    node = trace.tape.nodes[i]
    return node.place[0].function if node.name == RESULT and trace.tape.nodes[i].args else ""


def entering_words(name: str, trace: Trace) -> str:
    """A state or the gradient into one, or several or all of these, as they enter a step."""
    gradients = {f"d{state}" for state in trace.operation.states}
    each = (f"{one}_next" if one in gradients else f"{one}_prev" for one in name.split(AND))
    return OF_EACH.get(name) or AND.join(each)


def of_node(trace: Trace, i: int, depth: int = DEPTH, operator: str = "", swapped: bool = False) -> str:
    """What a node computes."""
    return written(
        trace,
        i,
        [labelled(trace, arg, depth, i) for arg in trace.tape.nodes[i].args],
        operator,
        swapped,
    )


def with_part(trace: Trace, i: int, a: int, part: str) -> str:
    """What a node computes with another text for one of its operands."""
    node = trace.tape.nodes[i]
    parts = [labelled(trace, arg, at=i) for arg in node.args]
    square = len(node.args) == 2 and node.args[0] == node.args[1]
    parts = [part if b == a or square else text for b, text in enumerate(parts)]
    return written(trace, i, parts)


def written(trace: Trace, i: int, parts: list[str], operator: str = "", swapped: bool = False) -> str:
    """What a node computes of operands that are told by these texts."""
    name = trace.tape.nodes[i].name
    if not trace.tape.nodes[i].place[0].module or name == RESULT:
        return trace.tape.nodes[i].place[0].function
    if name == KEPT:
        return parts[0]
    if name in MASKING and "lengths" in parts:  # which is asked of each step
        parts = [part if type(arg) is Id else "t" for arg, part in zip(trace.tape.nodes[i].args, parts, strict=True)]
    if name in INFIX or operator:
        return _infix(operator or INFIX[name], *(parts[::-1] if swapped else parts))
    if name in PREFIX:
        is_turned = parts[0][0] == "-" or _has(parts[0], "+-")
        return f"{PREFIX[name]}{whole(parts[0]) if is_turned else parts[0]}"
    if name == "T":
        return f"{whole(parts[0])}.T"
    if name == "[]":
        return _taken(trace, i, parts[0])
    if name in ("concatenate", "stack"):
        inner = parts[:-1][::-1] if swapped else parts[:-1]
        shown = inner if len(inner) < 5 else [inner[0], "…", inner[-1]]
        return f"{'[' if name == 'concatenate' else 'stack('}{'; '.join(shown)}{']' if name == 'concatenate' else ')'}"
    if name in ("sum", "max"):
        return f"{whole(parts[0])}.{name}(axis={trace.tape.nodes[i].args[1]})"
    if name == "where":
        return f"{parts[0]} where {f'({parts[2]})' if ' where ' in parts[2] else parts[2]}{'' if parts[1] == '0' else f', else {parts[1]}'}"
    if name in ("transpose", "full"):
        return parts[name == "full"]
    return f"{name}({parts[0]})" if name != "zeros" else "0"


def _taken(trace: Trace, i: int, whole_text: str) -> str:
    node = trace.tape.nodes[i]
    if whole_text == "0" and isinstance(node.args[1], slice):
        return "0"
    if at_step := _at_step(trace, node):
        is_number = not any(map(str.isalpha, whole_text))
        own = whole_text == labelled(trace, node.args[0])
        return at_step if own else whole_text if is_number else f"{whole_text} of this step"
    return f"{whole(whole_text)}[{key_text(node.args[1])}]"


def _bare(text: str) -> str:
    """What stands in no brackets."""
    depth, found = 0, []
    for sign in text:
        depth += sign in "(["
        found += [] if depth else [sign]
        depth -= sign in ")]"
    return "".join(found)


def _has(text: str, signs: str) -> bool:
    return any(f" {sign} " in _bare(text) for sign in signs)


def _infix(sign: str, one: str, two: str) -> str:
    """Two operands; behind a minus or a quotient also in brackets what would be taken for more of it."""
    loose = {"*": "+-", "/": "+-", "@": "+-*/"}.get(sign, "")
    behind = {"-": "+-", "/": "+-*/"}.get(sign, loose)
    return f"{_within(one, loose)} {sign} {_within(two, behind)}"


def _within(text: str, loose: str) -> str:
    """A part of an expression, in brackets where its own signs would hold less."""
    return f"({text})" if _has(text, loose) or " where " in _bare(text) else text


def turned(text: str) -> str:
    """With the other sign."""
    return text[1:] if text[0] == "-" and " " not in _bare(text) else f"-{whole(text)}"


def whole(text: str) -> str:
    """In brackets, where a sum or a product stands in none, or a sign."""
    return f"({text})" if text[0] == "-" or " " in _bare(text) else text


def key_text(key: Any) -> str:
    """What stands in the brackets of what is taken of an array."""
    if isinstance(key, slice):
        start, stop, step = ("" if one is None else one for one in (key.start, key.stop, key.step))
        return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"
    return ", ".join(map(key_text, key)) if isinstance(key, tuple) else "…" if key is Ellipsis else str(key)


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
