"""Values and expressions of a trace in the contract's symbols: names where the source has them, else what they are made of."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from rnnspec.reference import Kind

from .handing import handed_on
from .places import REFERENCE, Place
from .tape import KEPT, RESULT, Id, Node
from .trace import Trace

INFIX = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "matmul": "@", "greater": ">", "less": "<", "bitwise_or": "or",
}  # fmt: skip
PREFIX = {"negative": "-", "invert": "not "}
DEPTH = 3  # of what a value is made of


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
    name = "" if _is_on_the_way(trace, arg) else name_of(node.place)
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
    return f"{whole}{'_t' if whole[0] == 'd' else 't'}" if whole in trace.inputs else ""


def _returned(trace: Trace, i: int) -> str:
    """The name under which a value that is joined over time is returned, "" for any other."""
    while trace.tape.nodes[i].name in ("stack", "transpose") and len(trace.users[i]) == 1:
        i = trace.users[i][0]
    node = trace.tape.nodes[i]
    return node.place[0].function if node.name == RESULT and trace.tape.nodes[i].args else ""


def of_node(trace: Trace, i: int, depth: int = DEPTH, operator: str = "", swapped: bool = False) -> str:
    """What a node computes."""
    return _written(
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
    return _written(trace, i, parts)


def _written(trace: Trace, i: int, parts: list[str], operator: str = "", swapped: bool = False) -> str:
    name = trace.tape.nodes[i].name
    if not trace.tape.nodes[i].place[0].module or name == RESULT:
        return trace.tape.nodes[i].place[0].function
    if name == KEPT:
        return parts[0]
    if name in INFIX or operator:
        sign = operator or INFIX[name]
        loose = {"*": "+-", "/": "+-", "@": "+-*/"}.get(sign, "")
        one, two = (f"({p})" if _has(p, loose) else p for p in parts)
        return f"{two} {sign} {one}" if swapped else f"{one} {sign} {two}"
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
        return f"{parts[0]} where {parts[2]}{'' if parts[1] == '0' else f', else {parts[1]}'}"
    if name in ("transpose", "full"):
        return parts[name == "full"]
    return f"{name}({parts[0]})" if name != "zeros" else "0"


def _taken(trace: Trace, i: int, whole_text: str) -> str:
    node = trace.tape.nodes[i]
    if whole_text == "0" and isinstance(node.args[1], slice):
        return "0"
    return _at_step(trace, node) or f"{whole(whole_text)}[{_key(node.args[1])}]"


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


def whole(text: str) -> str:
    """In brackets, where a sum or a product stands in none, or a sign."""
    return f"({text})" if text[0] == "-" or " " in _bare(text) else text


def _key(key: Any) -> str:
    if isinstance(key, slice):
        start, stop, step = ("" if one is None else one for one in (key.start, key.stop, key.step))
        return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"
    return ", ".join(map(_key, key)) if isinstance(key, tuple) else "…" if key is Ellipsis else str(key)


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


Span = tuple[int, int, int, int]


Route = tuple[int, ...]  # into tuples: () is the whole


class Names(NamedTuple):
    """Of a module: what expressions are assigned to, each part of them by its path; where in what is returned an expression is, or a name of
    a function.
    """

    assigned: dict[Span, dict[Route, str]]
    returned: dict[Span, Route]
    passed: dict[tuple[str, str], Route]


@cache
def _parsed(module: str) -> Names:
    try:
        tree = ast.parse(Path(sys.modules[REFERENCE + module.replace("/", ".")].__file__ or "").read_text("utf-8"))
    except (OSError, KeyError, ValueError):  # only bytecode is installed: values are told by what they are made of
        tree = ast.parse("")
    names = Names({}, {}, {})
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                _assign(node.targets[0], node.value, names)
            if isinstance(node, ast.Return) and node.value is not None:
                _return(node.value, (), function.name, names)
    return names


def _assign(target: ast.expr, value: ast.expr, names: Names) -> None:
    own = names.assigned.setdefault(_span(value), {})
    if isinstance(target, ast.Name):
        own[()] = target.id
        if isinstance(value, ast.Dict):
            for key, part in zip(value.keys, value.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    letter = key.value if len(key.value) > 1 else f"{target.id}{key.value}"
                    names.assigned.setdefault(_span(part), {})[()] = letter
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, two in zip(target.elts, value.elts, strict=True):
            _assign(one, two, names)
    elif isinstance(target, ast.Tuple):
        own |= dict(_parts(target, ()))


def _parts(target: ast.Tuple, path: Route) -> Iterator[tuple[Route, str]]:
    """The names that parts of a value get, by their paths."""
    for place, part in enumerate(target.elts):
        if isinstance(part, ast.Name) and part.id != "_":
            yield (*path, place), part.id
        elif isinstance(part, ast.Tuple):
            yield from _parts(part, (*path, place))


def _return(value: ast.expr, path: Route, function: str, names: Names) -> None:
    names.returned[_span(value)] = path
    if isinstance(value, ast.Name):
        names.passed[function, value.id] = path
    for place, part in enumerate(value.elts if isinstance(value, ast.Tuple) else ()):
        _return(part, (*path, place), function, names)


def _span(node: ast.expr) -> Span:
    return node.lineno, node.end_lineno or 0, node.col_offset, node.end_col_offset or 0


def name_of(place: Place) -> str:
    """The name that a value gets where it is computed, or where what computes it is called: the last on its way out; "" where it gets none."""
    name, path = "", Route()
    for expression in place:
        if not expression.line:
            break
        names, span = _parsed(expression.module), expression[2:]
        own = names.assigned.get(span, {}).get(path, "")
        further = names.passed.get((expression.function, own)) if own else names.returned.get(span)
        name = own or name
        if further is None:
            break
        path = further if own else (*further, *path)
    return name
