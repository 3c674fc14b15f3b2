"""The adapters on JAX: what fails is Flax's own, what is refused says why, and gates in another order are caught.

A few cases of every kind: each shape is compiled anew. `python docs/pages frameworks` runs them all.
"""

from collections.abc import Callable, Iterable
from importlib import import_module
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.run.runner import Runner
from rnnspec.golden import load

jax = pytest.importorskip("jax")

FLAX = ("flax_linen", "flax_nnx")
NAMES = (*FLAX, "equinox", "haiku")
LSTMS = ("lstm_peephole", "lstm_coupled", "lstm_projected", "lstm_clipped")
CONTAINERS = ("pad_sequence", "pack_sequence", "pack_padded_sequence", "pad_packed_sequence")


def adapter(name: str) -> Any:
    pytest.importorskip(name.split("_")[0])
    return import_module(f"rnnspec.conformance.candidates.jax.{name}")


def outcomes(candidate: Any, ids: Iterable[str], dtype: str = "float64") -> dict[str, str]:
    runner = Runner(candidate_of(candidate), dtype)  # `check` would look for an explanation each time
    return {case: runner.case(load(case)).outcome for case in ids}


def messages(candidate: Any, ids: Iterable[str]) -> dict[str, str]:
    runner = Runner(candidate_of(candidate), "float64")
    return {case: runner.case(load(case)).message for case in ids}


PASSING = {
    "flax_linen": "lstm_cell_backward/generic rnn_relu_backward/reverse lstm_forward/ragged-reverse lstm_backward/initial-cell"
    " gru_reset_after_backward/reverse rnn_forward/ragged lstm_network_backward/bidirectional"
    " gru_reset_after_network_forward/one-layer",
    "flax_nnx": "lstm_cell_backward/generic rnn_relu_backward/reverse lstm_forward/ragged-reverse"
    " lstm_network_backward/bidirectional rnn_network_forward/one-layer",
    "equinox": "lstm_cell_backward/generic lstm_forward/reverse gru_reset_after_backward/reverse",
    "haiku": "lstm_cell_backward/generic lstm_forward/reverse gru_backward/reverse rnn_relu_cell_backward/generic"
    " lstm_network_forward/one-layer",
}


@pytest.mark.parametrize("name", NAMES)
def test_layers_networks_and_their_gradients_conform(name: str) -> None:
    ids = PASSING[name].split()

    assert outcomes(adapter(name).CANDIDATE, ids) == dict.fromkeys(ids, "pass")


@pytest.mark.parametrize("name", FLAX)
def test_flax_loses_the_state_of_an_example_without_steps(name: str) -> None:
    ids = ["lstm_network_forward/ragged", "rnn_backward/loss-on-final-state"]

    assert outcomes(adapter(name).CANDIDATE, ids) == dict.fromkeys(ids, "fail")


@pytest.mark.parametrize("name", NAMES)
def test_float32_stays_float32(name: str) -> None:
    ids = ["sigmoid/generic", "softmax/generic", "lstm_cell_forward/generic"]

    assert outcomes(adapter(name).CANDIDATE, ids, "float32") == dict.fromkeys(ids, "pass")


REFUSED = {
    "flax_linen": {"gru": "flax.linen.GRUCell resets after the product", LSTMS: "flax.linen has no such LSTM"},
    "flax_nnx": {
        "gru": "flax.nnx.GRUCell resets after the product",
        "gru_reset_after": "flax.nnx.GRUCell has no bias inside what the reset gate weights",
        LSTMS: "flax.nnx has no such LSTM",
    },
    "equinox": {
        ("rnn", "rnn_relu"): "Equinox has no plain recurrent cell",
        "gru": "equinox.nn.GRUCell resets after the product",
        ("lstm_network", "gru_reset_after_network"): "Equinox has no layers of layers, nor a second direction",
        LSTMS: "Equinox has no such LSTM",
    },
    "haiku": {
        "rnn": "haiku.VanillaRNN has a rectifier for tanh",
        "gru_reset_after": "haiku.GRU resets before the product",
        LSTMS: "Haiku has no such LSTM",
    },
}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_framework_lacks_is_refused_with_its_reason(name: str) -> None:
    families = REFUSED[name].items()
    flat = {f: why for key, why in families for f in ([key] if isinstance(key, str) else key)}
    expected = {
        f"{f}_{way}/generic": why for f, why in flat.items() for way in ("forward", "backward") if "network" not in f
    }
    expected |= {f"{f}_forward/one-layer": why for f, why in flat.items() if "network" in f}
    expected |= {f"{c}/generic": f"{name.split('_')[0].title()} has no packed sequences" for c in CONTAINERS}

    assert messages(adapter(name).CANDIDATE, expected) == expected


@pytest.mark.parametrize(("name", "why"), [("equinox", "not offered: lengths"), ("haiku", "not offered: lengths")])
def test_what_knows_no_lengths_says_so(name: str, why: str) -> None:
    assert messages(adapter(name).CANDIDATE, ["lstm_forward/ragged"]) == {"lstm_forward/ragged": why}


def test_a_second_direction_is_refused_by_haiku() -> None:
    case = "lstm_network_forward/bidirectional"

    assert messages(adapter("haiku").CANDIDATE, [case]) == {case: "Haiku has no second direction"}


Conversion = Callable[[Any], Any]


def made(name: str, family: str, change: Conversion) -> dict[str, Any]:
    """The operations of a family whose weights are converted from changed parameters."""
    module = adapter(name)
    from rnnspec.conformance.candidates.jax.graph import JAX
    from rnnspec.conformance.candidates.recurrent.operations import operations

    weights = getattr(module, family.split("_")[0])

    def wrong(p: Any, *rest: Any) -> Any:
        return weights(change(p), *rest)

    if name == "flax_linen":
        layer = module.layer(family, module.cell(wrong, getattr(module.nn, KINDS[family])))
    elif name == "flax_nnx":
        layer = module.layer(family, module.cell(module.made(getattr(module.nnx, KINDS[family]), wrong)))
    elif name == "equinox":
        layer = module.layer(family, wrong)
    else:
        layer = module.layer(family, getattr(module.hk, KINDS[family][:-4]), wrong)
    return operations(JAX, layer)


KINDS = {"lstm": "LSTMCell", "gru_reset_after": "GRUCell", "gru": "GRUCell"}
FAMILIES = [("flax_linen", "lstm"), ("flax_nnx", "lstm"), ("equinox", "lstm"), ("haiku", "lstm")]
FAMILIES += [("flax_linen", "gru_reset_after"), ("equinox", "gru_reset_after"), ("haiku", "gru")]


def exchanged(one: str, other: str) -> Conversion:
    def change(p: Any) -> Any:
        return p | {f"{k}{a}": p[f"{k}{b}"] for k in "Wb" for a, b in ((one, other), (other, one))}

    return change


def other_sign(p: Any) -> Any:
    return p | {"Wu": -p["Wu"], "bu": -p["bu"]}


@pytest.mark.parametrize(("name", "family"), FAMILIES)
def test_gates_exchanged_or_with_another_sign_are_caught(name: str, family: str) -> None:
    case = f"{family}_cell_forward/generic"
    pairs = combinations("fico" if family == "lstm" else "urc", 2)
    changes = [exchanged(*pair) for pair in pairs] + ([] if family == "lstm" else [other_sign])

    assert outcomes(made(name, family, dict), [case]) == {case: "pass"}
    assert [outcomes(made(name, family, change), [case])[case] for change in changes] == ["fail"] * len(changes)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="counts a process's memory maps")
def test_a_run_of_many_shapes_does_not_use_up_the_memory_maps_of_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = import_module("rnnspec.conformance.candidates.jax.graph")

    def grown(kept: int, sizes: range) -> int:
        monkeypatch.setattr(graph, "KEPT", kept)
        jax.clear_caches()
        before = len(Path("/proc/self/maps").read_text().splitlines())
        for n in sizes:
            graph.elementwise(np.zeros(n), jax.nn.sigmoid)
        return len(Path("/proc/self/maps").read_text().splitlines()) - before

    without, cleared = grown(1000, range(1, 61)), grown(10, range(61, 121))

    assert cleared < without / 2
