"""Making small what crashes, hangs or is long: each try costs much, so that few are made and the boldest first."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from rnnspec.golden.sized import Size

from .problem import PLAIN, Earlier, Problem

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
    """With each axis as short as it can be, by halves; of calls before, too."""
    for call, size in enumerate(_sizes(problem)):
        for axis in size.lengths:
            problem = _halved(problem, call, axis, fails)
    return problem


def _halved(problem: Problem, call: int, axis: str, fails: Fails) -> Problem:
    fine = 0
    while (n := (size := _sizes(problem)[call]).lengths[axis]) - fine > 1:
        less = _cut(size, axis, (fine + n) // 2 if fine else 1)
        shorter = _sized(problem, call, less)
        problem, fine = (shorter, fine) if fails(shorter) else (problem, less.lengths[axis])
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
    if problem.threads or problem.earlier:
        yield replace(problem, earlier=(), threads=False)
    if problem.threads:
        yield replace(problem, threads=False)
    for k in range(len(problem.earlier) if len(problem.earlier) > 1 else 0):
        yield replace(problem, earlier=problem.earlier[:k] + problem.earlier[k + 1 :])
    if problem.layout != PLAIN:
        yield replace(problem, layout=PLAIN)
    for call, whole in enumerate(_sizes(problem)):
        yield from (_sized(problem, call, less) for less in _plainer(whole))
    for k, one in enumerate(problem.earlier):
        if one.dtype != problem.dtype:
            yield _before(problem, k, replace(one, dtype=problem.dtype))


def _plainer(size: Size) -> Iterator[Size]:
    """Without one of its options, its regime or its seed."""
    for name in size.options:
        yield replace(size, options=tuple(one for one in size.options if one != name))
    if size.regime:
        yield replace(size, regime="")
    if size.seed:
        yield replace(size, seed=0)


def _cut(size: Size, axis: str, n: int) -> Size:
    """An axis so long, and what follows from it: the heads of values, a decay for each key."""
    lengths = dict(size.lengths)
    for other, of in (("n_hv", "n_h"), ("n_g", "n_k")):
        if axis == of and lengths.get(other, 0) >= lengths[of]:
            lengths[other] = lengths[other] // lengths[of] * n
    return replace(size, lengths={**lengths, axis: n})


def _sizes(problem: Problem) -> list[Size]:
    """Its own, and those of the calls before."""
    return [problem.size, *(one.size for one in problem.earlier)]


def _sized(problem: Problem, call: int, size: Size) -> Problem:
    """With another of its sizes."""
    if not call:
        return replace(problem, size=size)
    return _before(problem, call - 1, replace(problem.earlier[call - 1], size=size))


def _before(problem: Problem, k: int, one: Earlier) -> Problem:
    return replace(problem, earlier=(*problem.earlier[:k], one, *problem.earlier[k + 1 :]))


def _with(problem: Problem, lengths: dict[str, int]) -> Problem:
    return replace(problem, size=replace(problem.size, lengths=lengths))
