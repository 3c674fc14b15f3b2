"""Every property: what must hold, of which operations, on the inputs of which idea."""

from collections.abc import Mapping

from rnnspec.reference import Direction, Kind, Operation

from .bits import every_bit
from .calls import (
    batch_independent,
    cache_reusable,
    has_parameters,
    inputs_untouched,
    options_untouched,
    parameters_read_anew,
    repeatable,
    repeatable_across_dtypes,
)
from .head import has_head, logits_together
from .kinds import ANY, BASE, EACH, LAYERS, MOST, OVER_TIME, Property
from .long import FORGETTING, carrying_all, long_lengths, long_sequence
from .memory import any_layout, outputs_own_memory
from .network import one_layer_is_the_sequence, split_network, two_directions_are_two_runs
from .padding import padding_ignored
from .recurrence import is_recurrence
from .recurrent import RECURRENT
from .refusals import refuses_empty, refuses_short_total, refuses_unsorted
from .sequence import (
    carrying,
    left_out_is_zeros,
    no_state_is_zeros,
    no_steps,
    reverse_is_flip,
    split_sequence,
)
from .size import embedded, embedded_widely, many_examples, many_sequences

PROPERTIES: Mapping[str, Property] = {
    "inputs-untouched": Property(inputs_untouched, ANY, with_options=EACH),
    "options-untouched": Property(options_untouched, OVER_TIME),
    "any-layout": Property(any_layout, ANY, with_options=EACH),
    "repeatable": Property(repeatable, ANY, with_options=EACH),
    "repeatable-across-dtypes": Property(repeatable_across_dtypes, (Kind.ELEMENTWISE, *LAYERS), with_options=EACH),
    "cache-reusable": Property(cache_reusable, LAYERS, direction=Direction.BACKWARD, with_options=EACH),
    "batch-independent": Property(batch_independent, (Kind.ELEMENTWISE, *LAYERS)),
    "every-bit": Property(every_bit, (Kind.ELEMENTWISE, *LAYERS), with_options=MOST),
    "outputs-own-memory": Property(outputs_own_memory, ANY, with_options=EACH),
    "parameters-read-anew": Property(parameters_read_anew, LAYERS, where=has_parameters),
    "split-sequence": Property(split_sequence, (Kind.SEQUENCE,), needs=carrying),
    "split-network": Property(split_network, (Kind.NETWORK,), direction=Direction.FORWARD, needs=carrying),
    "many-examples": Property(many_examples, (Kind.ELEMENTWISE, *LAYERS), with_options=EACH),
    "embedded": Property(embedded, LAYERS, with_options=MOST),
    "embedded-widely": Property(
        embedded_widely, LAYERS, "batch-of-one", where=lambda o: o.kind is not Kind.SEQUENCE or not is_recurrence(o)
    ),
    "many-sequences": Property(many_sequences, (Kind.CONTAINER,)),
    "long-sequence": Property(long_sequence, (Kind.SEQUENCE,), FORGETTING, needs=carrying_all),
    "long-network": Property(long_sequence, (Kind.NETWORK,), needs=carrying_all),
    "long-lengths": Property(
        long_lengths, (Kind.SEQUENCE,), FORGETTING, direction=Direction.FORWARD, needs=lambda _: ["lengths"]
    ),
    "padding-ignored": Property(padding_ignored, OVER_TIME, "ragged"),
    "no-steps": Property(no_steps, OVER_TIME, "ragged"),
    "left-out-is-zeros": Property(left_out_is_zeros, OVER_TIME),
    "reverse-is-flip": Property(
        reverse_is_flip,
        (Kind.SEQUENCE,),
        "reverse",
        with_options=EACH,
        where=lambda operation: "reverse" in operation.all_options,
    ),
    **RECURRENT,
    "logits-together": Property(
        logits_together, (Kind.CELL, Kind.SEQUENCE), direction=Direction.FORWARD, where=has_head
    ),
    "no-state-is-zeros": Property(
        no_state_is_zeros, OVER_TIME, "no-state", where=lambda operation: "a0" in operation.all_omittable
    ),
    "one-layer-is-the-sequence": Property(
        one_layer_is_the_sequence, (Kind.NETWORK,), "one-layer", direction=Direction.FORWARD
    ),
    "two-directions-are-two-runs": Property(
        two_directions_are_two_runs, (Kind.NETWORK,), "bidirectional", direction=Direction.FORWARD
    ),
    "refuses-unsorted": Property(
        refuses_unsorted, (Kind.CONTAINER,), operations=("pack_sequence", "pack_padded_sequence")
    ),
    "refuses-empty": Property(refuses_empty, (Kind.CONTAINER,), operations=("pack_sequence", "pack_padded_sequence")),
    "refuses-short-total": Property(refuses_short_total, (Kind.CONTAINER,), operations=("pad_packed_sequence",)),
}


# of a family with few cases, for want of room: they are tried on what it is made of
_OF_MORE_STEPS = ("long-sequence", "chunked-is-stepwise")
UNTRIED = {
    "selective_scan_layer_step_forward": ("embedded-widely",),
    "selective_scan_layer_step_backward": ("embedded-widely",),
    "selective_scan_layer_forward": (*_OF_MORE_STEPS, "long-lengths", "idle-steps"),
    "selective_scan_layer_backward": (*_OF_MORE_STEPS, "cut-anywhere"),
}


def applies(name: str, operation: Operation) -> bool:
    """Whether a property says something about an operation."""
    known = PROPERTIES[name]
    return (
        operation.kind in known.kinds
        and known.direction in (None, operation.direction)
        and (not known.operations or operation.name in known.operations)
        and known.where(operation)
        and name not in UNTRIED.get(operation.name, ())
    )


def property_id(operation: str, name: str) -> str:
    return f"{operation}/property/{name}"


def property_in(id: str) -> str:
    """The property that an id is of, "" where it is a case's."""
    return id.partition("/property/")[2]


def plain(operation: str) -> str:
    """The id of an operation's plainest case."""
    return f"{operation}/{BASE}"
