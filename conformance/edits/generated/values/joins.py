"""Edits of what is joined and enters a product: its parts in the other order, in other forms, others in their places."""

from collections.abc import Iterator

from ...trace.group import Group
from ...trace.replaying import Edit
from ...trace.trace import Trace
from ...trace.wording import with_part
from ..making.editing import edit, named, other, others
from ..making.forms import SIGNS
from ..making.joined import reformed, reformed_text, rejoined, rejoined_text, turned, turned_text
from ..making.placing import in_place


def of_joined(trace: Trace, group: Group, first: int, a: int, joined: int) -> Iterator[Edit]:
    yield edit(
        group,
        lambda r, i: in_place(r, i, a, turned(r, i, a)),
        "order",
        lambda r, i: with_part(r.trace, i, a, turned_text(r, i, a)),
    )
    for part in range(len(trace.tape.nodes[joined].args) - 1):
        own = trace.tape.nodes[joined].args[part]
        for form in SIGNS:
            yield edit(
                group,
                lambda r, i, p=part, f=form: in_place(r, i, a, reformed(r, i, a, p, f.of)),
                "form",
                lambda r, i, p=part, f=form: with_part(r.trace, i, a, reformed_text(r, i, a, p, f.text)),
                form.rank + 0.1,
            )
        for key, _, rank in others(trace, first, trace.shape(own), own, shifts=False):
            yield edit(
                group,
                lambda r, i, a=a, p=part, k=key: in_place(r, i, a, rejoined(r, i, a, p, other(r, i, k))),
                "value",
                lambda r, i, a=a, p=part, k=key: with_part(r.trace, i, a, rejoined_text(r, i, a, p, named(r.trace, k))),
                rank + 0.1,
            )
