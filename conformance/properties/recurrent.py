"""The properties of recurrences: what each is of, and on whose inputs it is tried."""

from collections.abc import Mapping

from rnnspec.reference import Direction, Kind

from .algebra import (
    LINEAR,
    READ,
    any_stabiliser,
    equal_decays_are_a_heads,
    linear_in_query,
    linear_in_values,
    no_beta_writes_nothing,
    unit_key_reads_its_value,
)
from .calls import batch_independent
from .identities import (
    BACKWARDS,
    CORRECTING,
    backwards_in_time,
    input_gates_together,
    limits_stop_gradients,
    without_correction,
)
from .kinds import EACH, MOST, Property
from .order import any_basis, any_order, keys_in_any_order
from .packed import packed_is_separate
from .recurrence import (
    DECAY,
    NOTHING,
    OVER_A_CHUNK,
    chunked_is_stepwise,
    cut_anywhere,
    endless_decay_forgets,
    idle_steps,
    is_chunked,
    is_recurrence,
    no_time,
    reset_forgets,
)
from .refusals import refuses_unknown_keyword
from .sequence import carrying
from .stabiliser import STABILISED

RECURRENT: Mapping[str, Property] = {
    "cut-anywhere": Property(cut_anywhere, (Kind.SEQUENCE,), "initial-state", needs=carrying, where=is_recurrence),
    "no-time": Property(no_time, (Kind.SEQUENCE,), with_options=EACH, where=is_recurrence),
    "chunked-is-stepwise": Property(
        chunked_is_stepwise, (Kind.SEQUENCE,), OVER_A_CHUNK, with_options=EACH, where=is_chunked
    ),
    "packed-is-separate": Property(
        packed_is_separate,
        (Kind.SEQUENCE,),
        "ragged-from-a-state",
        backward="loss-on-final-state",
        without=("lengths",),
        with_options=EACH,
        where=is_recurrence,
    ),
    "endless-decay-forgets": Property(
        endless_decay_forgets, (Kind.SEQUENCE,), where=lambda operation: operation.family in DECAY
    ),
    "reset-forgets": Property(
        reset_forgets, (Kind.SEQUENCE,), where=lambda operation: "reset" in operation.all_options
    ),
    "equal-decays-are-a-heads": Property(
        equal_decays_are_a_heads,
        (Kind.SEQUENCE,),
        "decay-of-a-head",
        direction=Direction.FORWARD,
        where=lambda operation: "n_g" in operation.dims,
    ),
    "no-beta-writes-nothing": Property(
        no_beta_writes_nothing,
        (Kind.SEQUENCE,),
        "initial-state",
        direction=Direction.FORWARD,
        where=lambda operation: "beta" in operation.arguments,
    ),
    "linear-in-values": Property(
        linear_in_values,
        (Kind.SEQUENCE,),
        "initial-state",
        direction=Direction.FORWARD,
        where=lambda operation: operation.family in LINEAR,
    ),
    "linear-in-query": Property(
        linear_in_query,
        (Kind.SEQUENCE,),
        "initial-state",
        direction=Direction.FORWARD,
        where=lambda operation: operation.family in READ,
    ),
    "keys-in-any-order": Property(
        keys_in_any_order,
        (Kind.SEQUENCE,),
        "initial-state",
        direction=Direction.FORWARD,
        where=lambda operation: "n_k" in operation.dims,
    ),
    "example-alone": Property(
        batch_independent,
        (Kind.SEQUENCE,),
        "fresh-beside-running",
        direction=Direction.FORWARD,
        where=lambda operation: operation.family == "slstm",
    ),
    "idle-steps": Property(
        idle_steps,
        (Kind.SEQUENCE,),
        OVER_A_CHUNK,
        direction=Direction.FORWARD,
        where=lambda operation: operation.family in NOTHING,
    ),
    "any-order": Property(any_order, (Kind.SEQUENCE,), with_options=MOST, where=is_recurrence),
    "any-basis": Property(
        any_basis,
        (Kind.SEQUENCE,),
        "initial-state",
        direction=Direction.FORWARD,
        where=lambda operation: "n_k" in operation.dims,
    ),
    "unit-key-reads-its-value": Property(
        unit_key_reads_its_value,
        (Kind.SEQUENCE,),
        "initial-state",
        direction=Direction.FORWARD,
        where=lambda operation: "beta" in operation.arguments,
    ),
    "any-stabiliser": Property(
        any_stabiliser,
        (Kind.SEQUENCE,),
        "initial-state",
        direction=Direction.FORWARD,
        needs=carrying,
        where=lambda operation: operation.family in STABILISED,
    ),
    "without-correction": Property(
        without_correction,
        (Kind.SEQUENCE,),
        "initial-state",
        direction=Direction.FORWARD,
        where=lambda operation: operation.family in CORRECTING,
    ),
    "backwards-in-time": Property(
        backwards_in_time,
        (Kind.SEQUENCE,),
        "every-gradient",
        direction=Direction.BACKWARD,
        where=lambda operation: operation.family in BACKWARDS,
    ),
    "input-gates-together": Property(
        input_gates_together,
        (Kind.SEQUENCE,),
        direction=Direction.FORWARD,
        where=lambda operation: operation.family == "mlstm",
    ),
    "limits-stop-gradients": Property(limits_stop_gradients, (Kind.CELL,), operations=("time_step_gate_backward",)),
    "refuses-unknown-keyword": Property(
        refuses_unknown_keyword, (Kind.SEQUENCE,), direction=Direction.FORWARD, where=is_recurrence
    ),
}
