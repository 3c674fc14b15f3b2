"""Naming the bug: the smallest set of deviations that gives what the candidate gave."""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from rnnspec.golden import Golden
from rnnspec.reference import OPERATIONS

from ..choices import EXPLAIN_SECONDS
from ..clock import spent
from ..deviations import effects
from ..deviations.catalogue import CATALOGUE, known
from ..deviations.deviation import BUG, CONVENTION, Deviation, difference
from ..deviations.equations import concerns
from ..edits.explaining import Explained, explained
from ..edits.finding import FLIPS, Finding
from ..edits.held.case import of_golden, outputs
from ..edits.telling import Named
from ..edits.trace.ways import ANEW, BESIDE
from ..properties.calls import AGAIN, repeatable
from ..properties.table import property_in
from ..report.reasons import EDIT, Explanation, Localisation, Told
from ..run.outcome import Outcome
from ..verdict.part import part_of
from .besides import besides, of_earlier_calls, of_forwards
from .evidence import Evidence, Hypothesis, forwards
from .localisation import located
from .settled import settled
from .straightened import narrowed, straightened
from .together import alone, together

OF_EDITS = 0.8  # of the time that is left is for edits, what remains for deviations together
A_WHILE = 1.0  # seconds for deviations together where two edits are found
FOR_PLACES = 0.1  # of all of it, to say where what is unexplained begins
HALF = "in the forward alone: the backward is that of the other convention"
UNSTEADY = ("two calls with the same arguments differ: nothing else is looked for before they agree",)


def explain(
    outcomes: Iterable[Outcome],
    dtype: str,
    goldens: Callable[[str], Golden],
    seconds: float = EXPLAIN_SECONDS,
    cases: Collection[str] = (),
) -> tuple[list[Explanation], list[Localisation]]:
    """For each operation with failing cases, what reproduces all of them and no passing one less, or where they begin.

    Known deviations come first, then, for so many seconds, one edit of the equations, of those that are generated, then deviations
    together, then edits together: where a story is known it is told. Of all `cases` those that were not run tell edits apart.
    """
    begun, outcomes = spent(), list(outcomes)
    unsteady = _unsteady(outcomes)
    ran = _ran(outcomes, dtype, goldens)
    failing = {name: evidence for name, evidence in ran.items() if evidence.failing and name not in unsteady}
    stale = [one for evidence in failing.values() if (one := of_earlier_calls(evidence, outcomes, goldens))]
    failing = {name: evidence for name, evidence in failing.items() if name not in {one.operation for one in stale}}
    single = {name: fitting for name, evidence in failing.items() if (fitting := alone(evidence))}
    failing |= _beside_roundings({name: e for name, e in failing.items() if name not in single}, single)
    left, time_left = _left(failing, single), seconds - (spent() - begun)
    not_run = partial(_not_run, sorted({*cases} - {o.id for o in outcomes}), goldens)
    edited = explained(left if time_left > 0 else {}, time_left * OF_EDITS, ran, not_run)
    until = begun + seconds * (1 - FOR_PLACES) if seconds else math.inf
    explanations, localisations = _reasons(failing, single, edited, ran, until, goldens)
    unsteadily = [Localisation(n, e.failing, UNSTEADY) for n, e in ran.items() if n in unsteady and e.failing]
    explanations += [*stale, *(one for one in besides(outcomes) if one.operation not in unsteady)]
    behind = of_forwards(outcomes, {*unsteady, *(one.operation for one in explanations)})
    return explanations, [*unsteadily, *localisations, *behind]


def _beside_roundings(left: Mapping[str, Evidence], single: dict[str, list[Hypothesis]]) -> dict[str, Evidence]:
    """What is left of these without roundings, where one deviation fits that, which joins the `single`."""
    found = dict[str, Evidence]()
    for name, evidence in left.items():
        if (rest := settled(evidence)) and (fitting := alone(rest)):
            single[name], found[name] = fitting, rest
    return found


def _reasons(
    failing: Mapping[str, Evidence],
    single: Mapping[str, list[Hypothesis]],
    edited: Explained,
    ran: Mapping[str, Evidence],
    until: float,
    goldens: Callable[[str], Golden],
) -> tuple[list[Explanation], list[Localisation]]:
    """One deviation before one edit, that before deviations together, these before two edits, and all before a place."""
    explanations, localisations = [], []
    for name, evidence in failing.items():
        found = edited.named.get(name)
        if found and name not in single and len(found.edits) == 1:
            explanations.append(_edited(name, evidence, edited, goldens))
        elif fitting := single.get(name) or next(filter(None, together(evidence, _by(until, bool(found)))), []):
            explanations.append(_explanation(name, evidence, _likeliest_first(fitting, name, ran)))
        elif found:
            explanations.append(_edited(name, evidence, edited, goldens))
        elif (rest := settled(evidence)) and (fitting := next(filter(None, together(rest, until)), [])):
            explanations.append(_explanation(name, rest, _likeliest_first(fitting, name, ran)))
        elif lines := (*located(evidence), *edited.hints.get(name, ())):
            localisations.append(Localisation(name, evidence.failing, lines))
    return explanations, localisations


def _by(until: float, is_explained: bool) -> float:
    """Deviations together are looked for as long as there is time, or for a while where two edits are found."""
    return min(until, spent() + A_WHILE) if is_explained else until


def _unsteady(outcomes: list[Outcome]) -> set[str]:
    """Operations whose calls differ though nothing does."""
    return {o.operation for o in outcomes if AGAIN in o.message and property_in(o.id) == repeatable.__name__}


def _ran(outcomes: list[Outcome], dtype: str, goldens: Callable[[str], Golden]) -> dict[str, Evidence]:
    given, found = {outcome.id: outcome.arrays for outcome in outcomes}, dict[str, Evidence]()

    def parts(id: str) -> Golden:
        return part_of(goldens(id), given[id])

    for name, operation in OPERATIONS.items():  # a forward comes before its backward
        if own := [o for o in outcomes if o.operation == name and o.arrays]:
            found[name] = _evidence(own, dtype, parts, found.get(operation.forward.name) if operation.forward else None)
    return found


def _left(failing: dict[str, Evidence], single: Mapping[str, object]) -> dict[str, Evidence]:
    """What no known deviation explains alone, and what it may rest on: what a forward does wrong, its backward has beside its own."""
    families = {OPERATIONS[name].family for name in failing if name not in single}
    return {name: evidence for name, evidence in failing.items() if OPERATIONS[name].family in families}


def _not_run(cases: list[str], goldens: Callable[[str], Golden], operation: str) -> Iterator[Golden]:
    return (goldens(case) for case in cases if case.startswith(f"{operation}/"))


def _edited(operation: str, evidence: Evidence, edited: Explained, goldens: Callable[[str], Golden]) -> Explanation:
    """What edits explain; a deviation that does what they do, or what one of them does, has a story of that."""
    named, rivals, finding = edited.named[operation], edited.rivals[operation], edited.found[operation]

    def gives(case: str, finding: Finding = finding) -> Mapping[str, Any] | None:
        return outputs(edited.ran.get(case) or of_golden(goldens(case)), finding)

    def known_as(finding: Finding) -> list[str]:
        if finding.way in (ANEW, BESIDE) or FLIPS in finding.loop:  # no mistake of its own, or of another order
            return []
        return effects.told_by(operation, partial(gives, finding=finding))

    ids = [id for id in known_as(finding) if not _does_another(id, evidence, gives)]
    own = [
        (id or name, _story(CATALOGUE[id], finding.calls) if id else Told(name, EDIT, where, ""))
        for id, (name, where) in zip(_of_each(finding, known_as), named.edits, strict=True)
    ]
    told = [(ids[0], _story(CATALOGUE[ids[0]], finding.calls))] if ids else own
    failing, passing = _held_against(finding, evidence)
    return Explanation(
        operation,
        tuple(name for name, _ in told),
        failing,
        len(evidence.failing),
        alternatives=(*_each_of(rivals), *((id,) for id in ids[1:])),
        told=tuple(story for _, story in told),
        difference=named.difference,
        passing=passing,
        telling=tuple(case for _, case in rivals),
    )


def _each_of(rivals: Iterable[tuple[Named, str]]) -> Iterator[tuple[str, ...]]:
    return (tuple(edit for edit, _ in rival.edits) for rival, _ in rivals)


def _held_against(finding: Finding, evidence: Evidence) -> tuple[tuple[str, ...], int]:
    """The failing cases that a finding is of, and how many passing ones there are beside them."""
    goldens = evidence.goldens.items()
    asked = {case for case, golden in goldens if not (finding.is_unragged and "lengths" in golden.inputs)}
    failing = tuple(case for case in evidence.failing if case in asked)
    return failing, len(asked) - len(failing)


def _of_each(finding: Finding, known_as: Callable[[Finding], list[str]]) -> list[str]:
    """The deviation that each of several edits is alone, "" for none."""
    several = finding.edits if len(finding.edits) > 1 else ()
    return [next(iter(known_as(replace(finding, edits=(edit,)))), "") for edit in several] or [""]


def _does_another(id: str, evidence: Evidence, gives: Callable[[str], Mapping[str, Any] | None]) -> bool:
    """Whether a deviation gives something else, in each of its ways, in a failing case: its effect is known in one case alone, where several
    may do the same.
    """
    ways = Hypothesis.of(known(id, evidence.operation.name), evidence.operation)
    return all(any(evidence.does_another(way, case, gives) for case in evidence.failing) for way in ways)


def _story(deviation: Deviation, calls: str = "") -> Told:
    """And in which calls, where it is not in all."""
    summary = f"{deviation.summary},{calls.removeprefix(',')}" if calls else deviation.summary
    return Told(deviation.id, deviation.kind, summary, deviation.seen_in[0], deviation.exposed_by)


def _half_converted(deviation: Deviation, fitting: Hypothesis, operation: str) -> Told | None:
    """Of a backward that does not follow a convention which its forward has, and could: that is a mistake."""
    back = OPERATIONS[operation].forward is not None and deviation.kind == CONVENTION and len(fitting.ids) == 1
    if not back or forwards(fitting.edits) != fitting.edits or all(forwards(way) == way for way in deviation.ways):
        return None
    return replace(_story(deviation), kind=BUG, summary=f"{deviation.summary}; {HALF}")


def _evidence(own: list[Outcome], dtype: str, goldens: Callable[[str], Golden], forward: Evidence | None) -> Evidence:
    """In the dtype of the run, and with axes as the contract has them, unless a deviation gives them as they are."""
    own = narrowed(own, dtype, goldens)
    evidence = Evidence(own, dtype, goldens, forward)
    if (straight := straightened(own, dtype, goldens)) and not any(together(evidence)):
        return Evidence(straight, dtype, goldens, forward)
    return evidence


def _likeliest_first(fitting: list[Hypothesis], operation: str, ran: Mapping[str, Evidence]) -> list[Hypothesis]:
    """What the fewest other operations of the family deny: a cell may tell apart what within a sequence is one."""
    if len({hypothesis.ids for hypothesis in fitting}) == 1:
        return fitting
    family = OPERATIONS[operation].family
    others = [ran[name] for name in ran if family and OPERATIONS[name].family == family and name != operation]
    return sorted(fitting, key=lambda hypothesis: sum(other.denies(hypothesis) for other in others))


def _explanation(operation: str, evidence: Evidence, fitting: list[Hypothesis]) -> Explanation:
    first, *others = dict.fromkeys(hypothesis.ids for hypothesis in fitting)
    named = [known(id, operation) for id in first]
    told = tuple(_half_converted(deviation, fitting[0], operation) or _story(deviation) for deviation in named)
    edits = tuple(edit for edit in fitting[0].edits if concerns(edit.function, OPERATIONS[operation]))
    changes = tuple(difference(edits).splitlines())
    passing = len(evidence.outcomes) - len(evidence.failing)
    return Explanation(
        operation,
        first,
        evidence.failing,
        len(evidence.failing),
        tuple(others),
        told,
        changes,
        passing,
        roundings=evidence.beside,
    )
