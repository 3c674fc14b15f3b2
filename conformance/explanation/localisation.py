"""Where it begins, when no known deviation fits: the first array, step, unit, example and gate outside."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.golden import Golden
from rnnspec.reference import FAMILIES, Direction, Family, Kind
from rnnspec.reference.arithmetics.primitives import select
from rnnspec.reference.families.lstm import Remembered
from rnnspec.reference.unroll import steps

from ..candidate import Foreign
from ..verdict.comparing import place
from ..verdict.nearness import outside
from .evidence import Evidence
from .signs import signs

Floats = NDArray[Any]
RANGE = {"f": (0, 1), "i": (0, 1), "c": (-1, 1)}


def located(evidence: Evidence) -> tuple[str, ...]:
    """The first place outside in the plainest failing case that has one, of those the smallest, and what the pattern of failures says."""
    failing = filter(evidence.failed, evidence.order)  # the small ones first
    plainest = sorted(failing, key=lambda name: len(evidence.goldens[name].entry.features))
    with np.errstate(all="ignore"):  # what a candidate gave may be infinite
        first = next(filter(None, (found(evidence, name) for found in (_begun, _worst) for name in plainest)), "")
        return tuple(filter(None, (first, *signs(evidence))))


def _begun(evidence: Evidence, name: str) -> str:
    """Where a case goes wrong, of arrays in the golden's shapes; "" where that is within what roundings may be."""
    golden, gave = evidence.goldens[name], evidence.outcomes[name].arrays
    floats = {
        n: a
        for n, a in gave.items()
        if not isinstance(a, Foreign) and a.dtype.kind == "f" and a.shape == golden.outputs[n].shape
    }
    if len(floats) < len(golden.outputs):
        return ""
    first = _first(golden, floats, evidence.dtype) or _first_output(golden, floats, evidence.dtype)
    return f"{first} ({name})" if first else ""


def _worst(evidence: Evidence, name: str) -> str:
    """The first output that is outside, where it is so by most, or not finite."""
    wrong = (verdict for verdict in evidence.outcomes[name].verdicts.values() if not verdict.passed and verdict.place)
    said = ((one, "is not finite first" if one.worst is None else "is outside by most") for one in wrong)
    return next((f"{one.output} {how} at {one.place} ({name})" for one, how in said), "")


def _first(golden: Golden, gave: dict[str, Floats], dtype: str) -> str:
    operation = golden.entry.operation
    family = next((f for f in FAMILIES if f.name == operation.family), FAMILIES[0])
    match operation.kind, operation.direction:
        case Kind.SEQUENCE, Direction.FORWARD if family.head and gave.keys() >= {*operation.states}:
            return _first_step(family, golden, gave, dtype)
        case Kind.SEQUENCE, Direction.FORWARD if not family.head:
            return _first_over_time(golden, gave, dtype)
        case Kind.NETWORK, Direction.FORWARD:
            return _first_layer(golden, gave, dtype)
        case ((Kind.SEQUENCE | Kind.NETWORK), Direction.BACKWARD):
            return _last_step(golden, gave, dtype)
    return _first_output(golden, gave, dtype)


def _first_output(golden: Golden, gave: dict[str, Floats], dtype: str) -> str:
    for name, want in golden.outputs.items():
        if (at := _outside(want, gave[name], golden, name, dtype)) is not None:
            return f"{name} is the first that is wrong, at {place(at, golden.entry.axes[f'outputs/{name}'][0], want.shape)}"
    return ""


def _first_step(family: Family, golden: Golden, gave: dict[str, Floats], dtype: str) -> str:
    """The reference goes one step at a time from the candidate's own state before."""
    given = {n: np.array(a, dtype if a.dtype.kind == "f" else None) for n, a in golden.inputs.items()}
    parameters = {n: np.array(a, dtype) for n, a in golden.parameters.items()}
    x, names = steps(given["x"]), list(family.states)
    order = range(len(x))[::-1] if given.get("reverse") else range(len(x))
    lengths = given.get("lengths", np.full(x.shape[2], len(x)))
    rows = {n: gave[n].shape[0] for n in names}
    state = [given.get(f"{n}0", np.zeros((rows[n], x.shape[2]), dtype)) for n in names]
    for t in order:
        valid = t < lengths
        now = [gave[n][:, :, t] for n in names]
        with np.errstate(all="ignore"):
            want, _ = family.forward(select(valid, x[t], 0), tuple(state), parameters)
        for n, got, right in reversed(list(zip(names, now, want, strict=True))):
            right = select(valid, right, 0)
            if (at := _outside(right, got, golden, n, dtype)) is not None:
                where = place(at, golden.entry.axes[f"outputs/{n}"][0], right.shape)
                return (
                    f"{n} goes wrong first at step {t}, {where}: from its own state before, the reference gives"
                    f" {_apart(right[at], got[at])}{_gates(family, n, valid[at[1]], state, x[t], parameters, got)}"
                )
        state = [np.where(valid, a, b) for a, b in zip(now, state, strict=True)]
    return "" if family.y not in gave else _head_only(family, golden, gave, dtype)


def _apart(want: float, got: float) -> str:
    """Both, in as many digits as tell them apart, and eight at least."""
    digits = next((n for n in range(8, 17) if f"{want:.{n}g}" != f"{got:.{n}g}"), 17)
    return f"{want:.{digits}g}, not {got:.{digits}g}"


def _head_only(family: Family, golden: Golden, gave: dict[str, Floats], dtype: str) -> str:
    at = _outside(golden.outputs[family.y], gave[family.y], golden, family.y, dtype)
    if at is None:
        return ""
    where = place(at, golden.entry.axes[f"outputs/{family.y}"][0], gave[family.y].shape)
    return f"every state follows from the one before; {family.y} goes wrong at {where}: look at the head"


def _gates(
    family: Family, name: str, valid: Any, state: list[Floats], xt: Floats, parameters: dict[str, Floats], got: Floats
) -> str:
    """Which gate alone could have given the cell state: its value would stay in its range."""
    if not valid:
        return "; this step is beyond the example's length"
    if len(state) < 2:
        return ""
    if name == "a":
        return "; c is right there: look at the output gate and at tanh(c)"
    with np.errstate(all="ignore"):
        _, kept = family.forward(xt, tuple(state), parameters)
        f, i, g, c_prev = next(part for part in kept if isinstance(part, Remembered))
        needed = {"f": (got - i * g) / c_prev, "i": (got - f * c_prev) / g, "c": (got - f * c_prev) / i}
    possible = [n for n, value in needed.items() if np.all((value >= RANGE[n][0]) & (value <= RANGE[n][1]))]
    return f"; gate {' or '.join(possible)} alone could give this" if possible else "; no gate alone could give this"


def _last_step(golden: Golden, gave: dict[str, Floats], dtype: str) -> str:
    """Backward goes from the last step to the first: where a gradient into an input leaves its budget on that way."""
    for name in _over_time(golden):
        steps_of = gave[name].shape[-1]
        wrong = {t: at for t in range(steps_of) if (at := _outside_at(golden, gave, name, t, dtype)) is not None}
        if wrong:
            order = list(range(steps_of) if golden.inputs.get("reverse") else range(steps_of)[::-1])
            first = next(t for t in order if t in wrong)
            where = place((*wrong[first], first), golden.entry.axes[f"outputs/{name}"][0], gave[name].shape)
            return _on_the_way(name, order[: order.index(first)], where, steps_of)
    return ""


def _on_the_way(name: str, before: list[int], where: str, steps_of: int) -> str:
    if not before:
        return f"{name} is wrong{' from the first step of the way back,' if steps_of > 1 else ''} at {where}"
    return (
        f"{name} is right at step{'s' if len(before) > 1 else ''} {', '.join(map(str, before))} and goes wrong at {where}:"
        f" look at what step {before[-1]} hands back"
    )


def _over_time(golden: Golden) -> list[str]:
    return [name for name in golden.outputs if golden.entry.axes[f"outputs/{name}"][0].endswith("T_x")]


def _outside_at(golden: Golden, gave: dict[str, Floats], name: str, t: int, dtype: str) -> tuple[int, ...] | None:
    return _outside(golden.outputs[name][..., t], gave[name][..., t], golden, name, dtype)


def _first_over_time(golden: Golden, gave: dict[str, Floats], dtype: str) -> str:
    """The first step at which an output of a recurrence leaves its budget."""
    for name in _over_time(golden):
        for t in range(gave[name].shape[-1]):
            if (at := _outside_at(golden, gave, name, t, dtype)) is not None:
                where = place((*at, t), golden.entry.axes[f"outputs/{name}"][0], gave[name].shape)
                return f"{name} goes wrong first at step {t}, {where}"
    return _first_output(golden, gave, dtype)


def _first_layer(golden: Golden, gave: dict[str, Floats], dtype: str) -> str:
    """Of its first state, by which it goes on, or of another one that is not told as it is."""
    n_d = golden.entry.dims["n_d"]
    finals = [f"{state}_last" for state in golden.entry.operation.states]
    for name in [name for name in finals if name in gave]:
        for k, (want, got) in enumerate(zip(golden.outputs[name], gave[name], strict=True)):
            at = _outside(want, got, golden, name, dtype)
            if at is not None:
                final = "final state" if name == finals[0] else name
                where = place(at, "n_a m", want.shape)
                return f"layer {k // n_d}, direction {k % n_d} is the first whose {final} is wrong, at {where}"
    return "every final state of this case is right: look at how the outputs of the last layer are put together"


def _outside(want: Floats, got: Floats, golden: Golden, name: str, dtype: str) -> tuple[int, ...] | None:
    """The first element outside, of a part of an output or of the whole."""
    wrong = outside(want, got, golden, name, dtype)
    return tuple(int(i) for i in np.argwhere(wrong)[0]) if wrong.any() else None
