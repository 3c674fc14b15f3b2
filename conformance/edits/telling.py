"""A finding in words: where in the reference, what stands there, and what was computed."""

from typing import NamedTuple

from .finding import FOLLOWED, RECOMPUTED, Finding
from .replaying import Edit, Replay
from .tape import KEPT
from .trace import Trace
from .wording import of_node

WAYS = {FOLLOWED: "and the backward follows from that", RECOMPUTED: "in the forward alone"}


class Named(NamedTuple):
    """`edits` are what each computes in place of what, and where; `difference` has them as lines."""

    edits: tuple[tuple[str, str], ...]
    difference: tuple[str, ...]


def told(trace: Trace, finding: Finding) -> Named:
    edits, lines = [], list[str]()
    calls = f" where {finding.where.name} is {'' if finding.where.given else 'not '}given" if finding.where else ""
    for edit in finding.edits:
        where, old, new = _parts(trace, edit)
        edits.append((f"{new} for {old}{calls}", where))
        lines += [where, f"-{old}", f"+{new}"]
    if finding.way in WAYS:
        lines.append(f" {WAYS[finding.way]}")
    if calls:
        lines.append(calls)
    return Named(tuple(edits), tuple(lines))


def _parts(trace: Trace, edit: Edit) -> tuple[str, str, str]:
    """Where it is, what stands there and what was computed, at the first of its nodes."""
    members = edit.members(trace)
    if not members:  # an option's, that this case lacks
        return "elsewhere", "what stands there", edit.kind
    first = next((i for i in members if trace.reach[i]), members[0])
    replay = Replay(trace, [edit])
    expression = trace.tape.nodes[first].place[0]
    where = "what the forward keeps for the backward" if expression.module == KEPT else "what is given or returned"
    if expression.line:
        where = f"reference/{expression.module}.py:{expression.line} {expression.function}"
    return where, of_node(trace, first), edit.text(replay, first)
