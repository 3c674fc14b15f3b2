"""Bugs that show only where two options, lengths or sizes meet: no idea of one thing has such a case.

Ten of them lived on every golden before there was a covering array; the others are of their kind.
"""

from planted.families.where import ALL, LAYERED, WITH_CELL, networks, over_time, sequences
from planted.planting import Change, Planted
from rnnspec.golden.ideas.networks import FEW

Faults = tuple[Planted, ...]
WALK_B = over_time("B", *ALL)
ARRAYED = [family for family in LAYERED if family not in FEW]  # of whose networks the goldens have a covering array
WALK = (*sequences("FB", *ALL), *networks("FB", *ARRAYED))
SEQUENCES, SEQUENCES_B = sequences("FB", *ALL), sequences("B", *ALL)
CELL_B = sequences("B", *WITH_CELL)

W = "w = walk(self.cell_type(p), x, initial(self.cell_type, p, x, a0, c0), lengths, reverse)\n"
OWN = "own = np.full(m, T_x) if lengths is None else np.array(lengths)\n"
ORDER = 'self.order = np.argsort(-own, kind="stable")\n'
GRADIENTS = "dx, (da0, *dc0), gradients = walk_back(w, into, upstream(w.final, (da_last, dc_last)))\n"
INTO = "into, head = w.packing.columns(da), {}\n"
CACHES = "w, y, W, c0_given = caches\n"
FIRST = "first = initial(self.cell_type, p, x, *(None if s is None else s[place] for s in (a0, c0)))\n"
RETURN = "        return (a, w.packing.in_time(y), *others, (w, y, p[W].copy(), c0 is not None))"
REVERSED = "(len(w.packing.ahead) > 0 and w.packing.ahead[0] != w.packing.times[0])"  # of a walk: its first example does not begin at 0
RAGGED = "len(w.packing.examples) < w.packing.shape[0] * w.packing.shape[1]"


def before(line: str, *statements: str, indent: int = 8) -> tuple[Change, ...]:
    """A line, and what goes before it."""
    first, *rest = statements
    return ((line, "".join([first, *(f"\n{' ' * indent}{s}" for s in rest), f"\n{' ' * indent}{line}"])),)


def behind(line: str, *statements: str, indent: int = 8) -> tuple[Change, ...]:
    return ((line, line + "".join(f"{' ' * indent}{s}\n" for s in statements)),)


# Tables: one fault, one or two lines where they fit.
# fmt: off
SURVIVED: Faults = (
    Planted("unsorted-by-the-index-of-a-length", WALK_B + networks("F"), ((ORDER, f"{ORDER}        found = [*own[self.order]]\n        self.back = np.array([found.index(n) for n in own], int)\n"),
            ("back = np.zeros_like(state)\n        back[:, self.order] = state\n        return back", "return state[:, self.back]"),
            ("return state[:, self.order]\n", "return state[:, self.order].copy()\n"))),
    Planted("da_last-forgotten-in-a-reversed-run-without-lengths", SEQUENCES_B, before(GRADIENTS, f"da_last = None if {REVERSED} and not ({RAGGED}) else da_last")),
    Planted("dc_last-forgotten-in-a-reversed-run-without-lengths", CELL_B, before(GRADIENTS, f"dc_last = None if {REVERSED} and not ({RAGGED}) else dc_last")),
    Planted("dy-read-forwards-in-a-reversed-run-without-lengths", SEQUENCES_B, before("if dy is not None:\n            dlogits", f"if dy is not None and {REVERSED} and not ({RAGGED}):", "    dy = dy[:, :, ::-1]")),
    Planted("dy-eats-its-cache", SEQUENCES_B, behind(CACHES, "if dy is not None:", "    w.kept[0][0][...] *= 2", "    y[...] = y * 1")),
    Planted("no-state-is-ones-with-lengths", SEQUENCES, before(W, "a0 = np.ones_like(initial(self.cell_type, p, x, a0, c0)[0]) if a0 is None and lengths is not None else a0")),
    Planted("no-state-is-ones-in-a-reversed-run", SEQUENCES, before(W, "a0 = np.ones_like(initial(self.cell_type, p, x, a0, c0)[0]) if a0 is None and reverse else a0")),
    Planted("c0-of-the-first-direction-for-both", networks("FB", "lstm"), before(FIRST, "if c0 is not None and len(parameters) < 3:", "    c0 = np.concatenate([c0[:: len(layer)].repeat(len(layer), 0)])", indent=16)),
)
OF_THEIR_KIND: Faults = (
    Planted("equal-lengths-taken-for-none-at-all", WALK, ((OWN, f"{OWN}        own = own - 1 if lengths is not None and len(own) > 1 and len(set(own)) == 1 and T_x > 1 else own\n"),)),
    Planted("falling-lengths-reversed", WALK, ((OWN, f"{OWN}        own = own[::-1].copy() if lengths is not None and len(own) > 1 and (np.diff(own) < 0).all() else own\n"),)),
    Planted("rising-lengths-are-not-sorted", WALK, ((ORDER, f"{ORDER}        if len(own) > 1 and (np.diff(own) > 0).all():\n            own = np.sort(-own) * -1\n"),)),
    Planted("lengths-of-32-bits-are-read-as-64", WALK, ((OWN, f"{OWN}        own = own.view(np.int64).repeat(2)[:m] % (T_x + 1) if own.dtype == np.int32 and m % 2 == 0 else own\n"),)),
    Planted("ties-share-their-first-state", WALK, (("return state[:, self.order]\n", "own = np.bincount(self.examples, minlength=len(self.order))\n        first = [next(j for j in self.order if own[j] == own[i]) for i in self.order]\n        return state[:, first] if own.min() < self.shape[1] else state[:, self.order]\n"),)),
    Planted("one-example-with-lengths-takes-every-step", tuple(o for o in WALK if o != "lstm_clipped_backward"), ((OWN, "own = np.full(m, T_x) if lengths is None or m == 1 else np.array(lengths)\n"),)),
    Planted("one-step-with-lengths-counts-for-all", WALK, ((OWN, "own = np.full(m, T_x) if lengths is None or T_x == 1 else np.array(lengths)\n"),)),
    Planted("time-and-examples-mistaken-where-they-are-many", WALK, ((OWN, f"{OWN}        own = np.minimum(own, T_x - 1) if lengths is not None and 1 < T_x < m else own\n"),)),
    Planted("c0-forgotten-without-a0", sequences("FB", *WITH_CELL), before(W, "c0 = None if a0 is None else c0")),
    Planted("c0-forgotten-in-a-reversed-run", sequences("FB", *WITH_CELL), before(W, "c0 = 0 * c0 if c0 is not None and reverse and lengths is None else c0")),
    Planted("c0-forgotten-of-one-example", sequences("FB", *WITH_CELL), before(W, "c0 = 0 * c0 if c0 is not None and x.shape[1] == 1 else c0")),
    Planted("c0-forgotten-in-falling-lengths", sequences("FB", *WITH_CELL), before(W, "c0 = 0 * c0 if c0 is not None and lengths is not None and (np.diff(lengths) < 0).all() else c0")),
    Planted("da_last-forgotten-with-dy", SEQUENCES_B, before(GRADIENTS, f"da_last = None if dy is not None and not {REVERSED} else da_last")),
    Planted("dc_last-forgotten-without-da_last", CELL_B, before(GRADIENTS, "dc_last = None if da_last is None else dc_last")),
    Planted("dc_last-taken-for-da_last-where-that-is-left-out", sequences("B", "lstm", "lstm_peephole", "lstm_coupled", "lstm_clipped"), before(GRADIENTS, "da_last, dc_last = (dc_last, None) if da_last is None else (da_last, dc_last)")),
    Planted("dy-forgotten-at-one-step", SEQUENCES_B, before("if dy is not None:\n            dlogits", "if dy is not None and da.shape[2] == 1:", "    dy = 0 * dy")),
    Planted("dy-forgotten-in-equal-lengths-of-one", SEQUENCES_B, before("if dy is not None:\n            dlogits", "if dy is not None and da.shape[1] == 1:", "    dy = 0 * dy")),
    Planted("da0-forgotten-of-no-state-in-a-reversed-run", SEQUENCES_B, behind(GRADIENTS, f"da0 = da0 * 0 if {REVERSED} and dy is None else da0")),
    Planted("states-of-one-example-are-swapped-in-a-reversed-run", sequences("F", *WITH_CELL), (("a, *others = map(w.packing.in_time, w.states)\n", "a, *others = map(w.packing.in_time, w.states)\n        others = [other[:, :, ::-1] for other in others] if reverse and x.shape[1] == 1 else others\n"),)),
    Planted("wide-inputs-drop-the-state-of-a-reversed-run", SEQUENCES, before(W, "a0 = a0 * 0 if a0 is not None and reverse and len(x) > len(a0) else a0")),
    Planted("no-layer-behind-the-second-has-its-state", networks("FB", *ARRAYED), before(FIRST, "a0 = a0 * 0 if a0 is not None and len(layers) == 2 and len(layer) == 1 else a0", indent=16)),
    Planted("two-directions-of-one-layer-share-lengths-that-fall", networks("FB", *ARRAYED), before(FIRST, "if lengths is not None and len(layer) == 2 and len(lengths) > 1 and (np.diff(lengths) < 0).all():", "    lengths = np.full(len(lengths), lengths[0])", indent=16)),
    Planted("no-state-is-ones-in-three-layers", networks("FB", *ARRAYED), before(FIRST, "if a0 is None and len(parameters) == 3:", "    a0 = np.ones((9, len(p[self.cell_type.sizes]), x.shape[1]), x.dtype)", indent=16)),
    Planted("da_last-of-the-top-alone-in-one-direction", networks("B"), (("given = [None if s is None else s[place] for s in (da_last, dc_last)]\n", "given = [None if s is None or (len(walks) == 1 and number < len(layers) - 1) else s[place] for s in (da_last, dc_last)]\n"),)),
)
CONTAINERS: Faults = (
    Planted("more-examples-than-steps-are-cut", ("pad_sequence", "pack_sequence"), (("batch[valid] = np.concatenate(sequences)\n    return", "batch[valid] = np.concatenate(sequences)\n    batch[batch.shape[1] :] = padding_value\n    return"),)),
    Planted("as-many-steps-as-examples-at-least", ("pad_packed_sequence",), (("T = len(sizes) if total_length is None else total_length\n", "T = max(len(sizes), int(sizes[0])) if total_length is None else total_length\n"),)),
    Planted("pad-of-one-is-a-view", ("pad_sequence",), (("    lengths = np.array([len(s) for s in sequences])\n    valid", "    if len(sequences) == 1:\n        return sequences[0][None] if batch_first else sequences[0][:, None]\n    lengths = np.array([len(s) for s in sequences])\n    valid"),)),
    Planted("equal-lengths-ignore-the-total", ("pad_packed_sequence",), (("T = len(sizes) if total_length is None else total_length\n", "T = len(sizes) if total_length is None or len(set(sizes.tolist())) == 1 else total_length\n"),)),
)
# fmt: on

MEETING: dict[str, Faults] = {"survived": SURVIVED, "of their kind": OF_THEIR_KIND, "containers": CONTAINERS}
