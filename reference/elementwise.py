"""The two functions that stand by themselves: sigmoid and softmax."""

from .arithmetics import primitives as arithmetic
from .arithmetics.primitives import Array
from .checking import checked
from .contract import ANY, ContractError, Dims, Kind, Operation


def _sigmoid(_: Dims, x: Array) -> Array:
    return arithmetic.sigmoid(x)


def _softmax(_: Dims, x: Array) -> Array:
    if not x.shape:
        raise ContractError("softmax: x has 0 axes (), want at least 1")
    return arithmetic.softmax(x)


SIGMOID = Operation(
    name="sigmoid",
    kind=Kind.ELEMENTWISE,
    summary="1 / (1 + exp(-x)) of each element, finite and accurate at any size.",
    source="Gers, Schmidhuber and Cummins 2000, eq. 2.3; any shape is accepted, goldens are (n, m)",
    arguments={"x": ANY},
    outputs={"s": ANY},
)
SOFTMAX = Operation(
    name="softmax",
    kind=Kind.ELEMENTWISE,
    summary="exp(x) / sum(exp(x)) over axis 0: each column by itself, finite and accurate at any size.",
    source="Bridle 1990, eq. 9; goldens are (n, m)",
    arguments={"x": ANY},
    outputs={"p": ANY},
)

sigmoid = checked(SIGMOID, _sigmoid)
softmax = checked(SOFTMAX, _softmax)

__all__ = ["sigmoid", "softmax"]
