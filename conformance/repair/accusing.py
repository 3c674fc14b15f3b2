"""Which lines of a source are to be looked at where no change of it repairs an operation: those on which just that rests that is wrong."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from rnnspec.golden import Golden

from ..candidate import Got
from .overlapping import Marks, is_finite, moved_in, overlap, wrong_in

CASES, RIGHT = 6, 2  # that fail, and that pass
LEAST, ALIKE, LINES = (
    0.8,
    0.005,
    3,
)  # of what is wrong, or moves, is both; as much; that are told, none where there are more
OF_RIGHT, OF_CALM = 0.98, 0.8  # how much less it is where what passes rests on it, too: of the operation, of another

Outputs = Callable[[str], Mapping[str, Got] | None]  # of a case by its id; none where it comes to no answer


class Line(NamedTuple):
    path: str
    number: int


class Accused(NamedTuple):
    """A line, a value in it, how much of what is wrong or changes with that is both, and in how many failing cases."""

    line: Line
    value: str
    share: float
    cases: int


class Value(NamedTuple):
    """One of a source, and what comes of it where it is a little off."""

    line: Line
    text: str
    nudged: Outputs


class Accusing:
    """An operation's cases that answer: some that fail, as different as they are, and some that pass, `calm` those of others."""

    def __init__(
        self,
        golden: Callable[[str], Golden],
        outputs: Outputs,
        dtype: str,
        failing: Sequence[str],
        passing: Sequence[str],
        calm: Sequence[str],
    ) -> None:
        ids = (*failing, *passing[len(passing) // 2 :][:RIGHT], *calm)
        self._base = {id: gave for id in ids if (gave := outputs(id))}
        wrong = {id: wrong_in(golden(id), self._base[id], dtype) for id in failing if id in self._base}
        self._wrong = {id: wrong[id] for id in _telling(wrong)}
        self._right = {id: OF_CALM if id in calm else OF_RIGHT for id in self._base if id not in wrong}

    def accused(self, values: Iterable[Value]) -> list[Accused]:
        """The lines that are most suspected, each by the first of its values that is; none where nothing is, or where many are."""
        shares = [(value, share) for value in values if (share := self._share(value.nudged)) >= LEAST]
        most = max((share for _, share in shares), default=0.0)
        ranks = [(value, share, share * self._calm(value.nudged)) for value, share in shares if share >= most - ALIKE]
        first = max((rank for *_, rank in ranks), default=0.0)
        lines = dict[Line, Accused]()
        for value, share, rank in ranks:
            if rank >= first - ALIKE:
                lines.setdefault(value.line, Accused(value.line, value.text, share, len(self._wrong)))
        return [*lines.values()] if len(lines) <= LINES else []

    def _share(self, nudged: Outputs) -> float:
        """As a mean over the failing cases; 0 where it is known to be too little."""
        found, left = 0.0, len(self._wrong)
        for id, wrong in self._wrong.items():
            found += self._overlap(id, wrong, nudged(id))
            left -= 1
            if found + left < LEAST * len(self._wrong):
                return 0.0
        return found / len(self._wrong) if self._wrong else 0.0

    def _overlap(self, id: str, wrong: Marks, now: Mapping[str, Got] | None) -> float:
        """Nothing where it comes to no answer, or to what is no number any more: so does all that breaks it."""
        base = self._base[id]
        return overlap(wrong, moved_in(base, now)) if now and (is_finite(now) or not is_finite(base)) else 0.0

    def _calm(self, nudged: Outputs) -> float:
        """Less than 1 where what passes is another with it, too."""
        found = 1.0
        for id, by in self._right.items():
            now = nudged(id)
            found *= by if now and any(mask.any() for mask in moved_in(self._base[id], now).values()) else 1.0
        return found


def _telling(wrong: Mapping[str, Marks]) -> list[str]:
    """Of failing cases one of each pattern of outputs that are wrong, those with the fewest first, and others from all over the rest."""
    patterns = {id: tuple(name for name, mask in marks.items() if mask.any()) for id, marks in wrong.items()}
    first = dict[tuple[str, ...], str]()
    for id in sorted(patterns, key=lambda id: len(patterns[id])):
        first.setdefault(patterns[id], id)
    rest = [id for id in patterns if id not in first.values()]
    return [*first.values(), *rest[:: max(1, len(rest) // CASES)]][:CASES]
