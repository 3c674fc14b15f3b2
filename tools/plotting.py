"""`rnnspec show CASE --plot FILE`: a case's outputs over time, how far its activations saturate, how sensitive it is."""

import io
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.conformance.verdict.comparing import AXES
from rnnspec.golden import Golden, cases, load
from rnnspec.golden.entry import shown
from rnnspec.reference import Direction, Kind

from . import options, pages

KINDS = (".svg", ".png")
FEW, TINY = 40, 1e-3  # points that are marked; what is drawn for no sensitivity at all
SATURATED = 3.0  # of a pre-activation: beyond it golden/refusal.py takes it for saturated
MOST_OUTPUTS, SIZE, FLAT, DOTS, COLUMNS = 3, (7.0, 9.0), (7.0, 3.0), 120, 80
EDGES = {"left": 0.07, "right": 0.98, "bottom": 0.16, "top": 0.7, "wspace": 0.3}
# the same case is the same file
FIXED = {"svg.hashsalt": "rnnspec", "axes.grid": True, "grid.alpha": 0.3, "font.size": 9.0}
Array = NDArray[Any]


def write(name: str, target: str, goldens: Path) -> None:
    """Draw a case into a file, whole or not at all. Raises GoldenError where it is none, or Ended."""
    kind = Path(target).suffix.lower()
    if kind not in KINDS:
        raise options.Ended(f"{target}: --plot draws {' or '.join(KINDS)}, by the end of the file's name", pages.USAGE)
    if name not in {entry.id for entry in cases(goldens)}:
        raise options.Ended(f"{name} is no case, and --plot draws one: `rnnspec list cases` names all", pages.USAGE)
    try:
        data = plotted(load(name, goldens), kind[1:])
    except ModuleNotFoundError as error:
        raise options.Ended(f"--plot needs {error.name}: pip install 'rnnspec[plot]'", pages.USAGE) from None
    pages.save(target, data)


def plotted(golden: Golden, kind: str, whole: bool = True) -> bytes:
    """The picture as the bytes of a file, or its outputs alone. Raises ModuleNotFoundError."""
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    outputs = sorted(golden.outputs, key=lambda name: -golden.outputs[name].ndim)[:MOST_OUTPUTS]
    with matplotlib.rc_context({**matplotlib.rcParamsDefault, **FIXED, "svg.fonttype": "path" if whole else "none"}):
        figure = Figure(figsize=SIZE if whole else FLAT, dpi=DOTS, layout="constrained" if whole else None)
        figure.suptitle(f"{golden.id}\n{fill(shown(golden.entry.shows), COLUMNS)}", parse_math=False)
        parts: Any = figure.subfigures(2, 1, height_ratios=(1, 2)) if whole else (figure, None)
        top, below = parts
        for plot, name in zip(top.subplots(1, len(outputs), squeeze=False)[0], outputs, strict=True):
            _draw_output(plot, golden, name)
        if below is None:
            figure.subplots_adjust(**EDGES)  # in half the time of a layout that is looked for
        else:
            _draw_below(below, golden, outputs)
        for plot in figure.axes:
            plot.xaxis.set_major_locator(MaxNLocator(integer=True))
        buffer = io.BytesIO()
        figure.savefig(buffer, format=kind, metadata={"Date": None} if kind == "svg" else {"Software": None})
    return buffer.getvalue()


def _draw_below(part: Any, golden: Golden, outputs: list[str]) -> None:
    saturation, sensitivity = part.subplots(2, 1)
    _draw_saturation(saturation, golden)
    _draw_sensitivity(sensitivity, golden, outputs)


def along(golden: Golden, name: str, array: Array) -> tuple[str, Array]:
    """What an output goes over, and the array with that axis last: time where there is time, else the first axis."""
    axes = golden.entry.axes[f"outputs/{name}"][0].split()
    at = axes.index("T_x") if "T_x" in axes and array.ndim == len(axes) else 0
    return AXES.get(axes[at], axes[at]), np.moveaxis(array, at, -1)


def preactivations(golden: Golden) -> list[Array]:
    """What each sigmoid and tanh of the reference was given, in the order of the run. Raises ModuleNotFoundError."""
    from rnnspec.golden.running import lifted, run
    from rnnspec.reference.arithmetics.noise import Noise
    from rnnspec.reference.arithmetics.source import Source

    if golden.entry.exact:  # what only moves values computes nothing
        return []
    source = Source(1, draws=1)
    noisy = [lifted(lambda array: Noise(array, None, source), group) for group in (golden.inputs, golden.parameters)]
    run(golden.entry.operation, *noisy)
    return source.preactivations


def _draw_output(plot: Any, golden: Golden, name: str) -> None:
    over, values = along(golden, name, golden.outputs[name])
    first = over == AXES["T_x"] and values.ndim > 2  # of all examples there would be too many lines
    lines = (values[..., 0, :] if first else values).reshape(-1, values.shape[-1])
    plot.plot(lines.T, marker="." if lines.shape[1] < FEW else "", linewidth=0.8)
    plot.set(title=f"{name}, of the first example" if first else name, xlabel=over)


def _draw_saturation(plot: Any, golden: Golden) -> None:
    """By step where the run is one of steps, else all of them by size."""
    met = [np.abs(array) for array in preactivations(golden)]
    operation, steps = golden.entry.operation, golden.entry.dims.get("T_x", 0)
    plot.set_title("saturation: size of what each sigmoid and tanh is given")
    plot.axhline(SATURATED, color="black", linestyle=":", linewidth=0.8)
    if not met:
        plot.text(0.5, 0.5, "no sigmoid and no tanh", transform=plot.transAxes, ha="center")
    elif operation.kind is Kind.SEQUENCE and operation.direction is Direction.FORWARD and len(met) % steps == 0:
        each = len(met) // steps
        rows = [np.concatenate(met[t * each : (t + 1) * each]) for t in range(steps)]
        rows = rows[::-1] if np.any(golden.inputs.get("reverse", False)) else rows
        for share in (50, 90, 100):
            plot.plot([np.percentile(row, share) for row in rows], label=f"{share} % are below")
        plot.set(xlabel=AXES["T_x"])
        plot.legend()
    else:
        plot.plot(np.sort(np.concatenate(met))[::-1])
        plot.set(xlabel="activations, the largest first")


def _draw_sensitivity(plot: Any, golden: Golden, outputs: list[str]) -> None:
    plot.set_title("sensitivity: roundings of u that an element may have in it, the worst")
    if golden.entry.exact:
        plot.text(0.5, 0.5, "values are only moved: no error is allowed", transform=plot.transAxes, ha="center")
        return
    for name in outputs:
        over, values = along(golden, name, golden.sensitivity[name].astype(np.float64))
        worst = values.max(axis=tuple(range(values.ndim - 1)))
        plot.semilogy(np.maximum(worst, TINY), marker=".", label=f"{name} by {over}")
    plot.legend()
