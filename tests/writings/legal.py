"""Legal ways to compute the same: activations off by what the model allows, sums in any order."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.conformance.deviations.deviation import Edit
from rnnspec.reference.arithmetics import primitives

SIGMOID = "np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))"
SIGNS = {"up": "1.0", "down": "-1.0", "both": "np.random.default_rng(0).choice((-1.0, 1.0), np.shape(y))"}


def off_by(roundoffs: float, sign: str) -> tuple[Edit, ...]:
    """tanh and sigmoid of the reference, off by so many roundoffs of whatever dtype they are computed in."""
    off = f"    return y + np.asarray({roundoffs} * np.finfo(y.dtype).eps / 2 * ({SIGNS[sign]}), y.dtype)"
    return (
        Edit(primitives.tanh, "    return np.tanh(z)", f"    y = np.tanh(z)\n{off}"),
        Edit(primitives.sigmoid, f"    return {SIGMOID}", f"    y = {SIGMOID}\n{off}"),
    )


class Shuffled(np.ndarray[Any, Any]):
    """An array whose products and sums add their terms one by one in an order that is drawn anew each time."""

    order = np.random.default_rng(0)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = (), **more: Any) -> Any:
        plain = [x.view(np.ndarray) if isinstance(x, np.ndarray) else x for x in inputs]
        if ufunc is np.matmul:
            result: Any = self._added(plain[0].T[:, :, None] * plain[1][:, None, :])
        elif ufunc is np.add and method == "reduce":
            axis = more.get("axis") or 0
            result = self._added(np.moveaxis(plain[0], axis, 0))
            result = np.expand_dims(result, axis) if more.get("keepdims") else result
        else:
            result = getattr(ufunc, method)(*plain, **more)
        if out:
            out[0][...] = result
            return out[0]
        return result.view(Shuffled) if isinstance(result, np.ndarray) else result

    def _added(self, terms: NDArray[Any]) -> NDArray[Any]:
        first, *others = self.order.permutation(len(terms))
        total: NDArray[Any] = terms[first].copy()
        for k in others:
            total = total + terms[k]
        return total


def shuffled(array: Any) -> Any:
    return np.array(array).view(Shuffled)
