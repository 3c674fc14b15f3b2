"""All changes of a statement: those of a level are likelier than those of the next, and fewer."""

import ast
from collections.abc import Callable, Iterator

from ..source import Change, Spot, Statement, spots
from .arguments import arguments
from .axes import axes
from .calls import calls, wrapped
from .groups import groups
from .joined import instead, joined, joined_of_parts, masked
from .kept import kept
from .keyed import keyed
from .lost import lost
from .names import exchanged, names, whole
from .numbers import indices, numbers, slices
from .operators import operators
from .shared import parted, shared
from .siblings import siblings
from .statements import across, done, missing, statements
from .texts import texts
from .unbound import unbound
from .unused import unused
from .words import Words

OfPart = Callable[[Statement, Spot, Words], Iterator[tuple[ast.expr, float]]]
OfStatement = Callable[[Statement, Words], Iterator[tuple[Spot, object, float]]]
LEVELS: tuple[tuple[tuple[OfPart, ...], tuple[OfStatement, ...]], ...] = (
    (
        (operators, names, whole, numbers, axes, indices, calls, arguments, groups, shared, texts, masked),
        (statements, across, exchanged, siblings, slices, parted, lost, kept, keyed, unused, unbound, done),
    ),
    ((instead, wrapped, joined), ()),
    ((joined_of_parts,), (missing,)),
)
DEEPER, DEEPEST = (
    0.02,
    8,
)  # how much less likely what stands within another expression is, and behind how many it is all the same


def changes(statement: Statement, words: Words, level: int) -> Iterator[Change]:
    of_parts, of_statements = LEVELS[level]
    for depth, spot in enumerate(spots(statement.node)):
        for of_part in of_parts:
            for part, rank in of_part(statement, spot, words):
                yield Change(statement, spot, part, rank + DEEPER * min(depth, DEEPEST))
    for of_statement in of_statements:
        for spot, body, rank in of_statement(statement, words):
            yield Change(statement, spot, body, rank)
