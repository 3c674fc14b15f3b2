"""The contract's weights as a layer keeps them: gates stacked or each for itself, turned, with one bias or two.

A weight is called by what stands in it:

    Wx  Wh      what acts on the input, and on the state
    Wxh  Whx    both in one matrix, the input's columns first or the state's
    b           the biases; or bx and bh, of which a layer adds two; or both in one matrix of two rows, bxh
    Wp Pf bca … any other of the family by its name in the contract

A layer's name for it ends in `.T` where its matrix is (columns, units), and has `{gate}` where each gate has its own:
its letter, or what stands before `=` where `gates` says what the names mean, `rzn=run`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rnnspec.reference import ContractError

from ..recurrent.layer import FAMILY, Array, Named
from .pattern import BadDescription

GATED = ("Wx", "Wh", "Wxh", "Whx", "b", "bx", "bh", "bxh")
NEEDED = {
    "what acts on input and state": (("Wx", "Wh"), ("Wxh",), ("Whx",)),
    "the biases": (("b",), ("bx", "bh"), ("bxh",)),
}
# how much of a bias each of two carries: exact in every format, and neither is all of it alone, or twice
BIASES = {"bx": 2, "bh": -1}
LSTM = {"i": "i", "f": "f", "g": "c", "c": "c", "o": "o"}
# z weights the old value, the contract's u the new one: z = 1 - u = sigmoid(-(Wu v + bu))
GRU = {"r": "r", "u": "u", "z": "-u", "n": "c", "c": "c", "h": "c"}
GATES = {
    **dict.fromkeys(("rnn", "rnn_relu"), ("", {"": ""})),
    **dict.fromkeys(("lstm", "lstm_peephole", "lstm_projected"), ("ifgo", LSTM)),
    "lstm_coupled": ("igo", {**LSTM, "f": "-i"}),  # 1 - s(z) is s(-z)
    **dict.fromkeys(("gru", "gru_reset_after"), ("rzn", GRU)),
}


@dataclass(frozen=True)
class Packing:
    """Which gates stand in which order, and what the layer calls its weights."""

    family: str
    gates: str
    names: Mapping[str, str]

    def __post_init__(self) -> None:
        if self.family not in GATES:
            raise BadDescription(f"like={self.family!r} cannot be described, want one of {', '.join(GATES)}")
        self._ordered()
        known = [*GATED, *(name for name in FAMILY[self.family].parameters if name not in self._of_gates())]
        if strange := [name for name in self.names if name not in known]:
            raise BadDescription(f"weights has {strange[0]!r}, want some of {', '.join(known)}")
        if self.on_ones and "bca" in FAMILY[self.family].parameters:
            raise BadDescription(
                "weights lacks b or bx with bh, the biases: without them no layer can be given what the state's bias bca does"
            )
        for words, ways in [*NEEDED.items()][: 1 if self.on_ones else None]:
            if not any({*way} <= {*self.names} for way in ways):
                raise BadDescription(f"weights lacks {' or '.join(' with '.join(way) for way in ways)}, {words}")

    def _ordered(self) -> None:
        """Raises BadDescription where the gates are not the family's."""
        usual, letters = GATES[self.family]
        names, meant = apart(self.gates)
        if sorted(letters.get(x, "?").strip("-") for x in meant) != sorted(letters[x].strip("-") for x in usual):
            raise BadDescription(f"gates={self.gates!r} is no order of the gates of {self.family}, such as {usual!r}")
        if len(names) != len(meant):
            raise BadDescription(
                f"gates={self.gates!r} has names for {len(names)} gates and says what {len(meant)} mean"
            )
        if len({*names}) < len(names):
            raise BadDescription(f"gates={self.gates!r} has a name twice")

    @cached_property
    def on_ones(self) -> bool:
        """Whether the layer has no biases: they weigh an input that is always one, behind the others."""
        return not {"b", "bx", "bh", "bxh"} & {*self.names}

    def packed(self, p: Named, xp: Any) -> dict[str, Array]:
        """The layer's weights by its names for them."""
        return {name: array for key, name in self.names.items() for name, array in self._packed(p, key, name, xp)}

    def one(self, p: Named, key: str) -> Array:
        """What one weight is made of, as the layer has it."""
        return next(array for _, array in self._packed(p, key, self.names[key], np))

    def _packed(self, p: Named, key: str, name: str, xp: Any) -> Iterator[tuple[str, Array]]:
        bare = name.removesuffix(".T")

        def turn(array: Array) -> Array:
            return xp.transpose(array, (1, 0)) if name != bare else array

        if key not in GATED:
            yield bare, turn(p[key] if p[key].shape[1] > 1 or key[0] == "W" else p[key][:, 0])
            return
        if key == "bxh":
            rows = [array for half in ("bx", "bh") for _, array in self._packed(p, half, "", xp)]
            yield bare, turn(xp.reshape(xp.concatenate(rows, 0), (2, -1)))
            return
        gates = zip(*apart(self.gates), strict=True) if self.gates else [("", "")]
        parts = {gate: self._part(p, key, letter, xp) for gate, letter in gates}
        if "{gate}" in bare:
            yield from ((bare.replace("{gate}", gate), turn(part)) for gate, part in parts.items())
        else:
            yield bare, turn(xp.concatenate([*parts.values()], 0))

    def _part(self, p: Named, key: str, letter: str, xp: Any) -> Array:
        """One gate's part of a weight: (n_a, columns), or (n_a,) of a bias."""
        gate = GATES[self.family][1][letter]
        sign, gate = (-1 if gate.startswith("-") else 1), gate.strip("-")
        found = self._bias(p, key, gate, xp) if key.startswith("b") else self._matrix(p, key, gate, xp)
        return found if sign > 0 else -found

    def _matrix(self, p: Named, key: str, gate: str, xp: Any) -> Array:
        if not gate:
            parts = {"x": p["Wax"], "h": p["Waa"]}
        else:
            whole = p[f"W{gate}"]
            n = p["Wp"].shape[0] if "Wp" in p else whole.shape[0]  # of what flows back
            parts = {"x": whole[:, n:], "h": whole[:, :n]}
        if self.on_ones:
            parts["x"] = xp.concatenate([parts["x"], p[f"b{gate or 'a'}"]], 1)
        found = [parts[letter] for letter in key[1:]]
        return found[0] if len(found) == 1 else xp.concatenate(found, 1)

    def _bias(self, p: Named, key: str, gate: str, xp: Any) -> Array:
        own = p[f"b{gate or 'a'}"][:, 0]
        if key == "b":
            return own
        if gate == "c" and "bca" in p:
            return own if key == "bx" else p["bca"][:, 0]
        return BIASES[key] * own

    def _of_gates(self) -> set[str]:
        """The contract's parameters that the gated weights are made of; a second bias may have a name of its own."""
        gates = {gate.strip("-") for gate in GATES[self.family][1].values()}
        return {"Wax", "Waa", "ba"} | {f"{kind}{gate}" for kind in "Wb" for gate in gates}


def apart(gates: str) -> tuple[str, str]:
    """The names of gates and what they mean, which is most often the same."""
    names, _, meant = gates.partition("=")
    return names, meant or names


def orders(family: str, gates: str, names: Mapping[str, str], *, trusted: bool = False) -> Iterator[str]:
    """Gates in each order, by each letter that one may have. Where each has its own weights they have none: its name may mean
    another, or where names are trusted, the same gate by its other letter.
    """
    usual, letters = GATES[family]
    own, meant = apart(gates or usual)
    signs = [
        (a, b) for a in meant for b in letters if {letters[a], letters[b]} == {x := letters[a].strip("-"), f"-{x}"}
    ]
    named = ["{gate}" in name for key, name in names.items() if key in GATED]
    for written in dict.fromkeys([meant, *(meant.replace(*pair) for pair in signs)]):
        for order in islice(permutations(range(len(own))), 1 if all(named) and trusted else None):
            here = own if all(named) else "".join(own[n] for n in order)
            now = "".join(written[n] for n in order)
            yield f"{here}={now}" if any(named) and here != now else now


def unpacked(packing: Packing, p: Named, gradients: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The gradients of the contract's parameters, from those of the layer's weights by what stands in them.

    Packing places elements, turns signs and doubles, and no more: packed, ones say by how much an element counts, and the
    parameters' own places where its gradient belongs. Raises ContractError where one has another shape.
    """
    names = [name for name in p if name not in FAMILY[packing.family].head]
    ends = np.cumsum([p[name].size for name in names])
    places = {n: np.arange(end - p[n].size, end).reshape(p[n].shape) + 1.0 for n, end in zip(names, ends, strict=True)}
    ones = {name: np.ones(p[name].shape) for name in names}
    whole = np.zeros(ends[-1] + 1, next(iter(gradients.values())).dtype)
    for key, gradient in gradients.items():
        if "{gate}" in packing.names[key]:
            raise BadDescription(f"{packing.names[key]!r}: gates of their own have no gradient by one name")
        counts = packing.one(ones, key)
        if gradient.size != counts.size:
            raise ContractError(f"d{key} has shape {gradient.shape}, want {counts.shape}")
        at = (packing.one(places, key) / counts).astype(int).ravel()
        np.add.at(whole, at, counts.astype(whole.dtype).ravel() * gradient.ravel())
    return {n: whole[end - p[n].size + 1 : end + 1].reshape(p[n].shape) for n, end in zip(names, ends, strict=True)}
