"""What the pattern of right and wrong says where no known deviation fits: one line a sign."""

from collections.abc import Callable
from functools import partial

import numpy as np
from rnnspec.golden import Golden
from rnnspec.reference import Direction

from ..candidate import Foreign
from ..verdict.comparing import AXES
from ..verdict.nearness import near, outside
from . import precision
from .evidence import Evidence

SLIGHT = 3e-3  # of the largest element: more is no rounding and no approximation
MOST = 3  # places told of
FACTORS = {"m": "the number of examples", "T_x": "the number of steps"}


def signs(evidence: Evidence) -> list[str]:
    return [line for sign in SIGNS for line in [sign(evidence)] if line]


def _wrong(evidence: Evidence) -> set[str]:
    """Outputs that are wrong in any case."""
    failing = (evidence.outcomes[name] for name in evidence.failing)
    return {v.output for outcome in failing for v in outcome.verdicts.values() if not v.passed}


def _outputs(evidence: Evidence) -> str:
    wrong = _wrong(evidence)
    all_outputs = {output for golden in evidence.goldens.values() for output in golden.outputs}
    if not wrong or wrong == all_outputs:
        return ""
    right = all_outputs - wrong
    few = _told(right, all_outputs) if len(right) < len(wrong) else _told(wrong, all_outputs)
    told = f"{'all but' if len(right) < len(wrong) else 'only'} {few}"
    line = f"{told} {'are' if len(wrong) > 1 else 'is'} wrong"
    first_axes = {axis for axes in _axes(evidence, wrong) for axis in axes[:1]}
    if evidence.operation.direction is Direction.FORWARD and first_axes == {"n_y"}:
        return f"{line}: look at the head, softmax(Wy a + by)"
    parameters = {name for golden in evidence.goldens.values() for name in golden.parameters}
    if {name[1:] for name in wrong} <= parameters:
        sums = all(axes[-1] == "1" for axes in _axes(evidence, wrong))
        what = "the sum over examples and steps" if sums else "how steps add up to the parameters' gradients"
        return f"{line}: look at {what}"
    return line


def _told(names: set[str], every: set[str]) -> str:
    """Names; of what each layer and direction of a network has, once where all are meant."""
    cells = {name.partition("[")[0] for name in names if "[" in name}
    whole = sorted(cell for cell in cells if {n for n in every if n.startswith(f"{cell}[")} <= names)
    single = sorted(name for name in names if name.partition("[")[0] not in whole)
    return " and ".join(
        filter(None, [", ".join(single), f"{', '.join(whole)} of every layer and direction" if whole else ""])
    )


def _axes(evidence: Evidence, outputs: set[str]) -> list[list[str]]:
    """The axes of these outputs, wherever they come."""
    entries = (golden.entry for golden in evidence.goldens.values())
    return [e.axes[f"outputs/{n}"][0].split() for e in entries for n in outputs if f"outputs/{n}" in e.axes]


def _alone(evidence: Evidence) -> str:
    """`dPi is wrong at unit 2 alone`, where every failing case has the one index of an axis wrong and no other."""
    found = []
    for output in sorted(_wrong(evidence)):
        places = [_single(evidence, name, output) for name in evidence.failing if not _passes(evidence, name, output)]
        for axis in sorted({axis for place in places for axis in place}):
            indices = {place[axis] for place in places if axis in place}  # one that is 1 long tells nothing
            if len(indices) == 1 and min(indices) >= 0:
                found.append(f"{output} is wrong at {AXES.get(axis, axis)} {min(indices)} alone")
    return "; ".join(found[:MOST])


def _passes(evidence: Evidence, name: str, output: str) -> bool:
    verdicts = evidence.outcomes[name].verdicts
    return output not in verdicts or verdicts[output].passed


def _single(evidence: Evidence, name: str, output: str) -> dict[str, int]:
    """For each axis longer than 1, the one index along it that is outside; below 0 where several are."""
    golden, got = evidence.goldens[name], evidence.outcomes[name].arrays[output]
    want, axes = golden.outputs[output], golden.entry.axes[f"outputs/{output}"][0].split()
    if isinstance(got, Foreign) or got.shape != want.shape or got.dtype.kind not in "fiu":
        return dict.fromkeys(axes, -1)
    at = np.argwhere(outside(want, got, golden, output, evidence.dtype))
    indices = {axis: set(at[:, k].tolist()) for k, axis in enumerate(axes) if k < want.ndim and want.shape[k] > 1}
    return {axis: min(i) if len(i) == 1 else -1 for axis, i in indices.items()}


def _factor(evidence: Evidence) -> str:
    """`dba is want times 1/m`, where that holds in every failing case."""
    for output in sorted(_wrong(evidence)):
        found = [
            _ratio(evidence, name, output) for name in evidence.failing if output in evidence.goldens[name].outputs
        ]
        ratios = [
            (ratio, evidence.goldens[name].entry.dims) for ratio, name in zip(found, evidence.failing, strict=False)
        ]
        if not found or any(ratio is None for ratio in found):
            continue
        for axis, words in FACTORS.items():
            for power, shown in ((1, axis), (-1, f"1/{axis}")):
                if all(
                    axis in dims and np.isclose(r, float(dims[axis]) ** power) for r, dims in ratios if r is not None
                ):
                    return f"{output} is off by the factor {shown}, {words}"
        factors = np.array([r for r, _ in ratios if r is not None])
        same = np.allclose(factors, factors[0]) and np.allclose(factors - 1, factors[0] - 1, rtol=0.01, atol=0)
        if len(ratios) > 1 and same and factors[0] != 1:
            return f"{output} is off by {_shown(factors[0])} in every case" if factors[0] else f"{output} is 0"
    return ""


def _shown(factor: float) -> str:
    """`the factor 1 + 1e-09` where six digits would not tell it from 1."""
    if f"{factor:.6g}" == "1":
        return f"the factor 1 {'+' if factor > 1 else '-'} {abs(factor - 1):.2g}"
    return f"the factor {factor:.6g}"


def _ratio(evidence: Evidence, name: str, output: str) -> float | None:
    golden, got = evidence.goldens[name], evidence.outcomes[name].arrays[output]
    want = golden.outputs[output]
    if (
        isinstance(got, Foreign)
        or got.shape != want.shape
        or got.dtype.kind != "f"
        or not np.abs(want).max(initial=0.0)
    ):
        return None
    at = np.unravel_index(np.abs(want).argmax(), want.shape)
    ratio = float(got[at]) / float(want[at])
    return ratio if near(want * ratio, got, golden, output, evidence.dtype) else None


def _rounded(evidence: Evidence) -> str:
    """`dba is right, but rounded to float32`, where that holds of all that is wrong."""
    wrong, pairs = _wrong(evidence), []
    for name in evidence.failing:
        for output in sorted(wrong & set(evidence.goldens[name].outputs)):
            want, got = evidence.goldens[name].outputs[output], evidence.outcomes[name].arrays[output]
            if isinstance(got, Foreign) or got.shape != want.shape or got.dtype.kind != "f":
                return ""
            if not _passes(evidence, name, output):
                pairs.append((got.astype(np.float64).ravel(), want.astype(np.float64).ravel()))
    format = precision.rounded_to(*map(np.concatenate, zip(*pairs, strict=True))) if pairs else ""
    if not format:
        return ""
    return f"{', '.join(sorted(wrong))} {'are' if len(wrong) > 1 else 'is'} right, but rounded to {format}"


def _slight(evidence: Evidence) -> str:
    """`a is off by 1.0e-04 of its largest element at most`, where that holds of all that is wrong."""
    most = 0.0
    for name in evidence.failing:
        for output in sorted(_wrong(evidence) & set(evidence.goldens[name].outputs)):
            want, got = evidence.goldens[name].outputs[output], evidence.outcomes[name].arrays[output]
            if isinstance(got, Foreign) or got.shape != want.shape or got.dtype.kind != "f":
                return ""
            apart = np.abs(got.astype(np.float64) - want).max(initial=0.0)
            if not np.isfinite(apart):
                return ""
            most = max(most, float(apart / max(np.abs(want).max(initial=0.0), np.finfo(np.float64).tiny)))
    if not 0 < most < SLIGHT:
        return ""
    return (
        f"what is wrong is off by {most:.1e} of its largest element at most: a function that approximates,"
        " a sum in a narrower format, or a difference in which digits are lost"
    )


def _split(evidence: Evidence, holds: Callable[[str], bool]) -> bool:
    """Whether a trait tells the failing cases from the passing: all that have it fail, all others pass, both exist."""
    having = {name for name in evidence.goldens if holds(name)}
    return bool(having) and having != set(evidence.goldens) and having == set(evidence.failing)


def _has(evidence: Evidence, feature: str, name: str) -> bool:
    return feature in evidence.goldens[name].entry.features


def _features(evidence: Evidence) -> str:
    features = sorted({f for golden in evidence.goldens.values() for f in golden.entry.features})
    for feature in features:
        if _split(evidence, partial(_has, evidence, feature)):
            return f"every case with {feature} fails and every other passes"
    common = set(features).intersection(*(evidence.goldens[name].entry.features for name in evidence.failing))
    told = common and len(evidence.failing) > 1  # of one it is chance
    return f"every failing case has {', '.join(sorted(common))}{_integers(evidence)}" if told else ""


def _integers(evidence: Evidence) -> str:
    """Where lengths fail in one format of integers alone, all that could, and there are some of another."""
    formats = {n: str(g.inputs["lengths"].dtype) for n, g in evidence.goldens.items() if "lengths" in g.inputs}
    failing = {*evidence.failing}
    kinds = {formats.get(name, "") for name in failing}
    others = sorted({*formats.values()} - kinds)
    if len(kinds) != 1 or "" in kinds or not others:
        return ""
    (kind,) = kinds
    cut = {n for n, own in formats.items() if own == kind and _tells_lengths(evidence.goldens[n])}
    return f", in {kind}; in {', '.join(others)} all pass: look at how they are read" if cut <= failing else ""


def _tells_lengths(golden: Golden) -> bool:
    """Whether any is read as another one in another format: behind the first, and no 0."""
    return bool(golden.inputs["lengths"][1:].any())


def _steps(evidence: Evidence) -> str:
    if not _split(evidence, lambda name: evidence.goldens[name].entry.dims.get("T_x", 1) > 1):
        return ""
    entry, wrong = evidence.goldens[evidence.failing[0]].entry, _wrong(evidence)
    over_time = {name for name, axes in entry.operation.outputs.items() if axes.split()[-1:] == ["T_x"]}
    if not entry.operation.forward and wrong < over_time:  # each of these rests on what is carried
        return f"right with one step, wrong with more, and the rest is right: look at where {', '.join(sorted(wrong))} is made and written"
    return "right with one step, wrong with more: look at what is carried between steps"


def _batch(evidence: Evidence) -> str:
    """Of cases of one example there are few, which may be right by what they have else: how many is told."""
    if _split(evidence, lambda name: evidence.goldens[name].entry.dims.get("m", 1) > 1):
        alone = len(evidence.goldens) - len(evidence.failing)
        return f"right with one example ({alone} case{'s' * (alone > 1)}), wrong with more: look at an axis"
    return ""


def _groups(evidence: Evidence) -> str:
    """Of heads, where those of values are more than those of queries and keys."""
    dims = {name: golden.entry.dims for name, golden in evidence.goldens.items()}
    if _split(evidence, lambda name: dims[name].get("n_hv", 0) > dims[name].get("n_h", 0) > 0):
        return "right with one head of values for each of queries, wrong with more: look at which belong together"
    return ""


def _zero_bias(evidence: Evidence) -> str:
    def biased(name: str) -> bool:
        parameters = evidence.goldens[name].parameters
        return any(array.any() for key, array in parameters.items() if key[0] == "b" and key != "by")

    return "right with zero biases, wrong with others: look at the biases" if _split(evidence, biased) else ""


SIGNS = (_rounded, _slight, _outputs, _alone, _factor, _groups, _features, _steps, _batch, _zero_bias)
