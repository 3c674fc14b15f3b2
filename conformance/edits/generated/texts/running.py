"""Which operation runs a text, and which of them a forward does not run."""

from collections.abc import Sequence

from rnnspec.reference import Kind, Operation, layer, network, unroll
from rnnspec.reference.family import Family

from ....deviations.deviation import Edit as OfText
from ...finding import RECURRENCES
from ...trace.trace import Trace
from .steps import OUTPUTS, UNTOLD

HEADS = (unroll.head, unroll.head_backward)
OF_CELLS = (unroll.head, Family.step, Family.step_backward)
REVERSED = "reversed run"  # in the words of what such a run alone has
OF_SEVERAL = (
    "the first state ",
    "the first gradient is ",
    "states but ",
    "gradients but ",
    "each state but ",
    "the first gradient that ",
    "the first gradient and ",
    "states exchanged ",
    "gradients exchanged ",
)  # with which words of several states begin
OF_SOME = (", in the first state", ", in states but the first")


def has(operation: Operation, words: str) -> bool:
    """Whether there is what a text is of: runs that are reversed, or several states."""
    if REVERSED in words and "reverse" not in operation.all_options and operation.kind is not Kind.NETWORK:
        return False
    of_several = words.startswith(OF_SEVERAL) or any(part in words for part in OF_SOME)
    return len(operation.states) > 1 or not of_several


def worded(operation: Operation, words: str) -> str:
    """Of what is returned over time, which of a recurrence need be no state."""
    over_time = {name for name in (operation.forward or operation).outputs if not name.endswith("_last")}
    return (
        words if over_time & {*operation.states} else words.replace("states are not masked", "outputs are not masked")
    )


def is_run(trace: Trace, changes: tuple[OfText, ...]) -> bool:
    """Whether an operation may run these: only layers have a head, and outputs that are states."""
    operation = trace.operation
    if operation.kind is Kind.CELL:
        return any(change.function in OF_CELLS for change in changes)
    is_headed = has_head(operation)
    of_heads = any(change.function in HEADS or change.function.__module__ == layer.__name__ for change in changes)
    of_states = any(change.old == OUTPUTS and change.new == UNTOLD for change in changes)
    over_time = {name for name in (operation.forward or operation).outputs if not name.endswith("_last")}
    tells_states = is_headed or operation.kind is Kind.NETWORK or over_time <= {*operation.states}
    return (is_headed or not of_heads) and (tells_states or not of_states)


def given(operation: Operation) -> Sequence[str]:
    """What a step gives: a layer's states, of a recurrence what it returns of every step."""
    if operation.family not in RECURRENCES:
        return operation.states
    return [name for name, axes in (operation.forward or operation).outputs.items() if axes.split()[-1] == "T_x"]


def has_head(operation: Operation) -> bool:
    named = {*operation.all_options, *operation.outputs}
    return operation.family not in RECURRENCES and bool({"dy", "y", "y_pred"} & named)


def is_back(change: OfText) -> bool:
    """Whether a forward does not run what is changed."""
    back = (
        unroll.backward,
        unroll.accumulated,
        unroll.arriving,
        unroll.head_backward,
        Family.step_backward,
        layer.through_head,
        layer._backward,
        network._layer_backward,
    )
    return change.function in back
