"""The course's inputs through the reference give the answers the course publishes.

The notebook follows "Building a Recurrent Neural Network - Step by Step" of the course Sequence Models.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from rnnspec import reference
from rnnspec.conformance.deviations.catalogue import CATALOGUE
from rnnspec.conformance.deviations.copy import deviating
from writings.printed import GATES, differing, drawn, weights

Shown = dict[str, Any]

BUG = ("no-da-carry", "no-dc-carry", "bias-gradient-accumulator-reused")


@cache
def rnn_cell_forward() -> Shown:
    v = drawn("xt a_prev Waa Wax Wya ba by")
    a_next, yt_pred, _ = reference.rnn_cell_forward(v["xt"], v["a_prev"], weights(v))
    return {"a_next[4]": a_next[4], "yt_pred[1]": yt_pred[1]}


@cache
def rnn_forward() -> Shown:
    v = drawn("x a0 Waa Wax Wya ba by")
    a, y_pred, _ = reference.rnn_forward(v["x"], v["a0"], weights(v))
    return {"a[4][1]": a[4][1], "y_pred[1][3]": y_pred[1][3], "x[1][3]": v["x"][1][3]}


@cache
def rnn_cell_backward() -> Shown:
    v = drawn("xt a_prev Wax Waa Wya ba by da_next")
    # the course draws this bias as `b` and passes `ba`, which is still that of its rnn_forward cell
    stale = {**v, "ba": drawn("x a0 Waa Wax Wya ba")["ba"]}
    *_, kept = reference.rnn_cell_forward(v["xt"], v["a_prev"], weights(stale))
    gradients = reference.rnn_cell_backward(v["da_next"], kept)
    return {"dxt[1][2]": gradients["dxt"][1][2], "da_prev[2][3]": gradients["da_prev"][2][3], **into_rnn(gradients)}


@cache
def rnn_backward() -> Shown:
    v = drawn("x a0 Wax Waa Wya ba by da")
    *_, kept = reference.rnn_forward(v["x"], v["a0"], weights(v))
    gradients = reference.rnn_backward(v["da"], kept)
    return {"dx[1][2]": gradients["dx"][1][2], "da0[2][3]": gradients["da0"][2][3], **into_rnn(gradients)}


def into_rnn(gradients: Shown) -> Shown:
    return {
        "dWax[3][1]": gradients["dWax"][3][1],
        "dWaa[1][2]": gradients["dWaa"][1][2],
        "dba[4]": gradients["dba"][4],
    }


@cache
def lstm_cell_forward() -> Shown:
    v = drawn(f"xt a_prev c_prev {GATES} Wy by")
    a_next, c_next, yt, _ = reference.lstm_cell_forward(v["xt"], v["a_prev"], v["c_prev"], weights(v))
    return {"a_next[4]": a_next[4], "c_next[2]": c_next[2], "yt[1]": yt[1]}


@cache
def lstm_forward() -> Shown:
    v = drawn(f"x a0 {GATES} Wy by", x=(3, 10, 7))
    a, y, c, _ = reference.lstm_forward(v["x"], v["a0"], weights(v))
    return {"a[4][3][6]": a[4][3][6], "y[1][4][3]": y[1][4][3], "c[1][2][1]": c[1][2][1]}


@cache
def lstm_cell_backward() -> Shown:
    v = drawn(f"xt a_prev c_prev {GATES} Wy by da_next dc_next")
    *_, kept = reference.lstm_cell_forward(v["xt"], v["a_prev"], v["c_prev"], weights(v))
    gradients = reference.lstm_cell_backward(v["da_next"], v["dc_next"], kept)
    into_inputs = {
        "dxt[1][2]": gradients["dxt"][1][2],
        "da_prev[2][3]": gradients["da_prev"][2][3],
        "dc_prev[2][3]": gradients["dc_prev"][2][3],
    }
    return {**into_inputs, **into_lstm(gradients)}


@cache
def lstm_backward() -> Shown:
    return lstm_backward_of(reference.FUNCTIONS)


def lstm_backward_of(functions: Mapping[str, Callable[..., Any]]) -> Shown:
    v = drawn(f"x a0 {GATES} da", x=(3, 10, 7))
    # the course draws no head here and hands over what is left of an earlier cell's; it takes no part
    head = {"Wy": np.ones((2, 5)), "by": np.ones((2, 1))}
    first_steps = v["x"][:, :, : v["da"].shape[2]]
    *_, kept = functions["lstm_forward"](first_steps, v["a0"], weights(v) | head)
    gradients = functions["lstm_backward"](v["da"], kept)
    return {"dx[1][2]": gradients["dx"][1][2], "da0[2][3]": gradients["da0"][2][3], **into_lstm(gradients)}


def into_lstm(gradients: Shown) -> Shown:
    into_weights = {
        "dWf[3][1]": gradients["dWf"][3][1],
        "dWi[1][2]": gradients["dWi"][1][2],
        "dWc[3][1]": gradients["dWc"][3][1],
        "dWo[1][2]": gradients["dWo"][1][2],
    }
    return into_weights | {f"db{gate}[4]": gradients[f"db{gate}"][4] for gate in "fico"}


@cache
def buggy_lstm_backward() -> Shown:
    with deviating(edit for name in BUG for edit in CATALOGUE[name].ways[0]) as functions:
        return lstm_backward_of(functions)


PUBLISHED: dict[Callable[[], Shown], dict[str, str]] = {
    rnn_cell_forward: {
        "a_next[4]": """[ 0.59584544  0.18141802  0.61311866  0.99808218  0.85016201  0.99980978
            -0.18887155  0.99815551  0.6531151   0.82872037]""",
        "yt_pred[1]": """[0.9888161  0.01682021 0.21140899 0.36817467 0.98988387 0.88945212
            0.36920224 0.9966312  0.9982559  0.17746526]""",
    },
    rnn_forward: {
        "a[4][1]": "[-0.99999375  0.77911235 -0.99861469 -0.99833267]",
        "y_pred[1][3]": "[0.79560373 0.86224861 0.11118257 0.81515947]",
        "x[1][3]": "[-1.1425182  -0.34934272 -0.20889423  0.58662319]",
    },
    rnn_cell_backward: {
        "dxt[1][2]": "-0.460564103059",
        "da_prev[2][3]": "0.0842968653807",
        "dWax[3][1]": "0.393081873922",
        "dWaa[1][2]": "-0.28483955787",
        "dba[4]": "[0.80517166]",
    },
    rnn_backward: {
        "dx[1][2]": "[-2.07101689 -0.59255627  0.02466855  0.01483317]",
        "da0[2][3]": "-0.314942375127",
        "dWax[3][1]": "11.2641044965",
        "dWaa[1][2]": "2.30333312658",
        "dba[4]": "[-0.74747722]",
    },
    lstm_cell_forward: {
        "a_next[4]": """[-0.66408471  0.0036921   0.02088357  0.22834167 -0.85575339  0.00138482
            0.76566531  0.34631421 -0.00215674  0.43827275]""",
        "c_next[2]": """[ 0.63267805  1.00570849  0.35504474  0.20690913 -1.64566718  0.11832942
            0.76449811 -0.0981561  -0.74348425 -0.26810932]""",
        "yt[1]": """[0.79913913 0.15986619 0.22412122 0.15606108 0.97057211 0.31146381
            0.00943007 0.12666353 0.39380172 0.07828381]""",
    },
    lstm_forward: {
        "a[4][3][6]": "0.172117767533",
        "y[1][4][3]": "0.95087346185",
        "c[1][2][1]": "-0.855544916718",
    },
    lstm_cell_backward: {
        "dxt[1][2]": "3.23055911511",
        "da_prev[2][3]": "-0.0639621419711",
        "dc_prev[2][3]": "0.797522038797",
        "dWf[3][1]": "-0.147954838164",
        "dWi[1][2]": "1.05749805523",
        "dWc[3][1]": "2.30456216369",
        "dWo[1][2]": "0.331311595289",
        "dbf[4]": "[0.18864637]",
        "dbi[4]": "[-0.40142491]",
        "dbc[4]": "[0.25587763]",
        "dbo[4]": "[0.13893342]",
    },
    lstm_backward: {
        "dx[1][2]": "[0.00218254 0.28205375 -0.48292508 -0.43281115]",
        "da0[2][3]": "0.312770310257",
        "dWf[3][1]": "-0.0809802310938",
        "dWi[1][2]": "0.40512433093",
        "dWc[3][1]": "-0.0793746735512",
        "dWo[1][2]": "0.038948775763",
        "dbf[4]": "[-0.15745657]",
        "dbi[4]": "[-0.50848333]",
        "dbc[4]": "[-0.42510818]",
        "dbo[4]": "[-0.17958196]",
    },
    buggy_lstm_backward: {
        "dx[1][2]": "[-0.00173313 0.08287442 -0.30545663 -0.43281115]",
        "da0[2][3]": "-0.095911501954",
        "dWf[3][1]": "-0.0698198561274",
        "dWi[1][2]": "0.102371820249",
        "dWc[3][1]": "-0.0624983794927",
        "dWo[1][2]": "0.0484389131444",
        "dbf[4]": "[-0.0565788]",
        "dbi[4]": "[-0.06997391]",
        "dbc[4]": "[-0.27441821]",
        "dbo[4]": "[0.16532821]",
    },
}


@pytest.mark.parametrize(
    ("cell", "name"),
    [pytest.param(cell, name, id=f"{cell.__name__}-{name}") for cell, lines in PUBLISHED.items() for name in lines],
)
def test_the_published_answer_comes_out(cell: Callable[[], Shown], name: str) -> None:
    value = cell()[name]

    assert differing(value, PUBLISHED[cell][name]) == []


def test_the_first_published_gradients_are_those_of_a_bug() -> None:
    right, wrong = lstm_backward(), PUBLISHED[buggy_lstm_backward]
    shared = np.asarray(right["dx[1][2]"])[-1]  # the last step has nothing to carry

    assert all(differing(right[name], text) for name, text in wrong.items())
    assert differing(shared, "-0.43281115") == []
