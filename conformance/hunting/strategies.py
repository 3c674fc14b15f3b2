"""What a problem may be, as strategies of Hypothesis: what comes first in each is the plainest, and what is made smaller tends there."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from rnnspec.golden.regimes import REGIMES
from rnnspec.golden.sized import Size
from rnnspec.reference import Operation

from ..choices import DTYPES
from .problem import LAYOUTS, Earlier, Problem

SMALL = 4
# past what kernels are cut into, the largest first, then just that, then short of it
NEAR_BLOCKS = tuple(n + by for by in (1, 0, -1) for n in (256, 128, 64, 32, 16, 8))
LONG = tuple(n for n in NEAR_BLOCKS if n <= 129)  # steps
DERIVED = ("n_hv", "n_g", "n_d")
LAYERS = "n_l"  # of which nobody has many
SEEDS = 7
RARE = 5  # one problem of so many and one has an axis that is long


@st.composite
def problems(
    draw: DrawFn,
    operation: Operation,
    dtype: str,
    options: Sequence[str],
    shared: bool = True,
    precision: str = "",
    long: Mapping[str, Sequence[int]] = MappingProxyType({}),
) -> Problem:
    """A problem of an operation with some of these options; of a candidate whose memory is `shared`, arrays lie in any way."""
    size = draw(sizes(operation, dtype, options, long=long))
    layout = draw(st.sampled_from(LAYOUTS if shared else LAYOUTS[:1]))
    calls = st.builds(Earlier, sizes(operation, dtype, options, large=False), st.sampled_from((dtype, *DTYPES[:2])))
    earlier = tuple(draw(st.lists(calls, max_size=2)))
    threads = shared and bool(earlier) and draw(st.booleans())
    return Problem(operation.name, size, dtype, layout, earlier, threads, precision)


@st.composite
def sizes(
    draw: DrawFn,
    operation: Operation,
    dtype: str,
    options: Sequence[str],
    large: bool = True,
    long: Mapping[str, Sequence[int]] = MappingProxyType({}),
) -> Size:
    """A size in which all axes are short, but for one at most, or for those that are `long`, of one of these lengths."""
    axes = _free(operation)
    if not long and large and draw(st.integers(0, RARE)) == RARE:
        axis = draw(st.sampled_from(stretching(operation)))
        long = {axis: sorted(stretched(axis))}
    lengths = {axis: draw(st.sampled_from(long[axis]) if axis in long else _short(axis)) for axis in axes}
    if "n_d" in operation.dims:
        lengths["n_d"] = draw(st.integers(1, 2))
    if "n_hv" in operation.dims:
        lengths["n_hv"] = lengths["n_h"] * draw(st.integers(1, 2))
    if "n_g" in operation.dims and "n_g" not in axes:
        lengths["n_g"] = draw(st.sampled_from((1, lengths["n_k"])))
    used = _together(operation, [name for name in options if draw(st.booleans())])
    known = [name for name in REGIMES if not name.startswith("below") or name == f"below-{dtype}"]
    return Size(lengths, tuple(used), draw(st.integers(0, SEEDS)), draw(st.sampled_from(known)))


def stretching(operation: Operation) -> list[str]:
    """The axes that may be long."""
    return [axis for axis in _free(operation) if axis != LAYERS]


def stretched(axis: str, first: int = 0) -> tuple[int, ...]:
    """The lengths of an axis that is long, from some place on and around to it: the first is the plainest."""
    known = LONG if axis == "T_x" else NEAR_BLOCKS
    at = first % len(known)
    return known[at:] + known[:at]


def _free(operation: Operation) -> list[str]:
    """The axes whose lengths follow from no other's."""
    return [axis for axis in operation.dims if axis not in DERIVED or (axis == "n_g" and "n_k" not in operation.dims)]


def _short(axis: str) -> SearchStrategy[int]:
    return st.integers(1, 3 if axis == LAYERS else SMALL)


def _together(operation: Operation, used: list[str]) -> list[str]:
    """With the other states of a recurrence where one is given, and without what excludes another."""
    if "n_x" not in operation.dims:
        for among in ([f"{s}0" for s in operation.states], [f"d{s}_last" for s in operation.states]):
            known = [name for name in among if name in operation.all_options]
            if any(name in used for name in known):
                used = [*(name for name in used if name not in known), *known]
    return used
