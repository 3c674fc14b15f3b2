"""Edits of the gradients into all pre-activations at once, in some of their uses: in what goes back, in the gradients into matrices, in those into
biases.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ...trace.group import OWN_BIASES, OWN_OUTERS, SAME, WEIGHTED_BACK, Group
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import named
from ...trace.trace import Trace
from ..making.editing import edit, told
from ..making.forms import PARTS, SIGNS, Form

USES = {  # with which operand a gradient into a pre-activation is
    "what goes back": (Group(named("matmul"), 0, SAME, WEIGHTED_BACK), 1),
    "the gradients into matrices": (Group(named("matmul"), 0, SAME, OWN_OUTERS), 0),
    "the gradients into biases": (Group(named("sum"), 0, SAME, OWN_BIASES), 0),
}
OF_ENDS = tuple(form for form in PARTS if form.text.startswith("{} without its"))
RANK = 1.1


def of_uses_of_gradients(trace: Trace) -> Iterator[Edit]:
    there = [use for use, (group, _) in USES.items() if members(trace, group)]
    for k, use in enumerate(there):
        for other in ("", *there[k + 1 :]):
            where = f"in {use}{f' and {other}' if other else ''}"
            partner = USES[other][0] if other else None
            for form in (*SIGNS[:5], *OF_ENDS):
                text = told(f"{form.text.format('d')}{'' if '{' in form.text else ' for d'}, {where}")
                yield edit(USES[use][0], partial(_formed, form), "form", text, RANK, partner)


def _formed(form: Form, r: Replay, i: int) -> Any:
    """With the operand that is a gradient in another form: of a sum its first, of what goes back what is multiplied."""
    node = r.trace.tape.nodes[i]
    a = int(node.name == "matmul" and r.trace.is_weighted_back(i))
    d = form.of(r.argument(i, a))
    return None if d is None else r.with_argument(i, a, d)
