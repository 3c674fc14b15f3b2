"""Bugs in apart_networks.py."""

from planted.families.where import WITH_CELL, networks
from planted.planting import Planted

F, B, BOTH = networks("F"), networks("B"), networks("FB")
LSTM_F, LSTM_B = networks("F", *WITH_CELL), networks("B", *WITH_CELL)

# A table: one fault, one or two lines where they fit.
# fmt: off
NETWORKS: tuple[Planted, ...] = (
    # forward
    Planted("layers-not-chained", BOTH, (("walk(self.cell_type(p), below, first", "walk(self.cell_type(p), x, first"),)),
    Planted("directions-share-weights", BOTH, (("walk(self.cell_type(p), below", "walk(self.cell_type(layer[0]), below"),)),
    Planted("second-direction-not-reversed", BOTH, (("direction == 1)", "False)"),)),
    Planted("first-direction-reversed", BOTH, (("direction == 1)", "direction == 0)"),)),
    Planted("directions-side-by-side-swapped", BOTH,
            (("for w in walks])\n            layers.append", "for w in walks[::-1]])\n            layers.append"),)),
    Planted("second-direction-reads-the-first", BOTH, (("walk(self.cell_type(p), below, first",
              "walk(self.cell_type(p), below[::-1] if direction else below, first"),)),
    Planted("states-direction-by-direction", BOTH,
            (("len(layers) * len(layer) + direction", "direction * len(parameters) + len(layers)"),)),
    Planted("initial-states-of-first-layer", BOTH, (("place = len(layers) * len(layer) + direction", "place = direction"),)),
    Planted("initial-states-of-first-direction", BOTH,
            (("place = len(layers) * len(layer) + direction", "place = len(layers) * len(layer)"),)),
    Planted("network-a0-ignored", BOTH, (("for s in (a0, c0)))", "for s in (None, c0)))"),)),
    Planted("network-c0-ignored", LSTM_F + LSTM_B, (("for s in (a0, c0)))", "for s in (a0, None)))"),)),
    Planted("network-c0-is-a0", LSTM_F + LSTM_B, (("for s in (a0, c0)))", "for s in (a0, a0)))"),)),
    Planted("lengths-in-first-layer-alone", BOTH,
            (("first, lengths, direction", "first, None if layers else lengths, direction"),)),
    Planted("lengths-forward-alone", BOTH,
            (("first, lengths, direction", "first, None if direction else lengths, direction"),)),
    Planted("final-states-direction-by-direction", F, (("w.final for walks in layers for w in walks",
              "w.final for walks in zip(*layers, strict=True) for w in walks"),)),
    Planted("final-states-from-the-top-down", F,
            (("w.final for walks in layers for", "w.final for walks in layers[::-1] for"),)),
    Planted("final-states-of-last-column", F, (("(w.final for walks in layers for w in walks)",
              "(tuple(w.packing.in_time(s)[:, :, -1] for s in w.states) for walks in layers for w in walks)"),)),
    Planted("final-states-of-first-column", F, (("(w.final for walks in layers for w in walks)",
              "(tuple(w.packing.in_time(s)[:, :, 0] for s in w.states) for walks in layers for w in walks)"),)),
    Planted("final-states-of-lower-layers-zero", F, (("w.final for walks in layers for",
              "tuple(s * (walks is layers[-1]) for s in w.final) for walks in layers for"),)),
    Planted("final-states-swapped", LSTM_F, (("return (below, *final, (layers", "return (below, *final[::-1], (layers"),)),

    # backward
    Planted("first-direction-alone-goes-down", B, (("np.add.reduce([dx for dx, _, _ in found])", "found[0][0]"),)),
    Planted("directions-averaged", B, (("np.add.reduce([dx", "np.mean([dx"),)),
    Planted("directions-gradients-swapped", B, (("into[direction])", "into[-1 - direction])"),)),
    Planted("every-direction-gets-the-first-part", B, (("into[direction])", "into[0])"),)),
    Planted("final-gradients-direction-by-direction", B,
            (("place = number * len(walks) + direction", "place = direction * len(layers) + number"),)),
    Planted("final-gradients-of-first-layer", B, (("place = number * len(walks) + direction", "place = direction"),)),
    Planted("final-gradients-of-first-direction", B,
            (("place = number * len(walks) + direction", "place = number * len(walks)"),)),
    Planted("final-gradients-into-top-layer-alone", B, (("None if s is None else s[place] for s in (da_last",
              "None if s is None or number < len(layers) - 1 else s[place] for s in (da_last"),)),
    Planted("network-da-last-ignored", B, (("for s in (da_last, dc_last)]", "for s in (None, dc_last)]"),)),
    Planted("network-dc-last-ignored", LSTM_B, (("for s in (da_last, dc_last)]", "for s in (da_last, None)]"),)),
    Planted("network-final-gradients-swapped", B, (("for s in (da_last, dc_last)]", "for s in (dc_last, da_last)]"),)),
    Planted("network-da-ignored", B, (("above = da\n", "above = 0 * da\n"),)),
    Planted("lower-layers-get-no-gradient", B, (("np.add.reduce([dx for dx, _, _ in found])",
              "np.add.reduce([dx * (number == 0) for dx, _, _ in found])"),)),
    Planted("middle-layers-gradients-lost", B, (("[own for _, _, own in found]",
              "[{n: g * (number in (0, len(layers) - 1)) for n, g in own.items()} for _, _, own in found]"),)),
    Planted("bias-gradients-of-upper-layers-zero", B, (("[own for _, _, own in found]",
              '[{n: g * (number == 0 or n[1] != "b") for n, g in own.items()} for _, _, own in found]'),)),
    Planted("gradients-from-the-top-down", B, (("gradients.insert(0, ", "gradients.append("),)),
    Planted("gradients-of-directions-swapped", B, (("[own for _, _, own in found]", "[own for _, _, own in found[::-1]]"),)),
    Planted("gradients-of-first-direction-for-both", B, (("[own for _, _, own in found]", "[found[0][2] for _ in found]"),)),
    Planted("initial-gradients-from-the-top-down", B,
            (("[before for _, before, _ in found] + first", "first + [before for _, before, _ in found]"),)),
    Planted("initial-gradients-of-directions-swapped", B,
            (("[before for _, before, _ in found] + first", "[before for _, before, _ in found[::-1]] + first"),)),
    Planted("network-dc0-missing", LSTM_B, (("if c0_given else result", "if not c0_given else result"),)),
    Planted("network-dc0-is-da0", LSTM_B,
            (('"dc0": dc0[0]} if c0_given else result', '"dc0": da0} if c0_given else result'),)),
    Planted("network-gradients-flat", B,
            (('"parameters": gradients}', '"parameters": [own for layer in gradients for own in layer]}'),)),

    # kept between calls, or inputs changed in place
    Planted("network-cells-kept", BOTH, (("walks.append(walk(self.cell_type(p), below",
              "walks.append(walk(vars(self).setdefault((place, len(parameters)), self.cell_type(p)), below"),)),
    Planted("network-da-overwritten", B, (("above = da\n", "above = da.copy()\n        da *= 0\n"),)),
    Planted("network-a0-overwritten", F, (("return (below, *final, (layers",
              "if a0 is not None:\n            a0[...] = final[0]\n        return (below, *final, (layers"),)),
)
# fmt: on
