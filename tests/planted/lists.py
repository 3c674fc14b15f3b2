"""Every list of planted faults, by what it is of."""

from planted.deviations.conventions import CONVENTIONS
from planted.deviations.gates import GATES
from planted.deviations.layers import CONTAINERS as DEVIATING_CONTAINERS
from planted.deviations.layers import NETWORKS as DEVIATING_NETWORKS
from planted.deviations.layers import PRECISION
from planted.deviations.recurrences import DEVIATING as DEVIATING_RECURRENCES
from planted.deviations.time import TIME
from planted.deviations.units import UNITS
from planted.families.cells import CELLS
from planted.families.containers import CONTAINERS
from planted.families.gates import GATES as OF_GATES
from planted.families.lstms import LSTMS
from planted.families.networks import NETWORKS
from planted.families.recurrences import RECURRENCES
from planted.families.sequences import SEQUENCES
from planted.planting import Planted
from planted.ten.backward import BACKWARD
from planted.ten.conditional import CONDITIONAL
from planted.ten.forward import FORWARD
from planted.unlisted import UNLISTED

Faults = tuple[Planted, ...]
Lists = dict[str, Faults]

TEN: Lists = {"forward": FORWARD, "backward": BACKWARD, "conditional": CONDITIONAL}
IN_FAMILIES: Lists = {
    "cells": CELLS,
    "lstms": LSTMS,
    "sequences": SEQUENCES,
    "networks": NETWORKS,
    "containers": CONTAINERS,
    "recurrences": RECURRENCES,
    "gates of recurrences": OF_GATES,
}
# the forms of the catalogue's entries
DEVIATING: Lists = {
    "gates": GATES,
    "units": UNITS,
    "time": TIME,
    "deviating networks": DEVIATING_NETWORKS,
    "deviating containers": DEVIATING_CONTAINERS,
    "precision": PRECISION,
    "deviating recurrences": DEVIATING_RECURRENCES,
    "conventions of recurrences": CONVENTIONS,
}
UNKNOWN: Lists = {"unlisted": UNLISTED}


def together(lists: Lists) -> Faults:
    return tuple(fault for faults in lists.values() for fault in faults)
