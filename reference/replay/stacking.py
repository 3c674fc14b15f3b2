"""What is done alike to several values is done to them at once: they lie beneath each other, as rows of one.

A recorded step is rewritten, one group of its nodes after another. A value is then rows of a larger one, and a larger one is joined of
values that are put there when they are made: nothing is copied.
"""

import numpy as np

from .grouping import Arg, Group, Steps, groups, merged, possible
from .recording import JOINED, SLICE, Node, Record, Ref, Unrecorded


def stacked(step: Steps) -> Steps:
    """The step with as much done at once as there can be."""
    while (better := next(filter(None, (_rewritten(step, group) for group in groups(step))), None)) is not None:
        step = better
    return step


def as_recorded(step: Steps) -> Steps:
    return step


def _rewritten(step: Steps, group: Group) -> Steps | None:
    """None if the members cannot be one: their parts lie elsewhere, or one needs another."""
    try:
        return _Rewriting(step, group).done() if possible(step, group) else None
    except Unrecorded:
        return None


class _Rewriting:
    """A step noted anew, with the members of a group as parts of one node."""

    def __init__(self, step: Steps, group: Group) -> None:
        self._step, self._group, self._record = step, group, Record()
        self._new: dict[int, int | None] = {}  # None while what it is made of is noted

    def done(self) -> Steps:
        wanted, soon = (tuple(map(self._noted, ids)) for ids in (self._step.wanted, self._step.soon))
        alone = frozenset(i for a in self._step.alone if (i := self._new.get(a)) is not None)
        return Steps(self._record.nodes, wanted, soon, alone)

    def _noted(self, i: int) -> int:
        if i not in self._new:
            self._new[i] = None
            if i in self._group.members:
                self._at_once()
            else:
                node = self._step.nodes[i]
                args = (Ref(self._noted(a.node)) if isinstance(a, Ref) else a for a in node.args)
                self._new[i] = self._note(node._replace(args=tuple(args)))
        if (new := self._new[i]) is None:
            raise Unrecorded("what needs itself")
        return new

    def _note(self, node: Node) -> int:
        return self._record.noted(node).at

    def _at_once(self) -> None:
        members, parts, shared = self._group
        self._new |= dict.fromkeys(members)
        first, product = self._step.nodes[members[0]], len(members) == 1
        args = [self._beneath(part, axis=int(product and k == 0)) for k, part in enumerate(parts)]
        args += [Ref(self._noted(a.node)) for a in shared]
        heights = [self._step.nodes[i].shape[0] for i in members]
        shape = (sum(heights), first.shape[1])
        node = first._replace(function=np.matmul if product else first.function, args=tuple(args), shape=shape)
        whole, begin = self._note(node), 0
        for i, height in zip(members, heights, strict=True):
            self._new[i] = self._rows(whole, begin, begin := begin + height)

    def _beneath(self, part: list[Arg], axis: int) -> Arg:
        """A part's nodes as one: beneath each other, or along the other axis."""
        if not isinstance(part[0], Ref):
            return part[0]
        ids, nodes = [self._noted(a.node) for a in part], self._record.nodes
        if nodes[ids[0]].kind != "constant":
            runs = merged(nodes, ids)
            if len(runs) == 1:
                return Ref(self._rows(*runs[0]))
            ids = [base for base, _, _ in runs]
        shape = [*nodes[ids[0]].shape]
        shape[axis] = sum(nodes[i].shape[axis] for i in ids)
        joined = Node(JOINED, (*map(Ref, ids), axis), (shape[0], shape[1]), nodes[ids[0]].truth, nodes[ids[0]].kind)
        return Ref(self._note(joined))

    def _rows(self, i: int, begin: int, end: int) -> int:
        node = self._record.nodes[i]
        if (begin, end) == (0, node.shape[0]):
            return i
        shape = (end - begin, node.shape[1])
        return self._note(node._replace(function=SLICE, args=(Ref(i), slice(begin, end)), shape=shape))
