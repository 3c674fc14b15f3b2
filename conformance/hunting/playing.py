"""Playing a problem: the calls before, the one that is judged, and its outcome."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache, partial
from threading import Event
from time import perf_counter, sleep
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden
from rnnspec.golden.drawing import draw
from rnnspec.golden.estimated import Unfit, estimate
from rnnspec.golden.precision import Precision
from rnnspec.golden.sized import Size, sized
from rnnspec.reference import OPERATIONS, Operation

from ..candidate import Arrays, Candidate, Faulty, Got, Raised, Unsupported
from ..run.local import Local
from ..run.outcome import Ending, Outcome, attempt
from ..run.runner import Runner
from .problem import PLAIN, Problem

Layout = Callable[[NDArray[Any]], NDArray[Any]]
Drawn = tuple[Runner, Arrays, Arrays]
RACES = 4  # plays of a problem whose calls are made at the same time, which go one way or the other
KEPT = 512  # estimates: what is made smaller comes again


class Player(Runner):
    """A runner whose arrays lie as a problem has them, and whose calls come behind others."""

    def __init__(self, candidate: Candidate, problem: Problem, races: int = RACES) -> None:
        super().__init__(candidate, problem.dtype, problem.policy)
        self.problem, self.races, self._race = problem, races, 0

    def judged(self, golden: Golden) -> Outcome:
        """The outcome of the problem, with its circumstances in its message; beside other calls, of the first race that fails."""
        outcome = self.case(golden)
        while self.problem.threads and not outcome.failed and self._race < self.races - 1:
            self._race += 1
            outcome = self.case(golden)
        if outcome.failed and (words := self.problem.circumstances):
            outcome.message = f"{words}: {outcome.message}"
        return outcome

    def fresh(self, arrays: Arrays) -> dict[str, NDArray[Any]]:
        lay = LAID[self.problem.layout]
        return {name: lay(a) if a.ndim else a for name, a in super().fresh(arrays).items()}

    def call(self, operation: Operation, inputs: Arrays, parameters: Arrays, case: str = "") -> dict[str, Got]:
        if self.problem.threads:
            return self._beside(operation, partial(super().call, operation, inputs, parameters, case))
        if operation.forward and self.problem.earlier:
            cache = self.cache(operation.forward, inputs, parameters)
            self._before(operation)
            return self.backward(operation, inputs, cache)
        self._before(operation)
        return super().call(operation, inputs, parameters, case)

    def _beside(self, operation: Operation, call: Callable[[], dict[str, Got]]) -> dict[str, Got]:
        """A call while the others are made over and over; in each race it begins at another moment of theirs, since two that start together keep their pace."""
        drawn, ended, start = self._drawn(operation), Event(), perf_counter()
        _made(operation, drawn)
        late = (perf_counter() - start) * (self._race % RACES) / RACES

        def others() -> None:
            while not ended.is_set():
                _made(operation, drawn)

        with ThreadPoolExecutor(1) as beside:
            beside.submit(others)
            sleep(late)
            try:
                return call()
            finally:
                ended.set()

    def _before(self, operation: Operation) -> None:
        _made(operation, self._drawn(operation))

    def _drawn(self, operation: Operation) -> list[Drawn]:
        runners = [(Runner(self.candidate, one.dtype), sized(operation, one.size)) for one in self.problem.earlier]
        return [(runner, *draw(case)) for runner, case in runners]


def _made(operation: Operation, drawn: Iterable[Drawn]) -> None:
    """These calls, which are judged when their turn comes."""
    for runner, inputs, parameters in drawn:
        with suppress(Raised, Unsupported, Faulty, ValueError), np.errstate(all="ignore"):
            runner.call(operation, runner.fresh(inputs), runner.fresh(parameters))


def offers(runner: Runner, operation: Operation) -> bool:
    """Whether a candidate has an operation: its plainest problem is played, and not judged, which would cost more; with a decay of a head, too,
    where it declines one of each key.
    """
    sizes = (Size(), Size({"n_g": 1})) if {"n_g", "n_k"} <= {*operation.dims} else (Size(),)
    return any(_takes(runner, operation, size) for size in sizes)


def _takes(runner: Runner, operation: Operation, size: Size) -> bool:
    case = sized(operation, size)
    inputs, parameters = (runner.fresh(arrays) for arrays in draw(case))
    outcome = attempt(Outcome(case.id, operation.name), lambda: _called(runner, operation, inputs, parameters))
    return outcome.outcome is not Ending.UNSUPPORTED


def _called(runner: Runner, operation: Operation, inputs: Arrays, parameters: Arrays) -> None:
    runner.call(operation, inputs, parameters)


def untried(candidate: Candidate, problem: Problem) -> list[str]:
    """What of a problem cannot be tried on this candidate, which has a memory of its own; for calls between alone it is played all the same."""
    return [] if isinstance(candidate, Local) else problem.of_memory


def play(candidate: Candidate, problem: Problem) -> Outcome | None:
    """The outcome of a problem; None where it says nothing, or the candidate does not have it."""
    player = Player(candidate, problem)
    if (golden := told(problem.operation, problem.size.name, problem.dtype, problem.policy)) is None:
        return None
    outcome = player.judged(golden)
    return None if outcome.outcome is Ending.UNSUPPORTED else outcome


@lru_cache(maxsize=KEPT)
def told(operation: str, size: str, dtype: str, precision: Precision | None = None) -> Golden | None:
    """The case of a size, with its budgets; None where nothing can be said of it."""
    try:
        return estimate(sized(OPERATIONS[operation], Size.named(size)), dtype, precision).telling().golden
    except Unfit:
        return None


def _strided(array: NDArray[Any]) -> NDArray[Any]:
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


def _locked(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array


LAID: dict[str, Layout] = {
    PLAIN: lambda array: array,
    "fortran": np.asfortranarray,
    "strided": _strided,
    "read-only": _locked,
}
