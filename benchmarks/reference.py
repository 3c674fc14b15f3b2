"""The reference's speed, as multiples of the time of just its matrix products in NumPy, side by side.

    python benchmarks/reference.py            # needs the extras `dev` and `torch`
    python benchmarks/reference.py --growth   # with n_a, m and T, and the exponents
    python benchmarks/reference.py --check    # fails where a ratio is 25 % worse than docs/speed.json has it

float32, one thread, CPU time, minimum of interleaved runs. "products" are the matrix products that the equations contain,
one by one on arrays of the same shapes, and nothing else; ONNX's ReferenceEvaluator runs the same layer forward, without a
head, and torch its own layer of the same size forward and backward, without a head.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from timing import Work, least, machine, median_ratio, together  # isort: skip  # before NumPy: it sets the threads

import click
import numpy as np
from rnnspec.reference import FUNCTIONS, OPERATIONS
from rnnspec.reference.checking import Dimensions

SIZES = {
    "small": {"n_x": 64, "n_a": 128, "m": 32, "T_x": 100, "n_y": 2},
    "large": {"n_x": 256, "n_a": 512, "m": 64, "T_x": 50, "n_y": 2},
}
GATES = {"rnn": "", "lstm": "fico", "gru": "urc", "gru_reset_after": "urc"}
LAYERS = ("lstm", "gru", "rnn")
GOALS = {"both / products": {"small": 1.45, "large": 1.10}, "forward / onnx": {"small": 0.6, "large": 0.6}}
OF_LSTM = {"both / torch": {"small": 1.35, "large": 1.1}}
RECORD = Path(__file__).parent.parent / "docs" / "speed.json"
WORSE, TRIES = 1.25, 3


def drawn(family: str, dims: dict[str, int]) -> tuple[dict[str, Any], dict[str, Any]]:
    operation, rng, shapes = OPERATIONS[f"{family}_backward"], np.random.default_rng(0), Dimensions(family, dims)
    groups = (operation.inputs, operation.all_parameters(dims))
    inputs, parameters = ({n: rng.standard_normal(shapes.shape(a)).astype("f4") for n, a in g.items()} for g in groups)
    return inputs, {name: array * np.float32(0.1) for name, array in parameters.items()}


def products(family: str, dims: dict[str, int], p: dict[str, Any], backward: bool) -> Work:
    n_a, n_x, m = dims["n_a"], dims["n_x"], dims["m"]
    z, a, xt = (np.ones((n, m), "f4") for n in (n_a, n_a, n_x))
    concat = np.concatenate([a, xt])
    ends = [(p[f"W{gate}"], concat) for gate in GATES[family]] or [(p["Waa"], a), (p["Wax"], xt)]
    pairs = [(p["Wy"] if GATES[family] else p["Wya"], a), *ends]
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

    n_a, gates = dims["n_a"], {"lstm": "iofc", "gru": "urc"}.get(family, "")
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


def torch_both(family: str, dims: dict[str, int], inputs: dict[str, Any]) -> Work:
    import torch

    torch.set_num_threads(1)
    layer = getattr(torch.nn, family.upper())(dims["n_x"], dims["n_a"])
    x = torch.from_numpy(np.ascontiguousarray(inputs["x"].transpose(2, 1, 0))).requires_grad_()
    da = torch.from_numpy(np.ascontiguousarray(inputs["da"].transpose(2, 1, 0)))

    def work() -> None:
        layer.zero_grad()
        layer(x)[0].backward(da)

    return work


def works(family: str, dims: dict[str, int]) -> dict[str, Work]:
    inputs, p = drawn(family, dims)
    forward, backward = FUNCTIONS[f"{family}_forward"], FUNCTIONS[f"{family}_backward"]
    return {
        "products": products(family, dims, p, True),
        "both": lambda: backward(inputs["da"], forward(inputs["x"], inputs["a0"], p)[-1]),
        "products forward": products(family, dims, p, False),
        "forward": lambda: forward(inputs["x"], inputs["a0"], p),
    }


def measured(family: str, size: str, seconds: float) -> dict[str, Any]:
    """Every ratio of a layer at a size, each beside its goal, and the median that is checked."""
    dims = SIZES[size]
    inputs, p = drawn(family, dims)
    found = together(
        {
            **works(family, dims),
            "onnx": onnx_forward(family, dims, inputs, p),
            "torch": torch_both(family, dims, inputs),
        },
        5,
        seconds,
    )
    best = least(found)
    pairs = [
        ("both", "products"),
        ("forward", "products forward"),
        ("forward", "onnx"),
        ("products forward", "onnx"),  # below which no forward gets
        ("both", "torch"),
        ("products", "torch"),
    ]
    goals = {**GOALS, **(OF_LSTM if family == "lstm" else {})}
    return {
        "family": family,
        "size": size,
        "ms": {name: round(seconds * 1e3, 2) for name, seconds in best.items()},
        "ratios": {f"{a} / {b}": round(best[a] / best[b], 2) for a, b in pairs},
        "goals": {name: goal[size] for name, goal in goals.items()},
        "median": round(median_ratio(found, "both", "products"), 2),
        "rounds": len(found["both"]),
    }


def table(rows: list[dict[str, Any]]) -> list[str]:
    """Each number beside its goal."""
    names = list(rows[0]["ratios"])
    lines = [
        f"| layer | n_x → n_a, m, T | {' | '.join(names)} | forward + backward, ms |",
        "|---" * (len(names) + 3) + "|",
    ]
    for row in rows:
        dims = SIZES[row["size"]]
        at = f"{dims['n_x']} → {dims['n_a']}, {dims['m']}, {dims['T_x']}"
        cells = [f"{row['ratios'][n]:.2f}{told(row['ratios'][n], row['goals'].get(n))}" for n in names]
        lines.append(f"| {row['family']} | {at} | {' | '.join(cells)} | {row['ms']['both']:.1f} |")
    return lines


def told(ratio: float, goal: float | None) -> str:
    return "" if goal is None else f" (goal {goal:.2f}{'' if ratio <= goal else ', missed'})"


GROWING = {"n_a": (64, 128, 256, 512), "m": (16, 32, 64, 128), "T_x": (25, 50, 100, 200)}


def growth(seconds: float) -> dict[str, Any]:
    """Milliseconds of the LSTM forward + backward along each axis, and the exponent of the line through their logarithms."""
    found: dict[str, Any] = {}
    for axis, lengths in GROWING.items():
        dims = [{**SIZES["small"], axis: n} for n in lengths]
        best = least(together({str(d[axis]): works("lstm", d)["both"] for d in dims}, 5, seconds))
        found[axis] = grown({n: best[str(n)] for n in lengths})
    return found


def grown(seconds: Mapping[int, float]) -> dict[str, Any]:
    """Milliseconds by length, and the exponent."""
    exponent = np.polyfit(np.log([*seconds]), np.log([*seconds.values()]), 1)[0]
    return {"ms": {str(n): round(t * 1e3, 2) for n, t in seconds.items()}, "exponent": round(float(exponent), 2)}


def growth_table(found: dict[str, Any]) -> list[str]:
    lines = ["| axis | ms | time grows as |", "|---|---|---|"]
    for axis, row in found.items():
        told = ", ".join(f"{n}: {ms}" for n, ms in row["ms"].items())
        lines.append(f"| {axis} | {told} | {axis}^{row['exponent']} |")
    return lines


def products_of(told: str) -> str:
    """The processor and the kernel by which products are computed, of what is told of a machine."""
    return f"{told.partition(',')[0]} with {told.partition('with its ')[2].partition(',')[0]}"


def others(record: Mapping[str, Any], here: str) -> list[dict[str, Any]]:
    """What is recorded of machines with another processor or kernel than here, the newest first."""
    every = [{name: record[name] for name in ("machine", "rows")}, *record.get("others", ())]
    return [one for one in every if products_of(one["machine"]) != products_of(here)]


def check(seconds: float) -> list[str]:
    """Which layers' median ratio is a quarter worse than the recorded one, in each of a few tries: what else a machine does is no regression.

    Where no such processor and kernel is recorded the ratios are others: none is worse then.
    """
    record, here, worse = json.loads(RECORD.read_text(encoding="utf-8")), products_of(machine()), list[str]()
    every = {products_of(one["machine"]): one["rows"] for one in (record, *record.get("others", ()))}
    if here not in every:
        print(f"not held: recorded on {'; '.join(every)}, and here it is {here}")
        return []
    for row in every[here]:
        layer, most = f"{row['family']} {row['size']}", WORSE * row["median"]
        for _ in range(TRIES):
            found = together(works(row["family"], SIZES[row["size"]]), 5, seconds)
            ratio = median_ratio(found, "both", "products")
            print(f"{layer}: {ratio:.2f}, recorded {row['median']:.2f}", flush=True)
            if ratio <= most:
                break
        else:
            worse.append(f"{layer}: {ratio:.2f} is more than {WORSE} × {row['median']:.2f}")
    return worse


@click.command()
@click.option("--check", "checking", is_flag=True, help="Fail where a ratio is 25 % worse than docs/speed.json has it.")
@click.option("--growth", "growing", is_flag=True, help="How time grows with n_a, m and T.")
@click.option("--seconds", default=3.0, help="For how long each line is measured at least.")
def main(checking: bool, growing: bool, seconds: float) -> None:
    if checking:
        worse = check(seconds / 3)
        raise SystemExit("\n".join(worse) if worse else 0)
    if growing:
        print("\n".join(growth_table(growth(seconds))))
        return
    print("\n".join(table([measured(family, size, seconds) for size in SIZES for family in LAYERS])))


if __name__ == "__main__":
    main()
