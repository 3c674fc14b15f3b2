"""A formula as people write it, and each of its places by what a person may write there instead."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from rnnspec.reference.arithmetics import primitives

from .forms import Form, Value, maximum, minimum

Tree = Any  # a letter, a number, or an operator with what it is applied to

BINARY: dict[str, Callable[[Any, Any], Any]] = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
BOUNDS: dict[str, Callable[[Any, Any], Any]] = {
    "min": lambda a, b: minimum(a, b + 0 * a),
    "max": lambda a, b: maximum(a, b + 0 * a),
}
UNARY: dict[str, Callable[[Any], Any]] = {
    "exp": np.exp,
    "tanh": np.tanh,
    "sigmoid": primitives.sigmoid,
    "sin": np.sin,
    "cos": np.cos,
    "softplus": primitives.softplus,
    "sqrt": np.sqrt,
    "expm1": np.expm1,
    "abs": lambda z: maximum(z, -z),
    "tanh_slope": primitives.tanh_slope,
    "sigmoid_slope": primitives.sigmoid_slope,
}
LOGARITHMS: dict[str, Callable[[Any], Any]] = {"log": np.log, "log1p": np.log1p}
OF_SUMS: dict[str, Callable[[Any, Any], Any]] = {"logaddexp": lambda a, b: np.logaddexp(a, b + 0 * a)}
ALONE: dict[str, Callable[[Any], Any]] = {"neg": np.negative}
CHOICES: dict[str, Callable[[Any, Any, Any], Any]] = {
    "if negative": lambda z, a, b: np.where(z < 0, a + 0 * z, b + 0 * z),
    "if positive": lambda z, a, b: np.where(z > 0, a + 0 * z, b + 0 * z),
}
PRODUCTS = ("*", "/")  # which bind more than a sum does
OPERATORS: dict[str, Callable[..., Any]] = {**BINARY, **BOUNDS, **UNARY, **LOGARITHMS, **OF_SUMS, **ALONE, **CHOICES}
POINTS = (-1.7, -0.6, 0.0, 0.3, 0.9, 2.1)  # at which formulas are held against each other


def value(tree: Tree, given: Mapping[str, Value]) -> Value:
    if isinstance(tree, str):
        return given[tree]
    if not isinstance(tree, tuple):
        return tree
    operator, *parts = tree
    return OPERATORS[operator](*(value(part, given) for part in parts))


def text(tree: Tree, words: Mapping[str, str]) -> str:
    """With these words for its letters."""
    if isinstance(tree, str):
        return words[tree]
    if not isinstance(tree, tuple):
        return f"{tree:g}"
    operator, *parts = tree
    if operator in BINARY:
        one, two = (_operand(part, words) for part in parts)
        return f"{one} {operator} {_bracketed(parts[1], words) if operator in PRODUCTS else two}"
    if operator in CHOICES:
        z, one, two = (_bracketed(part, words) for part in parts)
        return f"({one} where {z} {'<' if operator == 'if negative' else '>'} 0, else {two})"
    if operator == "neg":
        return f"-{_bracketed(parts[0], words)}"
    return f"{operator}({', '.join(text(part, words) for part in parts)})"


def _operand(tree: Tree, words: Mapping[str, str]) -> str:
    """In brackets where it would bind less than a sum of it."""
    return text(tree, words) if isinstance(tree, tuple) and tree[0] in PRODUCTS else _bracketed(tree, words)


def _bracketed(tree: Tree, words: Mapping[str, str]) -> str:
    own = text(tree, words)
    return f"({own})" if isinstance(tree, tuple) and (tree[0] in BINARY or tree[0] == "neg") else own


def one_place(*trees: Tree) -> list[Tree]:
    """All that differs from these, which are one formula, in one place: of those that are the same everywhere the first."""
    letters = sorted({letter for tree in trees for letter in _letters(tree)})
    seen, found = {_known(tree, letters) for tree in trees}, list[Tree]()
    for tree in trees:
        for other in _others(tree, letters):
            if (own := _known(other, letters)) not in seen:
                seen.add(own)
                found.append(other)
    return found


def with_one_part(tree: Tree, letter: str, part: Tree) -> list[Tree]:
    """All that differs in one place from a formula in which a letter stands for a part that is written once."""
    return [
        *(substituted(other, letter, part) for other in one_place(tree)),
        *(substituted(tree, letter, other) for other in one_place(part)),
    ]


def once_each(trees: Iterable[Tree], *but: Tree) -> list[Tree]:
    """Of formulas of one letter those that give the same everywhere once, and none that gives what one of these does."""
    found = dict[bytes, Tree]()
    for tree in trees:
        found.setdefault(_known(tree, sorted({*_letters(tree)})), tree)
    same = {_known(tree, sorted({*_letters(tree)})) for tree in but}
    return [tree for known, tree in found.items() if known not in same]


def substituted(tree: Tree, letter: str, part: Tree) -> Tree:
    """With a part in the place of a letter."""
    if tree == letter:
        return part
    return (tree[0], *(substituted(one, letter, part) for one in tree[1:])) if isinstance(tree, tuple) else tree


def with_a_letter(tree: Tree, letter: str) -> Iterator[Tree]:
    """Each of its letters by this one."""
    yield from _at_each(tree, lambda part: [letter] if isinstance(part, str) else [])


def with_a_factor(tree: Tree, letter: str) -> Iterator[Tree]:
    """Each of its parts by this factor."""
    yield from _at_each(tree, lambda part: [("*", letter, part)] if isinstance(part, str | tuple) else [])


def _letters(tree: Tree) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    for part in tree[1:] if isinstance(tree, tuple) else ():
        yield from _letters(part)


def _known(tree: Tree, letters: list[str]) -> bytes:
    """What it gives at some points."""
    points = (np.roll(POINTS, 2 * k) + 0.01 * k for k in range(len(letters)))
    with np.errstate(all="ignore"):
        found = value(tree, dict(zip(letters, points, strict=True))) + np.zeros(len(POINTS))
    return np.where(np.isnan(found), np.nan, np.round(found, 9) + 0.0).tobytes()


def _others(tree: Tree, letters: list[str]) -> Iterator[Tree]:
    yield from _at_each(tree, lambda part: _instead(part, letters))


def _at_each(tree: Tree, instead: Callable[[Tree], Any]) -> Iterator[Tree]:
    yield from instead(tree)
    for k, part in enumerate(tree) if isinstance(tree, tuple) else ():
        for other in _at_each(part, instead) if k else ():
            yield (*tree[:k], other, *tree[k + 1 :])


def _instead(part: Tree, letters: list[str]) -> Iterator[Tree]:
    """What a person may write in the place of a part."""
    if not isinstance(part, str | tuple):
        yield from (part - 1, part + 1)
        return
    if isinstance(part, tuple):
        operator, *inner = part
        yield from inner
        for own in (BINARY, BOUNDS, UNARY, LOGARITHMS, CHOICES):
            yield from ((other, *inner) for other in own if operator in own and other != operator)
        if operator in ("-", "/"):
            yield (operator, *reversed(inner))
    yield from (letter for letter in letters if letter != part)
    yield from (("neg", part), ("*", 0, part), ("*", 2, part), ("/", part, 2))


def forms(trees: list[Tree], rank: float) -> tuple[Form, ...]:
    """Of formulas of one letter, as forms of a value."""
    return tuple(_form(tree, rank) for tree in trees)


def _form(tree: Tree, rank: float) -> Form:
    letter = next(_letters(tree), "")
    return Form(text(tree, {letter: "{0}"}), lambda z: value(tree, {letter: z}) + 0 * z, rank)
