"""What is told where both a search in the equations and one in the candidate's source have found something."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from rnnspec.golden.entry import shown

from ..properties.table import property_in
from ..report.reasons import CHANGE, EDIT, Explanation, Localisation, Told
from ..run.outcome import Ending, Outcome
from .asking import Accusation, Repair

NAME = "a change at {}"
LONGEST = 2000  # characters of lines that are told in one
Reasons = tuple[list[Explanation], list[Localisation]]


def unexplained(
    failures: Iterable[Outcome], explanations: Sequence[Explanation], localisations: Sequence[Localisation]
) -> set[str]:
    """Operations of which cases fail and nothing says why of all; where properties alone do, nothing says where, either."""
    failed = dict[str, list[Outcome]]()
    for outcome in failures:
        failed.setdefault(outcome.operation, []).append(outcome)
    told = {one.operation for one in explanations if not _is_partial(one, failed.get(one.operation, []))}
    placed = {one.operation for one in localisations}
    return {
        name
        for name, own in failed.items()
        if name not in told and (name not in placed or not all(property_in(o.id) for o in own))
    }


def explained(repair: Repair, outcomes: Mapping[str, Sequence[Outcome]]) -> Iterator[Explanation]:
    """What a repair says of each operation that it repairs, by whose outcomes it was asked."""
    for operation, cases in repair.cases.items():
        own, names = outcomes[operation], tuple(map(NAME.format, repair.places))
        yield Explanation(
            operation,
            names,
            cases,
            sum(o.failed and (o.id in cases or not property_in(o.id)) for o in own),  # what is tried
            told=tuple(Told(n, CHANGE, "a change of the source", p) for n, p in zip(names, repair.places, strict=True)),
            difference=repair.lines,
            passing=sum(o.outcome is Ending.PASS and not property_in(o.id) for o in own),
        )


def own_lines(option: str, repairs: Iterable[Repair], names: Iterable[str], ending: str) -> Iterator[str]:
    """Of operations, in words, behind the option that asked, which lines of the candidate's own make them wrong; of those of which none was found, how that ended."""
    left = [*names]
    for repair in repairs:
        if of := [name for name in repair.cases if name in left]:
            changes = "one change" if len(repair.places) == 1 else f"{len(repair.places)} changes"
            lines = " | ".join(f"{line[:1]} {line[1:].strip()}" for line in repair.lines)
            what = f"with {changes} at {' and '.join(repair.places)} all that failed of {', '.join(of)} passes: {lines}"
            yield f"{option}: {shown(what, LONGEST)}"
            left = [name for name in left if name not in of]
    if left:
        yield f"{option}: no line was found with whose change all that failed of {', '.join(left)} passes: {ending}"


def with_accused(localisations: Iterable[Localisation], accusations: Iterable[Accusation]) -> list[Localisation]:
    """Where nothing says why, and where it begins is told, also where to look in the source."""
    by_operation = {one.operation: _suspected(one) for one in accusations}
    return [
        replace(one, lines=(*one.lines, by_operation[one.operation])) if one.operation in by_operation else one
        for one in localisations
    ]


def _suspected(found: Accusation) -> str:
    where = ", or at ".join(f"{place}, `{value}`" for place, value in zip(found.places, found.values, strict=True))
    rest = "" if found.share == 1 else f", but for {math.ceil(100 * (1 - found.share))} % of what does either"
    cases = f"{found.cases} failing case{'s' if found.cases > 1 else ''}"
    return f"in the source look at {where}: with another value there just what is wrong changes{rest}, in {cases}: a hint, not a name"


def joined(
    explanations: Sequence[Explanation], localisations: Sequence[Localisation], repairs: Sequence[Explanation]
) -> Reasons:
    """One cause is told once: what repairs more than an edit explains stands in its place, and a story of as much in that of both."""
    found = {one.operation: one for one in repairs}
    kept = [one for one in explanations if one.operation not in found or _is_of_as_much(one, found[one.operation])]
    by_equations = {one.operation for one in kept}
    every = [*kept, *(one for name, one in found.items() if name not in by_equations)]
    return every, [one for one in localisations if one.operation not in {*by_equations, *found}]


def _is_of_as_much(story: Explanation, repair: Explanation) -> bool:
    return not _is_edit(story) and {id for id in repair.cases if not property_in(id)} <= {*story.cases}


def _is_partial(found: Explanation, failed: Sequence[Outcome]) -> bool:
    """Whether cases fail that it does not explain: an edit without a story any, a story those that came to an end; of what is told of properties
    alone, none has to.
    """
    of_cases = {id for id in found.cases if not property_in(id)}
    left = [o for o in failed if o.id not in of_cases and not property_in(o.id)]
    return bool(of_cases) and any(_is_edit(found) or o.outcome is not Ending.FAIL for o in left)


def _is_edit(found: Explanation) -> bool:
    """Of which nobody has told yet."""
    return all(told.kind == EDIT for told in found.told)
