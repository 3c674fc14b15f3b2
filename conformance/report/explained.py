"""What explains an operation's failures, in words: in full where it is told first, and as the same where it was told above."""

from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from ..properties.table import property_in
from ..run.outcome import Outcome
from .reasons import CALL, CONVENTION, EDIT, Explanation, Reason


class Around(NamedTuple):
    """What stands around an explanation in a report."""

    besides: str = ""  # what fails that no mistake is held against
    above: Explanation | None = None  # the same of another operation, where it is told already
    too: tuple[str, ...] = ()  # operations further down that it explains
    apart: tuple[str, ...] = ()  # operations that something else explains, or that and more
    left: tuple[str, ...] = ()  # operations that nothing does


ALONE = Around()
NONE_LEFT = ", and so every operation that fails"


def around(
    operation: str,
    failing: Sequence[Outcome],
    why: Reason | None,
    telling: Collection[str],
    reasons: Mapping[str, Reason],
) -> Around:
    """Of an operation that fails, among all that have failures to be told, in their order."""
    besides = untried(failing, why)
    if not isinstance(why, Explanation) or operation not in telling:
        return Around(besides)
    by = {name: found for name in telling if isinstance(found := reasons.get(name), Explanation) and found.cases}
    above = next((found for found in by.values() if _same(found, why)), why)
    if above.operation != operation:
        return Around(besides, above)
    alike = [name for name, found in by.items() if _same(why, found)]
    apart = tuple(name for name in telling if name in by and name not in alike)
    left = tuple(name for name in telling if name not in by)
    return Around(besides, None, tuple(name for name in alike if name != operation), apart, left)


def _same(first: Explanation, why: Explanation) -> bool:
    """Whether it is what was told first, or that with what it does to a backward."""
    begins_so = not first.is_edit or why.difference[: len(first.difference)] == first.difference
    if first.is_change or why.is_change:  # two of one line may be two
        return why.deviations == first.deviations and why.difference == first.difference
    kinds = [[told.kind for told in explanation.told] for explanation in (first, why)]  # half a convention is a bug
    return why.deviations == first.deviations and begins_so and kinds[0] == kinds[1]


def explained(explanation: Explanation, around: Around = ALONE, by: str = "explained by") -> list[str]:
    names = " with ".join(f"`{name}`" for name in explanation.deviations)
    if explanation.is_edit:
        names = f"{'one edit' if len(explanation.told) == 1 else 'two edits'} of the equation"
    if above := around.above:
        names = f"the same as {above.operation}" if explanation.is_edit else f"{names}, as {above.operation}"
    if explanation.is_change:
        return [*_changed(explanation, around), *_reach(around)]
    if all(property_in(case) for case in explanation.cases):
        follow = f"{len(explanation.cases)} of {explanation.failing} failures follow{around.besides}"
        return [f"  explained by {names}: {follow}"]
    another = all(deviation.kind == CONVENTION for deviation in explanation.told)
    passing = f" and {explanation.passing} of {explanation.passing} passing" if explanation.passing else ""
    lines = [
        f"  {'follows another convention,' if another else by} {names}:"
        f" {len(explanation.cases)} of {explanation.failing} failing{passing} cases match {_how_well(explanation)}{around.besides}"
    ]
    stories = [d for d in explanation.told if d.kind not in (EDIT, CALL)]
    lines += [f"      {d.summary} ({d.kind}; {_seen(d.seen_in)})" for d in stories if not above]
    told = len(above.difference) if above else 0
    lines += [f"      {_apart(line)}" for line in explanation.difference[told:] if explanation.is_edit]
    for other, case in zip_longest(explanation.alternatives, explanation.telling):
        would = f"; {case} would" if case else ""
        lines.append(f"      these inputs cannot tell it from {' with '.join(f'`{name}`' for name in other)}{would}")
    return [*lines, *_reach(around)]


def _apart(line: str) -> str:
    """A line of a difference, whose sign stands apart from one of the text's own."""
    return f"{line[0]} {line[1:]}" if line[:1] in ("+", "-") and line[1:2] in ("+", "-") else line


def _changed(explanation: Explanation, around: Around) -> list[str]:
    """The candidate's own lines, as they are and as they would have to be."""
    several = len(explanation.told) > 1
    changes = f"{len(explanation.told)} changes" if several else "one change"
    where = " and ".join(one.seen_in for one in explanation.told)
    what = f"the same as in {around.above.operation}" if around.above else f"{changes} of the source, at {where}"
    passing = f" and {explanation.passing} of {explanation.passing} passing" if explanation.passing else ""
    counts = f"{len(explanation.cases)} of {explanation.failing} failing{passing} cases"
    lines = [f"  repaired by {what}: with {'them' if several else 'it'} {counts} pass{around.besides}"]
    return lines if around.above else [*lines, *(f"      {line}" for line in explanation.difference)]


def _seen(where: str) -> str:
    return "widely known" if where == "known" else f"seen in {where}"


def _how_well(explanation: Explanation) -> str:
    if not explanation.roundings:
        return "within budget"
    return f"but for roundings, of at most {explanation.roundings:.0f} of the largest element's"


def _reach(around: Around) -> list[str]:
    """Which other operations it explains, and what it leaves."""
    if not around.too:
        return []
    others = f"; with reasons of their own: {', '.join(around.apart)}" if around.apart else ""
    left = f"; left: {', '.join(around.left)}" if around.left else ""
    return [f"      it explains {', '.join(around.too)}, too{f'{others}{left}' or NONE_LEFT}"]


def untried(failing: Sequence[Outcome], why: Reason | None) -> str:
    """`; not tried on 8 properties that fail`, nor on cases without arrays: an explanation is not held against these."""
    left = [o for o in failing if isinstance(why, Explanation) and o.id not in why.cases]
    properties = sum(bool(property_in(o.id)) for o in left)
    parts = [(properties, "property", "properties"), (len(left) - properties, "other case", "other cases")]
    words = [f"{count} {one if count == 1 else many}" for count, one, many in parts if count]
    return f"; not tried on {' and '.join(words)} that {'fails' if len(left) == 1 else 'fail'}" if words else ""
