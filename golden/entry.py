"""One case's line in the manifest: what it is, what its arrays are, and two digests."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rnnspec.reference import OPERATIONS, Operation
from rnnspec.reference.checking import Dimensions
from rnnspec.reference.contract import ANY, FLAGS, INTEGERS, MARKS

GROUPS = ("inputs", "parameters", "outputs", "sensitivity", "sensitivity16", "underflow")  # of a golden's arrays
INT32 = "lengths=int32"  # the feature of lengths of that type, in place of int64
NOT_FLOATS = dict.fromkeys(INTEGERS, "<i8") | dict.fromkeys(FLAGS + MARKS, "|b1")


def shown(what: object, most: int = 400) -> str:
    """A text for one line of a message: control characters escaped, cut where it goes on for long."""
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(what)[: most + 1])
    return line if len(line) <= most else f"{line[:most]}…"


class GoldenError(ValueError):
    """A golden or the manifest is not what it should be; the message names the file."""


@dataclass(frozen=True)
class Entry:
    """One case's line. Two digests cover all of it: `evidence` what decides a verdict, `provenance` the rest."""

    id: str
    shows: str
    labels: list[str]
    features: list[str]
    dtypes: list[str]
    refused: dict[str, str]  # dtypes that it is not for, each with the reason
    dims: dict[str, int]
    seed: int
    inputs: str  # digest of inputs and parameters
    digest: str  # of those and of what follows from them
    bits: int
    corroborated: list[str]
    recipe: str  # digest of the code and the idea that it was made from
    evidence: str  # digest of the arrays and of every field that decides a verdict
    provenance: str  # digest of every other field

    @property
    def operation(self) -> Operation:
        return OPERATIONS[self.id.split("/")[0]]

    @property
    def exact(self) -> bool:
        """Whether values are only moved, so that no bit may differ."""
        return self.bits == 0

    @cached_property
    def axes(self) -> Mapping[str, tuple[str, str]]:
        """Key of an array -> (axes, dtype), in order."""
        inputs = self.operation.run_inputs(self.dims, self.features)
        parameters = self.operation.all_parameters(self.dims)
        outputs = self.operation.expected([*inputs, *parameters])
        groups: dict[str, tuple[Mapping[str, str], str]] = {
            "inputs": (inputs, "<f8"),
            "parameters": (parameters, "<f8"),
            "outputs": (outputs, "<f8"),
            "sensitivity": (outputs, "<f4"),
            "sensitivity16": (outputs if "float16" in self.dtypes and not self.exact else {}, "<f4"),
            "underflow": (outputs, "<f4"),
        }
        return {
            f"{group}/{name}": (
                "n m" if axes == ANY else axes,
                self._kind(name) if dtype == "<f8" and name in NOT_FLOATS else dtype,
            )
            for group, (arrays, dtype) in groups.items()
            for name, axes in arrays.items()
        }

    def _kind(self, name: str) -> str:
        return "<i4" if name == "lengths" and INT32 in self.features else NOT_FLOATS[name]

    def shapes(self) -> dict[str, tuple[tuple[int, ...], str]]:
        """Key of an array -> (shape, dtype), in order."""
        dims = Dimensions(self.id, self.dims)
        return {key: (dims.shape(axes), dtype) for key, (axes, dtype) in self.axes.items()}
