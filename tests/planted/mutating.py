"""Mistakes that no list has: each expression of a text by what a person may write there instead, one at a time.

The texts are writings/apart_*.py, those of layers and those of recurrences each by themselves, and layers that are organised
otherwise: in arrays over time, or with masks that are multiplied with. Nothing here knows what the kit can explain.
"""

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from typing import NamedTuple

from planted import modules
from planted.planting import FAMILIES, FOLDER, RECURRENCES, Functions
from rnnspec.reference import OPERATIONS

OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.Div),
    ast.Div: (ast.Mult,),
}
COMPARED: dict[type[ast.cmpop], tuple[str, ...]] = {ast.Gt: ("<", ">="), ast.LtE: (">",)}
OF_ONE = ("np.tanh", "sigmoid", "slope", "bump", "np.exp", "np.cos")  # each by another, and by its argument
ORDERS = {"ofic": ("ifoc", "fioc", "oifc", "ofci"), "urc": ("ruc",), "oic": ("ioc",)}
SIZES = {"n", "m", "T_x"}  # names of numbers, which no array stands for
WRITTEN = ("apart_cells", "apart_lstms", "apart_sequences")
ORGANISED = ("vectorised", "blended")  # each a text of its own
OF_RECURRENCES = tuple(name for name in RECURRENCES if name != "apart_recurrences")  # which has no equations
HELD = {
    "kept",
    "caches",
    "cache",
    "found",
    "grads",
    "valid",
    "lengths",
    "parameters",
    "into",
    "memory",
    "named",
    "like",
}
COUNTS = SIZES | HELD | {"t", "j", "heads", "keys", "batch", "time", "width", "shape", "name"}
OF_ONE_MORE = ("tanh", "sigmoid", "bump", "np.exp", "softplus", "np.sqrt", "np.expm1", "np.abs", "positive")


class Mutant(NamedTuple):
    module: str
    line: int
    function: str
    old: str
    new: str
    begin: int
    end: int

    @property
    def id(self) -> str:
        return f"{self.module}:{self.line} {self.function}: {self.old} -> {self.new}"

    @property
    def text(self) -> str:
        whole = _text(self.module).encode()
        return (whole[: self.begin] + self.new.encode() + whole[self.end :]).decode()

    def functions(self) -> Functions:
        """The operations of the text with this mistake in it."""
        names = (self.module,) if self.module in ORGANISED else FAMILIES
        texts = {name: _text(name) for name in names} | {self.module: self.text}
        functions = vars(modules.loaded(texts)[names[-1]])
        return {name: functions[name] for name in OPERATIONS if name in functions}


def sample(count: int, seed: int, texts: Sequence[str] = WRITTEN) -> list[Mutant]:
    """So many, as many of each function as can be."""
    random, by_function = Random(seed), dict[tuple[str, str], list[Mutant]]()
    for mutant in mutants(texts):
        by_function.setdefault((mutant.module, mutant.function), []).append(mutant)
    for own in by_function.values():
        random.shuffle(own)
    found: list[Mutant] = []
    while len(found) < count and any(by_function.values()):
        found += [own.pop() for own in by_function.values() if own]
    return found[:count]


@cache
def named(texts: Sequence[str] = WRITTEN) -> dict[str, list[Mutant]]:
    """All of them, by what they are called."""
    found: dict[str, list[Mutant]] = {}
    for mutant in mutants(texts):
        found.setdefault(mutant.id, []).append(mutant)
    return found


def mutants(texts: Sequence[str] = WRITTEN) -> Iterator[Mutant]:
    """All of them, in the order of the texts."""
    for module in texts:
        tree = ast.parse(_text(module))
        for outer in tree.body:
            for function in [outer] if isinstance(outer, ast.FunctionDef) else ast.iter_child_nodes(outer):
                if isinstance(function, ast.FunctionDef):
                    name = function.name if outer is function else f"{getattr(outer, 'name', '')}.{function.name}"
                    yield from _of_function(module, name, function)


def _text(module: str) -> str:
    return (FOLDER / f"{module}.py").read_text(encoding="utf-8")


def _of_function(module: str, name: str, function: ast.FunctionDef) -> Iterator[Mutant]:
    lines = [0]
    for line in _text(module).encode().splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    body = [node for statement in function.body for node in ast.walk(statement)]
    notes = {id(n) for node in body if isinstance(node, ast.AnnAssign) for n in ast.walk(node.annotation)}
    locals_ = {n.id for n in body if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    locals_ |= {arg.arg for arg in (*function.args.args, *function.args.kwonlyargs)} - {"self"}
    called = {id(n.func) for n in body if isinstance(n, ast.Call)}
    instead, sizes = (_instead, SIZES) if module in WRITTEN else (_of_arrays, COUNTS)
    for node in body:
        if id(node) in notes or id(node) in called or not isinstance(node, ast.expr):
            continue
        old = ast.unparse(node)
        begin = lines[node.lineno - 1] + node.col_offset
        end = lines[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        for new in dict.fromkeys(instead(node, sorted(locals_ - sizes))):
            if new != old:
                yield Mutant(module, node.lineno, name, old, new, begin, end)


def _instead(node: ast.expr, names: list[str]) -> Iterator[str]:
    """What may stand there, as text that stands as it is wherever an expression may."""
    match node:
        case ast.BinOp(left, op, right) if type(op) in OPERATORS:
            for other in OPERATORS[type(op)]:
                yield f"({ast.unparse(ast.BinOp(left, other(), right))})"
            yield from (f"({ast.unparse(left)})", f"({ast.unparse(right)})", f"(-({ast.unparse(node)}))")
            yield from (f"(2 * ({ast.unparse(node)}))", f"(0.9 * ({ast.unparse(node)}))")
        case ast.BinOp(left, ast.MatMult(), right):
            yield from (f"(-({ast.unparse(node)}))", f"(0 * ({ast.unparse(node)}))", f"(0.5 * ({ast.unparse(node)}))")
        case ast.Call(func, [argument]) if (name := ast.unparse(func)) in OF_ONE:
            yield f"({ast.unparse(argument)})"
            yield from (f"{other}({ast.unparse(argument)})" for other in OF_ONE if other != name)
        case ast.Call(ast.Name("total"), [argument]):
            yield from (f"(total({ast.unparse(argument)}) / 2)", f"total(({ast.unparse(argument)})[:, 1:])")
        case ast.Call(ast.Name("reversed"), [value]) | ast.Attribute(value, "T"):
            yield f"({ast.unparse(value)})"
        case ast.Name(id, ast.Load()) if id in names:
            yield from (*names, f"(-{id})", f"(0 * {id})")
        case ast.Constant(bool() | None):
            return
        case ast.Constant(int() as number):
            yield from (f"{number + 1}", f"({number - 1})")
        case ast.Constant(str() as text) if text in ORDERS:
            yield from (repr(order) for order in ORDERS[text])
        case ast.Compare(left, [op], [right]) if type(op) in COMPARED:
            yield from (f"({ast.unparse(left)} {sign} {ast.unparse(right)})" for sign in COMPARED[type(op)])
        case ast.Attribute(ast.Name("self"), name) if name in ("Wx", "Wh", "Pf", "Pi", "Po"):
            yield from (f"self.{other}" for other in ("Pf", "Pi", "Po") if name[0] == "P" and other != name)
            yield f"(0 * self.{name})"


def _of_arrays(node: ast.expr, names: list[str]) -> Iterator[str]:
    """What may stand there in a text that computes with einsum, masks and functions of two."""
    match node:
        case ast.Call():
            yield from _of_call(node)
        case ast.Compare(left, [ast.Lt()], [right]):
            yield from (f"({ast.unparse(left)} {sign} {ast.unparse(right)})" for sign in (">", "<="))
        case ast.Subscript(ast.Name("x"), ast.Constant(str() as key)):
            yield from (f"x[{other!r}]" for other in ("q", "k", "v", "a", "b", "beta", "i", "f") if other != key)
        case ast.Attribute(ast.Name("kept" | "caches"), "scale"):
            yield "1"
        case ast.Constant(float() as number):
            yield from (f"{2 * number}", "0.0")
        case ast.Subscript(ast.Name(id), ast.Name("t" | "k" as step)):
            yield from (f"{id}[{step} - 1]", f"{id}[0]")
        case ast.UnaryOp(ast.USub(), operand):
            yield f"({ast.unparse(operand)})"
        case _:
            yield from _instead(node, names)


def _of_call(node: ast.Call) -> Iterator[str]:
    """Another function of the same, one of what it is of, or another sum."""
    written = [ast.unparse(argument) for argument in node.args]
    match node, written:
        case ast.Call(func), [one] if (name := ast.unparse(func)) in OF_ONE_MORE:
            yield f"({one})"
            yield from (f"{other}({one})" for other in OF_ONE_MORE if other != name)
        case ast.Call(ast.Attribute(ast.Name("np"), "einsum" | "concatenate" | "stack" | "repeat")), _:
            yield from (f"({factor} * {ast.unparse(node)})" for factor in (-1, 0, 0.5))
        case ast.Call(ast.Attribute(ast.Name("np"), "maximum")), [one, two]:
            yield from (f"({one})", f"({two})", f"np.minimum({one}, {two})")
        case ast.Call(ast.Attribute(ast.Name("np"), "where") | ast.Name("kept")), [where, one, two]:
            yield from (f"({one})", f"({two})", f"{ast.unparse(node.func)}({where}, {two}, {one})")
        case ast.Call(ast.Name("masked" | "spread" | "folded" | "batch_first")), [one, *_]:
            yield f"({one})"
        case ast.Call(ast.Attribute(value, "sum"), [], [ast.keyword("axis"), *_]), _:
            yield ast.unparse(node).replace(".sum(axis=", ".mean(axis=")
            yield f"({ast.unparse(value)})"
        case ast.Call(ast.Name("reversed")), [one]:
            yield f"({one})"
