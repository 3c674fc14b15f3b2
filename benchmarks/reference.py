"""The reference's speed, as multiples of the time of just its matrix products in NumPy, side by side.

    python benchmarks/reference.py          # needs the extra `dev` for onnx

float32. "products" are the matrix products that the equations contain, on arrays of the same shapes,
and nothing else; ONNX's ReferenceEvaluator runs the same layer forward, without a head.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from rnnspec.reference import OPERATIONS, lstm_backward, lstm_forward, rnn_backward, rnn_forward
from rnnspec.reference.checking import Dimensions

SIZES = ({"n_x": 64, "n_a": 128, "m": 32, "T_x": 100, "n_y": 2}, {"n_x": 256, "n_a": 512, "m": 64, "T_x": 50, "n_y": 2})
LAYERS = {"rnn": (rnn_forward, rnn_backward), "lstm": (lstm_forward, lstm_backward)}
ROUNDS = 9
Work = Callable[[], Any]


def drawn(family: str, dims: dict[str, int]) -> tuple[dict[str, Any], dict[str, Any]]:
    operation, rng, shapes = OPERATIONS[f"{family}_backward"], np.random.default_rng(0), Dimensions(family, dims)
    groups = (operation.inputs, operation.all_parameters(dims))
    inputs, parameters = ({n: rng.standard_normal(shapes.shape(a)).astype("f4") for n, a in g.items()} for g in groups)
    return inputs, {name: array * np.float32(0.1) for name, array in parameters.items()}


def products(family: str, dims: dict[str, int], p: dict[str, Any], backward: bool) -> Work:
    n_a, n_x, m = dims["n_a"], dims["n_x"], dims["m"]
    z, a, xt = (np.ones((n, m), "f4") for n in (n_a, n_a, n_x))
    concat = np.concatenate([a, xt])
    pairs = [(p["Wya"], a)] if family == "rnn" else [(p["Wy"], a)]
    ends = [(p["Waa"], a), (p["Wax"], xt)] if family == "rnn" else [(p[f"W{gate}"], concat) for gate in "fico"]
    pairs += ends
    if backward:
        pairs += [(W.T, z) for W, _ in ends] + [(z, v.T) for _, v in ends]

    def work() -> None:
        for _ in range(dims["T_x"]):
            for left, right in pairs:
                left @ right

    return work


def onnx_forward(family: str, dims: dict[str, int], inputs: dict[str, Any], p: dict[str, Any]) -> Work:
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    n_a, gates = dims["n_a"], "iofc" if family == "lstm" else ""
    stacked = np.concatenate([p[f"W{g}"] for g in gates]) if gates else np.concatenate([p["Waa"], p["Wax"]], axis=1)
    bias = np.concatenate([p[f"b{g}"] for g in gates or "a"])[:, 0]
    feed = {
        "X": np.ascontiguousarray(inputs["x"].transpose(2, 1, 0)),
        "W": np.ascontiguousarray(stacked[None, :, n_a:]),
        "R": np.ascontiguousarray(stacked[None, :, :n_a]),
        "B": np.concatenate([bias, np.zeros_like(bias)])[None],
    }
    node = helper.make_node(family.upper(), list(feed), ["Y"], hidden_size=n_a)
    ends = ([helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in names] for names in (list(feed), ["Y"]))
    session = ReferenceEvaluator(helper.make_model(helper.make_graph([node], "layer", *ends)))
    return lambda: session.run(None, feed)


def together(works: dict[str, Work]) -> dict[str, float]:
    """Median seconds of each, taken in turn so that all meet the same machine."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS + 1):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            found[name].append(time.perf_counter() - start)
    return {name: statistics.median(times[1:]) for name, times in found.items()}


def row(family: str, dims: dict[str, int]) -> str:
    inputs, p = drawn(family, dims)
    forward, backward = LAYERS[family]
    t = together(
        {
            "forward": lambda: forward(inputs["x"], inputs["a0"], p),
            "both": lambda: backward(inputs["da"], forward(inputs["x"], inputs["a0"], p)[-1]),
            "products forward": products(family, dims, p, False),
            "products both": products(family, dims, p, True),
            "onnx": onnx_forward(family, dims, inputs, p),
        }
    )
    size = ", ".join(str(dims[axis]) for axis in ("n_x", "n_a", "m", "T_x"))
    return (
        f"| {family} | {size} | {t['forward'] * 1e3:.1f} | {t['forward'] / t['products forward']:.2f} |"
        f" {t['both'] * 1e3:.1f} | {t['both'] / t['products both']:.2f} | {t['forward'] / t['onnx']:.2f} |"
    )


def main() -> None:
    print(
        "| family | n_x, n_a, m, T | forward, ms | × products | forward + backward, ms | × products | forward × ONNX |"
    )
    print("|---|---|---|---|---|---|---|")
    for family in LAYERS:
        for dims in SIZES:
            print(row(family, dims), flush=True)


if __name__ == "__main__":
    main()
