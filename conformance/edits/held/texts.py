"""What the reference gives whose text is edited."""

from typing import Any

import numpy as np
from rnnspec.golden import Golden
from rnnspec.reference.contract import ContractError

from ...deviations.copy import deviating
from ...deviations.deviation import Edit as Change
from ..generated.texts.walked import BESIDES
from ..trace.differentiating import differentiated
from ..trace.noise import roundings
from ..trace.replaying import FAILURES, CannotRun, Edit
from ..trace.trace import Arrays
from ..trace.tracing import traced
from ..trace.ways import CACHED, FOLLOWED


def of_text(
    golden: Golden, edits: tuple[Edit, ...], beside: tuple[Change, ...], noisy: bool, way: str = CACHED
) -> Arrays | None:
    """Outputs by name, with all that it is given off by a rounding if `noisy`, those of a backward in one of the ways in which it may go
    with its forward; None beside other edits. Raises CannotRun where it cannot run, as in a loop that has no such text.
    """
    if len(edits) > 1:
        return None
    changes = (*edits[0].source, *beside, *BESIDES.get(way, ()))
    if way == FOLLOWED and golden.entry.operation.forward:
        return _followed(golden, changes, noisy)
    given = [golden.inputs, golden.parameters]
    if noisy:
        names = [*given[0], *given[1]]
        given = [{name: _rounded(names.index(name), array) for name, array in group.items()} for group in given]
    try:
        with deviating(changes) as functions:
            return golden.entry.operation.named(golden.entry.operation.call(functions, *given), [*given[0], *given[1]])
    except (*FAILURES, ContractError) as error:
        raise CannotRun from error


def _followed(golden: Golden, changes: tuple[Change, ...], noisy: bool) -> Arrays:
    try:
        with deviating(changes) as functions:
            found = differentiated(traced(golden, functions), (), noisy)
    except (*FAILURES, ContractError) as error:
        raise CannotRun from error
    if found is None:  # what has no slope
        raise CannotRun
    return found


def _rounded(place: int, array: Any) -> Any:
    return array * roundings(place, np.shape(array)) if array.dtype.kind == "f" else array
