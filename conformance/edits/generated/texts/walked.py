"""Texts of a forward whose backward goes by a loop of its own: in the right order, with the steps that each example has."""

from rnnspec.reference import layer, network, recurrence, unroll

from ....deviations.deviation import Edit as Change
from ...trace.ways import MASKED, SKIPPED
from .steps import of_kept

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
