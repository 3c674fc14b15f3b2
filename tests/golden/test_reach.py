"""Values reach beyond where code clips them: a clip of a state, a gradient or an output at 5 changes some golden."""

from collections import defaultdict

import numpy as np
import pytest
from rnnspec.golden import cases, load
from rnnspec.golden.patterns import kind_of
from rnnspec.reference import OPERATIONS, Kind

CLIP = 5
# what no correct implementation gives beyond it
SMALL = {
    **dict.fromkeys(("s", "p", "y", "yt_pred", "y_pred", "a", "a_next", "a_last"), "a probability, or behind a tanh"),
    **{"g": "a decay that has a bound", "m0": "a logarithm", "m_prev": "a logarithm"},
    **{**dict.fromkeys(("h_t", "h_last"), "a mean"), "at": "what keys are held against"},
}
# what has few cases: those of its sequence reach as far
STEPS_OF_FEW = ("selective_scan_layer_step_forward", "selective_scan_layer_step_backward")
KEYS = {"k", "kt"}
DRIVEN = ("data", "state", "upstream")


@pytest.fixture(scope="module")
def reached() -> dict[str, dict[str, float]]:
    """The largest number of each state, input, gradient and output of each operation."""
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for entry in cases():
        golden, most = load(entry.id), found[entry.operation.name]
        arguments = (entry.operation.forward or entry.operation).arguments
        ragged = [n for n, axes in arguments.items() if "lengths" in golden.inputs and axes.endswith("T_x")]  # garbage
        driven = {
            n: a
            for n, a in golden.inputs.items()
            if a.dtype.kind == "f" and a.ndim and kind_of(n) in DRIVEN and n not in ragged
        }
        for name, array in {**driven, **golden.outputs}.items():
            most[name] = max(most[name], np.abs(array).max(initial=0.0))
    return found


@pytest.mark.parametrize(
    "name", [name for name, o in OPERATIONS.items() if o.kind is not Kind.CONTAINER and name not in STEPS_OF_FEW]
)
def test_no_clip_at_five_passes_every_golden(reached: dict[str, dict[str, float]], name: str) -> None:
    assert [array for array, most in reached[name].items() if most <= CLIP and array not in SMALL] == []


@pytest.mark.parametrize("name", [name for name, o in OPERATIONS.items() if o.arguments.keys() & KEYS])
def test_keys_are_longer_than_one_somewhere(name: str) -> None:
    """As what divides by the larger of their squared length and 1 changes nothing of others."""
    keys = [load(e.id).inputs for e in cases() if e.operation.name == name and "lengths" not in e.features]
    lengths = [(one[key] ** 2).sum(axis=1).max() for one in keys for key in KEYS & one.keys()]
    assert max(lengths) > 1
