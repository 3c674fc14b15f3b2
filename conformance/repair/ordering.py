"""All changes of what a case runs, the likeliest first."""

import math
import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rnnspec.reference import OPERATIONS

from .changes.every import changes
from .changes.words import Words
from .observing import is_own, observed
from .placing import Placing
from .source import Change, File, Statement, reads
from .suspecting import Suspect, rests
from .trying import Trying

MOST = (2.4, 3.0, 3.4)  # of how unlikely changes of each level may be before the next has its turn


class Ranked(NamedTuple):
    rank: float
    file: File
    change: Change


def files_of(trying: Trying, case: str) -> list[File]:
    """The candidate's own that a case runs."""
    seen = observed(lambda: trying.unlimited(case))
    return [File(path, lines, seen) for path, lines in seen.lines.items() if is_own(path)]


def in_order(
    suspects: list[tuple[File, Suspect]], words: Mapping[File, Words], wrong: set[str], of_some: bool, until: float
) -> Iterator[Ranked]:
    """Of statements on which rests all that is wrong, or some of it, and little else; none behind the CPU time that is up."""
    later = list[Ranked]()
    for level, most in enumerate(MOST):
        found = list[Ranked]()
        for file, suspect in suspects:
            if time.process_time() > until:  # of what there is by now
                break
            several = changes(suspect.statement, words[file], level)
            found += (Ranked(one.rank + suspect.unlikely(one, wrong, of_some), file, one) for one in several)
        yield from sorted((one for one in found if one.rank <= most), key=_rank)
        later += (one for one in found if most < one.rank < math.inf)
    yield from sorted(later, key=_rank)


def _rank(one: Ranked) -> float:
    return one.rank


def suspects_of(
    trying: Trying, placing: Placing, file: File, case: str, calm: list[str], until: float
) -> Iterator[Suspect]:
    """What ran of a file, with what rests on it: of the case, and of those that are right. Of what there is no time for nothing is known."""
    base = {id: trying.outputs(id) for id in (case, *calm)}

    def rest(statement: Statement, id: str) -> set[str] | None:
        is_asked = bool(base[id]) and time.process_time() < until
        return rests(trying, placing, file, statement, id, base[id]) if is_asked else None

    raising = [one for one in file.statements if file.seen.raised[file.path] & one.rows]
    for statement in file.statements:
        own = rest(statement, case)
        is_calm = own is not None and any(rest(statement, id) for id in calm)
        is_read = any(reads(one, statement) for one in raising)
        yield Suspect(statement, own, is_calm, statement in raising, is_read)


def calm_of(case: str, passing: Mapping[str, list[str]]) -> list[str]:
    """One case of each operation of the family of which none fails, and that is smaller or ahead of it."""
    own = OPERATIONS[case.partition("/")[0]]
    others = [OPERATIONS[name] for name, ids in passing.items() if ids]
    return [
        passing[one.name][0]
        for one in others
        if own.family and one.family == own.family and (one.kind is not own.kind or one is own.forward)
    ]
