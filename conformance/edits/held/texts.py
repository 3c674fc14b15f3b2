"""What the reference gives whose text is edited."""

from typing import Any

import numpy as np
from rnnspec.golden import Golden
from rnnspec.reference import layer, network, recurrence, unroll
from rnnspec.reference.contract import ContractError

from ...deviations.copy import deviating
from ...deviations.deviation import Edit as Change
from ..generated.texts.steps import of_kept
from ..trace.differentiating import differentiated
from ..trace.noise import roundings
from ..trace.replaying import FAILURES, CannotRun, Edit
from ..trace.trace import Arrays
from ..trace.tracing import traced
from ..trace.ways import CACHED, FOLLOWED, MASKED, SKIPPED

# what a backward asks of its own: in which order steps were taken, and which of them an example has
WALKED = "walk.__class__(walk.outputs, walk.caches, walk.final, {order}, {valid})"
VALID = "[None if given.get('lengths') is None else t < given['lengths'] for t in range(len(walk.outputs))]"
ITS_OWN = tuple(
    Change(function, old, old.replace("walks" if "walks" in old else "walk", walked, 1))
    for function, old, walked in (
        (
            layer._forward,
            "Caches(family.name, walk,",
            WALKED.format(order="range(len(walk.outputs))[:: -1 if given.get('reverse') else 1]", valid=VALID),
        ),
        (
            recurrence._forward,
            "Caches(family.name, walk,",
            WALKED.format(order="range(len(walk.outputs))", valid=VALID),
        ),
        (
            network._forward,
            "NetworkCaches(family.name, walks,",
            "[[{} for d, walk in enumerate(walks_of)] for walks_of in walks]".format(
                WALKED.format(order="range(len(walk.outputs))[:: -1 if d else 1]", valid=VALID)
            ),
        ),
    )
)
STEPPED = "new, state_t, caches[t] = cell.step(given, state, parameters)"
OF_VALID = of_kept("select(valid[t], v, 0) if np.shape(v)[-1:] == np.shape(valid[t]) else v", "caches[t].intermediates")
EMPTY = Change(  # in the place of what a step that an example does not have would keep of it
    unroll.forward, STEPPED, f"{STEPPED}\n        caches[t] = caches[t]._replace(intermediates={OF_VALID})"
)
BESIDES = {MASKED: ITS_OWN, SKIPPED: (*ITS_OWN, EMPTY)}


def is_walked(change: Change) -> bool:
    """Whether it is of what a backward may ask on its own."""
    return change.function is unroll.forward and change.old.startswith(("order =", "valid ="))


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
