"""Making small what crashes, hangs or is long: each try costs much, so that few are made and the boldest first."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from .problem import PLAIN, Problem

Fails = Callable[[Problem], bool]


def smaller(problem: Problem, fails: Fails) -> Problem:
    """The smallest that still fails, of those that are tried one behind the other, each once."""
    tried = [problem]

    def once(one: Problem) -> bool:
        new = one not in tried
        tried.extend([one] * new)
        return new and fails(one)

    fitting = _shorter(next(filter(once, _bold(problem)), problem), once)
    while (found := next(filter(once, _steps(fitting)), None)) is not None:
        fitting = _shorter(found, once)
    return fitting


def _shorter(problem: Problem, fails: Fails) -> Problem:
    """With each axis as short as it can be, by halves."""
    for axis in problem.size.lengths:
        problem = _halved(problem, axis, fails)
    return problem


def _halved(problem: Problem, axis: str, fails: Fails) -> Problem:
    fine = 0
    while (n := problem.size.lengths[axis]) - fine > 1:
        less = _cut(problem, axis, (fine + n) // 2 if fine else 1)
        problem, fine = (less, fine) if fails(less) else (problem, less.size.lengths[axis])
    return problem


def _bold(problem: Problem) -> Iterator[Problem]:
    """All axes as short as they can be, then all but one, without anything besides; then with all that there is besides."""
    size = problem.size
    bare = Problem(
        problem.operation, replace(size, options=(), seed=0, regime=""), problem.dtype, precision=problem.precision
    )
    yield _with(bare, dict.fromkeys(size.lengths, 1))
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


def _cut(problem: Problem, axis: str, n: int) -> Problem:
    """An axis so long, and what follows from it: the heads of values, a decay for each key."""
    lengths = dict(problem.size.lengths)
    for other, of in (("n_hv", "n_h"), ("n_g", "n_k")):
        if axis == of and lengths.get(other, 0) >= lengths[of]:
            lengths[other] = lengths[other] // lengths[of] * n
    return _with(problem, {**lengths, axis: n})


def _with(problem: Problem, lengths: dict[str, int]) -> Problem:
    return replace(problem, size=replace(problem.size, lengths=lengths))
