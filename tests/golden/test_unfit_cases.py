"""What is no golden: cases that show too little or too much, and operations whose gradients are wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from numpy.typing import NDArray
from rnnspec.conformance.deviations.catalogue import CATALOGUE
from rnnspec.conformance.deviations.copy import deviating
from rnnspec.golden import running
from rnnspec.golden.case import CASES, Case
from rnnspec.golden.drawing import draw
from rnnspec.golden.ideas.idea import Idea
from rnnspec.golden.proof import FIRST_PRECISION, certified, prove
from rnnspec.golden.refusal import Refused, refuse
from rnnspec.reference import FAMILIES, OPERATIONS
from rnnspec.reference.arithmetics.source import Source
from rnnspec.reference.families import rnn

Arrays = dict[str, NDArray[Any]]
LENGTHS = {"n_x": 3, "n_a": 5, "m": 7, "T_x": 4, "n_y": 2}
LAYERS = {"n_l": 1, "n_d": 2, "n_x": 3, "n_a": 5, "m": 7, "T_x": 4}
SYMMETRIC = np.arange(25.0).reshape(5, 5) + np.arange(25.0).reshape(5, 5).T + 1
ROUNDOFF_32 = 2.0**-24
Evidence = dict[str, Any]


def case_of(family: str) -> Case:
    operation = OPERATIONS[f"{family}_forward"]
    options = ("c0",) if "c0" in operation.options else ()
    return Case(operation, Idea("tried", "", LAYERS if "network" in family else LENGTHS, options=options))


def evidence(case: Case) -> Evidence:
    """What a fit case is judged by; the refusals below change one thing each."""
    inputs, parameters = draw(case)
    return {
        "arrays": {**inputs, **parameters},
        "outputs": {"a": np.ones(9)},
        "sensitivity": {"a": np.ones(9)},
        "source": met(np.linspace(0.3, 3, 100)),
    }


def met(preactivations: NDArray[Any], margin: float = 1.0) -> Source:
    source = Source(1)
    source.preactivations.append(preactivations)
    source.margins.append(np.array([1.0, margin]))
    return source


def with_arrays(**changed: Callable[[Arrays], NDArray[Any]]) -> Callable[[Evidence], Evidence]:
    return lambda e: {**e, "arrays": {**e["arrays"], **{name: make(e["arrays"]) for name, make in changed.items()}}}


def with_weights(name: str, make: Callable[[Arrays], NDArray[Any]]) -> Callable[[Evidence], Evidence]:
    return lambda e: {**e, "arrays": {**e["arrays"], name: make(e["arrays"])}}


UNFIT: dict[str, tuple[str, str, Callable[[Evidence], Evidence]]] = {
    "chaotic": ("rnn", "chaotic", lambda e: {**e, "sensitivity": {"a": np.full(9, 0.11 * 2**24)}}),
    "one element chaotic": ("lstm", "chaotic", lambda e: {**e, "sensitivity": {"a": np.eye(3).ravel() * 2**24}}),
    "saturated": ("rnn", "saturated", lambda e: {**e, "source": met(np.linspace(-6, 6, 99))}),
    "tiny": ("rnn", "tiny", lambda e: {**e, "source": met(np.linspace(-0.5, 0.5, 99))}),
    "equal weights": ("lstm", "symmetric", with_arrays(Wi=lambda a: a["Wf"].copy())),
    "equal biases": ("lstm", "symmetric", with_arrays(bo=lambda a: a["bc"].copy())),
    "equal states": ("lstm", "symmetric", with_arrays(c0=lambda a: a["a0"].copy())),
    "symmetric recurrent matrix": ("rnn", "symmetric", with_arrays(Waa=lambda a: SYMMETRIC)),
    "symmetric recurrent block": (
        "lstm",
        "symmetric",
        with_arrays(Wc=lambda a: np.hstack([SYMMETRIC, a["Wc"][:, 5:]])),
    ),
    "zero bias": ("rnn", "symmetric", with_arrays(ba=lambda a: 0 * a["ba"])),
    "a zero in a bias": ("rnn", "symmetric", with_arrays(ba=lambda a: a["ba"] * (np.arange(5) > 0)[:, None])),
    "a zero in a weight": ("rnn", "symmetric", with_arrays(Wax=lambda a: a["Wax"] * (np.arange(3) > 0))),
    "constant input": ("rnn", "symmetric", with_arrays(x=lambda a: np.full_like(a["x"], 0.5))),
    "constant weight": ("lstm", "symmetric", with_arrays(Wo=lambda a: np.full_like(a["Wo"], 0.5))),
    "kinked": (
        "rnn_relu",
        "kinked",
        lambda e: {**e, "source": met(np.linspace(0.3, 3, 100), margin=1.99 * ROUNDOFF_32)},
    ),
    "equal weights in two directions": (
        "lstm_network",
        "symmetric",
        with_weights("Wf[0][1]", lambda a: a["Wf[0][0]"].copy()),
    ),
    "equal peepholes": ("lstm_peephole", "symmetric", with_arrays(Po=lambda a: a["Pf"].copy())),
    "constant projection": ("lstm_projected", "symmetric", with_arrays(Wp=lambda a: np.full_like(a["Wp"], 0.5))),
}


@pytest.mark.parametrize("name", UNFIT)
def test_a_case_unfit_to_be_a_golden_is_refused_unless_it_says_so(name: str) -> None:
    family, label, change = UNFIT[name]
    case = case_of(family)
    labelled = replace(case, idea=replace(case.idea, labels=(label,)))
    refuse(case, **evidence(case))

    refuse(labelled, **change(evidence(case)))
    with pytest.raises(Refused, match=rf"^is {label} \(.+\) and has no such label"):
        refuse(case, **change(evidence(case)))


DRAWN_UNFIT = {
    "saturated": ("rnn_forward", Idea("tried", "", LENGTHS, {"weight": 3})),
    "tiny": ("rnn_forward", Idea("tried", "", LENGTHS, {"data": -9, "state": -8, "bias": -8})),
    "symmetric": ("rnn_forward", Idea("tried", "", {**LENGTHS, "m": 5})),
    "chaotic": (
        "rnn_forward",
        Idea(
            "tried", "", {**LENGTHS, "n_a": 11, "T_x": 60}, {"weight": 1, "data": -4, "bias": -2}, labels=("saturated",)
        ),
    ),
    # every pre-activation is exactly 0, where the rectifier turns
    "kinked": (
        "rnn_relu_cell_forward",
        Idea("tried", "", LENGTHS, zero=("data", "state", "bias"), labels=("symmetric",)),
    ),
}


@pytest.mark.parametrize("label", DRAWN_UNFIT)
def test_an_unfit_draw_is_refused_unless_it_says_so(label: str) -> None:
    name, idea = DRAWN_UNFIT[label]
    case = Case(OPERATIONS[name], idea)
    labelled = replace(case, idea=replace(idea, labels=(*idea.labels, label)))

    assert all(array.size for array in prove(labelled).outputs.values())
    with pytest.raises(Refused, match=f"^is {label} "):
        prove(case)


def test_cancellation_takes_more_precision() -> None:
    cancelling, plain = (CASES[f"rnn_cell_backward/{name}"] for name in ("huge", "generic"))

    assert certified(cancelling.operation, *draw(cancelling))[1] > FIRST_PRECISION
    assert certified(plain.operation, *draw(plain))[1] == FIRST_PRECISION


@contextmanager
def proving_by(deviation: str) -> Iterator[None]:
    """What is proven is the deviating reference."""
    with deviating(CATALOGUE[deviation].ways[0]) as functions, patch.object(running, "FUNCTIONS", functions):
        yield


@pytest.mark.parametrize("deviation", ["no-da-carry", "no-dc-carry", "bias-gradient-accumulator-reused"])
@pytest.mark.parametrize("name", ["two-steps", "generic", "saturated", "tiny", "initial-cell"])
def test_a_wrong_backward_is_no_golden(deviation: str, name: str) -> None:
    case = CASES[f"lstm_backward/{name}"]

    with proving_by(deviation), pytest.raises(Refused, match="forward derivative differ"):
        prove(case)


@pytest.mark.parametrize(
    "case_id",
    [
        *(f"{family.name}_backward/two-steps" for family in FAMILIES if family.head),
        "rnn_network_backward/bidirectional",
    ],
)
def test_a_wrong_backward_of_any_family_is_no_golden(case_id: str) -> None:
    with proving_by("no-da-carry"), pytest.raises(Refused, match="forward derivative differ"):
        prove(CASES[case_id])


def test_a_wrong_backward_is_no_golden_however_small_its_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    backward = rnn.FAMILY.backward
    monkeypatch.setattr(rnn.FAMILY, "backward", lambda dstate, *rest: backward((3 * dstate[0],), *rest))

    with pytest.raises(Refused, match="forward derivative differ"):
        prove(CASES["rnn_backward/huge"])
