"""Computed in fewer digits than asked for."""

from rnnspec.reference import OPERATIONS, Kind
from rnnspec.reference.families import lstm

from .deviation import BUG, Deviation, Edit, Way
from .scope import LSTMS, of

ARITHMETIC = tuple(name for name, o in OPERATIONS.items() if o.kind is not Kind.CONTAINER)  # those move values


def _cell_state(dtype: str) -> Way:
    return (
        Edit(
            lstm.remember,
            "return f * c_prev + i * g,",
            f"return (f * c_prev + i * g).astype(np.{dtype}).astype(zf.dtype),",
        ),
    )


DEVIATIONS = (
    Deviation(
        id="f64-to-f32",
        summary="computed in float32, whatever dtype comes out",
        kind=BUG,
        affects=ARITHMETIC,
        exposed_by="float64 and a tolerance below 1e-7; rtol 1e-5 lets it through",
        seen_in=("known",),
        dtype="float32",
    ),
    Deviation(
        id="computed-in-f16",
        summary="computed in float16, whatever dtype comes out",
        kind=BUG,
        affects=ARITHMETIC,
        exposed_by="a tolerance below 1e-3",
        seen_in=("known",),
        dtype="float16",
    ),
    Deviation(
        id="cell-state-dtype",
        summary="the cell state is kept in float16",
        kind=BUG,
        affects=of(LSTMS),
        exposed_by="a tolerance below 1e-3",
        seen_in=("uxlfoundation/oneDNN#976",),
        ways=(_cell_state("float16"),),
    ),
    Deviation(
        id="cell-state-f32",
        summary="the cell state is kept in float32 where the layer is in float64",
        kind=BUG,
        affects=of(LSTMS),
        exposed_by="float64 and a tolerance below 1e-7",
        seen_in=("known",),
        ways=(_cell_state("float32"),),
    ),
)
