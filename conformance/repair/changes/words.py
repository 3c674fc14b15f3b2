"""The words of a candidate's source: its variables and what is in them, its attributes, keys, functions and numbers."""

import ast
import builtins
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from rnnspec.reference import OPERATIONS

from ..source import File, Function, Statement, called, spots

OF_NUMPY = ("tanh", "exp", "log", "sqrt", "abs", "square")  # of whatever module has the functions of arrays
OF_PYTHON = ("abs", "reversed", "tuple", "list", "sum", "max", "min")
OF_ARRAYS = ("np", "numpy", "jnp", "torch", "math")
DOING = ("append", "extend", "update", "clear", "fill", "fill_", "zero_", "copy_", "add_")
VALUES = ast.BinOp | ast.Call | ast.Subscript | ast.Attribute | ast.UnaryOp | ast.Compare
MOST = 3  # arguments
SELF = "self"
LONGEST = 60  # characters of an expression that may stand elsewhere, too


@dataclass(frozen=True)
class Call:
    """A function of several arguments, of which one may be another."""

    func: ast.expr
    args: tuple[ast.expr, ...]
    place: int
    names: frozenset[str]  # its own, and those that stand in the others

    def of(self, part: ast.expr) -> ast.expr:
        return ast.Call(self.func, [*self.args[: self.place], part, *self.args[self.place + 1 :]], [])


@dataclass
class Words:
    """Those of one file; `parts` are the expressions of a function that may stand elsewhere in it."""

    attributes: defaultdict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    unread: list[ast.Attribute] = field(default_factory=list)  # of `self`, which nothing reads
    begun: list[str] = field(
        default_factory=list
    )  # attributes that are read, and given by `self` alone, once, or by nothing
    keys: dict[str, None] = field(default_factory=dict)
    functions: dict[str, ast.expr] = field(default_factory=dict)  # of one argument
    calls: dict[str, Call] = field(default_factory=dict)  # of several, each once for all but one of them
    parameters: dict[tuple[str, int], str] = field(default_factory=dict)  # of the file's own functions, by place
    given: defaultdict[tuple[str, int | str | None], dict[str, tuple[ast.expr, set[str]]]] = field(
        default_factory=lambda: defaultdict(dict)
    )  # to them, by place or keyword, with the names in it
    done: dict[str, tuple[set[str], set[Function]]] = field(
        default_factory=dict
    )  # calls for what they do, of functions, with their names
    lacking: list[str] = field(default_factory=list)  # outputs of its own functions of which it has no name
    numbers: dict[float, None] = field(default_factory=dict)
    globals: set[str] = field(default_factory=set)  # what the file's own statements bind, and what Python has
    parts: defaultdict[Function | None, dict[str, ast.expr]] = field(default_factory=lambda: defaultdict(dict))
    variables: dict[str, frozenset[str]] = field(default_factory=dict)  # of each of these parts

    def under(self, part: ast.expr, statement: Statement) -> Iterator[tuple[ast.expr, bool]]:
        """A value under each function of the file, of what there is at the statement; whether it is its first argument."""
        yield from ((ast.Call(function, [part], []), True) for function in self.functions.values())
        for call in self.calls.values():
            if call.names <= statement.kinds.keys() | self.globals:
                yield call.of(part), not call.place

    def beside(self, attribute: str) -> Iterator[str]:
        """Attributes of whatever has this one, too; not of arrays, which all have the same."""
        if hasattr(np.ndarray, attribute):
            return
        homes = (own for value, own in self.attributes.items() if value not in OF_ARRAYS)
        yield from dict.fromkeys(name for own in homes if attribute in own for name in own)

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
    for node in file.tree.body:
        _note_function(words, node)
    _note_given(words, file.tree)
    if modules := [one for one in OF_ARRAYS if one in words.attributes]:
        for name in OF_NUMPY:
            words.functions.setdefault(f"{modules[0]}.{name}", _apart(f"{modules[0]}.{name}"))
    words.unread = _unread(words, file)
    words.globals = _globals(file) | {*dir(builtins)}
    words.begun = _begun(words, file)
    words.lacking = _lacking(words, file)
    _note_done(words, file.tree)
    for statement in file.statements:
        for spot in spots(statement.node):
            text = ast.unparse(spot.part)
            if isinstance(spot.part, VALUES) and len(text) <= LONGEST and _is_read(spot.part):
                words.parts[statement.function].setdefault(text, part := _apart(text))
                words.variables[text] = frozenset(_names_in(part) - words.globals)
    return words


def _note(words: Words, node: ast.AST) -> None:
    """What of the words a part of the tree is."""
    match node:
        case ast.Attribute(value=value, attr=attr):
            words.attributes[ast.unparse(value)].setdefault(attr)
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            words.keys.setdefault(key)
        case ast.Dict(keys=[*keys]):
            words.keys |= {
                one.value: None for one in keys if isinstance(one, ast.Constant) and isinstance(one.value, str)
            }
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            words.numbers.setdefault(number)
        case ast.Call(func=ast.Name() as called, args=[_, *more] as args, keywords=[]) if more and _is_of_numbers(
            called
        ):
            _note_call(words, called, args)
        case ast.Call(func=ast.Name() | ast.Attribute() as called, args=[_], keywords=[]) if _is_of_numbers(called):
            words.functions.setdefault(ast.unparse(called), _apart(ast.unparse(called)))


def _note_function(words: Words, node: ast.stmt) -> None:
    """One that the file has, also where nothing calls it any more: of variables that are called as its own."""
    match node:
        case ast.FunctionDef(name=name, args=ast.arguments(args=[_], kwonlyargs=[])):
            words.functions.setdefault(name, _apart(name))
        case ast.FunctionDef(name=name, args=ast.arguments(args=[*args], kwonlyargs=[])) if 1 < len(args) <= MOST:
            _note_call(words, ast.Name(name, ast.Load()), [ast.Name(one.arg, ast.Load()) for one in args])


def _note_given(words: Words, tree: ast.Module) -> None:
    """What the file's own functions are given, and by what names they take it."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            taken = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
            words.parameters |= {(node.name, place): name for place, name in enumerate(taken[taken[:1] == [SELF] :])}
    own = {name for name, _ in words.parameters}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in own:
            pairs = [*enumerate(node.args), *((one.arg, one.value) for one in node.keywords)]
            for place, value in pairs:
                if len(text := ast.unparse(value)) <= LONGEST and not isinstance(value, ast.Starred):
                    words.given[called(node), place][text] = _apart(text), _names_in(value)


def _note_done(words: Words, tree: ast.Module) -> None:
    """Of what the file itself defines, or does to an array, a list or a dict: another's may touch files."""
    functions = [one for one in ast.walk(tree) if isinstance(one, Function)]
    known = {*(one.name for one in functions), *DOING}
    for function in functions:
        for node in ast.walk(function):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and called(node.value) in known:
                names = _names_in(node)
                words.done.setdefault(ast.unparse(node), (names, set()))[1].add(function)


def _names_in(part: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(part) if isinstance(one, ast.Name)}


def _note_call(words: Words, called: ast.Name, args: list[ast.expr]) -> None:
    for place in range(min(len(args), MOST)):
        others = [*args[:place], ast.Name("_"), *args[place + 1 :]]
        text = ast.unparse(ast.Call(called, others, []))
        own = _apart(text)
        assert isinstance(own, ast.Call)
        names = _names_in(own) - {"_"}
        words.calls.setdefault(text, Call(own.func, tuple(own.args), place, frozenset(names)))


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
                found = found.union(*map(_names_in, targets))
    return found


def _unread(words: Words, file: File) -> list[ast.Attribute]:
    read = {one.attr for one in ast.walk(file.tree) if isinstance(one, ast.Attribute) and _is_read(one)}
    names = (name for name in words.attributes.get(SELF, ()) if name not in read)
    return [ast.Attribute(ast.Name(SELF, ast.Load()), name, ast.Load()) for name in names]


def _begun(words: Words, file: File) -> list[str]:
    given, others, read = Counter[str](), set[str](), dict[str, None]()
    for node in ast.walk(file.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) | ast.FunctionDef(name=name):
                others.add(name)
            case ast.Subscript(value=ast.Attribute(attr=name), ctx=ast.Store()):
                others.add(name)
            case ast.Attribute(value=ast.Name(id=home), attr=name, ctx=ast.Store()):
                given[name] += 1 if home == SELF else 2
            case ast.Attribute(value=ast.Name(id=home), attr=name) if home not in words.globals:
                read[name] = None
    return [name for name in read if name not in others and given[name] < 2 and not hasattr(np.ndarray, name)]


def _lacking(words: Words, file: File) -> list[str]:
    own = [operation for name, operation in OPERATIONS.items() if name in words.globals]
    every = dict.fromkeys(name for one in own for name in (*one.outputs, *one.optional_outputs))
    said = {one.value for one in ast.walk(file.tree) if isinstance(one, ast.Constant)}
    return [name for name in every if name not in said]


def _is_read(node: ast.expr) -> bool:
    return isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
