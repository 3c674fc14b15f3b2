"""The outputs of a replay, each computed when it is asked for."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .replaying import FAILURES, HOW, Begun, CannotRun, Edit, How, Replay
from .trace import Arrays, Trace


class Replayed(Mapping[str, Any]):
    """The outputs of a replay, each computed when it is asked for. Raises CannotRun where one cannot be."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    def __getitem__(self, name: str) -> Any:
        try:
            return self._replay.reached(self._replay.trace.outputs[name])
        except FAILURES as error:
            raise CannotRun from error

    def leaves_range(self, name: str) -> bool:
        """Whether something on the way to an output is infinite or no number."""
        return any(not np.isfinite(array).all() for array in self._between(name))

    def overflows(self, name: str) -> bool:
        """Whether something on the way to an output, and not that, is infinite."""
        return any(np.isinf(array).any() for array in [*self._between(name)][:-1])

    def _between(self, name: str) -> Iterator[Any]:
        output = self._replay.trace.outputs.get(name)
        if output is None:
            return
        self._replay.reached(output)
        changed = frozenset(self._replay.changed)
        arrays = (np.asarray(self._replay.values[i]) for i in self._replay.trace.between(changed, output))
        yield from (array for array in arrays if array.dtype.kind == "f")

    def __contains__(self, name: object) -> bool:
        return name in self._replay.trace.outputs

    def __iter__(self) -> Iterator[str]:
        return iter(self._replay.trace.outputs)

    def __len__(self) -> int:
        return len(self._replay.trace.outputs)


def replayed(trace: Trace, *edits: Edit, how: How = HOW, begun: Begun | None = None) -> Arrays | None:
    """The outputs with these edits, None where that cannot run; from where others of them have `begun`."""
    replay = Replay(trace, edits, how, begun)
    try:
        return Replayed(replay) if replay.run() else None
    except (*FAILURES, CannotRun):
        return None


def begun_with(trace: Trace, edits: Sequence[Edit], how: How) -> Begun | None:
    """A run with these edits, to go on from; None where that cannot run."""
    replay = Replay(trace, edits, how)
    try:
        return replay.finished() if replay.run() else None
    except (*FAILURES, CannotRun):
        return None


def seen_in(names: Collection[str], found: Arrays, trace: Trace) -> Arrays | None:
    """These outputs of a replay, with the right ones of all others; None where one cannot be computed."""
    right = {name: trace.tape.values[i] for name, i in trace.outputs.items()}
    try:
        return right | {name: found[name] for name in names if name in right}
    except CannotRun:
        return None
