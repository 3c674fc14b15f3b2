"""What frameworks keep in which order: each order has all gates, an adapter reads it, and a gate that is turned is negated."""

from pathlib import Path

import numpy as np
import pytest
from rnnspec.conformance.candidates.described import conventions
from rnnspec.conformance.candidates.described.conventions import CONVENTIONS, HAIKU_GRU, KERAS_GRU, ONNX_LSTM
from rnnspec.reference import FAMILIES

ROOM = Path(__file__).parents[3] / "conformance" / "candidates"
GATES = {family.name: {name[1] for name in family.parameters if name[0] == "W" and name != "Wy"} for family in FAMILIES}


@pytest.mark.parametrize("one", CONVENTIONS, ids=lambda one: one.layer)
def test_an_order_has_each_gate_once(one: conventions.Convention) -> None:
    assert sorted(gate.strip("-") for gate in one.meant) == sorted(GATES[one.family])


def test_every_order_is_read_by_an_adapter() -> None:
    names = [name for name, value in vars(conventions).items() if isinstance(value, conventions.Convention)]
    folders = ("torch", "keras", "onnx", "jax", "tinygrad")
    texts = "".join(path.read_text() for folder in folders for path in (ROOM / folder).glob("*.py"))

    assert len(names) == len(CONVENTIONS)
    assert [
        name
        for name in names
        if not any(f"{name}.{part}" in texts or f", {name})" in texts for part in ("gates", "gathered", "named"))
    ] == []


def test_a_gate_that_weighs_the_old_value_is_negated() -> None:
    p = {f"{kind}{gate}": np.full((1, 1), value) for kind in "Wb" for value, gate in enumerate("furcio", 1)}

    assert [int(a.item()) for a in KERAS_GRU.gathered(p, "W")] == [-2, 3, 4]
    assert [int(a.item()) for a in HAIKU_GRU.gathered(p, "b")] == [2, 3, 4]
    assert [int(a.item()) for a in ONNX_LSTM.gathered(p, "W")] == [5, 6, 1, 4]
    assert KERAS_GRU.named == {"z": "u", "r": "r", "h": "c"}
