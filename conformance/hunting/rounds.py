"""Rounds over all operations that a candidate has, each a search of Hypothesis that makes what it finds as small as it can be."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from hashlib import blake2b
from random import Random

from hypothesis import Phase, Verbosity, settings
from hypothesis import find as smallest
from hypothesis.database import ExampleDatabase
from hypothesis.errors import Flaky, NoSuchExample
from rnnspec.golden.precision import Precision, said
from rnnspec.golden.sized import options_of
from rnnspec.reference import OPERATIONS, Kind, Operation

from ..candidate import Candidate
from ..run.local import Local
from ..run.outcome import Ending, Outcome
from ..run.runner import Runner
from .found import NEVER, Find, Round
from .kept import Kept
from .playing import offers, play, untried
from .problem import BETWEEN, Problem
from .slow import smaller
from .strategies import SMALL, problems, stretched, stretching

EXAMPLES = 12  # of an operation in a round
LONG = 2  # and more of each of its axes that may be long: the plainest, and one that is drawn
SHRINKING = 20.0  # seconds that are spent on making one find smaller
HANGING = 1.0  # seconds that a call may take there, once one took too many
ENDED = (Ending.CRASH, Ending.TIMEOUT)  # a process, and so there are no arrays
TRIED_AGAIN = 20  # finds, of what fails now and then
SETTINGS = settings(deadline=None, database=None, phases=(Phase.generate, Phase.shrink), verbosity=Verbosity.quiet)


class _Over(BaseException):
    """Time is up: no search catches this."""


class Hunter:
    """A candidate at a dtype, or at a precision that it carries, of which these operations are hunted, or all, until a time of `time.monotonic()`.

    `database` keeps what was found for the next hunt; `running` is told of each problem before it is played.
    """

    def __init__(
        self,
        candidate: Candidate,
        dtype: str,
        names: Collection[str] = (),
        until: float = NEVER,
        database: ExampleDatabase | None = None,
        running: Callable[[str], object] = lambda id: None,
        precision: Precision | None = None,
    ) -> None:
        self.candidate, self.dtype, self.until, self.precision = candidate, dtype, until, precision
        self._running, self._runner = running, Runner(candidate, dtype, precision)
        self._kept = Kept(database, candidate.name, self.at)
        asked = [one for name, one in OPERATIONS.items() if name in names or not names]
        able = [one for one in asked if one.kind is not Kind.CONTAINER and not self._runner.calls.lacks(one, [])]
        self.operations = [one for one in able if self._offered(one)]

    @property
    def at(self) -> str:
        """The dtype, or the precision."""
        return said(self.precision.words) if self.precision else self.dtype

    def round(
        self,
        number: int,
        passed: Collection[str] = (),
        heard: Callable[[int], None] = lambda n: None,
        keep_going: bool = False,
        most: float = NEVER,
    ) -> Round:
        """All operations once, but for those `passed` over, in problems that follow from the number alone; or until the first find or `most` problems."""
        done = Round(number)
        for operation in self.operations:
            if operation.name not in passed and time.monotonic() < self.until and done.judged < most:
                search = _Search(self, operation, done, heard, most)
                if find := search.run():
                    done.finds.append(find)
                    self._kept.keep(find.problem)
                    if not keep_going:
                        break
        return done

    def again(self, number: int, most: float = NEVER, keep_going: bool = False) -> Round:
        """What a database keeps, of these operations: until the first that fails, or the first of each; what could be tried and fails no more is dropped."""
        done, names = Round(number), {operation.name for operation in self.operations}
        for problem in [one for one in self._kept.problems() if one.operation in names]:
            found = {find.problem.operation for find in done.finds}
            if done.judged >= most or time.monotonic() > self.until or (found and not keep_going):
                break
            missed = untried(self.candidate, problem)
            if problem.operation not in found and not {*missed} - {BETWEEN}:
                outcome = self._played(problem)
                done.counts[problem.operation] = done.counts.get(problem.operation, 0) + 1
                if outcome and outcome.failed:
                    done.finds.append(Find(problem, outcome))
                elif not missed:
                    self._kept.drop(problem)
        return done

    def _offered(self, operation: Operation) -> bool:
        self._running(operation.name)
        return offers(self._runner, operation)

    def _played(self, problem: Problem) -> Outcome | None:
        self._running(problem.case.id)
        return play(self.candidate, problem)

    def _limited(self, outcome: Outcome) -> None:
        """Wait for less where a call did not come back: it will not in many that are smaller."""
        if outcome.outcome is Ending.TIMEOUT and (peer := getattr(self.candidate, "peer", None)):
            peer.timeout = min(peer.timeout, HANGING)


class _Search:
    """One search in one operation."""

    def __init__(
        self, hunter: Hunter, operation: Operation, done: Round, heard: Callable[[int], None], most: float
    ) -> None:
        self.hunter, self.operation, self.done, self.heard, self.most = hunter, operation, done, heard, most
        self.until, self.found = hunter.until, list[Find]()
        done.counts[operation.name] = 0

    def run(self) -> Find | None:
        """What is found among all problems, or where one axis after the other is long."""
        found = self._found({}, EXAMPLES)
        for axis in stretching(self.operation):
            found = found or self._found({axis: stretched(axis, self.done.seed)}, LONG)
        return found

    def _found(self, long: Mapping[str, Sequence[int]], examples: int) -> Find | None:
        """The smallest that was found; of what fails now and then, the smallest that does so again."""
        peer = getattr(self.hunter.candidate, "peer", None)
        patience = peer and peer.timeout
        try:
            self._search(long, examples)
        except (NoSuchExample, _Over):
            if self.found and _is_costly(self.found[-1]):
                return self._smaller(self.found[-1])
        except Flaky:
            return self._again()
        finally:
            if peer:
                peer.timeout = patience
        least = min(self.found, key=lambda find: find.effort, default=None)
        return self._smaller(least) if least and least.problem.circumstances else least

    def _again(self) -> Find:
        smallest = sorted(self.found, key=lambda find: find.effort)
        for find in smallest[:TRIED_AGAIN]:
            outcome = self.hunter._played(find.problem)
            if outcome and outcome.failed:
                return Find(find.problem, outcome)
        return smallest[0]

    def _search(self, long: Mapping[str, Sequence[int]], examples: int) -> None:
        """Raises NoSuchExample where nothing is wrong, Flaky where that is so now and then."""
        hunter = self.hunter
        options = [one for one in options_of(self.operation) if not hunter._runner.calls.lacks(self.operation, [one])]
        shared = isinstance(hunter.candidate, Local)  # over a pipe there are no layouts, and one call at a time
        words, name = hunter.precision.words if hunter.precision else "", "/".join((self.operation.name, *long))
        smallest(
            problems(self.operation, hunter.dtype, options, shared, words, long),
            self._wrong,
            settings=settings(SETTINGS, max_examples=examples),
            random=Random(number_of(self.done.seed, name)),
        )

    def _wrong(self, problem: Problem) -> bool:
        if time.monotonic() > self.until or (self.done.judged >= self.most and not self.found):
            raise _Over
        outcome = self.hunter._played(problem)
        if not self.found:
            self.done.counts[self.operation.name] += outcome is not None
            self.heard(self.done.judged)
        if outcome is None or not outcome.failed or self._of_the_past(problem, outcome):
            return False
        if not self.found:
            self.until = min(self.until + SHRINKING, time.monotonic() + SHRINKING)
            self.hunter._limited(outcome)
        self.found.append(Find(problem, outcome))
        if _is_costly(self.found[-1]):
            raise _Over
        return True

    def _of_the_past(self, problem: Problem, outcome: Outcome) -> bool:
        """Whether it fails by what calls left that are no part of it: then not behind a call of its own."""
        if problem.earlier or outcome.outcome in ENDED:
            return False
        again = self.hunter._played(problem)
        return again is not None and not again.failed

    def _smaller(self, find: Find) -> Find:
        """What was found, made small in few tries."""
        found = [find]

        def fails(problem: Problem) -> bool:
            if time.monotonic() > self.until:
                return False
            outcome = self.hunter._played(problem)
            if outcome and outcome.outcome is find.outcome.outcome and not self._of_the_past(problem, outcome):
                found.append(Find(problem, outcome))
            return found[-1].problem == problem

        smaller(find.problem, fails)
        return found[-1]


def _is_costly(find: Find) -> bool:
    """Whether a try costs so much that few are made: a process or a time limit, or what is long and no race, which takes many."""
    is_long = max(find.problem.size.lengths.values(), default=0) > SMALL
    return find.outcome.outcome in ENDED or (is_long and not find.problem.threads)


def number_of(seed: int, operation: str) -> int:
    """One number for a seed and an operation, the same everywhere."""
    return int.from_bytes(blake2b(f"{seed}/{operation}".encode(), digest_size=8).digest(), "big")


def rounds(
    hunter: Hunter,
    seed: int,
    count: int | None = None,
    keep_going: bool = False,
    heard: Callable[[int], None] = lambda n: None,
) -> Iterator[Round]:
    """Rounds until the first find, or for so many problems or so long; with `keep_going` what is found is passed over from then on.

    What a database keeps is played before them.
    """
    most = count or NEVER
    done = hunter.again(seed, most, keep_going)
    judged, passed, number = done.judged, {find.problem.operation for find in done.finds}, seed
    yield done
    if passed and not keep_going:
        return
    while time.monotonic() < hunter.until and judged < most and len(passed) < len(hunter.operations):
        done = hunter.round(number, passed, lambda n, before=judged: heard(before + n), keep_going, most - judged)  # type: ignore[misc]
        judged, number = judged + done.judged, number + 1
        passed |= {find.problem.operation for find in done.finds}
        yield done
        if done.finds and not keep_going:
            return
