"""Padding and packing."""

from rnnspec.reference import containers

from .deviation import BUG, CONVENTION, Deviation, Edit

PADS, PACKS = ("pad_sequence", "pad_packed_sequence"), ("pack_sequence", "pack_padded_sequence")
FILLED = ", padding_value, "

DEVIATIONS = (
    Deviation(
        id="unpack-unsort-missing",
        summary="examples come back longest first in place of in their own order",
        kind=BUG,
        affects=("pad_packed_sequence",),
        exposed_by="unsorted lengths",
        seen_in=("Lizhen0628/text_classification#12", "pytorch/pytorch#15225"),
        ways=(
            (
                Edit(containers.pad_packed_sequence, "padded[:, unsorted]", "padded"),
                Edit(containers.pad_packed_sequence, "lengths[unsorted]", "lengths"),
            ),
        ),
    ),
    Deviation(
        id="unpack-lengths-not-unsorted",
        summary="examples come back in their own order and their lengths longest first",
        kind=BUG,
        affects=("pad_packed_sequence",),
        exposed_by="unsorted lengths, and the lengths compared",
        seen_in=("known",),
        ways=((Edit(containers.pad_packed_sequence, "lengths[unsorted]", "lengths"),),),
    ),
    Deviation(
        id="unpack-sorts-again",
        summary="the sorting order is used where its inverse should be",
        kind=BUG,
        affects=("pad_packed_sequence",),
        exposed_by="lengths whose order is a cycle of three or more; a swap is its own inverse",
        seen_in=("mead-ml/mead-baseline#677",),
        ways=((Edit(containers.pad_packed_sequence, "data, sizes, _, unsorted", "data, sizes, unsorted, _"),),),
    ),
    Deviation(
        id="pack-inverse-missing",
        summary="unsorted_indices are sorted_indices once more",
        kind=BUG,
        affects=PACKS,
        exposed_by="lengths whose order is a cycle of three or more",
        seen_in=("known",),
        ways=((Edit(containers._packed, "order, np.argsort(order)", "order, order"),),),
    ),
    Deviation(
        id="pack-batch-major",
        summary="data holds one example after the other in place of one step after the other",
        kind=BUG,
        affects=PACKS,
        exposed_by="two or more examples of two or more steps",
        seen_in=("known",),
        ways=(
            (
                Edit(
                    containers._packed,
                    "[padded[t, order[:size]] for t, size in enumerate(sizes)]",
                    "[padded[: lengths[j], j] for j in order]",
                ),
            ),
        ),
    ),
    Deviation(
        id="pack-in-given-order",
        summary="data holds each step's examples in the order given, not longest first",
        kind=BUG,
        affects=PACKS,
        exposed_by="unsorted lengths",
        seen_in=("known",),
        ways=((Edit(containers._packed, "padded[t, order[:size]]", "padded[t, np.sort(order[:size])]"),),),
    ),
    Deviation(
        id="pack-sorts-ascending",
        summary="shortest example first",
        kind=BUG,
        affects=PACKS,
        exposed_by="unsorted lengths",
        seen_in=("known",),
        ways=((Edit(containers._packed, "np.argsort(-lengths", "np.argsort(lengths"),),),
    ),
    Deviation(
        id="padding-value-ignored",
        summary="filled up with zeros whatever padding_value is",
        kind=BUG,
        affects=PADS,
        exposed_by="padding_value that is not zero",
        seen_in=("known",),
        ways=(
            (
                Edit(containers.pad_sequence, FILLED, ", 0, "),
                Edit(containers.pad_packed_sequence, FILLED, ", 0, "),
            ),
        ),
    ),
    Deviation(
        id="total-length-ignored",
        summary="filled up to the longest example whatever total_length is",
        kind=BUG,
        affects=("pad_packed_sequence",),
        exposed_by="total_length above the longest example",
        seen_in=("known",),
        ways=(
            (
                Edit(
                    containers.pad_packed_sequence,
                    "len(sizes) if total_length is None else int(total_length)",
                    "len(sizes)",
                ),
            ),
        ),
    ),
    Deviation(
        id="batch-first-ignored",
        summary="time before examples whatever batch_first is",
        kind=BUG,
        affects=PADS,
        exposed_by="batch_first with m != T",
        seen_in=("pytorch/pytorch#80306",),
        ways=(
            (
                Edit(containers.pad_sequence, "padded.swapaxes(0, 1).copy() if batch_first else padded", "padded"),
                Edit(
                    containers.pad_packed_sequence, "padded.swapaxes(0, 1).copy() if batch_first else padded", "padded"
                ),
            ),
        ),
    ),
    Deviation(
        id="pads-in-front",
        summary="the padding stands in front of the values",
        kind=CONVENTION,
        affects=("pad_sequence",),
        exposed_by="sequences of unequal length",
        seen_in=("keras.utils.pad_sequences, padding='pre'",),
        ways=((Edit(containers.pad_sequence, "padded[: len(sequence), j]", "padded[T - len(sequence) :, j]"),),),
    ),
)
