"""Values and expressions of a trace in the contract's symbols: names where the source has them, else what they are made of."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

from .places import HOME, Expression
from .tape import RESULT, Id
from .trace import Trace

INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "matmul": "@"}
DEPTH = 3  # of what a value is made of


def labelled(trace: Trace, arg: Any, depth: int = DEPTH) -> str:
    """What a value is called, or else what it is made of."""
    if type(arg) is not Id:
        return _number(arg)
    node = trace.tape.nodes[arg]
    if not node.place[0].module:
        return node.place[0].function
    if node.name == RESULT:
        return node.place[0].function
    if result := _returned(trace, arg):
        return result
    for expression in node.place:
        if name := assigned(expression):
            return name
        if not returned(expression):
            break
    return of_node(trace, arg, depth - 1)


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
        [labelled(trace, arg, depth) if depth > 0 else "…" for arg in trace.tape.nodes[i].args],
        operator,
        swapped,
    )


def with_part(trace: Trace, i: int, a: int, part: str) -> str:
    """What a node computes with another text for one of its operands."""
    node = trace.tape.nodes[i]
    parts = [labelled(trace, arg) for arg in node.args]
    square = len(node.args) == 2 and node.args[0] == node.args[1]
    parts = [part if b == a or square else text for b, text in enumerate(parts)]
    return _written(trace, i, parts)


def _written(trace: Trace, i: int, parts: list[str], operator: str = "", swapped: bool = False) -> str:
    name = trace.tape.nodes[i].name
    if not trace.tape.nodes[i].place[0].module:
        return trace.tape.nodes[i].place[0].function
    if name == RESULT:
        return trace.tape.nodes[i].place[0].function
    if name in INFIX or operator:
        sign = operator or INFIX[name]
        tight = sign in "*@/"
        one, two = (f"({p})" if tight and any(f" {s} " in p for s in "+-") and not _wrapped(p) else p for p in parts)
        return f"{one} {sign} {two}"
    if name == "negative":
        return f"-{parts[0]}"
    if name == "T":
        return f"{parts[0]}.T"
    if name == "[]":
        return f"{parts[0]}[{_key(trace.tape.nodes[i].args[1])}]"
    if name in ("concatenate", "stack"):
        inner = parts[:-1][::-1] if swapped else parts[:-1]
        shown = inner if len(inner) < 5 else [inner[0], "…", inner[-1]]
        return f"{'[' if name == 'concatenate' else 'stack('}{'; '.join(shown)}{']' if name == 'concatenate' else ')'}"
    if name in ("sum", "max"):
        return f"{parts[0]}.{name}(axis={trace.tape.nodes[i].args[1]})"
    if name in ("transpose", "where"):
        return parts[0]
    return f"{name}({parts[0]})" if name != "zeros" else "0"


def _wrapped(text: str) -> bool:
    return text.startswith("(") and text.endswith(")")


def _key(key: Any) -> str:
    if isinstance(key, slice):
        return f"{'' if key.start is None else key.start}:{'' if key.stop is None else key.stop}"
    return ", ".join(map(_key, key)) if isinstance(key, tuple) else "…" if key is Ellipsis else str(key)


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


@cache
def _parsed(module: str) -> tuple[ast.Module, dict[tuple[int, int, int, int], str], set[tuple[int, int, int, int]]]:
    """A module's tree, names that expressions are assigned to, and the expressions that are returned."""
    try:
        tree = ast.parse(Path(HOME, f"{module}.py").read_text(encoding="utf-8"))
    except OSError:  # only bytecode is installed: values are told by what they are made of
        tree = ast.parse("")
    names: dict[tuple[int, int, int, int], str] = {}
    ends: set[tuple[int, int, int, int]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            _assign(node.targets[0], node.value, names)
        if isinstance(node, ast.Return) and node.value is not None:
            ends.add(_span(node.value))
    return tree, names, ends


def _assign(target: ast.expr, value: ast.expr, names: dict[tuple[int, int, int, int], str]) -> None:
    if isinstance(target, ast.Name):
        names[_span(value)] = target.id
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, two in zip(target.elts, value.elts, strict=True):
            _assign(one, two, names)


def _span(node: ast.expr) -> tuple[int, int, int, int]:
    return node.lineno, node.end_lineno or 0, node.col_offset, node.end_col_offset or 0


def assigned(expression: Expression) -> str:
    """The name that an expression's value gets, "" where it gets none."""
    return _parsed(expression.module)[1].get(expression[2:], "") if expression.line else ""


def returned(expression: Expression) -> bool:
    return bool(expression.line) and expression[2:] in _parsed(expression.module)[2]
