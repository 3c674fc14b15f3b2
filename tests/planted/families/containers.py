"""Bugs in apart_containers.py."""

from planted.planting import Planted

PAD, PACK, PACK_PADDED, PAD_PACKED = "pad_sequence", "pack_sequence", "pack_padded_sequence", "pad_packed_sequence"

# A table: one fault, one or two lines where they fit.
# fmt: off
CONTAINERS: tuple[Planted, ...] = (
    # pad_sequence
    Planted("pad-value-ignored", (PAD,), (("padding_value, sequences[0].dtype)", "0, sequences[0].dtype)"),)),
    Planted("pad-batch-first-ignored", (PAD, PACK), (("return batch if batch_first else batch.swap", "return batch.swap"),)),
    Planted("pad-batch-first-flipped", (PAD, PACK),
            (("return batch if batch_first else batch.swap", "return batch if not batch_first else batch.swap"),)),
    Planted("pad-on-the-left", (PAD, PACK),
            (("np.arange(lengths.max()) < lengths[:, None]", "np.arange(lengths.max())[::-1] < lengths[:, None]"),)),
    Planted("pad-in-reverse-order", (PAD, PACK), (("np.concatenate(sequences)", "np.concatenate(sequences[::-1])"),)),
    Planted("pad-repeats-the-first-length", (PAD, PACK), (("np.arange(lengths.max()) <", "np.arange(len(sequences[0])) <"),)),
    Planted("pad-one-step-too-long", (PAD,), (("np.arange(lengths.max()) <", "np.arange(lengths.max() + 1) <"),)),

    # pack_sequence and pack_padded_sequence
    Planted("pack-takes-unsorted", (PACK,),
            (("batch_first=True, enforce_sorted=enforce_sorted", "batch_first=True, enforce_sorted=False"),)),
    Planted("pack-refuses-unsorted", (PACK,),
            (("batch_first=True, enforce_sorted=enforce_sorted", "batch_first=True, enforce_sorted=True"),)),
    Planted("pack-takes-empty", (PACK, PACK_PADDED), (("if own.min() < 1", "if own.min() < 0"),)),
    Planted("pack-takes-rising", (PACK, PACK_PADDED), (("if enforce_sorted and np.any(", "if enforce_sorted and np.all("),)),
    Planted("pack-compares-the-ends", (PACK, PACK_PADDED), (("np.any(own[1:] > own[:-1])", "own[-1] > own[0]"),)),
    Planted("pack-refuses-equal", (PACK, PACK_PADDED), (("own[1:] > own[:-1]", "own[1:] >= own[:-1]"),)),
    Planted("pack-always-sorts-ties-reversed", (PACK,),
            (('np.arange(len(own)) if enforce_sorted else np.argsort(-own, kind="stable")',
              'np.argsort(own, kind="stable")[::-1]'),)),
    Planted("pack-never-sorts", (PACK, PACK_PADDED),
            (('np.arange(len(own)) if enforce_sorted else np.argsort(-own, kind="stable")', "np.arange(len(own))"),)),
    Planted("pack-sorts-upwards", (PACK, PACK_PADDED), (("else np.argsort(-own,", "else np.argsort(own,"),)),
    Planted("pack-inverse-is-the-order", (PACK, PACK_PADDED), (("back[order] = np.arange(len(order))", "back[:] = order"),)),
    Planted("pack-inverse-not-computed", (PACK, PACK_PADDED),
            (("back[order] = np.arange(len(order))", "back[:] = np.arange(len(order))"),)),
    Planted("pack-orders-swapped", (PACK, PACK_PADDED), (("order, _inverse(order)", "_inverse(order), order"),)),
    Planted("pack-one-step-long", (PACK, PACK_PADDED), (("own[order] > np.arange", "own[order] >= np.arange"),)),
    Planted("pack-sizes-are-lengths", (PACK, PACK_PADDED), (("return data, valid.sum(axis=1)", "return data, own[order]"),)),
    Planted("pack-sizes-of-the-batch", (PACK, PACK_PADDED),
            (("return data, valid.sum(axis=1)", "return data, np.full(len(valid), len(own))"),)),
    Planted("pack-example-by-example", (PACK, PACK_PADDED),
            (("by_time[: len(valid), order][valid]", "by_time[: len(valid), order].swapaxes(0, 1)[valid.T]"),)),
    Planted("pack-data-not-sorted", (PACK, PACK_PADDED),
            (("by_time[: len(valid), order][valid]", "by_time[: len(valid)][valid]"),)),
    Planted("pack-data-sorted-by-the-inverse", (PACK, PACK_PADDED),
            (("by_time[: len(valid), order][valid]", "by_time[: len(valid), _inverse(order)][valid]"),)),
    Planted("pack-keeps-padding", (PACK, PACK_PADDED),
            (("by_time[: len(valid), order][valid]", "by_time[: len(valid), order].reshape(-1, *padded.shape[2:])"),)),
    Planted("pack-batch-first-ignored", (PACK, PACK_PADDED),
            (("by_time = padded.swapaxes(0, 1) if batch_first else padded", "by_time = padded"),)),
    Planted("pack-as-long-as-the-padding", (PACK_PADDED,),
            (("np.arange(own.max())[:, None]", "np.arange(len(by_time))[:, None]"),)),
    Planted("pack-sizes-of-32-bits", (PACK, PACK_PADDED),
            (("valid.sum(axis=1), order", "valid.sum(axis=1).astype(np.int32), order"),)),

    # pad_packed_sequence
    Planted("unpack-total-length-ignored", (PAD_PACKED,),
            (("len(sizes) if total_length is None else total_length", "len(sizes)"),)),
    Planted("unpack-takes-short-total", (PAD_PACKED,),
            (("if total_length is None else total_length", "if total_length is None else max(len(sizes), total_length)"),)),
    Planted("unpack-value-ignored", (PAD_PACKED,), (("padding_value, data.dtype)", "0, data.dtype)"),)),
    Planted("unpack-zero-beyond-the-longest", (PAD_PACKED,),
            (("    batch[valid] = data\n", "    batch[len(sizes) :] = 0\n    batch[valid] = data\n"),)),
    Planted("unpack-batch-first-ignored", (PAD_PACKED,),
            (("return batch.swapaxes(0, 1).copy() if batch_first else batch, valid", "return batch, valid"),)),
    Planted("unpack-batch-not-unsorted", (PAD_PACKED,), (("batch = batch[:, back]\n", "batch = batch.copy()\n"),)),
    Planted("unpack-lengths-not-unsorted", (PAD_PACKED,), (("valid.sum(axis=0)[back]", "valid.sum(axis=0)"),)),
    Planted("unpack-by-the-order", (PAD_PACKED,), (("data, sizes, _, back = packed", "data, sizes, back, _ = packed"),)),
    Planted("unpack-lengths-are-sizes", (PAD_PACKED,), (("valid.sum(axis=0)[back]", "valid.sum(axis=1)"),)),
    Planted("unpack-lengths-all-full", (PAD_PACKED,), (("valid.sum(axis=0)[back]", "np.full(len(back), T)"),)),
    Planted("unpack-example-by-example", (PAD_PACKED,), (("    batch[valid] = data\n",
              "    batch = batch.swapaxes(0, 1)\n    batch[valid.T] = data\n    batch = batch.swapaxes(0, 1)\n"),)),

    # inputs changed in place
    Planted("pad-empties-its-input", (PAD, PACK), (("    batch[valid] = np.concatenate(sequences)\n",
              "    batch[valid] = np.concatenate(sequences)\n    for s in sequences:\n        s *= 0\n"),)),
    Planted("pack-empties-its-input", (PACK_PADDED,), (("    return data, valid.sum(axis=1)",
              "    padded *= 0\n    return data, valid.sum(axis=1)"),)),
    Planted("pack-sorts-lengths-in-place", (PACK_PADDED,), (("    return data, valid.sum(axis=1)",
              "    lengths.sort()\n    return data, valid.sum(axis=1)"),)),
    Planted("unpack-empties-its-input", (PAD_PACKED,),
            (("    batch[valid] = data\n", "    batch[valid] = data\n    data *= 0\n"),)),

    # an output that a later call overwrites
    Planted("pad-buffer-kept", (PAD,),
            (("batch = np.full((*valid.shape, *sequences[0].shape[1:]), padding_value, sequences[0].dtype)\n",
              "batch = np.full((*valid.shape, *sequences[0].shape[1:]), padding_value, sequences[0].dtype)\n"
              "    batch = vars(pad_sequence).setdefault((batch.shape, batch.dtype, padding_value), batch)\n"),)),

    # wrong only in dtype, and only for float32 in
    Planted("pad-always-float64", (PAD, PACK), (("padding_value, sequences[0].dtype)", "padding_value)"),), shows_in="float32"),
    Planted("unpack-always-float64", (PAD_PACKED,), (("padding_value, data.dtype)", "padding_value)"),), shows_in="float32"),
)
# fmt: on
