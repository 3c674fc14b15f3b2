"""The three deviations of the notebook this project started from."""

from typing import Any

import numpy as np
from rnnspec.reference import arithmetic, family

from .deviation import Deviation, Function

NOTEBOOK = "the seed notebook"


def _sigmoid_summed(_: Function) -> Function:
    return lambda x: 1 / (1 + np.sum(np.exp(-x)))


def _softmax_over_everything(_: Function) -> Function:
    return lambda x: np.exp(x) / np.sum(np.exp(x))


def _c_aliases_a(collected: Function) -> Function:
    def deviant(layer: family.Family, states: Any) -> dict[str, Any]:
        named = collected(layer, states)
        return {**named, "a": named["c"]} if "c" in named else named

    return deviant


DEVIATIONS = (
    Deviation(
        id="sigmoid-summed",
        summary="1 / (1 + sum(exp(-x))): one number for the whole array in place of one an element",
        kind="bug",
        affects=("sigmoid", "lstm_cell_forward", "lstm_forward", "lstm_cell_backward", "lstm_backward"),
        exposed_by="any array of more than one element",
        seen_in=(NOTEBOOK,),
        changes={arithmetic.sigmoid: _sigmoid_summed},
    ),
    Deviation(
        id="softmax-over-everything",
        summary="exp(x) / sum(exp(x)) with the sum over classes and examples: no column adds up to 1",
        kind="bug",
        affects=("softmax", "rnn_cell_forward", "rnn_forward", "lstm_cell_forward", "lstm_forward"),
        exposed_by="a batch of two or more examples",
        seen_in=(NOTEBOOK, "deepakrana47/character-predictor"),
        changes={arithmetic.softmax: _softmax_over_everything},
    ),
    Deviation(
        id="c-aliases-a",
        summary="c = a before the loop: both names are one array, and a[:, :, t] is overwritten by c_next",
        kind="bug",
        affects=("lstm_forward",),
        exposed_by="comparing a and c at every step",
        seen_in=(NOTEBOOK,),
        changes={family.collected: _c_aliases_a},
    ),
)
