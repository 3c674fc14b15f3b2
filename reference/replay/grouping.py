"""Which nodes of a recorded step can be one: what is done alike to several values, and products that share a factor or are added up."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from .recording import JOINED, LEAF, SLICE, SUMMED, TRANSPOSED, Node, Ref, refs

Arg = Any  # a Ref, or a number
SMALL = 10**6  # multiplications; up to so many some BLAS take factors as they lie, and are faster than with all at once


class Steps(NamedTuple):
    """A recorded step: its nodes, arguments first, and what is asked of it."""

    nodes: Sequence[Node]
    wanted: tuple[int, ...]
    soon: tuple[int, ...]  # those of the wanted that the next step waits for
    alone: frozenset[int]  # what is to have a place of its own


class Group(NamedTuple):
    """Members that become rows of one node; or a single one, a sum of products, that becomes one product."""

    members: list[int]
    parts: list[list[Arg]]  # of each argument of that node, what is to lie beneath each other
    shared: tuple[Arg, ...] = ()  # its other arguments


def groups(step: Steps) -> Iterator[Group]:
    """What is alike, in the order in which it is done; then sums of products, the longest first, which have their order by that."""
    nodes, soon = step.nodes, needed(step.nodes, step.soon)
    order = sorted(needed(nodes, step.wanted))
    yield from _alike(step, order, soon)
    sums = {i: terms for i in order if nodes[i].function is np.add and len(terms := _terms(nodes, i)) > 1}
    for i, terms in sorted(sums.items(), key=lambda found: -len(found[1])):
        if not (i in soon and _faster_apart([nodes[a.node].shape for a, _ in terms], nodes[i])):
            terms.sort(key=lambda term: span(nodes, term[1].node))
            yield Group([i], [[*factors] for factors in zip(*terms, strict=True)])


def _alike(step: Steps, order: list[int], soon: set[int]) -> Iterator[Group]:
    """What is alike as far down as the functions of its arguments: of products, those of one right factor."""
    nodes, found = step.nodes, dict[str, list[int]]()
    for i in order:
        node = nodes[i]
        if node.kind != "constant" and i not in step.alone and (node.function is np.matmul or _by_rows(nodes, node)):
            right = node.args[1:] if node.function is np.matmul else ()
            found.setdefault(repr((_said(nodes, i), node[2:], right, i in step.wanted, i in soon)), []).append(i)
    for group in found.values():
        for members in filter(lambda some: len(some) > 1, (group, *_by_origin(nodes, group))):
            product = nodes[members[0]].function is np.matmul
            factors = [nodes[refs(nodes[i])[0]].shape for i in members]
            if product and members[0] in soon and _faster_apart(factors, nodes[members[0]]):
                continue
            members = sorted(members, key=lambda i: [span(nodes, a) for a in refs(nodes[i])])
            parts = [[*part] for part in zip(*(nodes[i].args for i in members), strict=True)]
            yield Group(members, parts[:1] if product else parts, nodes[members[0]].args[1:] if product else ())


def _said(nodes: Sequence[Node], i: int, depth: int = 2) -> Any:
    """What a node does, and what it is done to, so far down."""
    node = nodes[span(nodes, i)[0]]
    if node.kind == "constant" or node.function == LEAF or not depth:
        return node.kind
    return node.function, [_said(nodes, a.node, depth - 1) if isinstance(a, Ref) else a for a in node.args]


def _by_rows(nodes: Sequence[Node], node: Node) -> bool:
    """Whether each row is made of that row of what it is made of."""
    own = isinstance(node.function, np.ufunc) or node.function == SUMMED
    return own and all(nodes[a].shape[0] == node.shape[0] for a in refs(node))


def _by_origin(nodes: Sequence[Node], group: list[int]) -> list[list[int]]:
    """Those of a group apart whose first argument is rows of the same node."""
    found: dict[int, list[int]] = {}
    for i in group:
        found.setdefault(span(nodes, refs(nodes[i])[0])[0], []).append(i)
    return [*found.values()]


def _faster_apart(factors: list[tuple[int, ...]], product: Node) -> bool:
    """Whether products are small, and one of all is not."""
    sizes = [height * width * product.shape[1] for height, width in factors]
    return max(sizes) <= SMALL < sum(sizes)


def _terms(nodes: Sequence[Node], i: int) -> list[tuple[Arg, Arg]]:
    """The factors of a sum of products of a constant and a value; none if it is another sum."""
    node = nodes[i]
    if node.function is np.matmul and node.kind == "value":
        return [node.args]
    if node.function is not np.add or not all(isinstance(a, Ref) for a in node.args):
        return []
    one, two = (_terms(nodes, a) for a in refs(node))
    return one + two if one and two else []


def possible(step: Steps, group: Group) -> bool:
    """Whether what is to lie beneath each other does, or can be put there."""
    return all(_possible(step, part) for part in group.parts)


def _possible(step: Steps, part: list[Arg]) -> bool:
    nodes = step.nodes
    if not isinstance(part[0], Ref):
        return all(arg == part[0] for arg in part)
    if nodes[part[0].node].kind == "constant" or len(runs := merged(nodes, [a.node for a in part])) == 1:
        return True
    joined = [refs(node) for node in nodes if node.function == JOINED]
    whole = [i for i, begin, end in runs if (begin, end) == (0, nodes[i].shape[0])]
    own = all(computed(nodes[i]) or given(nodes[i]) for i in whole)
    fixed = {i for i in (*step.alone, *step.wanted) if not given(nodes[i])}
    free = not fixed & {*whole} and not any({*whole} & {*others} for others in joined)
    return own and len({*whole}) == len(runs) and (free or whole in joined)


def given(node: Node) -> bool:
    """Whether it is an input or the state before, which can be copied to where they are wanted, once for all steps."""
    return node.function == LEAF and node.kind == "value" and node.args[0][0] in ("input", "before")


def computed(node: Node) -> bool:
    return node.kind == "value" and node.function not in (LEAF, SLICE, TRANSPOSED, JOINED)


def needed(nodes: Sequence[Node], wanted: Iterable[int]) -> set[int]:
    found, todo = set[int](), list(wanted)
    while todo:
        if (i := todo.pop()) not in found:
            found.add(i)
            todo += refs(nodes[i])
    return found


def span(nodes: Sequence[Node], i: int) -> tuple[int, int, int]:
    """The value or sum that a node is rows of, and which: itself, and all, if it is none."""
    node = nodes[i]
    if node.function != SLICE or node.kind == "constant":
        return i, 0, node.shape[0]
    base, begin, _ = span(nodes, refs(node)[0])
    begin += node.args[1].indices(nodes[refs(node)[0]].shape[0])[0]
    return base, begin, begin + node.shape[0]


def merged(nodes: Sequence[Node], part: list[int]) -> list[tuple[int, int, int]]:
    """What these are rows of, in turn; rows that follow each other taken together."""
    found: list[tuple[int, int, int]] = []
    for base, begin, end in (span(nodes, i) for i in part):
        if found and found[-1][0] == base and found[-1][2] == begin:
            begin = found.pop()[1]
        found.append((base, begin, end))
    return found
