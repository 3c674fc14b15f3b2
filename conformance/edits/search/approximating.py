"""Findings that a function approximates: a form that is in use, a table, or a curve that is smooth."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from rnnspec.reference import Direction, Kind
from rnnspec.reference.arithmetics.primitives import sigmoid_slope, tanh_slope

from ...clock import spent
from ..approximations import curves
from ..approximations.curves import Curve
from ..approximations.forms import RIGHT, Form, forms
from ..approximations.steps import Floats, Steps, steps_of, telling
from ..approximations.tables import WIDER, form_of, tables
from ..finding import APPROXIMATION, Finding
from ..generated.making.editing import edit
from ..held.case import Case
from ..trace.group import SAME, Group
from ..trace.replaying import Edit
from ..trace.tape import named

LARGEST = 0.05  # by which what approximates is off, mostly
UNITS = 100  # of a state in a case, at most
MOST = 1000  # numbers that tell, about
FEWEST = 16  # numbers that tell, at least
LIKELY = 4  # forms that explain most, which are held against everything
HALF = 0.5  # of the numbers of a few steps that a form has to explain to be held against all of them
ROUGH, UNLIKELY = 0.1, 3.0  # a relative error that is rather another function's, and the rank of that
NOTICED = 0.05  # of a function: what is smaller tells nothing of its relative error
SLOPES: dict[str, Any] = {"tanh": tanh_slope, "sigmoid": sigmoid_slope}
FUNCTIONS = (("tanh",), ("sigmoid",), ("tanh", "sigmoid"))


def approximating(cases: Sequence[Case], beside: Sequence[Case], until: float) -> Iterator[Finding]:
    """The likeliest first, of cases and of others that have the same cell; what they give in all outputs is not looked at here."""
    operation = cases[0].golden.entry.operation
    if operation.direction is not Direction.FORWARD or operation.kind is Kind.NETWORK:
        return
    steps = _steps([*_chosen(cases), *_chosen(beside)])
    if sum(map(telling, steps)) < FEWEST or not _is_slight(steps):
        return
    present = {node.name for one in steps for node in one.tape.nodes}
    for names in FUNCTIONS:
        if not present.issuperset(names) or spent() > until:
            continue
        near = _near(steps, _forms(names), until)
        if not near and operation.kind is not Kind.ELEMENTWISE:  # where every error is a function of what goes in
            near = [_edits(own) for own in _smooth(steps, names)]
        near = near or _near(steps, _tables(names, steps), until)
        yield from near
        if near:
            return


def _edits(forms: Sequence[Form]) -> Finding:
    return Finding(tuple(map(_edit, forms)))


def approximations(hits: Mapping[str, Sequence[Finding]]) -> list[Finding]:
    """Of what was found those, each once, and one of a tanh with one of a sigmoid."""
    every = {one.edits: one for found in hits.values() for one in found if _approximates(one)}
    alone = {name: [one for one in every.values() if _functions(one) == (name,)] for (name,) in FUNCTIONS[:2]}
    pairs = {(*a.edits, *b.edits): Finding((*a.edits, *b.edits)) for a in alone["tanh"] for b in alone["sigmoid"]}
    return [*{**every, **pairs}.values()]


def _approximates(finding: Finding) -> bool:
    return all(one.kind == APPROXIMATION for one in finding.edits)


def _functions(finding: Finding) -> tuple[str, ...]:
    return tuple(one.group.place[0].function for one in finding.edits)


def _steps(cases: Sequence[Case]) -> list[Steps]:
    """Those that tell anything, the first that tell most."""
    found, told = list[Steps](), 0
    for case in cases:
        if (steps := steps_of(case)) and telling(steps) and told < MOST:
            found.append(steps)
            told += telling(steps)
    return sorted(found, key=telling, reverse=True)


def _chosen(cases: Sequence[Case]) -> list[Case]:
    wrong = [c for c in cases if c.wrong and c.golden.entry.dims.get("n_a", 1) <= UNITS]
    return sorted(wrong, key=lambda case: case.steps)


def _is_slight(steps: Sequence[Steps]) -> bool:
    off = np.concatenate([np.abs(one.off[one.telling]) for one in steps])
    return bool(np.median(off) <= LARGEST)


def _near(steps: Sequence[Steps], every: Iterable[tuple[Form, ...]], until: float) -> list[Finding]:
    """What is in use, each held against one case and then against all; what explains most first, and of that the nearest."""
    found = list[tuple[tuple[float, float], Finding]]()
    for tried in every:
        if spent() > until:
            break
        if _fit(steps[:1], tried)[0] >= HALF and (fit := _fit(steps, tried))[0] >= curves.SHARE:
            found.append((fit, _edits(tried)))
    return [finding for _, finding in sorted(found, key=lambda one: (-one[0][0], one[0][1]))[:LIKELY]]


def _forms(names: tuple[str, ...]) -> Iterator[tuple[Form, ...]]:
    return (tuple(form for form in pair if form.function in names) for pair in forms())


def _tables(names: tuple[str, ...], steps: Sequence[Steps]) -> Iterator[tuple[Form, ...]]:
    """Of a function; of a second beside it as many values, between the same ends or twice as far."""
    z = np.concatenate([np.ravel(own) for one in steps for own in one.arguments(names[0])])
    off = float(np.median(np.concatenate([np.abs(one.off[one.telling]) for one in steps])))
    for table, end, count in tables(names[0], z, off):
        first = form_of(names[0], table, end, count)
        if len(names) == 1:
            yield (first,)
        for wider in WIDER if len(names) > 1 else ():
            yield first, form_of(names[1], table, wider * end, count)


def _fit(steps: Sequence[Steps], tried: Sequence[Form]) -> tuple[float, float]:
    """The share of the numbers that tell which forms explain, and what they leave, mostly, of an error."""
    functions = {form.function: form.of for form in tried}
    left = [(one, one.got - one.given(functions)) for one in steps]
    parts = np.concatenate([(np.abs(rest) / one.most)[one.telling] for one, rest in left])
    return float(np.mean(np.concatenate([curves.explained(*own) for own in left]))), float(np.median(parts))


def _smooth(steps: Sequence[Steps], names: tuple[str, ...]) -> Iterator[list[Form]]:
    found, share = curves.curves(steps, names)
    if share >= curves.SHARE and not any(_is_simple(curve, steps) for curve in found):
        yield [_form(curve, steps) for curve in found]


def _edit(form: Form) -> Edit:
    return edit(
        Group(named(form.function), 0, SAME),
        lambda r, i: form.of(r.argument(i, 0)),
        APPROXIMATION,
        lambda r, i: form.text,
        form.rank,
    )


def _seen(curve: Curve, steps: Sequence[Steps]) -> Floats:
    """The arguments of a function that tell what it is: there it is no limit yet."""
    z = np.concatenate([np.ravel(own) for one in steps for own in one.arguments(curve.function)])
    return z[(np.abs(z) < curve.reach) & (np.abs(RIGHT[curve.function](z)) >= NOTICED)]


def _is_simple(curve: Curve, steps: Sequence[Steps]) -> bool:
    """Whether it is the right function, of so many times the argument and more, so many times and more: a mistake of another kind."""
    z = _seen(curve, steps)
    y, slope = RIGHT[curve.function](z), SLOPES[curve.function](RIGHT[curve.function](z))
    simple, error = np.stack([y, np.ones_like(z), slope, z * slope], axis=1), curve.error(z)
    left = error - simple @ np.linalg.lstsq(simple, error, rcond=None)[0]
    return bool(np.linalg.norm(left) * curves.LEFT <= np.linalg.norm(error))


def _form(curve: Curve, steps: Sequence[Steps]) -> Form:
    name, right = curve.function, RIGHT[curve.function]
    z = _seen(curve, steps)
    relative = np.abs(curve.error(z) / right(z))
    worst = int(relative.argmax())
    text = (
        f"{name} approximated: relative error {relative[worst]:.1e} at most, smooth in z, worst at z = {z[worst]:.2g}"
    )
    rank = UNLIKELY if relative[worst] > ROUGH else 1.0
    return Form(name, text, lambda z: right(z) + curve.error(z), rank)
