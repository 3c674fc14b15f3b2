"""Two runs of one candidate, held against each other."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from rnnspec.golden.entry import shown

from ..run.outcome import Ending, Outcome
from .failing import is_another

WORDS = {
    "newly_failing": "newly failing",
    "otherwise": "failing otherwise",
    "fixed": "fixed",
    "new": "newly tested",
    "gone": "tested no more",
    "nearer": "nearer to the budget",
    "farther": "farther from the budget",
}
MOST_NAMED = 8  # of a kind


@dataclass(frozen=True)
class Nearness:
    """How much of its budget a case used before, and uses now."""

    id: str
    before: float
    after: float


@dataclass(frozen=True, repr=False)
class Comparison:
    """What has changed, by case ids; nearer and farther are passing cases, the largest change first."""

    newly_failing: tuple[str, ...]
    otherwise: tuple[str, ...]  # failing before and now, for another reason or by another size
    fixed: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    nearer: tuple[Nearness, ...]  # to the budget
    farther: tuple[Nearness, ...]

    def __repr__(self) -> str:
        counts = (f"{len(getattr(self, f.name))} {f.name.replace('_', ' ')}" for f in fields(self))
        return f"<Comparison: {', '.join(counts)}>"

    def lines(self) -> list[str]:
        """A line for each kind of change, and how many there are."""
        return [_line(getattr(self, kind), words) for kind, words in WORDS.items() if getattr(self, kind)]

    @property
    def worse(self) -> bool:
        """Whether something fails that did not, or is tested no more."""
        return bool(self.newly_failing or self.gone)


def _line(found: tuple[str | Nearness, ...], words: str) -> str:
    named = [_named(one) for one in found[:MOST_NAMED]]
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"{len(found)} {words}: {', '.join(named)}{more}"


def _named(one: str | Nearness) -> str:
    if isinstance(one, Nearness):
        return f"{shown(one.id)} ({_apart(one.before, one.after)} of it)"
    return shown(one)


def _apart(before: float, after: float) -> str:
    """`0.13 to 0.14`, with as many digits as tell the two apart."""
    ways = (f"{before:.{digits}g} to {after:.{digits}g}" for digits in range(2, 18))
    return next(way for way in ways if len({*way.split(" to ")}) > 1)


def compared(before: Iterable[Outcome], after: Iterable[Outcome]) -> Comparison:
    """What is not tested counts as not there."""
    old, now = ({o.id: o for o in outcomes if o.outcome is not Ending.UNSUPPORTED} for outcomes in (before, after))
    both = [name for name in old if name in now]
    passing = [name for name in both if not old[name].failed and not now[name].failed]
    moved = sorted((Nearness(n, old[n].worst, now[n].worst) for n in passing), key=lambda n: -abs(n.after - n.before))
    return Comparison(
        newly_failing=tuple(name for name in now if now[name].failed and not (name in old and old[name].failed)),
        otherwise=tuple(name for name in both if is_another(old[name], now[name])),
        fixed=tuple(name for name in both if old[name].failed and not now[name].failed),
        new=tuple(name for name in now if name not in old),
        gone=tuple(name for name in old if name not in now),
        nearer=tuple(one for one in moved if one.after > one.before),
        farther=tuple(one for one in moved if one.after < one.before),
    )
