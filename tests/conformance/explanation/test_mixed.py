"""Products in bfloat16 or TF32, or everything in bfloat16 or float32, of a candidate that claims more are told from the numbers, with torch's own."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from planted.ample import AMPLE
from rnnspec.conformance import check

torch = pytest.importorskip("torch")

SAID = {
    "everything in bfloat16": "every value in bfloat16",
    "products in bfloat16": "products in bfloat16, of inputs and with results rounded to it",
    "inputs of products in TF32": "inputs of products rounded to TF32",
}
OPERATIONS = ("lstm_cell_forward", "lstm_forward")


def in_tf32(x: Any) -> Any:
    mantissa, exponent = np.frexp(x.double().numpy())
    return torch.tensor(np.ldexp(np.rint(mantissa * 2.0**11) / 2.0**11, exponent)).float()


PRODUCTS: dict[str, Any] = {
    "everything in bfloat16": lambda W, v: W @ v,
    "products in bfloat16": lambda W, v: (W.bfloat16() @ v.bfloat16()).float(),
    "inputs of products in TF32": lambda W, v: in_tf32(W) @ in_tf32(v),
    "inputs of products in bfloat16": lambda W, v: W.bfloat16().float() @ v.bfloat16().float(),
    "float32": lambda W, v: W @ v,
}


def lstm(kind: str) -> Any:
    """The two forwards of an LSTM in torch; what comes out is float32."""
    dtype, product = torch.bfloat16 if kind == "everything in bfloat16" else torch.float32, PRODUCTS[kind]

    def given(array: Any) -> Any:
        return torch.tensor(np.asarray(array, np.float32)).to(dtype)

    def step(xt: Any, a: Any, c: Any, p: Any) -> tuple[Any, Any, Any]:
        v = torch.cat([a, xt])
        f, i, o = (torch.sigmoid(product(p[f"W{gate}"], v) + p[f"b{gate}"]) for gate in "fio")
        c = f * c + i * torch.tanh(product(p["Wc"], v) + p["bc"])
        a = o * torch.tanh(c)
        return a, c, torch.softmax(product(p["Wy"], a) + p["by"], 0)

    def cell_forward(xt: Any, a_prev: Any, c_prev: Any, parameters: Any) -> tuple[Any, ...]:
        p = {name: given(array) for name, array in parameters.items()}
        a, c, y = step(given(xt), given(a_prev), given(c_prev), p)
        return *(one.float().numpy() for one in (a, c, y)), None

    def forward(x: Any, a0: Any, parameters: Any, *, c0: Any = None, lengths: Any = None, reverse: Any = False) -> Any:
        p, (_, m, T_x) = {name: given(array) for name, array in parameters.items()}, x.shape
        a, c = (given(np.zeros((len(p["bf"]), m)) if s is None else s) for s in (a0, c0))
        found: list[Any] = [None] * T_x
        for t in range(T_x)[::-1] if reverse else range(T_x):
            valid = torch.tensor(np.full(m, True) if lengths is None else t < np.asarray(lengths))
            new = step(given(x[:, :, t]), a, c, p)
            a, c = torch.where(valid, new[0], a), torch.where(valid, new[1], c)
            found[t] = [torch.where(valid, one, 0).float().numpy() for one in new]
        states, cells, predictions = (np.stack(parts, axis=2) for parts in zip(*found, strict=True))
        return states, predictions, cells, None

    return SimpleNamespace(lstm_cell_forward=cell_forward, lstm_forward=forward)


def claiming_float64(candidate: Any) -> Any:
    """The same numbers, handed over as what was asked for."""

    def of(function: Any) -> Any:
        def call(*arrays: Any, **options: Any) -> Any:
            *found, cache = function(*arrays, **options)
            return *(array.astype(np.float64) for array in found), cache

        return call

    return SimpleNamespace(**{name: of(function) for name, function in vars(candidate).items()})


@pytest.mark.parametrize("kind", SAID)
def test_what_is_computed_in_a_narrower_format_is_told(kind: str) -> None:
    report = check(lstm(kind), dtype="float32")

    assert {o.operation for o in report.failures} == {*OPERATIONS}
    assert {e.operation: e.deviations for e in report.explanations} == dict.fromkeys(OPERATIONS, (SAID[kind],))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("inputs of products in TF32", "products in TF32, accumulated in float32"),
        ("inputs of products in bfloat16", "products in bfloat16, accumulated in float32"),
        ("float32", "f64-to-f32"),
    ],
)
def test_a_format_of_products_is_told_beside_that_of_all_else(kind: str, said: str) -> None:
    report = check(claiming_float64(lstm(kind)), explain_seconds=AMPLE)

    assert {e.operation: e.deviations for e in report.explanations} == dict.fromkeys(OPERATIONS, (said,))


def test_float32_passes() -> None:
    assert not check(lstm("float32"), dtype="float32").failures
