"""What an edit is to a person: a story for each kind, whatever the family, beside the line of the source."""

from .trace.group import COLUMNS, NAMED, SAME
from .trace.places import LOOPS
from .trace.replaying import Edit
from .trace.tape import KEPT
from .trace.trace import Trace

BY_KIND = {
    "anew": "computed again in the backward, from what is not the same any more",
    "approximation": "a function that approximates",
    "axes": "axes in another order",
    "constant": "a number of its own",
    "end": "one end of the sequence is treated apart",
    "exchanged": "two values taken for each other",
    "form": "another form of a value",
    "function": "another function",
    "given": "another of the things that are given",
    "loop": "the loop over the steps takes, returns or passes on something else",
    "inserted": "a term or a factor too many",
    "left out": "a part is missing",
    "mask": "another mask: what is padding, or where a function is flat",
    "mixture": "a mixture with another part",
    "nothing": "nothing in the place of a value",
    "operator": "another operation",
    "order": "another order",
    "outputs": "what is returned is in another order",
    "precision": "fewer digits than asked for",
    "read": "a step goes on with a state as it entered it, and not as it made it",
    "role": "the same in all that belong together, such as all gates or all states",
    "sign": "another sign",
    "state": "a state is not carried from step to step, or another is",
    "sum": "another sum, or none",
    "terms": "terms or factors put together otherwise",
    "value": "another value",
}
OF_LOOPS = {  # by the function of the loop
    **dict.fromkeys(("forward", "backward", "carried"), BY_KIND["state"]),
    "steps": "what each step is given is another",
    "stacked": "what is returned of all steps is another",
}
OF_A_VALUE = ("value", "form", "sign", "nothing", "end")  # kinds
STATES = ("0", "_prev")
INTO_STATES = ("_last", "_next")


def story(trace: Trace, edit: Edit) -> str:
    """In words, "" for none."""
    node = next((trace.tape.nodes[i] for i in edit.members(trace)), None)
    names = {place.function for place in edit.group.place[: None if edit.group.extent == NAMED else 1]}
    if edit.partner and edit.kind == "given":
        if names <= trace.parameters:
            return "gates exchanged"
        is_of_states = all(name.endswith((*STATES, *INTO_STATES)) for name in names)
        return "states exchanged" if is_of_states else BY_KIND["exchanged"]
    if edit.partner and edit.kind == "terms":
        return BY_KIND["terms"]
    if node and node.name == KEPT:
        return ""  # which the place says
    if node and not node.name and names and all(name.endswith(STATES) for name in names):
        return "an initial state is not what was given"
    if node and node.place[0].function == "accumulated":
        return "gradients of steps not added up"
    if node and node.place[0].function == "arriving":
        is_left_out = edit.kind == "left out"
        return (
            "a gradient is not carried from step to step" if is_left_out else "what reaches a step is another gradient"
        )
    if edit.group.extent == SAME and edit.group.only == COLUMNS:
        return "the sum over examples is another"
    if node and edit.kind in OF_A_VALUE and node.name == "[]" and node.place[0].module in LOOPS:
        return OF_LOOPS["steps"]
    if node and edit.kind in OF_A_VALUE and node.place[0].module in LOOPS:
        return OF_LOOPS.get(node.place[0].function, BY_KIND[edit.kind])
    return BY_KIND.get(edit.kind, "")
