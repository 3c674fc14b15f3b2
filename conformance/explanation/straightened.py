"""Outcomes whose arrays have their axes and dtype as the contract has them: a mistake in these hides none in the values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from rnnspec.golden import Golden

from ..candidate import Foreign, Got
from ..run.outcome import Ending, Outcome
from ..verdict.comparing import compare, in_dtype
from ..verdict.repairing import Shape, orders, repaired

Goldens = Callable[[str], Golden]


def straightened(outcomes: Sequence[Outcome], dtype: str, goldens: Goldens) -> list[Outcome]:
    """Copies of one operation's outcomes, judged anew where an array is repaired; empty where none is."""
    known = _orders(outcomes, goldens)
    found = [_straight(outcome, dtype, goldens, known) for outcome in outcomes]
    return found if any(new is not old for new, old in zip(found, outcomes, strict=True)) else []


def _orders(outcomes: Sequence[Outcome], goldens: Goldens) -> dict[str, Shape]:
    """How each output is to be transposed, where the cases whose lengths tell it all say the same."""
    told: dict[str, set[Shape]] = {}
    for outcome in outcomes:
        for output, got in outcome.arrays.items():
            want = goldens(outcome.id).outputs[output].shape
            found = [] if isinstance(got, Foreign) or got.shape == want else orders(got.shape, want)
            if len(found) == 1:
                told.setdefault(output, set()).add(found[0])
    return {output: next(iter(found)) for output, found in told.items() if len(found) == 1}


def narrowed(outcomes: Sequence[Outcome], dtype: str, goldens: Goldens) -> list[Outcome]:
    """These, with what holds more than a dtype rounded to that: no deviation is told of values that are right."""
    return [
        _anew(one, {name: _narrowed(got, dtype) for name, got in one.arrays.items()}, dtype, goldens)
        for one in outcomes
    ]


def _narrowed(got: Got, dtype: str) -> Got:
    narrow = None if isinstance(got, Foreign) else in_dtype(got, dtype)
    return got if narrow is None else narrow


def _straight(outcome: Outcome, dtype: str, goldens: Goldens, known: Mapping[str, Shape]) -> Outcome:
    arrays = {
        output: got
        if outcome.verdicts[output].passed
        else _repaired(output, got, goldens(outcome.id), known.get(output))
        for output, got in outcome.arrays.items()
    }
    return _anew(outcome, arrays, dtype, goldens)


def _anew(outcome: Outcome, arrays: dict[str, Got], dtype: str, goldens: Goldens) -> Outcome:
    """Judged by these arrays, if they are others."""
    if all(arrays[output] is got for output, got in outcome.arrays.items()):
        return outcome
    found = replace(outcome, arrays=arrays, outcome=Ending.PASS)
    found.judged(compare(goldens(outcome.id), output, got, dtype) for output, got in arrays.items())
    return found


def _repaired(output: str, got: Got, golden: Golden, order: Shape | None) -> Got:
    """Lengths that are equal hide an order of axes: there it is that of the other cases."""
    if isinstance(got, Foreign):
        return got
    want = golden.outputs[output].shape
    if order and got.ndim == len(order) and got.transpose(order).shape == want:
        return got.transpose(order)
    found = repaired(output, got, want, golden.entry.axes[f"outputs/{output}"][0])
    return got if found is None or found.array is None else found.array
