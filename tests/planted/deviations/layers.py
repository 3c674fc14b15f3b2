"""Networks, containers and fewer digits, planted in writings/apart_networks.py and apart_containers.py."""

from planted.deviations.form import form
from planted.families.where import networks
from planted.planting import Planted

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
NETWORKS: tuple[Planted, ...] = (
    form("bidir-init-state", (("place = len(layers) * len(layer) + direction", "place = len(layers) * len(layer)"),)),
    form("layers-share-init-state", (("place = len(layers) * len(layer) + direction", "place = direction"),)),
    form("bias-grad-zero-upper-layers", (("[own for _, _, own in found]", '[{n: g * (number == 0 or n[1] != "b") for n, g in own.items()} for _, _, own in found]'),)),
    form("bidir-concat-order", ((CHAINED, CHAINED.replace("in walks]", "in walks[::-1]]")), ("into[direction])", "into[-1 - direction])"))),
    form("bidir-concat-order", ((CHAINED, CHAINED.replace("in walks]", "in walks[::-1]]")),)),
    form("bidir-output-not-flipped", ((f"below = np.concatenate([w.packing.in_time(w.states[0]) {CHAINED}",
                                         f"below = np.concatenate([w.packing.joined(w.states[0]) {CHAINED}"),
                                        ("    def sorted(self, state", "    def joined(self, columns: Array) -> Array:\n"
                                         "        x = np.zeros((len(columns), *self.shape), columns.dtype)\n"
                                         "        x[:, self.examples, self.ahead] = columns\n        return x\n\n    def sorted(self, state"))),
    form("hn-layer-dir-order", BY_DIRECTION),
    form("hn-layer-dir-order", BY_DIRECTION[:2]),
    form("hn-layer-dir-order", BY_DIRECTION[:1], networks("F")),
    form("layer-input-not-chained", (("walk(self.cell_type(p), below, first", "walk(self.cell_type(p), x, first"),)),
    form("unsort-missing", (("states, tuple(packing.unsorted(s) for s in state)", "states, tuple(state)"),)),
    form("bidir-dx-one-direction", (("np.add.reduce([dx for dx, _, _ in found])", "found[0][0]"),)),
    form("lower-layers-no-grad", (("np.add.reduce([dx for dx, _, _ in found])", "np.add.reduce([dx * (number == 0) for dx, _, _ in found])"),)),
)

CONTAINERS: tuple[Planted, ...] = (
    form("unpack-unsort-missing", (("batch = batch[:, back]\n", "batch = batch.copy()\n"), ("valid.sum(axis=0)[back]", "valid.sum(axis=0)"))),
    form("unpack-lengths-not-unsorted", (("valid.sum(axis=0)[back]", "valid.sum(axis=0)"),)),
    form("unpack-sorts-again", (("data, sizes, _, back = packed", "data, sizes, back, _ = packed"),)),
    form("pack-inverse-missing", (("order, _inverse(order)", "order, order.copy()"),)),
    form("pack-batch-major", (("by_time[: len(valid), order][valid]", "by_time[: len(valid), order].swapaxes(0, 1)[valid.T]"),)),
    form("pack-in-given-order", (("by_time[: len(valid), order][valid]", "by_time[: len(valid)][np.arange(own.max())[:, None] < own]"),)),
    form("pack-sorts-ascending", (("else np.argsort(-own,", "else np.argsort(own,"),
                                  ("by_time[: len(valid), order][valid]",
                                   "np.concatenate([rows[order[: n]] for rows, n in zip(by_time, valid.sum(axis=1), strict=False)])"))),
    form("padding-value-ignored", (("padding_value, sequences[0].dtype)", "0, sequences[0].dtype)"), ("padding_value, data.dtype)", "0, data.dtype)"))),
    form("total-length-ignored", (("len(sizes) if total_length is None else total_length", "len(sizes)"),)),
    form("batch-first-ignored", (("return batch if batch_first else batch.swapaxes(0, 1).copy()", "return batch.swapaxes(0, 1).copy()"),
                                 ("return batch.swapaxes(0, 1).copy() if batch_first else batch, valid", "return batch, valid"))),
    form("pads-in-front", (("np.arange(lengths.max()) < lengths[:, None]", "np.arange(lengths.max())[::-1] < lengths[:, None]"),)),
)

PRECISION: tuple[Planted, ...] = (
    form("f64-to-f32", computed_in="float32"),
    form("computed-in-f16", computed_in="float16"),
)
# fmt: on
