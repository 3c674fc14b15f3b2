"""Mistakes that no list has: each expression of a text by what a person may write there instead, one at a time.

The texts are writings/apart_*.py. Nothing here knows what the kit can explain.
"""

import ast
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from planted import modules
from planted.planting import FAMILIES, FOLDER, Functions
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

    def functions(self) -> Functions:
        """The operations of the text with this mistake in it."""
        texts = {name: _text(name) for name in FAMILIES}
        whole = texts[self.module].encode()
        texts[self.module] = (whole[: self.begin] + self.new.encode() + whole[self.end :]).decode()
        functions = vars(modules.loaded(texts)[FAMILIES[-1]])
        return {name: functions[name] for name in OPERATIONS if name in functions}


def sample(count: int, seed: int) -> list[Mutant]:
    """So many, as many of each function as can be."""
    random, by_function = Random(seed), dict[tuple[str, str], list[Mutant]]()
    for mutant in mutants():
        by_function.setdefault((mutant.module, mutant.function), []).append(mutant)
    for own in by_function.values():
        random.shuffle(own)
    found: list[Mutant] = []
    while len(found) < count and any(by_function.values()):
        found += [own.pop() for own in by_function.values() if own]
    return found[:count]


def mutants() -> Iterator[Mutant]:
    """All of them, in the order of the texts."""
    for module in WRITTEN:
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
    for node in body:
        if id(node) in notes or id(node) in called or not isinstance(node, ast.expr):
            continue
        old = ast.unparse(node)
        begin = lines[node.lineno - 1] + node.col_offset
        end = lines[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
        for new in dict.fromkeys(_instead(node, sorted(locals_))):
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
        case ast.Name(id, ast.Load()) if id in names and id not in SIZES:
            yield from (other for other in names if other not in SIZES)
            yield from (f"(-{id})", f"(0 * {id})")
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
