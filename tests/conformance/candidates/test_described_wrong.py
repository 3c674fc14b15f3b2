"""A description that does not fit is told in one line that says what to change, whatever the framework says of it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from planted.described import WEIGHTS, Layer
from rnnspec.adapt import numpy_function, torch_module
from rnnspec.conformance import check
from rnnspec.conformance.candidates.described.pattern import BadDescription

torch = pytest.importorskip("torch")
IS = {"like": "lstm", "gates": "ifgo", "weights": WEIGHTS}
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "weights in a list": (
        {"weights": ["weight_ih"]},
        "weights=['weight_ih'] is neither the layer's names by what stands in them, {'Wx': …}, nor a function",
    ),
    "a weight without a name": ({"weights": {**WEIGHTS, "Wx": None}}, "weights has None for 'Wx', want the layer's name for it"),
    "a part's name": (
        {"weights": {**WEIGHTS, "Wx": "weight_ih.a"} | {"Wh": "weight_ih"}},
        "the layer has no 'weight_ih.a'; it has weight_ih, weight_hh, bias",
    ),
    "a function of nothing": ({"weights": lambda _: {}}, "the function of weights gave {}, want arrays by the layer's names"),
    "a function of NumPy's": (
        {"weights": lambda p: {"bias": p["bf"].detach().numpy()}},
        "the function of weights gave ndarray for 'bias', want a torch.Tensor, made of what it is given",
    ),
    "a function of numbers": ({"weights": lambda _: {"bias": 1.0}}, "the function of weights gave float for 'bias', want an array"),
    "a function that raises": (
        {"weights": lambda p: p["Wq"]},
        "the function of weights raised KeyError: 'Wq'; it is given Wf, Wi, Wc, Wo, bf, bi, bc, bo, Wy, by",
    ),
    "a cell": ({"layout": "bf", "returns": "y, (h, c)"}, "returns='y, (h, c)' has 'y', want some of h, c, p, logits and _; without t in layout='bf' it is a cell"),
    "time first": (
        {"layout": "tbf"},
        "; it was given x (7, 6, 3) by layout='tbf', h (6, 5), c (6, 5) by state='bf', as takes='x, (h, c)'",
    ),
    "an axis of one": (
        {"state": "1bf"},
        "; it was given x (6, 7, 3) by layout='btf', h (1, 6, 5), c (1, 6, 5) by state='1bf', as takes='x, (h, c)'",
    ),
    "units first": ({"state": "fb"}, "h (5, 6), c (5, 6) by state='fb', as takes='x, (h, c)'"),
    "an unknown keyword": ({"takes": "x, hc=(h, c)"}, "unexpected keyword argument 'hc'; it was given x (6, 7, 3) by layout='btf'"),
}  # fmt: skip


def told(module: Any, **said: Any) -> str:
    with pytest.raises(BadDescription) as error:
        torch_module(module, **{**IS, **said})
    return str(error.value)


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_description_says_what_to_change(what: str) -> None:
    said, words = WRONG[what]

    message = told(Layer, **said)

    assert words in message
    assert "\n" not in message


def test_what_a_layer_is_made_with_is_told() -> None:
    assert told(lambda n_a: Layer(3, n_a)).endswith("; it is made with (n_x, n_a), here (3, 5)")


def test_nothing_that_makes_a_layer_is_told() -> None:
    assert told(None).startswith("None makes no module, give its class or a function of n_x and n_a")


def test_of_a_long_error_the_first_line_is_told() -> None:
    class Long(Layer):
        def forward(self, x: Any, state: Any) -> Any:
            raise RuntimeError("first line\nsecond line")

    message = told(Long)

    assert "the layer raised RuntimeError: first line; it was given" in message
    assert "second" not in message


def lstm(x: Any, h: Any, c: Any, Wx: Any, Wh: Any, b: Any) -> Any:
    every = []
    for xt in x:
        i, f, g, o = np.split(xt @ Wx + h @ Wh + b, 4, -1)
        c = c / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
        h = np.tanh(c) / (1 + np.exp(-o))
        every.append(h)
    return np.stack(every), h, c


def of_numpy(weights: Mapping[str, str]) -> Any:
    return numpy_function(lstm, like="lstm", takes="x, h, c, Wx, Wh, b", weights=weights)


def test_weights_that_are_not_turned_are_told_with_their_shapes() -> None:
    assert check(of_numpy({"Wx": "Wx.T", "Wh": "Wh.T", "b": "b"}), cases=["lstm_forward/generic"]).conformant

    with pytest.raises(BadDescription, match=r"Wx \(20, 3\), Wh \(20, 5\), b \(20,\) by weights"):
        of_numpy({"Wx": "Wx", "Wh": "Wh", "b": "b"})


def test_a_name_that_a_function_misses_is_told_with_those_that_there_are() -> None:
    pytest.importorskip("jax")
    from rnnspec.adapt import jax_function

    with pytest.raises(BadDescription) as error:
        jax_function(
            lambda w, x, state: w["cell"]["bias"],
            like="lstm",
            weights={"Wx": "cell/kernel", "Wh": "cell/recurrent", "b": "cell/biass"},
        )

    assert "the layer raised KeyError: 'bias'; it was given cell/kernel (20, 3)" in str(error.value)
    assert "cell/biass (20,) by weights" in str(error.value)


def test_a_name_of_a_weight_and_of_a_part_is_told() -> None:
    pytest.importorskip("jax")
    from rnnspec.adapt import jax_function

    with pytest.raises(BadDescription, match="'cell' is a weight's name, and a part's in 'cell/bias'"):
        jax_function(lambda w, x, state: 0, like="lstm", weights={"Wxh": "cell", "b": "cell/bias"})
