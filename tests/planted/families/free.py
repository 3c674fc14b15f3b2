"""Faults that pass everything: what the contract leaves free, and what no case and no property shows yet."""

from planted.families.containers import PACK, PACK_PADDED, PAD
from planted.families.where import ALL, cells, over_time
from planted.planting import Planted

# Tables: one fault, one or two lines where they fit; those that are free under the words of the contract.
# fmt: off
FREE: dict[str, tuple[Planted, ...]] = {
    "What stands in the padding may be any finite number and changes nothing": (
        Planted("padding-read-and-masked", over_time("FB", *ALL), (("inputs = packing.columns(x)\n",
                  "inputs = packing.columns(x) + 0 * x.sum()\n"),)),
    ),
    "what a sequence without steps gives in `pad_sequence` is free too": (
        Planted("pad-refuses-empty", (PAD,), (("    valid = np.arange(lengths.max()) <",
                  "    if not lengths.all():\n        raise ValueError(lengths)\n    valid = np.arange(lengths.max()) <"),)),
    ),
    "Which of two examples of equal length comes first is free where sorting is not enforced": (
        Planted("pack-reverses-ties", (PACK, PACK_PADDED),
                (('else np.argsort(-own, kind="stable")', 'else np.argsort(own, kind="stable")[::-1]'),)),
    ),
}

# each with the input that would show it
UNSEEN: tuple[Planted, ...] = (
    Planted("softmax-max-of-everything-where-logits-are-not-far", cells("F", "lstm_clipped", "lstm_coupled"),
            (("x.max(axis=0)", "x.max()"),)),
)
# fmt: on
