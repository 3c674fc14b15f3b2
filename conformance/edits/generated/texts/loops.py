"""Edits of the loop's own text, run in a copy of the reference: another index, order, mask or state where a step takes or gives something.

What a step computes is on the tape, and has its edits there. What the loop does with steps is their order and the indices of what it hands them, and these no node
shows: here every index of the loop is another one, every state that it hands on is handed on otherwise.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from rnnspec.reference import Kind, layer, unroll

from ....deviations.deviation import Edit as OfText
from ...finding import RECURRENCES
from ...trace.group import LOOP, Group
from ...trace.members import members
from ...trace.replaying import Edit
from ...trace.tape import named
from ...trace.trace import Trace
from ..making.editing import told
from .blends import of_blends
from .blocks import of_blocks
from .directions import of_directions
from .examples import of_examples
from .exchanges import of_exchanges, of_others
from .heads import GIVEN, of_heads
from .masks import (
    OF_INPUTS,
    of_flipped,
    of_flipped_heads,
    of_heads_masks,
    of_masks,
    of_padded_heads,
    of_padded_predictions,
    of_padded_states,
)
from .networks import of_networks
from .orders import of_ends_of_padding, of_moved_examples, of_orders
from .places import of_places
from .running import given, has, has_head, is_back, is_run, worded
from .stale import of_added_up, of_stale
from .steps import (
    ADDED,
    HANDED_BACK,
    HANDED_ON,
    OF_A_FORWARD,
    ONE_TO_ONE,
    PREDICTED,
    SKIPPED,
    SKIPPED_BACK,
    STEPS,
    Changes,
    of_ends,
    of_states,
)
from .through_heads import of_what_goes_through_heads
from .turned import of_inverted, of_turned
from .units import of_units


def _of_indices() -> Iterator[tuple[str, list[Changes]]]:
    """Each index of the loop another one."""
    for words, index in STEPS.items():
        back, forth = index.format(T="len(doutputs)"), OF_A_FORWARD.get(words, index).format(T="T_x")
        yield (
            f"the gradient into the outputs of {words}, not of t",
            [(unroll.backward, "doutputs[t]", f"doutputs[{back}]")],
        )
        yield f"the cache of {words}, not of t", [(unroll.backward, "walk.caches[t]", f"walk.caches[{back}]")]
        yield (
            f"the mask of {words}, not of t, in the backward",
            [(unroll.backward, "walk.valid[t]", f"walk.valid[{back}]")],
        )
        yield f"the inputs of {words}, not of t", [(unroll.forward, "x[t], 0) for x", f"x[{forth}], 0) for x")]
        masked = OF_INPUTS.replace("[t]", f"[{forth}]")
        yield f"the inputs of {words}, not of t, with their mask", [(unroll.forward, OF_INPUTS, masked)]
        if words in ONE_TO_ONE:
            yield f"outputs in the place of {words}", [(unroll.forward, "outputs[t] =", f"outputs[{forth}] =")]
            written = (unroll.backward, "dinputs[t], dprevious", f"dinputs[{back}], dprevious")
            yield f"gradients into inputs in the place of {words}", [written]


LEFT_OUT = {  # by what they are called, as a forward tells them
    "the first step is": "t == order[0]",
    "the last step is": "t == order[-1]",
    "the last step of a reversed run is": "t == (order[-1] if order[0] else -1)",
    "t = 0 is": "t == 0",
    "t = T_x - 1 is": "t == len(order) - 1",
    "the first two steps are": "t in order[:2]",
    "the last two steps are": "t in order[-2:]",
}


def _of_steps() -> Iterator[tuple[str, list[Changes]]]:
    """Steps left out, in one loop or in both; with what is predicted of them, or without."""
    for words, ahead in LEFT_OUT.items():
        t = ahead.replace("order", "walk.order")
        forth: Changes = (unroll.forward, HANDED_ON, SKIPPED.format(where=ahead))
        back: Changes = (unroll.backward, HANDED_BACK, SKIPPED_BACK.format(where=t))
        predicted = f"(not {t}) * select(v, predicted(family, s[0], parameters), 0)"
        steps = "for t, (v, s) in enumerate(zip(walk.valid, walk.outputs, strict=True))"
        head: Changes = (layer._forward, PREDICTED, f"{predicted} {steps}")
        through_head: Changes = (layer.through_head, GIVEN, f"(not {t}) * {GIVEN}")
        added = f"total = accumulated(total, {{n: (not {t}) * g for n, g in gradients.items()}})"
        yield f"{words} not taken", [forth, back]
        yield f"{words} not taken, nor predicted from", [forth, back, head]
        yield f"{words} not taken in the forward", [forth]
        yield f"{words} not taken in the backward", [back]
        yield f"{words} not taken in the backward, nor gone through the head", [back, through_head]
        yield f"gradients into parameters lack {words.rpartition(' ')[0]}", [(unroll.backward, ADDED, added)]


def _of_none() -> Iterator[tuple[str, list[Changes]]]:
    """No step taken, or of the first nothing handed on."""
    none: Changes = (unroll.backward, HANDED_BACK, SKIPPED_BACK.format(where=True))
    yield "no step is taken in the forward", [(unroll.forward, HANDED_ON, SKIPPED.format(where=True))]
    yield "no step is taken in the backward", [none]
    yield "no step is taken in the backward, nor gone through the head", [none, (layer.through_head, GIVEN, "0 * dy_t")]
    nothing = f"{HANDED_ON} if t != order[0] else state"
    zeros = SKIPPED.replace("if {where}:", "if t == order[0]:\n            state = tuple(0 * s for s in state)")
    left: list[Changes] = [(unroll.forward, HANDED_ON, zeros)]
    yield "the first step of the run is not taken, and leaves states of 0", left
    not_it = PREDICTED.replace("select(", "(t != walk.order[0]) * select(").replace(
        "v, s in zip(", "t, (v, s) in enumerate(zip("
    )
    yield (
        "the first step of the run is neither taken nor predicted from, and leaves states of 0",
        [*left, (layer._forward, PREDICTED, f"{not_it})")],
    )
    kept: Changes = (unroll.forward, HANDED_ON, "state = state")
    back: Changes = (unroll.backward, HANDED_BACK, "dstate = dstate")
    state = "each step begins with the initial state, which is returned as the last"
    yield state, [kept]
    yield "each step is given the gradient into the last state, which is returned as that into the initial one", [back]
    yield f"{state}, and the gradients likewise", [kept, back]
    yield "the first step hands nothing on", [(unroll.forward, HANDED_ON, nothing)]
    yield "gradients into parameters are those of the first step", [(unroll.backward, ADDED, "total = gradients")]


Texts = Callable[[], Iterator[tuple[str, list[Changes]]]]
EVERY = (
    (0.85, _of_indices),
    (0.9, of_orders),
    (0.9, _of_steps),
    (0.9, _of_none),
    (0.9, of_states),
    (0.9, of_exchanges),
    (0.92, of_ends),
    (0.9, of_inverted),
)
OF_HEADS = ((0.9, of_heads), (0.92, of_what_goes_through_heads), (0.91, of_padded_heads), (0.98, of_padded_predictions))
OF_LENGTHS = (
    (0.9, of_masks),
    (0.9, of_flipped),
    (0.92, of_ends_of_padding),
    (0.92, of_moved_examples),
    (0.9, of_padded_states),
    (0.92, of_stale),
)
OF_HEADS_LENGTHS = ((0.9, of_flipped_heads), (0.9, of_heads_masks))


def of_loops(trace: Trace) -> Iterator[Edit]:
    group = Group(named("loop"), 0, LOOP)
    if not members(trace, group):
        return
    is_ragged = "lengths" in trace.inputs
    of_head = (*OF_HEADS, *(OF_HEADS_LENGTHS if is_ragged else ())) if has_head(trace.operation) else ()
    for rank, more in (*EVERY, *(OF_LENGTHS if is_ragged else ()), *of_head, *_further(trace, is_ragged)):
        for words, changes in more():
            own = tuple(OfText(*change) for change in changes)
            if has(trace.operation, words) and is_run(trace, own) and (trace.begun or not all(map(is_back, own))):
                yield Edit(group, _no_node, "loop", told(worded(trace.operation, words)), rank, source=own)


def _further(trace: Trace, is_ragged: bool) -> Iterator[tuple[float, Texts]]:
    """By what an operation is given and gives."""
    operation, options = trace.operation, trace.operation.all_options
    parameters = dict.fromkeys(name.partition("[")[0] for name in trace.parameters if f"d{name}" in trace.outputs)
    is_network, has_lengths = operation.kind is Kind.NETWORK, "lengths" in options
    if operation.family not in RECURRENCES:
        yield 1.0, of_units
    yield 0.9, partial(of_places, has_lengths, given(operation))
    yield 0.92, partial(of_added_up, has_lengths)
    yield 0.91, partial(of_turned, is_ragged, has_lengths)
    yield 0.91, partial(of_directions, "reverse" in options or is_network)
    yield 1.1, partial(of_blends, is_ragged, operation.states, given(operation))
    yield 1.1, partial(of_others, operation.states)
    yield 1.1, partial(of_examples, parameters)
    if trace.begun:
        yield 1.1, of_blocks
    if is_network:
        yield 0.9, partial(of_networks, len(operation.states) > 1)


def _no_node(*_: Any) -> None:
    """What is edited is the text, which a replay of nodes cannot run."""
