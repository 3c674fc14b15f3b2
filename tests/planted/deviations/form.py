"""One form of an entry of the catalogue, planted where a developer would write it: an edit of a writing, not of the reference.

An entry may stand in several rows, one a form in which it occurs: a forward bug that the backward follows, or does not.
"""

from planted.planting import Change, Planted, Writing
from rnnspec.conformance.deviations.catalogue import CATALOGUE


def form(
    id: str,
    changes: tuple[Change, ...] = (),
    operations: tuple[str, ...] = (),
    into: Writing = Writing.PACKED,
    computed_in: str = "",
) -> Planted:
    """Wrong wherever the entry is, unless a form shows in fewer operations."""
    return Planted(id, operations or CATALOGUE[id].affects, changes, into, computed_in, deviation=id)
