"""Making small what crashes or hangs: each try costs a process or a time limit, so that few are made and the boldest first."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from .problem import PLAIN, Problem

Fails = Callable[[Problem], bool]


def smaller(problem: Problem, fails: Fails) -> Problem:
    """The smallest that still fails, of those that are tried one behind the other."""
    fitting = next((one for one in _bold(problem) if one != problem and fails(one)), problem)
    while (found := next((one for one in _steps(fitting) if fails(one)), None)) is not None:
        fitting = found
    return fitting


def _bold(problem: Problem) -> Iterator[Problem]:
    """All axes but one as short as they can be, without anything besides; then with all that there is besides."""
    size = problem.size
    bare = Problem(problem.operation, replace(size, options=(), seed=0, regime=""), problem.dtype)
    longest = sorted(size.lengths, key=lambda axis: -size.lengths[axis])
    for plain in (bare, problem):
        for axis in longest:
            yield _with(plain, {other: n if other == axis else 1 for other, n in size.lengths.items()})
    yield bare


def _steps(problem: Problem) -> Iterator[Problem]:
    """One thing less."""
    size = problem.size
    if problem.threads or problem.earlier:
        yield replace(problem, earlier=(), threads=False)
    for k in range(len(problem.earlier) if len(problem.earlier) > 1 else 0):
        yield replace(problem, earlier=problem.earlier[:k] + problem.earlier[k + 1 :])
    if problem.layout != PLAIN:
        yield replace(problem, layout=PLAIN)
    for name in size.options:
        yield replace(problem, size=replace(size, options=tuple(one for one in size.options if one != name)))
    if size.regime or size.seed:
        yield replace(problem, size=replace(size, regime="", seed=0))
    for axis, n in size.lengths.items():
        for less in dict.fromkeys((1, n // 2, n - 1)):
            if 0 < less < n:
                yield _with(problem, {**size.lengths, axis: less})


def _with(problem: Problem, lengths: dict[str, int]) -> Problem:
    return replace(problem, size=replace(problem.size, lengths=lengths))
