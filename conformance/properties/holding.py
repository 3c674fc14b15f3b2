"""The list of properties: what each is of, on whose inputs it is tried, and trying one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rnnspec.golden import Golden
from rnnspec.reference import Direction, Kind, Operation

from ..run.outcome import Ending, Outcome, attempt, declined
from ..run.runner import Runner
from .calls import (
    any_layout,
    batch_independent,
    cache_reusable,
    inputs_untouched,
    options_untouched,
    outputs_own_memory,
    parameters_read_anew,
    repeatable,
)
from .network import one_layer_is_the_sequence, split_network, two_directions_are_two_runs
from .refusals import refuses_empty, refuses_short_total, refuses_unsorted
from .sequence import (
    carrying,
    left_out_is_zeros,
    no_state_is_zeros,
    no_steps,
    padding_ignored,
    reverse_is_flip,
    split_sequence,
)
from .trial import Trial

BASE = "generic"  # the idea whose inputs a property is tried on, where it needs no option
LAYERS = (Kind.CELL, Kind.SEQUENCE, Kind.NETWORK)
OVER_TIME = (Kind.SEQUENCE, Kind.NETWORK)
ANY = tuple(Kind)


@dataclass(frozen=True)
class Property:
    """What must hold, of which kinds of operation, and on the inputs of which idea.

    `direction` and `operations` limit it further; `needs` are the features that it adds to its inputs.
    """

    holds: Callable[[Trial], str]
    kinds: tuple[Kind, ...]
    base: str = BASE
    direction: Direction | None = None
    operations: tuple[str, ...] = ()
    needs: Callable[[Operation], list[str]] = lambda _: []

    @property
    def says(self) -> str:
        """What must hold, in one line."""
        return (self.holds.__doc__ or "").splitlines()[0]


PROPERTIES: Mapping[str, Property] = {
    "inputs-untouched": Property(inputs_untouched, ANY),
    "options-untouched": Property(options_untouched, OVER_TIME),
    "any-layout": Property(any_layout, ANY),
    "repeatable": Property(repeatable, ANY),
    "cache-reusable": Property(cache_reusable, LAYERS, direction=Direction.BACKWARD),
    "batch-independent": Property(batch_independent, (Kind.ELEMENTWISE, *LAYERS)),
    "outputs-own-memory": Property(outputs_own_memory, ANY),
    "parameters-read-anew": Property(parameters_read_anew, LAYERS),
    "split-sequence": Property(split_sequence, (Kind.SEQUENCE,), needs=carrying),
    "split-network": Property(split_network, (Kind.NETWORK,), direction=Direction.FORWARD, needs=carrying),
    "padding-ignored": Property(padding_ignored, OVER_TIME, "ragged"),
    "no-steps": Property(no_steps, OVER_TIME, "ragged"),
    "left-out-is-zeros": Property(left_out_is_zeros, OVER_TIME),
    "reverse-is-flip": Property(reverse_is_flip, (Kind.SEQUENCE,), "reverse"),
    "no-state-is-zeros": Property(no_state_is_zeros, OVER_TIME, "no-state"),
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


def applies(name: str, operation: Operation) -> bool:
    """Whether a property says something about an operation."""
    known = PROPERTIES[name]
    return (
        operation.kind in known.kinds
        and known.direction in (None, operation.direction)
        and (not known.operations or operation.name in known.operations)
    )


def property_id(operation: str, name: str) -> str:
    return f"{operation}/property/{name}"


def property_in(id: str) -> str:
    """The property that an id is of, "" where it is a case's."""
    return id.partition("/property/")[2]


def plain(operation: str) -> str:
    """The id of an operation's plainest case."""
    return f"{operation}/{BASE}"


def hold(runner: Runner, name: str, golden: Golden) -> Outcome:
    """One property of one operation, tried on one golden's inputs."""
    operation, known = golden.entry.operation, PROPERTIES[name]
    outcome = Outcome(property_id(operation.name, name), operation.name, features=golden.entry.features)
    if why := runner.calls.lacks(operation, [*golden.entry.features, *known.needs(operation)]):
        return outcome.ended(Ending.UNSUPPORTED, why)

    def work() -> None:
        message = runner.calls.tried(name, operation, golden.id)
        if message := known.holds(Trial(runner, golden)) if message is None else message:
            outcome.ended(Ending.FAIL, message)

    return declined(attempt(outcome, work))
