"""Edits of a product with a sum that is written out, a * b - a * c for a * (b - c): a mistake in one of its terms."""

from collections.abc import Callable, Iterator
from functools import partial, reduce
from operator import mul
from typing import Any, NamedTuple

import numpy as np

from ...trace.group import EACH, Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import labelled, whole
from ..making.editing import UFUNCS, edit
from .products import factors

Term = Callable[[Any, Any], Any]
# what stands for a * b
TERMS: dict[str, tuple[Term, float]] = {
    "{0} + {1}": (np.add, 1.05),
    "{0} - {1}": (np.subtract, 1.1),
    "{0} / {1}": (np.divide, 1.1),
    "{0}": (lambda a, b: a + 0 * b, 1.05),
    "{1}": (lambda a, b: b + 0 * a, 1.05),
}
MOST = 4  # factors of a product


class Written(NamedTuple):
    """Which factor is the sum, which is written out with its terms, and in which of these the mistake is."""

    total: int
    factor: int
    term: int


def of_distributed(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node = trace.tape.nodes[first]
    if group.extent != EACH or node.name != "multiply":
        return
    own = factors(trace, Id(first))
    for total, factor in ((s, f) for s in range(len(own)) for f in range(len(own)) if s != f and len(own) <= MOST):
        if (
            not _is_sum(trace, own[total])
            or trace.shape(own[total]) != trace.shape(first)
            or type(own[factor]) is not Id
        ):
            continue
        for term in (0, 1):
            for text, (of, rank) in TERMS.items():
                at = Written(total, factor, term)
                yield edit(group, partial(_written, at, of), "terms", partial(_text, at, text), rank)


def _is_sum(trace: Trace, arg: Any) -> bool:
    return type(arg) is Id and trace.tape.nodes[trace.origin(arg)].name in ("add", "subtract")


def _written(at: Written, of: Term, r: Replay, i: int) -> Any:
    own = factors(r.trace, Id(i))
    if max(at.total, at.factor) >= len(own) or not _is_sum(r.trace, own[at.total]):
        return None
    total, factor = r.trace.origin(own[at.total]), r.values[own[at.factor]]
    values = [r.argument(total, a) for a in (0, 1)]
    terms = [of(factor, value) if a == at.term else factor * value for a, value in enumerate(values)]
    rest = [r.values[f] if type(f) is Id else f for k, f in enumerate(own) if k not in (at.total, at.factor)]
    return reduce(mul, rest, UFUNCS[_sign(r.trace, total)](*terms))


def _sign(trace: Trace, total: int) -> str:
    return "+" if trace.tape.nodes[total].name == "add" else "-"


def _text(at: Written, template: str, r: Replay, i: int) -> str:
    own = factors(r.trace, Id(i))
    total = r.trace.origin(own[at.total])
    factor, *labels = (
        whole(labelled(r.trace, one, at=i)) for one in (own[at.factor], *r.trace.tape.nodes[total].args[:2])
    )
    terms = [(template if a == at.term else "{0} * {1}").format(factor, label) for a, label in enumerate(labels)]
    terms[1] = f"({terms[1]})" if at.term == 1 and _sign(r.trace, total) == "-" and " " in terms[1] else terms[1]
    rest = [whole(labelled(r.trace, f, at=i)) for k, f in enumerate(own) if k not in (at.total, at.factor)]
    written = f"{terms[0]} {_sign(r.trace, total)} {terms[1]}"
    return f"{' * '.join(rest)} * ({written})" if rest else written
