"""The two functions that stand by themselves: sigmoid and softmax."""

from . import arithmetic
from .arithmetic import Array
from .checking import checked
from .contract import ANY, ContractError, Operation


def _sigmoid(x: Array) -> Array:
    return arithmetic.sigmoid(x)


def _softmax(x: Array) -> Array:
    if not x.shape:
        raise ContractError("softmax: x has 0 axes (), want at least 1")
    return arithmetic.softmax(x)


SIGMOID = Operation(
    name="sigmoid",
    summary="1 / (1 + exp(-x)) of each element, finite and accurate at any size.",
    source="Gers, Schmidhuber and Cummins 2000, eq. 2.3; any shape is accepted, goldens are (n, m)",
    arguments={"x": ANY},
    outputs={"s": ANY},
)
SOFTMAX = Operation(
    name="softmax",
    summary="exp(x) / sum(exp(x)) over axis 0: each column by itself, finite and accurate at any size.",
    source="Bridle 1990, eq. 9; goldens are (n, m)",
    arguments={"x": ANY},
    outputs={"p": ANY},
)

sigmoid = checked(SIGMOID, _sigmoid)
softmax = checked(SOFTMAX, _softmax)

__all__ = ["sigmoid", "softmax"]
