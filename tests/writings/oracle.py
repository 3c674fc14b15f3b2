"""The operations a second time, as scalar loops that share no code with the product.

Another family is one more step in tests/writings/scalar_steps.py and one more entry in FAMILIES of scalar_layers.py;
another recurrence is one in scalar_recurrent_steps.py, a gate one in scalar_gates.py, and one in FAMILIES of recurrence_names.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from writings import scalar_containers, scalar_layers, scalar_networks, scalar_recurrences
from writings.scalar_layers import CELL, FAMILIES, SEQUENCE, Arrays, columns, from_columns
from writings.scalar_steps import Vector, softmax
from writings.tape import sigmoid

NETWORKS = {name: FAMILIES[name] for name in ("rnn", "lstm", "lstm_peephole", "gru", "gru_reset_after")}
Outputs = dict[str, NDArray[Any]]


def on_columns(output: str, function: Callable[[Vector], Vector], inputs: Arrays, _: Arrays) -> Outputs:
    x = inputs["x"]
    return {output: from_columns([function(column) for column in columns(x)], x.shape[1:])}


def moved(function: Callable[[Arrays], dict[str, Any]], inputs: Arrays, _: Arrays) -> Outputs:
    return {name: np.array(values) for name, values in function(inputs).items()}


OPERATIONS: dict[str, Callable[[Arrays, Arrays], Outputs]] = {
    "sigmoid": partial(on_columns, "s", lambda column: [sigmoid(entry) for entry in column]),
    "softmax": partial(on_columns, "p", softmax),
    **{f"{n}_cell_forward": partial(scalar_layers.forward, f, CELL) for n, f in FAMILIES.items()},
    **{f"{n}_cell_backward": partial(scalar_layers.backward, f, CELL) for n, f in FAMILIES.items()},
    **{f"{n}_forward": partial(scalar_layers.forward, f, SEQUENCE) for n, f in FAMILIES.items()},
    **{f"{n}_backward": partial(scalar_layers.backward, f, SEQUENCE) for n, f in FAMILIES.items()},
    **{f"{n}_network_forward": partial(scalar_networks.forward, f) for n, f in NETWORKS.items()},
    **{f"{n}_network_backward": partial(scalar_networks.backward, f) for n, f in NETWORKS.items()},
    **scalar_recurrences.OPERATIONS,
    **{name: partial(moved, function) for name, function in scalar_containers.OPERATIONS.items()},
}


def evaluate(operation: str, inputs: Arrays, parameters: Arrays) -> Outputs:
    """The outputs of `operation` by name, and by place where there are layers: `dWf[1][0]`."""
    if operation not in OPERATIONS:
        raise LookupError(
            f"{operation} is not written a second time: a step in scalar_steps.py, its entry in scalar_layers.py"
        )
    return OPERATIONS[operation](inputs, parameters)
