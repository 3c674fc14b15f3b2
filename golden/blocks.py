"""The sizes at and past the blocks that kernels have, of every operation."""

from collections.abc import Mapping

from rnnspec.reference import Kind, Operation

from .sized import Size

# past the blocks and tiles that kernels have: 8 classes, 16 features and states, 32 examples and units of a head, 64 keys, values and steps,
# 128 units and channels; of an operation by the first axis that it has, wide and few or narrow and many where both at once are much
PAST_BLOCKS: Mapping[str, tuple[Mapping[str, int], ...]] = {
    "n_a": ({"n_a": 136, "n_x": 24, "n_y": 12, "m": 36, "T_x": 68},),
    "n_k": ({"n_k": 68, "n_v": 66, "n_h": 5, "m": 3, "T_x": 10}, {"n_k": 5, "n_v": 4, "n_h": 2, "m": 36, "T_x": 68}),
    "n_u": ({"n_u": 40, "n_h": 5, "m": 3, "T_x": 10}, {"n_u": 4, "n_h": 2, "m": 36, "T_x": 68}),
    "n_n": ({"n_c": 136, "n_n": 20, "m": 3, "T_x": 10}, {"n_c": 7, "n_n": 4, "m": 36, "T_x": 68}),
    "n_c": ({"n_c": 136, "m": 36, "T_x": 68},),
    "n_g": ({"n_g": 68, "n_h": 5, "m": 36},),
    "n": ({"n": 136, "m": 36},),
}
# what is read in blocks where it is given: each option by itself, because a candidate may have one of them alone, and the axes that it has;
# of recurrences, whose states belong together, all that one begins with and all gradients into its last
BESIDE: Mapping[str, Mapping[str, int]] = {
    **{"dy": {"n_y": 12, "m": 36, "T_x": 68}, "lengths": {"m": 36, "T_x": 68}},
    **{option: {"n_a": 136, "m": 36, "T_x": 3} for option in ("c0", "da_last", "dc_last")},
}


def past_blocks(operation: Operation) -> tuple[Size, ...]:
    """The sizes at and past the usual blocks that tell of an operation; none of one that only moves values."""
    if operation.kind is Kind.CONTAINER:
        return ()
    axis = next(axis for axis in PAST_BLOCKS if axis in operation.dims)
    beside: dict[tuple[str, ...], Mapping[str, int]]
    beside = {(name,): lengths for name, lengths in BESIDE.items() if {*lengths} <= {*operation.dims}}
    if axis != "n_a":
        ends = [tuple(f"{s}0" for s in operation.states), tuple(f"d{s}_last" for s in operation.states)]
        beside |= {options: PAST_BLOCKS[axis][0] for options in ends if options}
    own = (Size(lengths, options) for options, lengths in beside.items() if {*options} <= {*operation.all_options})
    return (*map(Size, PAST_BLOCKS[axis]), *own)
