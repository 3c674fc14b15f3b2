"""Expressions of the reference as MathML, node by node; a node without a reading is refused.

What stands for a sum, a root or a slope in the code is a function of one line, and is read by its line: `affine("f", v, p)` is
W_f v + b_f because gate.py says so. What is left are Python's operators and NumPy's functions.
"""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from . import calls
from .binding import ATOM, INDEXED, cases, table
from .symbols import element, fenced, gradient, joined, row, said, sign, symbol, word

OPERATORS = {
    **{ast.Add: ("+", 6), ast.Sub: ("−", 6), ast.Mult: ("⊙", 7), ast.MatMult: ("\u2062", 7)},
    **{ast.FloorDiv: ("÷", 7), ast.BitOr: ("∪", 5), ast.BitAnd: ("∩", 5)},
}
COMPARED = {
    **{ast.Gt: ">", ast.Lt: "<", ast.GtE: "≥", ast.LtE: "≤", ast.Eq: "=", ast.NotEq: "≠"},
    **{ast.In: "∈", ast.NotIn: "∉", ast.Is: "=", ast.IsNot: "≠"},
}
CONSTANTS = {None: "∅", True: "true", False: "false", ...: "…"}
SPACES = ("p", "parameters", "gradients", "total")  # whose keys are names of arrays


class Untranslated(ValueError):
    """A node of the code has no reading here, or was not read."""


class Expressions:
    """Reads expressions in the names of a function's module; `seen` has the nodes that were read."""

    def __init__(self, names: Mapping[str, Any], inlined: Callable[[Any], ast.expr | None]) -> None:
        self.names, self.inlined, self.seen = names, inlined, set[int]()

    def __call__(self, node: ast.AST, level: int = 0) -> str:
        """A node in MathML, in parentheses where it binds less than `level`. Raises Untranslated."""
        text, own = self.reading(node)
        return fenced(text) if own < level else text

    def reading(self, node: ast.AST) -> tuple[str, int]:
        """A node in MathML, and how close it binds. Raises Untranslated."""
        self.seen.add(id(node))
        reading = getattr(self, f"_{type(node).__name__}", None)
        if reading is None:
            raise Untranslated(f"no reading for {type(node).__name__}: {ast.unparse(node)}")
        text: str
        text, own = reading(node)
        return text, own

    def mark(self, *nodes: ast.AST) -> None:
        """These nodes, and all in them, are said by what stands around them."""
        self.seen.update(id(part) for node in nodes for part in ast.walk(node))

    def key(self, node: ast.expr) -> str:
        """A key of a dict, which is the name of an array."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self.mark(node)
            return symbol(node.value)
        return self(node)

    def _Name(self, node: ast.Name) -> tuple[str, int]:
        return symbol(node.id), ATOM

    def _Constant(self, node: ast.Constant) -> tuple[str, int]:
        if isinstance(node.value, str):
            return (symbol(node.value) if node.value.isidentifier() else said(node.value)), ATOM
        if isinstance(node.value, bool | None) or node.value is ...:
            return word(CONSTANTS[node.value]), ATOM
        return element("mn", repr(node.value)), ATOM

    def _JoinedStr(self, node: ast.JoinedStr) -> tuple[str, int]:
        """`dW{gate}` is d W with the index gate."""
        texts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
        if None not in texts:
            self.mark(node)
            return symbol("".join(map(str, texts))), ATOM
        parts = [self(part) for part in node.values]
        first = str(texts[0] or "")
        parts = parts[1:] if first else parts
        base = first.removeprefix("d")
        whole = element("msub", symbol(base), row(*parts)) if base else self._suffixed(parts)
        return (gradient(whole) if first.startswith("d") else whole), ATOM

    def _suffixed(self, parts: list[str]) -> str:
        return element("msub", parts[0], row(*parts[1:])) if len(parts) > 1 else parts[0]

    def _FormattedValue(self, node: ast.FormattedValue) -> tuple[str, int]:
        if node.conversion != -1:
            raise Untranslated(f"no reading for a conversion: {ast.unparse(node)}")
        return self(node.value), ATOM

    def _Attribute(self, node: ast.Attribute) -> tuple[str, int]:
        if node.attr == "T":
            return element("msup", self(node.value, INDEXED), sign("⊤")), INDEXED
        return row(self(node.value, INDEXED), sign("."), word(node.attr)), INDEXED

    def _Starred(self, node: ast.Starred) -> tuple[str, int]:
        return row(sign("…"), self(node.value, INDEXED)), ATOM

    def _Tuple(self, node: ast.Tuple) -> tuple[str, int]:
        inside = [self(part) for part in node.elts]
        return fenced(joined(inside) + (sign(",") if len(inside) == 1 else "")), ATOM

    def _List(self, node: ast.List) -> tuple[str, int]:
        return fenced(joined([self(part) for part in node.elts]), "[", "]"), ATOM

    def _Dict(self, node: ast.Dict) -> tuple[str, int]:
        rows = [
            row(self.key(key), sign("="), self(value)) if key else row(sign("…"), self(value, INDEXED))
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        return fenced(table([[each] for each in rows]) if rows else "", "{", "}"), ATOM

    def _UnaryOp(self, node: ast.UnaryOp) -> tuple[str, int]:
        signs = {ast.USub: ("−", 6), ast.Not: ("¬", 3), ast.Invert: ("¬", 8)}
        if type(node.op) not in signs:
            raise Untranslated(f"no reading for {type(node.op).__name__}: {ast.unparse(node)}")
        self.mark(node.op)
        text, own = signs[type(node.op)]
        return row(sign(text), self(node.operand, 8 if own == 6 else own + 1)), own

    def _BinOp(self, node: ast.BinOp) -> tuple[str, int]:
        self.mark(node.op)
        if isinstance(node.op, ast.Div):
            return element("mfrac", self(node.left), self(node.right)), 8
        if type(node.op) not in OPERATORS:
            raise Untranslated(f"no reading for {type(node.op).__name__}: {ast.unparse(node)}")
        text, own = OPERATORS[type(node.op)]
        if isinstance(node.op, ast.Mult) and isinstance(node.left, ast.Constant):
            text = "·"
        if isinstance(node.left, ast.List):
            text = "×"  # a list as often as that
        return row(self(node.left, own), sign(text), self(node.right, own + 1)), own

    def _BoolOp(self, node: ast.BoolOp) -> tuple[str, int]:
        self.mark(node.op)
        text, own = ("∧", 2) if isinstance(node.op, ast.And) else ("∨", 1)
        return joined([self(value, own + 1) for value in node.values], text), own

    def _Compare(self, node: ast.Compare) -> tuple[str, int]:
        parts = [self.key(node.left) if isinstance(node.left, ast.Constant) else self(node.left, 5)]
        for op, right in zip(node.ops, node.comparators, strict=True):
            self.mark(op)
            parts += [sign(COMPARED[type(op)]), self(right, 5)]
        return row(*parts), 4

    def _IfExp(self, node: ast.IfExp) -> tuple[str, int]:
        return cases((self(node.body), self(node.test)), self(node.orelse)), 0

    def _comprehended(self, node: Any, elt: str) -> tuple[str, int]:
        return fenced(row(elt, sign("∣"), joined([self(part) for part in node.generators])), "[", "]"), ATOM

    def _ListComp(self, node: ast.ListComp) -> tuple[str, int]:
        return self._comprehended(node, self(node.elt))

    _GeneratorExp = _ListComp

    def _DictComp(self, node: ast.DictComp) -> tuple[str, int]:
        return self._comprehended(node, row(self.key(node.key), sign("="), self(node.value)))

    def _comprehension(self, node: ast.comprehension) -> tuple[str, int]:
        if node.is_async:
            raise Untranslated(f"no reading for async: {ast.unparse(node)}")
        over = row(self(node.target), sign("∈"), self(node.iter))
        return joined([over, *(self(test) for test in node.ifs)]), 0

    def _Subscript(self, node: ast.Subscript) -> tuple[str, int]:
        named = isinstance(node.slice, ast.JoinedStr) or (
            isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
        )
        if named and isinstance(node.value, ast.Name) and node.value.id in SPACES:
            self.mark(node.value)
            return self.key(node.slice), ATOM
        if isinstance(node.slice, ast.Tuple):
            self.seen.add(id(node.slice))
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return element("msub", self(node.value, INDEXED), joined([self._place(part) for part in parts])), INDEXED

    def _place(self, node: ast.expr) -> str:
        """An index: `·` is all of an axis, `∗` an axis of length 1 that is put in."""
        if isinstance(node, ast.Constant) and node.value is None:
            self.mark(node)
            return sign("∗")
        return self.key(node)

    def _Slice(self, node: ast.Slice) -> tuple[str, int]:
        ends = [self(end) if end else "" for end in (node.lower, node.upper, *([node.step] if node.step else []))]
        return (
            (row(*(p for i, end in enumerate(ends) for p in ([sign(":")] if i else []) + [end])), 0)
            if any(ends)
            else (sign("·"), 0)
        )

    def _keyword(self, node: ast.keyword) -> tuple[str, int]:
        if node.arg is None:
            return row(sign("…"), self(node.value, INDEXED)), 0
        return row(symbol(node.arg), sign("="), self(node.value)), 0

    def _Call(self, node: ast.Call) -> tuple[str, int]:
        if (line := self.inlined(node)) is not None:
            self.mark(node.func)
            return self.reading(line)
        return calls.read(self, node)
