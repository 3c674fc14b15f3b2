"""Proving a golden: correctly rounded by balls, its gradients equal to exact derivatives, its sensitivities."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import Kind, Operation
from rnnspec.reference.arithmetics import local_model
from rnnspec.reference.arithmetics.ball import Ambiguous, Ball, Undecided, balls, floats, precision
from rnnspec.reference.arithmetics.dual import derivatives, duals
from rnnspec.reference.arithmetics.noise import Noise, sketched
from rnnspec.reference.arithmetics.source import FLOAT16, FLOAT32, Source

from .case import Case
from .drawing import draw
from .patterns import Arrays, seed_of
from .refusal import Refused, refuse, refuse_unbounded, refused_for
from .running import Array, lifted, run

FIRST_PRECISION, LAST_PRECISION = 128, 16384
EVERY_PARTIAL, DIRECTIONS = 520, 8  # up to so many inputs each partial is checked, else so many directions
SMALLEST = 2.0**-1000
MOST = 900  # of an exponent
AGREEMENT = 2.0**-64  # of the gradient's size: backward and forward derivative must meet this closely


@dataclass(frozen=True)
class Proof:
    """A case's arrays and how they were established."""

    inputs: Arrays
    parameters: Arrays
    outputs: Arrays
    sensitivity: Arrays
    sensitivity16: Arrays  # none where the case is not for float16
    underflow: Arrays
    labels: list[str]
    refused: dict[str, str]  # dtypes that the case is not for after all, each with the reason
    bits: int
    corroborated: str  # by which derivatives; "" for a forward operation


def prove(case: Case) -> Proof:
    """Draw a case and establish its golden. Raises Refused where the case is not fit to be one."""
    inputs, parameters = draw(case)
    if case.operation.kind is Kind.CONTAINER:
        return moved(case, inputs)
    outputs, bits, exact = enclosed(case.operation, inputs, parameters)
    corroborated = corroborate(case, inputs, parameters, outputs, bits, exact) if case.operation.forward else ""
    sensitivity, source = sketch(case, inputs, parameters, local_model)
    underflow, _ = sketch(case, inputs, parameters, local_model.Underflow, again=source)
    labels = refuse(case, {**inputs, **parameters}, outputs, sensitivity, source)
    halves = "float16" in case.dtypes
    coarse, _ = sketch(case, inputs, parameters, local_model.Half, FLOAT16, source) if halves else ({}, None)
    refused = refused_for(case.dtypes, outputs, coarse, source.margin)
    coarse = {} if "float16" in refused else _up(coarse, 4)
    rounded = _up(sensitivity, 4), coarse, _up(underflow, 1)
    refuse_unbounded(sensitivity=rounded[0], sensitivity16=rounded[1], underflow=rounded[2])
    return Proof(inputs, parameters, outputs, *rounded, labels, refused, bits, corroborated)


def moved(case: Case, inputs: Arrays) -> Proof:
    """The golden of an operation that only moves values: exact, so no bits are needed and no error is allowed."""
    outputs = run(case.operation, inputs, {})
    none = {name: np.zeros(array.shape, np.float32) for name, array in outputs.items()}
    return Proof(inputs, {}, outputs, none, {}, none, sorted(case.idea.labels), {}, 0, "")


def certified(operation: Operation, inputs: Arrays, parameters: Arrays) -> tuple[Arrays, int]:
    """The outputs correctly rounded to float64, and the bits it took."""
    return enclosed(operation, inputs, parameters)[:2]


def enclosed(operation: Operation, inputs: Arrays, parameters: Arrays) -> tuple[Arrays, int, dict[str, Array]]:
    """The outputs correctly rounded to float64, the bits it took (Ziv: more until both ends agree), and the balls that they were rounded from."""
    bits = FIRST_PRECISION
    while bits <= LAST_PRECISION:
        try:
            with precision(bits):
                exact = run(operation, lifted(balls, inputs), lifted(balls, parameters))
                rounded = {name: np.asarray(floats(array)) + 0.0 for name, array in exact.items()}  # a zero has no sign
                return rounded, bits, exact
        except OverflowError:
            raise Refused("a result is beyond float64") from None
        except (Undecided, Ambiguous):
            bits *= 2
    raise Refused(f"not decided with {LAST_PRECISION} bits: two compared values are equal, or a result is a tie")


def corroborate(
    case: Case, inputs: Arrays, parameters: Arrays, gradients: Arrays, bits: int, exact: dict[str, Array] | None = None
) -> str:
    """Check backward, of whose outputs the balls at so many bits may be given, against exact derivatives of the forward code, and say along what.

    Raises Refused where they differ: one of the two is then wrong.
    """
    variables = {name: array for name, array in {**inputs, **parameters}.items() if f"d{name}" in gradients}
    along, count, words = _directions(case, variables, gradients)
    bits = bits if exact else 2 * bits
    while bits <= LAST_PRECISION:
        with precision(bits):
            try:
                _agree(*_derived(case.operation, inputs, parameters, along, count, exact))
                return words
            except Undecided:
                bits, exact = 2 * bits, None
    raise Refused(f"backward and the forward derivative cannot be told apart with {LAST_PRECISION} bits")


def _derived(
    operation: Operation,
    inputs: Arrays,
    parameters: Arrays,
    along: Arrays,
    count: int,
    backward: dict[str, Array] | None = None,
) -> tuple[Array, Array]:
    """The loss's derivative along each direction by the forward code, and what backward claims it to be."""
    exact = [lifted(balls, arrays) for arrays in (inputs, parameters)]
    backward = backward or run(operation, *exact)
    seeded = [
        {name: duals(a, along.get(name)) if a.dtype == object else a for name, a in arrays.items()} for arrays in exact
    ]
    assert operation.forward
    forward = run(operation.forward, *seeded)
    loss = sum(
        derivatives(d, _end(name[1:], forward, seeded[0]), count)
        for name, d in exact[0].items()
        if name in {**operation.arguments, **operation.options}
    )
    claimed = np.concatenate([backward[f"d{name}"].ravel() for name in along])
    if count < len(claimed):
        claimed = claimed @ balls(np.concatenate([directions.reshape(-1, count) for directions in along.values()]))
    return loss, claimed


def _end(name: str, forward: Mapping[str, Array], given: Mapping[str, Any]) -> Array:
    """The output that an upstream gradient flows into; a final state is read off the outputs, not off the unroll."""
    if name in forward:
        return forward[name]
    if name == "y":
        return forward["y_pred"]
    states, initial = forward[name.removesuffix("_last")], given.get(name.replace("_last", "0"))
    n, m, T_x = states.shape
    last = np.empty((n, m), dtype=object)
    for j in range(m):
        length = int(given["lengths"][j]) if "lengths" in given else T_x
        at = 0 if "reverse" in given else length - 1
        last[:, j] = states[:, j, at] if length else (0 if initial is None else initial[:, j])
    return last


def _directions(case: Case, variables: Arrays, gradients: Arrays) -> tuple[Arrays, int, str]:
    """Directions (..., n) for each variable: every unit vector where they are few, else seeded signs.

    A component is as large as its gradient is small, so that each has a like share in the sum.
    """
    total = sum(array.size for array in variables.values())
    if total <= EVERY_PARTIAL:
        rows: Any = np.eye(total)
        words = f"each of {total} partial derivatives"
    else:
        bits = np.random.Philox(key=seed_of(case)).random_raw(total * DIRECTIONS) >> np.uint64(58)
        rows, words = (bits - 31.5).reshape(total, DIRECTIONS), f"derivatives along {DIRECTIONS} seeded directions"
        rows = np.ldexp(
            rows, -_exponents(np.concatenate([gradients[f"d{name}"].ravel() for name in variables]))[:, None]
        )
    ends = np.cumsum([array.size for array in variables.values()])[:-1]
    shares = zip(variables.items(), np.split(rows, ends), strict=True)
    return {name: share.reshape(*array.shape, -1) for (name, array), share in shares}, rows.shape[1], words


def _exponents(gradient: NDArray[np.float64]) -> NDArray[np.int32]:
    """The power of two of each element, for one that is 0 that of the smallest."""
    found = np.clip(np.frexp(gradient)[1], -MOST, MOST)
    return np.where(gradient == 0, found[gradient != 0].min(initial=0), found)


def _agree(loss: Array, claimed: Array) -> None:
    for k, (one, two) in enumerate(zip(loss, claimed, strict=True)):
        gap, size = abs((Ball(one) - two).arb), max(SMALLEST, abs(float(Ball(one).arb.mid())))
        if gap > AGREEMENT * size:
            raise Refused(f"backward and the forward derivative differ along direction {k}: {two} against {one}")
        if not gap <= AGREEMENT * size:
            raise Undecided(f"{two} against {one}")


def sketch(
    case: Case,
    inputs: Arrays,
    parameters: Arrays,
    model: Any,
    coarsest: float = FLOAT32,
    again: Source | None = None,
) -> tuple[Arrays, Source]:
    """Each output's sensitivity to the roundings that `model` allows, and the source, which noted what it met; with draws of another."""
    source = Source(seed_of(case), model, coarsest=coarsest, again=again)
    noisy = [lifted(lambda array: Noise(array, None, source), arrays) for arrays in (inputs, parameters)]
    outputs = run(case.operation, *noisy)
    return {name: sketched(noise) for name, noise in outputs.items()}, source


def _up(arrays: Arrays, bits: int) -> Arrays:
    """Rounded up to so many bits, as float32: a budget may be wider than its sketch, never narrower; the files stay small."""
    out = {}
    for name, array in arrays.items():
        fraction, exponent = np.frexp(array)
        near = np.ldexp(np.ceil(np.ldexp(fraction, bits)), exponent - bits).astype(np.float32)
        out[name] = np.where(near < array, np.nextafter(near, np.float32(np.inf)), near)  # below float32's range
    return out
