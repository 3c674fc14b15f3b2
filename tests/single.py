"""The operations of one layer, of which these tests speak: every family's four and the elementwise ones."""

from rnnspec.golden import cases
from rnnspec.reference import FAMILIES, OPERATIONS, Operation

KINDS = ("cell_forward", "cell_backward", "forward", "backward")
NAMES = ["sigmoid", "softmax", *(f"{family.name}_{kind}" for family in FAMILIES for kind in KINDS)]
SINGLE: dict[str, Operation] = {name: OPERATIONS[name] for name in NAMES}
ENTRIES = [entry for entry in cases() if entry.operation.name in SINGLE]
