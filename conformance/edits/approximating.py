"""An activation that is off by a smooth function of its argument, as fast ones are: which, and by how much."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from .case import Case
from .editing import edit
from .finding import Finding
from .group import SAME, Group
from .members import members
from .replaying import CannotRun, Edit
from .tape import named
from .trace import Trace

WIDTH, END = 0.25, 5.0  # between knots; beyond, what is off is what it is there
KNOTS = np.arange(-END - WIDTH, END + 2 * WIDTH, WIDTH)
NUDGE = 1e-6
SLIGHT = 0.05  # more is another function, and no approximation
CASES, PER_NUMBER = 10, 3  # that are looked at; elements for each number that is fitted
LEFT, QUANTILES = 4.0, (0.5, 0.9)  # what part of the error the fit may leave, by its quantiles
ACTIVATIONS = ("tanh", "sigmoid")


class Fit(NamedTuple):
    function: str
    numbers: Any  # one a knot, of cubic splines
    off: float = 0.0  # at most, in the cases looked at

    def at(self, z: Any) -> Any:
        """By how much the function is off."""
        u = np.abs((np.clip(z, -END, END)[..., None] - KNOTS) / WIDTH)
        near, far = 2 / 3 - u * u + u**3 / 2, np.maximum(2 - u, 0) ** 3 / 6
        return np.where(u < 1, near, far) @ self.numbers

    def most(self, trace: Trace) -> float:
        nodes, values = trace.tape.nodes, trace.tape.values
        own = members(trace, Group(named(self.function), 0, SAME))
        return max((float(np.abs(self.at(values[nodes[i].args[0]])).max(initial=0.0)) for i in own), default=0.0)


def approximated(cases: Sequence[Case]) -> Iterator[Finding]:
    failing = [case for case in cases if case.wrong and {*case.wrong_elements} == case.wrong][:CASES]
    for function in ACTIVATIONS:
        if (fit := _fitted(function, failing)) is None:
            continue
        fit = fit._replace(off=max(fit.most(case.trace) for case in failing))
        if fit.off < SLIGHT:
            yield Finding((_corrected(fit),))
            return


def _corrected(fit: Fit) -> Edit:
    return edit(
        Group(named(fit.function), 0, SAME),
        lambda r, i: r.plain(i) + fit.at(r.argument(i, 0)),
        "approximation",
        lambda r, i: f"{fit.function} off by {fit.off:.0e}, smooth in its argument: one that approximates",
        1.5,
    )


def _fitted(function: str, cases: Sequence[Case]) -> Fit | None:
    """By least squares, as the outputs change with the activation near each knot."""
    if not cases:
        return None
    error = np.concatenate([_off(case, None) for case in cases])
    columns = []
    for number in np.eye(len(KNOTS)):
        bump = Fit(function, NUDGE * number)
        columns.append((error - np.concatenate([_off(case, bump) for case in cases])) / NUDGE)
    matrix = np.stack(columns, axis=1)
    if not np.isfinite(matrix).all() or not np.isfinite(error).all():
        return None
    numbers, _, rank, _ = np.linalg.lstsq(matrix, error, rcond=1e-6)
    left = np.abs(error - matrix @ numbers)
    is_told = all(np.quantile(left, q) * LEFT <= np.quantile(np.abs(error), q) for q in QUANTILES)
    return Fit(function, numbers) if is_told and error.size >= PER_NUMBER * rank > 0 else None


def _off(case: Case, fit: Fit | None) -> Any:
    """By how much the wrong elements of a case are off what an edit gives, or the reference."""
    found = case.right if fit is None else case.given(Finding((_corrected(fit),)))
    try:
        parts = [(case.got[n] - (found or case.right)[n])[wrong] for n, wrong in sorted(case.wrong_elements.items())]
    except CannotRun:
        return np.full(sum(int(np.count_nonzero(wrong)) for wrong in case.wrong_elements.values()), np.nan)
    return np.concatenate(parts) if parts else np.zeros(0)
