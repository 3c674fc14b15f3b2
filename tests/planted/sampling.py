"""A seeded sample of what is planted, spread over all that it differs in."""

import numpy as np
from planted.lists import DEVIATING, Lists
from planted.planting import Planted
from rnnspec.conformance.deviations.catalogue import SECTIONS
from rnnspec.reference import OPERATIONS

Try = tuple[Planted, str]  # and the operation to ask of
Stratum = tuple[str, str, str, str]

SHARE = 4  # one of so many faults
SECTION = {deviation.id: section.__name__ for section in SECTIONS for deviation in section.DEVIATIONS}


def by_id(lists: Lists) -> dict[str, Planted]:
    return {fault.id: fault for faults in lists.values() for fault in faults}


def some(lists: Lists) -> dict[str, Planted]:
    """A share of each list, by id, and more of it until each operation that the list makes wrong is among theirs."""
    rng, chosen = np.random.default_rng(0), list[Planted]()
    for faults in lists.values():
        lacking = {operation for fault in faults for operation in fault.operations}
        for place, k in enumerate(rng.permutation(len(faults))):
            if place * SHARE < len(faults) or lacking & set(faults[k].operations):
                lacking -= set(faults[k].operations)
                chosen.append(faults[k])
    return {fault.id: fault for fault in chosen}


def tries() -> dict[str, list[Try]]:
    """Every form of the catalogue's entries with every operation in which it shows, by list."""
    return {name: [(form, o) for form in forms for o in form.operations] for name, forms in DEVIATING.items()}


def some_tries() -> list[Try]:
    """One of each list, section of the catalogue, kind of operation and direction."""
    rng, strata = np.random.default_rng(0), dict[Stratum, list[Try]]()
    for name, every in tries().items():
        for one in every:
            strata.setdefault(_stratum(name, one), []).append(one)
    return [among[rng.integers(len(among))] for among in strata.values()]


def _stratum(name: str, one: Try) -> Stratum:
    form, operation = one[0], OPERATIONS[one[1]]
    return name, SECTION[form.deviation], str(operation.kind), str(operation.direction)
