"""Networks, containers and fewer digits, planted in tests/apart_networks.py and apart_containers.py."""

from injected import Injected

CHAINED = "for w in walks])\n            layers.append"
FINALS = "w.final for walks in layers for w in walks"
BY_DIRECTION = (
    (FINALS, "w.final for walks in zip(*layers, strict=True) for w in walks"),
    ("len(layers) * len(layer) + direction", "direction * len(parameters) + len(layers)"),
    ("place = number * len(walks) + direction", "place = direction * len(layers) + number"),
    (
        "        da0, *dc0 = (np.stack",
        "        n_d = len(layers[0])\n"
        "        first = [first[number * n_d + d] for d in range(n_d) for number in range(len(layers))]\n        da0, *dc0 = (np.stack",
    ),
)

# A table: one form of one deviation, one or two lines where they fit.
# fmt: off
NETWORKS: tuple[Injected, ...] = (
    Injected("bidir-init-state", (("place = len(layers) * len(layer) + direction", "place = len(layers) * len(layer)"),)),
    Injected("layers-share-init-state", (("place = len(layers) * len(layer) + direction", "place = direction"),)),
    Injected("bias-grad-zero-upper-layers", (("[own for _, _, own in found]", '[{n: g * (number == 0 or n[1] != "b") for n, g in own.items()} for _, _, own in found]'),)),
    Injected("bidir-concat-order", ((CHAINED, CHAINED.replace("in walks]", "in walks[::-1]]")), ("into[direction])", "into[-1 - direction])"))),
    Injected("bidir-concat-order", ((CHAINED, CHAINED.replace("in walks]", "in walks[::-1]]")),)),
    Injected("bidir-output-not-flipped", ((f"below = np.concatenate([w.packing.in_time(w.states[0]) {CHAINED}",
                                             f"below = np.concatenate([w.packing.joined(w.states[0]) {CHAINED}"),
                                            ("    def sorted(self, state", "    def joined(self, columns: Array) -> Array:\n"
                                             "        x = np.zeros((len(columns), *self.shape), columns.dtype)\n"
                                             "        x[:, self.examples, self.ahead] = columns\n        return x\n\n    def sorted(self, state"))),
    Injected("hn-layer-dir-order", BY_DIRECTION),
    Injected("hn-layer-dir-order", BY_DIRECTION[:2]),
    Injected("hn-layer-dir-order", BY_DIRECTION[:1], tuple(f"{f}_network_forward" for f in ("rnn", "lstm", "gru_reset_after"))),
    Injected("layer-input-not-chained", (("walk(self.cell_type(p), below, first", "walk(self.cell_type(p), x, first"),)),
    Injected("unsort-missing", (("states, tuple(packing.unsorted(s) for s in state)", "states, tuple(state)"),)),
    Injected("bidir-dx-one-direction", (("np.add.reduce([dx for dx, _, _ in found])", "found[0][0]"),)),
    Injected("lower-layers-no-grad", (("np.add.reduce([dx for dx, _, _ in found])", "np.add.reduce([dx * (number == 0) for dx, _, _ in found])"),)),
)

CONTAINERS: tuple[Injected, ...] = (
    Injected("unpack-unsort-missing", (("batch = batch[:, back]\n", "batch = batch.copy()\n"), ("valid.sum(axis=0)[back]", "valid.sum(axis=0)"))),
    Injected("unpack-lengths-not-unsorted", (("valid.sum(axis=0)[back]", "valid.sum(axis=0)"),)),
    Injected("unpack-sorts-again", (("data, sizes, _, back = packed", "data, sizes, back, _ = packed"),)),
    Injected("pack-inverse-missing", (("order, _inverse(order)", "order, order.copy()"),)),
    Injected("pack-batch-major", (("by_time[: len(valid), order][valid]", "by_time[: len(valid), order].swapaxes(0, 1)[valid.T]"),)),
    Injected("pack-in-given-order", (("by_time[: len(valid), order][valid]", "by_time[: len(valid)][np.arange(own.max())[:, None] < own]"),)),
    Injected("pack-sorts-ascending", (("else np.argsort(-own,", "else np.argsort(own,"),
                                      ("by_time[: len(valid), order][valid]",
                                       "np.concatenate([rows[order[: n]] for rows, n in zip(by_time, valid.sum(axis=1), strict=False)])"))),
    Injected("padding-value-ignored", (("padding_value, sequences[0].dtype)", "0, sequences[0].dtype)"), ("padding_value, data.dtype)", "0, data.dtype)"))),
    Injected("total-length-ignored", (("len(sizes) if total_length is None else total_length", "len(sizes)"),)),
    Injected("batch-first-ignored", (("return batch if batch_first else batch.swapaxes(0, 1).copy()", "return batch.swapaxes(0, 1).copy()"),
                                     ("return batch.swapaxes(0, 1).copy() if batch_first else batch, valid", "return batch, valid"))),
    Injected("pads-in-front", (("np.arange(lengths.max()) < lengths[:, None]", "np.arange(lengths.max())[::-1] < lengths[:, None]"),)),
)

PRECISION: tuple[Injected, ...] = (
    Injected("f64-to-f32", dtype="float32"),
    Injected("computed-in-f16", dtype="float16"),
)
# fmt: on
