"""Edits at the first or the last step alone, or at t = 0: an operand that is another, zero or one; a result that is missing."""

from collections.abc import Iterator

from ...trace.group import Group
from ...trace.replaying import Edit
from ...trace.tape import Id
from ...trace.trace import Trace
from ...trace.wording import with_part
from ..making.editing import MOST, edit, named, other, others
from ..making.placing import in_place


def at_an_end(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    node = trace.tape.nodes[first]
    yield edit(group, lambda r, i: 0 * r.plain(i), "end", lambda r, i: "0")
    for a, arg in enumerate(node.args):
        if type(arg) is not Id or len(node.args) > MOST:
            continue
        for n in (0, 1):
            yield edit(
                group,
                lambda r, i, a=a, n=n: r.with_argument(i, a, n + 0 * r.argument(i, a)),
                "end",
                lambda r, i, a=a, n=n: with_part(r.trace, i, a, str(n)),
                1.0 + 0.2 * n,
            )
        for key, _, rank in others(trace, first, trace.shape(arg), arg, shifts=False):
            yield edit(
                group,
                lambda r, i, a=a, k=key: in_place(r, i, a, other(r, i, k)),
                "end",
                lambda r, i, a=a, k=key: with_part(r.trace, i, a, named(r.trace, k)),
                rank + 0.2,
            )
