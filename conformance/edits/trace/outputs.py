"""The outputs of a replay, each computed when it is asked for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .replaying import FAILURES, HOW, Begun, CannotRun, Edit, How, Replay
from .trace import Arrays, Trace

SMALLEST = float(np.finfo(np.float64).tiny)  # of the numbers that have all digits


class Replayed(Mapping[str, Any]):
    """The outputs of a replay, each computed when it is asked for. Raises CannotRun where one cannot be."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    def __getitem__(self, name: str) -> Any:
        try:
            return self._replay.reached(self._replay.trace.outputs[name])
        except FAILURES as error:
            raise CannotRun from error

    @property
    def leaves_range(self) -> bool:
        """Whether something of the run is infinite, no number, or so small that digits are lost."""
        arrays = (np.asarray(self._replay.values[i]) for i in self._replay.below)
        sizes = (np.abs(array) for array in arrays if array.dtype.kind == "f")
        return any(bool((~np.isfinite(size) | ((size > 0) & (size < SMALLEST))).any()) for size in sizes)

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
