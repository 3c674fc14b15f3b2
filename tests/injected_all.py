"""Every row of the tables, and the pairs of an entry and an operation that they measure."""

from injected import Injected
from injected_gates import GATES
from injected_layers import CONTAINERS, NETWORKS, PRECISION
from injected_time import TIME
from injected_units import UNITS

INJECTED: tuple[Injected, ...] = GATES + UNITS + TIME + NETWORKS + CONTAINERS + PRECISION
