"""Drawing a case's arrays, the same bits on every platform and with every NumPy."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference.checking import Dimensions
from rnnspec.reference.containers import PACKED, pack_sequence
from rnnspec.reference.contract import FLAGS, INTEGERS, MARKS

from .case import Case
from .entry import INT32
from .patterns import RECIPES, Arrays, raw_of
from .tied import TIED


def draw(case: Case) -> tuple[Arrays, Arrays]:
    """The inputs and the parameters of a case."""
    dims = Dimensions(case.operation.name, case.dims)
    inputs = case.operation.run_inputs(case.dims, case.features)
    parameters = case.operation.all_parameters(case.dims)
    shapes = {name: dims.shape(axes) for name, axes in {**inputs, **parameters}.items()}
    floats = {name: shape for name, shape in shapes.items() if shape and name not in INTEGERS + MARKS}
    drawn = {**RECIPES, **TIED}[case.idea.recipe](case, floats)
    if case.idea.recipe == "containers":
        return _contained(case, drawn), {}
    if "reverse" in inputs:
        drawn["reverse"] = np.array(True)
    marked = [name for name in inputs if name in MARKS]
    drawn |= {name: _marks(case, name, shapes[name]) for name in marked}
    if "lengths" in inputs:
        drawn["lengths"] = np.array(case.idea.lengths, np.int32 if INT32 in case.features else np.int64)
        timed = [name for name in (*_over_time(case), *marked) if name in drawn]
        drawn |= {name: _with_garbage(drawn[name], drawn["lengths"]) for name in timed}
    drawn |= {name: np.array(case.idea.values[name]) for name, axes in inputs.items() if not axes and name not in FLAGS}
    return {name: drawn[name] for name in inputs}, {name: drawn[name] for name in parameters}


def _over_time(case: Case) -> list[str]:
    """What is given for each step, but for upstream gradients."""
    given = (case.operation.forward or case.operation).arguments
    return [name for name, axes in given.items() if axes.endswith("T_x")]


def _contained(case: Case, drawn: Arrays) -> Arrays:
    """The inputs of a container operation: drawn values, the idea's own lengths and options."""
    dims = case.idea.dims
    lengths = np.array([dims[f"L{i}"] for i in range(dims["m"])])
    if "packed" in case.operation.arguments:
        sequences = [drawn["data"][end - n : end] for n, end in zip(lengths, np.cumsum(lengths), strict=True)]
        drawn = dict(zip(PACKED, pack_sequence(sequences, enforce_sorted=False), strict=True))
    if "lengths" in case.operation.arguments:
        drawn["lengths"] = lengths
    for name in case.features:
        value = case.idea.values.get(name, True)
        drawn[name] = np.array(value, np.int64 if name in INTEGERS else bool if name in FLAGS else np.float64)
    return drawn


def _with_garbage(x: NDArray[Any], lengths: NDArray[Any]) -> NDArray[Any]:
    """The padding is 64 times as large as the data, and marked throughout, so that a leak cannot hide."""
    padding = np.arange(x.shape[-1]) >= lengths[:, None]
    return x | padding if x.dtype == bool else np.where(padding, 64 * x, x)


def _marks(case: Case, name: str, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """One of four is True; of the first example the first step alone."""
    found = raw_of(case, name, shape) % np.uint64(4) == 0
    found[0] = False
    found.flat[0] = True
    return found
