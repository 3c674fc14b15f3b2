"""Mutants that pass everything: what no case and no property shows, each with the input that would show it."""

from mutants import Mutant
from mutants_layers import PACK, PACK_PADDED, PAD, PAD_PACKED
from mutants_where import ALL, VARIANTS, WITH_CELL, cells, heads, networks, over_time, sequences

RAGGED_WALK = over_time("FB", *ALL)

# A table: one mutant, one or two lines where they fit.
# fmt: off
HIDDEN: tuple[Mutant, ...] = (
    # lengths whose order, longest first, is not its own way back: 0 5 1 4 turns three examples, 5 0 1 4 swaps two
    Mutant("states-sorted-by-the-inverse", RAGGED_WALK,
           "return state[:, self.order]\n", "return state[:, np.argsort(self.order)]\n"),
    Mutant("states-unsorted-by-the-order", RAGGED_WALK,
           "back[:, self.order] = state", "back[...] = state[:, self.order]"),

    # an example as long as T beside shorter ones
    Mutant("full-length-cut", RAGGED_WALK, "else np.array(lengths)\n", "else np.minimum(lengths, T_x - 1)\n"),

    # a batch whose examples are all empty
    Mutant("all-empty-raises", RAGGED_WALK, "range(max(1, own.max(initial=0)))", "range(own.max(initial=0))"),

    # padding that is not finite
    Mutant("padding-read-and-masked", RAGGED_WALK, "inputs = packing.columns(x)\n",
           "inputs = packing.columns(x) + 0 * x.sum()\n"),

    # c0 without a0; da_last without dc_last
    Mutant("c0-dropped-without-a0", over_time("FB", *WITH_CELL),
           "    if a0 is None:\n", "    if a0 is None:\n        c0 = None\n"),
    Mutant("da-last-needs-dc-last", sequences("B", *WITH_CELL), "upstream(w.final, (da_last, dc_last))",
           "upstream(w.final, (da_last, dc_last if da_last is None else 1 * dc_last))"),

    # one step of rnn_relu that ends above 6
    Mutant("relu-capped-at-6-in-one-step", cells("F", "rnn_relu"),
           "np.maximum(self.Wh @ a_prev + zx, 0)", "np.clip(self.Wh @ a_prev + zx, 0, 6)"),

    # pre-activations and logits beyond 745 in the families and networks that lack `huge` and `far-logits`
    Mutant("sigmoid-overflows-in-variants", (*cells("F", *VARIANTS), *over_time("F", *VARIANTS), *networks("F")),
           "np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))", "np.exp(x) / (1 + np.exp(x))"),
    Mutant("softmax-no-max-in-variants", heads(*VARIANTS), "np.exp(x - x.max(axis=0))", "np.exp(x)"),

    # inputs of options changed in place: read-only c0, dy, da_last, dc_last
    Mutant("c0-overwritten-for-backward", sequences("B", *WITH_CELL), "a, *others = map(w.packing.in_time, w.states)\n",
           "a, *others = map(w.packing.in_time, w.states)\n        if c0 is not None:\n            c0 *= 0\n"),
    Mutant("dy-overwritten", sequences("B", *ALL), "            into = into + W.T @ dlogits\n",
           "            into = into + W.T @ dlogits\n            dy *= 0\n"),
    Mutant("final-gradients-overwritten", over_time("B", *ALL), "dz, *factors = (np.hstack(r) for r",
           "for d in last:\n        d *= 0\n    dz, *factors = (np.hstack(r) for r"),

    # a sequence of length 0 beside longer ones
    Mutant("pad-refuses-empty", (PAD,), "    valid = np.arange(lengths.max()) <",
           "    if not lengths.all():\n        raise ValueError(lengths)\n    valid = np.arange(lengths.max()) <"),

    # containers: read-only inputs, an output held over a later call, memory shared with an input
    Mutant("pad-empties-its-input", (PAD, PACK), "    batch[valid] = np.concatenate(sequences)\n",
           "    batch[valid] = np.concatenate(sequences)\n    for s in sequences:\n        s *= 0\n"),
    Mutant("pad-of-one-is-a-view", (PAD,), "    batch[valid] = np.concatenate(sequences)\n",
           "    batch[valid] = np.concatenate(sequences)\n    if len(sequences) == 1 and not batch_first:\n"
           "        return sequences[0][:, None]\n"),
    Mutant("pad-buffer-kept", (PAD,),
           "batch = np.full((*valid.shape, *sequences[0].shape[1:]), padding_value, sequences[0].dtype)\n",
           "batch = np.full((*valid.shape, *sequences[0].shape[1:]), padding_value, sequences[0].dtype)\n"
           "    batch = vars(pad_sequence).setdefault((batch.shape, batch.dtype, padding_value), batch)\n"),
    Mutant("pack-empties-its-input", (PACK, PACK_PADDED), "    return data, valid.sum(axis=1)",
           "    padded *= 0\n    return data, valid.sum(axis=1)"),
    Mutant("pack-sorts-lengths-in-place", (PACK_PADDED,), "    return data, valid.sum(axis=1)",
           "    lengths.sort()\n    return data, valid.sum(axis=1)"),
    Mutant("unpack-empties-its-input", (PAD_PACKED,),
           "    batch[valid] = data\n", "    batch[valid] = data\n    data *= 0\n"),

    # lengths that rise in the middle alone: 4 2 3 1
    Mutant("pack-compares-the-ends", (PACK, PACK_PADDED), "np.any(own[1:] > own[:-1])", "own[-1] > own[0]"),

    # packing: examples of equal length where sorting is not enforced, and equal padded ones where it is
    Mutant("pack-reverses-ties", (PACK, PACK_PADDED),
           'else np.argsort(-own, kind="stable")', 'else np.argsort(own, kind="stable")[::-1]'),
    Mutant("pack-padded-refuses-equal", (PACK_PADDED,), "own[1:] > own[:-1]", "own[1:] >= own[:-1]"),
)
# fmt: on
