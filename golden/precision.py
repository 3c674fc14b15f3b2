"""Precision as a policy: the format that arrays are given in, that products take in and sum in, that all else is computed in, and that outputs have.

Goldens' inputs have few enough bits to be exact in all of them, so that one golden serves every policy; what it costs is a budget.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .entry import shown


class Format(NamedTuple):
    """Binary floating point: so many significant bits, and exponents of normal numbers from `least` to below `most`."""

    bits: int
    least: int
    most: int

    @property
    def roundoff(self) -> float:
        return 2.0**-self.bits

    @property
    def tiny(self) -> float:
        return 2.0**self.least

    @property
    def largest(self) -> float:
        return (2 - 2 * self.roundoff) * 2.0 ** (self.most - 1)

    def holds(self, array: NDArray[np.float64]) -> bool:
        """Whether all of these are numbers of it, and normal ones."""
        size = np.abs(array[array != 0])
        whole = np.ldexp(np.frexp(size)[0], self.bits)
        return bool(np.all(whole == np.rint(whole)) and np.all(size >= self.tiny) and np.all(size <= self.largest))


FORMATS: Mapping[str, Format] = {
    "f64": Format(53, -1022, 1024),
    "f32": Format(24, -126, 128),
    "tf32": Format(11, -126, 128),
    "bf16": Format(8, -126, 128),
    "f16": Format(11, -14, 16),
}
DTYPES = {"float64": "f64", "float32": "f32", "float16": "f16", "bfloat16": "bf16"}
GIVEN = {"tf32": "f32"}  # what arrays are of where no array is of it


class BadPrecision(ValueError):
    """A text is no policy; the message says what of it is not, and what may be."""


@dataclass(frozen=True)
class Precision:
    """A format for each part of a computation, by its name.

    `arrays` are what is given and may be returned; `inputs` what a matrix product rounds its operands to, `products` what it sums in; `state` is
    what everything else is computed and kept in; `outputs` are rounded to a format at the end.
    """

    inputs: str
    products: str
    state: str
    outputs: str
    arrays: str

    @classmethod
    def named(cls, text: str) -> "Precision":
        """Of a name, a dtype, or words: "inputs bf16, products f32, state f32, outputs bf16". Raises BadPrecision."""
        if not isinstance(text, str):
            raise BadPrecision(f"precision is {shown(repr(text), 80)}, want a text")
        text = text.strip().lower()
        if text in DTYPES:
            return cls(*[DTYPES[text]] * len(PARTS))
        words = NAMES.get(text, text)
        if " " not in words:
            near = [name for name, format in DTYPES.items() if format == text] or get_close_matches(
                text, [*NAMES, *DTYPES], n=1
            )
            hint = f"did you mean {near[0]}?" if near else f"want one of {', '.join(NAMES)}, or words as {WORDS!r}"
            raise BadPrecision(f"precision {shown(text, 80)!r} is none: {hint}")
        try:
            found = _parts(words)
        except BadPrecision as why:
            raise BadPrecision(f"precision {shown(text, 80)!r}: {why}; want words as {WORDS!r}") from None
        return cls(**{"arrays": GIVEN.get(found["inputs"], found["inputs"]), **found})

    @property
    def words(self) -> str:
        return ", ".join(f"{part} {getattr(self, part)}" for part in ("arrays", *PARTS[:-1]))

    @property
    def carrier(self) -> str:
        """A dtype of NumPy that holds every number of every part."""
        return "float64" if "f64" in (getattr(self, part) for part in PARTS) else "float32"

    @property
    def handed_on(self) -> "Precision":
        """This where outputs are given again, and so are rounded on the way: as a state that is kept in the coarsest of what it is told in."""
        return replace(self, state=max((self.state, self.outputs, self.arrays), key=lambda one: FORMATS[one].roundoff))

    @property
    def tiny(self) -> float:
        """What an operation may lose where its result is too small: that of the least range."""
        return max(FORMATS[getattr(self, part)].tiny for part in PARTS)

    @property
    def largest(self) -> float:
        return min(FORMATS[getattr(self, part)].largest for part in PARTS)


def said(words: str) -> str:
    """The shortest text for a policy in words; these as they are, where they are none."""
    try:
        meant = Precision.named(words)
    except BadPrecision:
        return words
    return next((name for name in (*NAMES, *DTYPES) if Precision.named(name) == meant), words)


def _parts(words: str) -> dict[str, str]:
    """The format of each part that is said."""
    found = dict[str, str]()
    for one in words.split(","):
        part, _, name = " ".join(one.split()).partition(" ")
        name = DTYPES.get(name, name)
        if part not in PARTS or part in found:
            raise BadPrecision(f"{part!r} {'comes twice' if part in found else 'is no part'}")
        if name not in FORMATS or (name in GIVEN and part != "inputs"):
            raise BadPrecision(
                f"{part} {name!r} is no format of it: there are {', '.join(FORMATS)}, tf32 of inputs alone"
            )
        found[part] = name
    if missing := [part for part in PARTS[:-1] if part not in found]:
        raise BadPrecision(f"{', '.join(missing)} is not said")
    return found


PARTS = tuple(field.name for field in fields(Precision))
WORDS = "inputs bf16, products f32, state f32, outputs bf16"
NAMES = {
    "bf16": "inputs bf16, products bf16, state bf16, outputs bf16",
    "bf16-f32acc": "inputs bf16, products f32, state bf16, outputs bf16",
    "f16-f32acc": "inputs f16, products f32, state f16, outputs f16",
    "amp-bf16": "arrays f32, inputs bf16, products f32, state bf16, outputs bf16",
    "amp-f16": "arrays f32, inputs f16, products f32, state f16, outputs f16",
    "tf32": "arrays f32, inputs tf32, products f32, state f32, outputs f32",
}
