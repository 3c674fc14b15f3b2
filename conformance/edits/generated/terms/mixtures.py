"""Edits of w n + (1 - w) a as people write it with one product: n + (1 - w) (a - n), or a + w (n - a)."""

from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import permutations, product
from typing import Any

from ...trace.gates import complemented
from ...trace.group import Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Carried, Trace
from ...trace.wording import labelled
from ..making.constants import Constant, number, worded
from ..making.editing import Value, edit, named, other, others
from ..making.writings import Tree, one_place, text, value, with_a_factor, with_a_letter

# of w, n, a and k = 1 - w; v is another value
MIXTURES: tuple[Tree, ...] = (("+", "n", ("*", "k", ("-", "a", "n"))), ("+", "a", ("*", "w", ("-", "n", "a"))))
COMPLEMENT: Tree = ("-", "x", ("*", "x", "k"))  # x u as people write it who keep k = 1 - u


@cache
def mistaken() -> tuple[list[Tree], list[Tree]]:
    """Mixtures with one mistake, and with another value in one place."""
    own = [tree for mixture in MIXTURES for tree in one_place(mixture)]
    return own, [tree for mixture in MIXTURES for tree in with_a_letter(mixture, "v")]


@cache
def mistaken_complements() -> tuple[list[Tree], list[Tree]]:
    return one_place(COMPLEMENT), [*with_a_letter(COMPLEMENT, "v"), *REWRITTEN]


REWRITTEN: tuple[Tree, ...] = (
    ("+", "x", ("*", "v", "k")),
    ("-", ("neg", "x"), ("*", "v", "k")),
)


def of_mixtures(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    if (parts := _parts(trace, first)) is None:
        return
    own, replaced = mistaken()
    for tree in own:
        yield _mixed(group, tree, None, 1.1)
    for key, shift, rank in others(trace, first, trace.shape(parts[1])):
        for tree in replaced if not shift or isinstance(key, Carried) else ():
            yield _mixed(group, tree, key, rank + 0.2, shift)


def _mixed(group: Group, tree: Tree, key: Value | None, rank: float, shift: int = 0) -> Edit:
    return edit(
        group,
        lambda r, i: _computed(tree, _values(r, i), key and other(r, i, key, shift), key),
        "mixture",
        lambda r, i: text(tree, _labels(r, i) | _named(r, key, shift)),
        rank,
    )


def _computed(tree: Tree, given: dict[str, Any], instead: Any, key: Value | None) -> Any:
    """None where there is no other value."""
    return None if key and instead is None else value(tree, given | {"v": instead}) + 0 * given["n"]


def _named(r: Replay, key: Value | None, shift: int = 0) -> dict[str, str]:
    return {} if key is None else {"v": _in_brackets(named(r.trace, key, shift))}


def _in_brackets(label: str) -> str:
    return f"({label})" if " " in label else label


def of_complements(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """Of x u as people write it who keep 1 - u: x - x (1 - u)."""
    for a, u in enumerate(trace.tape.nodes[first].args):
        if trace.tape.nodes[first].name != "multiply" or u not in complemented(trace):
            continue
        own, replaced = mistaken_complements()
        for tree in own:
            yield _left(group, a, tree, None, 1.15)
        for key, _, rank in others(trace, first, trace.shape(first), shifts=False):
            for tree in replaced:
                yield _left(group, a, tree, key, rank + 0.2)


def _left(group: Group, a: int, tree: Tree, key: Value | None, rank: float) -> Edit:
    def given(r: Replay, i: int) -> dict[str, Any]:
        return {"x": r.argument(i, 1 - a), "k": 1 - r.argument(i, a), "n": r.plain(i)}

    def words(r: Replay, i: int) -> dict[str, str]:
        x, u = (labelled(r.trace, r.trace.tape.nodes[i].args[b], at=i) for b in (1 - a, a))
        return {"x": _in_brackets(x), "k": f"(1 - {u})"} | _named(r, key)

    return edit(
        group,
        lambda r, i: _computed(tree, given(r, i), key and other(r, i, key), key),
        "mixture",
        lambda r, i: text(tree, words(r, i)),
        rank,
    )


def _parts(trace: Trace, i: int) -> tuple[Id, Id, Id] | None:
    """w, n and a of w n + (1 - w) a."""
    nodes = trace.tape.nodes
    if nodes[i].name != "add":
        return None
    products = [nodes[arg] for arg in nodes[i].args if type(arg) is Id and nodes[arg].name == "multiply"]
    if len(products) < len(nodes[i].args) or not all(type(arg) is Id for node in products for arg in node.args):
        return None
    for one, two in permutations(products):  # in whichever order they are written
        for (w, n), (rest, a) in product(permutations(one.args), permutations(two.args)):
            if nodes[rest].name == "subtract" and nodes[rest].args[1] == w:
                return w, n, a
    return None


def _values(r: Replay, i: int) -> dict[str, Any]:
    w, n, a = (r.values[part] for part in _parts(r.trace, i) or (Id(0), Id(0), Id(0)))
    return {"w": w, "n": n, "a": a, "k": 1 - w}


def _labels(r: Replay, i: int) -> dict[str, str]:
    w, n, a = (_in_brackets(labelled(r.trace, part, at=i)) for part in _parts(r.trace, i) or (Id(0), Id(0), Id(0)))
    return {"w": w, "n": n, "a": a, "k": f"(1 - {w})"}


def scaled_mixtures(trace: Trace, first: int) -> list[Callable[[Group, Constant], Edit]]:
    """A factor in each place of what a mixture is written as."""
    trees = [tree for mixture in MIXTURES for tree in with_a_factor(mixture, "c")] if _parts(trace, first) else []
    return [partial(_scaled, tree) for tree in trees]


def _scaled(tree: Tree, group: Group, c: Constant) -> Edit:
    return Edit(
        group,
        lambda r, i: value(tree, _values(r, i) | {"c": number(c, r.trace)}),
        "constant",
        lambda r, i: text(tree, _labels(r, i) | {"c": worded(c)}),
        2.0,
    )
