"""The words of a candidate's source: its variables and what is in them, its attributes, keys, functions and numbers."""

import ast
import builtins
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..source import File, Function, Statement, spots

OF_NUMPY = ("tanh", "exp", "log", "sqrt", "abs", "square")  # of whatever module has the functions of arrays
OF_PYTHON = ("abs", "reversed", "tuple", "list", "sum", "max", "min")
OF_ARRAYS = ("np", "numpy", "jnp", "torch", "math")
VALUES = ast.BinOp | ast.Call | ast.Subscript | ast.Attribute | ast.UnaryOp | ast.Compare
LONGEST = 60  # characters of an expression that may stand elsewhere, too


@dataclass
class Words:
    """Those of one file; `parts` are the expressions of a function that may stand elsewhere in it."""

    attributes: defaultdict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    keys: dict[str, None] = field(default_factory=dict)
    functions: dict[str, ast.expr] = field(default_factory=dict)  # of one argument
    calls: dict[str, ast.expr] = field(default_factory=dict)  # of several, each once for what is behind the first
    numbers: dict[float, None] = field(default_factory=dict)
    parts: defaultdict[Function | None, dict[str, ast.expr]] = field(default_factory=lambda: defaultdict(dict))
    variables: dict[str, frozenset[str]] = field(default_factory=dict)  # of each of these parts

    def near(self, statement: Statement) -> Iterator[tuple[str, ast.expr, bool]]:
        """Parts of its function, and those of others that are of nothing but what it has."""
        own = self.parts[statement.function]
        yield from ((text, part, True) for text, part in own.items())
        for function, parts in self.parts.items():
            for text, part in parts.items() if function is not statement.function else ():
                if text not in own and self.variables[text] <= statement.kinds.keys():
                    yield text, part, False


def words_of(file: File) -> Words:
    words = Words()
    for node in ast.walk(file.tree):
        _note(words, node)
    if modules := [one for one in OF_ARRAYS if one in words.attributes]:
        for name in OF_NUMPY:
            words.functions.setdefault(f"{modules[0]}.{name}", _apart(f"{modules[0]}.{name}"))
    globals = _globals(file) | {*dir(builtins)}
    for statement in file.statements:
        for spot in spots(statement.node):
            text = ast.unparse(spot.part)
            if isinstance(spot.part, VALUES) and len(text) <= LONGEST and _is_read(spot.part):
                words.parts[statement.function].setdefault(text, part := _apart(text))
                words.variables[text] = frozenset(n.id for n in ast.walk(part) if isinstance(n, ast.Name)) - globals
    return words


def _note(words: Words, node: ast.AST) -> None:
    """What of the words a part of the tree is."""
    match node:
        case ast.Attribute(value=value, attr=attr):
            words.attributes[ast.unparse(value)].setdefault(attr)
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            words.keys.setdefault(key)
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            words.numbers.setdefault(number)
        case ast.Call(func=ast.Name() as called, args=[_, *more], keywords=[]) if more and _is_of_numbers(called):
            behind = ast.unparse(ast.Call(called, [ast.Name("_"), *more], []))
            words.calls.setdefault(behind, _apart(ast.unparse(node)))
        case ast.Call(func=ast.Name() | ast.Attribute() as called, args=[_], keywords=[]) if _is_of_numbers(called):
            words.functions.setdefault(ast.unparse(called), _apart(ast.unparse(called)))


def _is_of_numbers(called: ast.expr) -> bool:
    """What Python itself has is of other things, and some of it of the interpreter."""
    return not isinstance(called, ast.Name) or called.id in OF_PYTHON or not hasattr(builtins, called.id)


def _apart(text: str) -> ast.expr:
    """No part of the tree itself, which would hold itself where it stands within."""
    return ast.parse(text, mode="eval").body


def _globals(file: File) -> set[str]:
    """What the file's own statements bind."""
    found = set[str]()
    for node in file.tree.body:
        match node:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found |= {name.asname or name.name.partition(".")[0] for name in names}
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Assign(targets=targets):
                found |= {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    return found


def _is_read(node: ast.expr) -> bool:
    return isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
