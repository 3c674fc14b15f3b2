"""Edits of the gradients into all pre-activations at once, in some of their uses: in what goes back, in the gradients into matrices, in those into
biases.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from ...trace.group import GATES, OWN_BIASES, OWN_OUTERS, SAME, WEIGHTED_BACK, Group
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import named
from ...trace.trace import Trace
from ...trace.workspaces import SLOPED
from ..making.editing import edit, told
from ..making.forms import PARTS, SIGNS, Form
from .weights import of_a_step

USES = {
    "what goes back": Group(named("matmul"), 0, SAME, WEIGHTED_BACK),
    "the gradients into matrices": Group(named("matmul"), 0, SAME, OWN_OUTERS),
    "the gradients into biases": Group(named("sum"), 0, SAME, OWN_BIASES),
}
PREACTIVATIONS = Group(named(SLOPED), 0, GATES)
OF_ENDS = tuple(form for form in PARTS if form.text.startswith("{} without its"))
RANK = 1.1


def of_uses_of_gradients(trace: Trace) -> Iterator[Edit]:
    biases = [name for name in trace.outputs if name[:2] == "db"]
    if of_a_step(trace, USES["the gradients into biases"]) != len(biases):  # what has one more of what enters a gate
        return
    there = [use for use, group in USES.items() if members(trace, group)]
    for k, use in enumerate(there):
        for other in ("", *there[k + 1 :]):
            where = f"in {use}{f' and {other}' if other else ''}"
            partner = USES[other] if other else None
            for form in (*SIGNS[:5], *OF_ENDS):
                text = told(f"{form.text.format('d')}{'' if '{' in form.text else ' for d'}, {where}")
                yield edit(USES[use], partial(_formed, form), "form", text, RANK, partner)


def _formed(form: Form, r: Replay, i: int) -> Any:
    """With the operand that is a gradient in another form: of a sum its first, of what goes back what is multiplied."""
    node = r.trace.tape.nodes[i]
    a = int(node.name == "matmul" and r.trace.is_weighted_back(i))
    if r.trace.origin(node.args[a]) not in members(r.trace, PREACTIVATIONS):
        return r.plain(i)  # of a projection
    d = form.of(r.argument(i, a))
    return None if d is None else r.with_argument(i, a, d)
