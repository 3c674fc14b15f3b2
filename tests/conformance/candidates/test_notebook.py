"""Every number that the seed notebook prints comes out of the candidate `notebook`."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from rnnspec.conformance.candidates import notebook
from writings.printed import GATES, differing, drawn, weights

Shown = dict[str, Any]  # what a cell of the notebook prints, by what it says before it


@cache
def rnn_cell_forward() -> Shown:
    v = drawn("xt Wax a0 Waa Wya ba by")
    a_next, yt_pred, _ = notebook.rnn_cell_forward(v["xt"], v["a0"], weights(v))
    return {
        "a_next[4]": a_next[4],
        "a_next.shape": a_next.shape,
        "yt_pred[1]": yt_pred[1],
        "yt_pred.shape": yt_pred.shape,
    }


@cache
def rnn_forward() -> Shown:
    v = drawn("x Wax a0 Waa Wya ba by")
    a, y_pred, caches = notebook.rnn_forward(v["x"], v["a0"], weights(v))
    return {
        "a[4][1]": a[4][1],
        "a.shape": a.shape,
        "y_pred[1][3]": y_pred[1][3],
        "y_pred.shape": y_pred.shape,
        "caches[1][1][3]": caches[1][1][3],
        "len(caches)": len(caches),
    }


@cache
def rnn_cell_backward() -> Shown:
    v = drawn("xt Wax a_prev Waa Wya ba by da_next")
    *_, kept = notebook.rnn_cell_forward(v["xt"], v["a_prev"], weights(v))
    gradients = notebook.rnn_cell_backward(v["da_next"], kept)
    elements = {
        "dxt[1][2]": gradients["dxt"][1][2],
        "da_prev[2][3]": gradients["da_prev"][2][3],
        "dWax[3][1]": gradients["dWax"][3][1],
        "dWaa[1][2]": gradients["dWaa"][1][2],
        "dba[4]": gradients["dba"][4],
    }
    return elements | {f"{name}.shape": array.shape for name, array in gradients.items()}


@cache
def lstm_cell_forward() -> Shown:
    v = drawn(f"xt a_prev c_prev {GATES} Wy by")
    a_next, c_next, yt, kept = notebook.lstm_cell_forward(v["xt"], v["a_prev"], v["c_prev"], weights(v))
    return {
        "a_next[4]": a_next[4],
        "a_next.shape": a_next.shape,
        "c_next[2]": c_next[2],
        "c_next.shape": c_next.shape,
        "yt[1]": yt[1],
        "yt.shape": yt.shape,
        "cache[1][3]": kept[1][3],
        "len(cache)": len(kept),
    }


@cache
def lstm_forward() -> Shown:
    v = drawn(f"x a0 {GATES} Wy by", x=(3, 10, 7))
    a, y, c, caches = notebook.lstm_forward(v["x"], v["a0"], weights(v))
    return {
        "a[4][3][6]": a[4][3][6],
        "a.shape": a.shape,
        "y[1][4][3]": y[1][4][3],
        "y.shape": y.shape,
        "caches[1][1][1]": caches[1][1][1],
        "c[1][2][1]": c[1][2][1],
        "len(caches)": len(caches),
    }


NUMBERS: dict[Callable[[], Shown], dict[str, str]] = {
    rnn_cell_forward: {
        "a_next[4]": """[ 0.61321104 -0.9998908  -0.99809365 -0.98438017  0.99987482  0.99299973
            0.26412329  0.80225372 -0.13397744  0.97232586]""",
        "yt_pred[1]": """[0.00251425 0.0415645  0.08795421 0.03221112 0.02285216 0.33451175
            0.00114614 0.16982269 0.00459899 0.01603855]""",
    },
    rnn_forward: {
        "a[4][1]": "[-0.90904053 -0.99995561 -0.99999988 -0.99989633]",
        "y_pred[1][3]": "[0.02111167 0.01337477 0.02728109 0.02691383]",
        "caches[1][1][3]": "[-1.1425182  -0.34934272 -0.20889423  0.58662319]",
    },
    rnn_cell_backward: {
        "dxt[1][2]": "-0.4703464057574519",
        "da_prev[2][3]": "-0.036545235051260304",
        "dWax[3][1]": "-3.238639189804605",
        "dWaa[1][2]": "-0.9085593361709091",
        "dba[4]": "[0.37539646]",
    },
    lstm_cell_forward: {
        "a_next[4]": """[-1.92608078e-06  1.72361055e-06  7.44001192e-07 -1.38529739e-06
            -2.45121292e-06  2.29221219e-06  1.12789237e-06  1.91547132e-06
            1.60358166e-06 -1.69840750e-06]""",
        "c_next[2]": """[ 0.00244141 -0.00279353 -0.00319777 -0.00227373 -0.00350069 -0.00029409
            0.00250615  0.00257476 -0.00210911 -0.00173752]""",
        "yt[1]": """[0.0340451  0.03404476 0.03404487 0.03404493 0.03404506 0.03404476
            0.03404488 0.03404484 0.03404487 0.03404514]""",
        "cache[1][3]": """[-0.00012549  0.00357986  0.00349516 -0.00067504  0.001928    0.00271525
            0.00269435  0.00024253  0.00366979 -0.00169487]""",
    },
    lstm_forward: {
        "a[4][3][6]": "0.0017506277830301239",
        "y[1][4][3]": "0.08389555432705174",
        "caches[1][1][1]": """[ 0.82797464  0.23009474  0.76201118 -0.22232814 -0.20075807  0.18656139
            0.41005165]""",
        "c[1][2][1]": "0.0006810461977759192",
    },
}

SIZES: dict[Callable[[], Shown], dict[str, str]] = {
    rnn_cell_forward: {"a_next.shape": "(5, 10)", "yt_pred.shape": "(2, 10)"},
    rnn_forward: {"a.shape": "(5, 10, 4)", "y_pred.shape": "(2, 10, 4)", "len(caches)": "2"},
    rnn_cell_backward: {
        "dxt.shape": "(3, 10)",
        "da_prev.shape": "(5, 10)",
        "dWax.shape": "(5, 3)",
        "dWaa.shape": "(5, 5)",
        "dba.shape": "(5, 1)",
    },
    lstm_cell_forward: {
        "a_next.shape": "(5, 10)",
        "c_next.shape": "(5, 10)",
        "yt.shape": "(2, 10)",
        "len(cache)": "10",
    },
    lstm_forward: {"a.shape": "(5, 10, 7)", "y.shape": "(2, 10, 7)", "len(caches)": "2"},
}


def printed(table: dict[Callable[[], Shown], dict[str, str]]) -> list[Any]:
    return [
        pytest.param(cell, name, text, id=f"{cell.__name__}-{name}")
        for cell, lines in table.items()
        for name, text in lines.items()
    ]


@pytest.mark.parametrize(("cell", "name", "text"), printed(NUMBERS))
def test_a_number_is_as_printed(cell: Callable[[], Shown], name: str, text: str) -> None:
    value = cell()[name]

    assert differing(value, text) == []


@pytest.mark.parametrize(("cell", "name", "text"), printed(SIZES))
def test_a_size_is_as_printed(cell: Callable[[], Shown], name: str, text: str) -> None:
    value = cell()[name]

    assert str(value) == text


@pytest.mark.parametrize("cell", NUMBERS, ids=lambda cell: cell.__name__)
def test_nothing_printed_is_left_out(cell: Callable[[], Shown]) -> None:
    compared = {*NUMBERS[cell], *SIZES[cell]}

    assert compared == set(cell())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.65311533, "[0.6531151]"),
        (-0.65311510, "[0.6531151]"),
        (2.5e-7, "2.51e-07"),
        (-0.4703464057574539, "-0.4703464057574519"),
        (float("nan"), "0.5"),
        ([0.5], "[0.5 0.5]"),
    ],
)
def test_a_wrong_digit_is_seen(value: Any, text: str) -> None:
    assert differing(value, text) != []


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([0.65311510], "[0.6531151]"),
        ([0.653115104, 0.25], "[0.6531151  0.25000001]"),
        ([-0.4703464057574518], "-0.4703464057574519"),
    ],
)
def test_a_last_digit_alone_may_differ(values: list[float], text: str) -> None:
    assert differing(values, text) == []
