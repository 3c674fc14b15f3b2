"""The edits of a trace: every place of the source with what may stand there instead."""

from collections.abc import Callable, Iterator
from functools import partial

from ..trace.group import (
    AT_ZERO,
    EACH,
    FIRST,
    FURTHER,
    LAST,
    SAME,
    Group,
)
from ..trace.members import members
from ..trace.replaying import Edit
from ..trace.tape import KEPT, MASKS, RESULT
from ..trace.trace import Trace
from .adjoints import of_adjoints
from .bare import of_bare
from .begun import of_begun
from .biases import of_biases
from .branches import of_branches
from .calls import of_calls
from .collected import of_collected
from .composed import of_composed, of_functions_of_what_is_given
from .contractions import of_contractions
from .coupled import of_coupled
from .crossed import of_crossed
from .displaced import of_displaced
from .distributed import of_distributed
from .ends import at_an_end
from .every_gate import of_every_gate
from .exchanged import of_exchanged
from .factors import of_term_factors
from .floors import of_floors
from .forms import SIGNS
from .given import of_given, of_kept_numbers
from .groups import groups
from .halves import of_halves
from .handing import of_sums_over_steps, of_what_is_handed_on, of_what_is_told, of_what_leaves_steps
from .hoisted import of_hoisted
from .inner import of_inner
from .inserted import of_gradients_too_many
from .larger import of_larger
from .last_steps import of_last_steps
from .lengths import of_lengths
from .loops import of_loops
from .made import of_what_steps_make
from .marked import of_marked
from .masks import of_masks
from .matrices import of_factors, of_halves_of_matrices, of_matrices
from .mirrored import of_mirrored
from .mixtures import of_complements, of_mixtures
from .moved import of_biases_moved, of_factors_moved
from .numbers import of_numbers
from .operands import of_operands
from .operators import of_joins, of_operators
from .optimised import of_optimised
from .orders import of_parts
from .outers import of_outer, of_outers
from .outside import of_factors_outside, of_sums_taken_together
from .overwritten import of_overwritten
from .packed import of_packed
from .parts import of_products, of_what_is_turned
from .preactivations import of_preactivations
from .precision import of_precision
from .products import of_decays_gradients, of_factors_within
from .reread import of_reread
from .reshaped import of_reshaped_factors
from .results import exchanges, formed, of_results
from .returned import of_gates_gradients, of_gradients, of_no_step, of_outputs, of_padding, of_states
from .roles import of_roles
from .saved import of_one_example, of_saved, of_what_is_read
from .scaled import of_scaled, of_scaled_operands
from .shared import of_shared
from .sized import of_sized
from .slices import of_slices
from .slopes import of_slopes
from .softmaxes import of_softmax
from .splits import of_splits
from .states import of_beginnings, of_states_but_one, of_states_of_a_line, of_states_that_enter
from .subsets import of_subsets
from .sums import of_axes, of_sums
from .swapped import of_swapped
from .taken import of_taken
from .terms import of_terms
from .unmasked import of_unmasked
from .uses import of_mask_uses, of_uses
from .weights import of_sums_of_gradients

COMPUTED = (
    of_operators,
    of_sums,
    of_axes,
    of_terms,
    of_factors,
    of_halves_of_matrices,
    of_softmax,
    of_calls,
    of_operands,
    of_scaled_operands,
    of_complements,
    of_products,
    of_mixtures,
    of_branches,
    of_sized,
    of_bare,
    of_numbers,
    of_factors_within,
    of_factors_outside,
    of_sums_taken_together,
    of_collected,
    of_swapped,
    of_reshaped_factors,
    of_splits,
    of_crossed,
    of_term_factors,
    of_distributed,
    of_decays_gradients,
    of_floors,
    of_larger,
    of_composed,
    of_factors_moved,
    of_biases_moved,
    of_outer,
    of_taken,
    of_shared,
    of_displaced,
    of_slices,
    of_marked,
    of_mirrored,
    of_subsets,
    of_hoisted,
)


OF_ALL = (
    of_given,
    of_exchanged,
    of_begun,
    of_biases,
    of_functions_of_what_is_given,
    of_scaled,
    of_lengths,
    of_last_steps,
    of_precision,
    of_gradients,
    of_gates_gradients,
    of_optimised,
    of_padding,
    of_unmasked,
    of_outputs,
    of_states,
    of_no_step,
    of_roles,
    of_states_that_enter,
    of_states_of_a_line,
    of_states_but_one,
    of_beginnings,
    of_what_is_handed_on,
    of_adjoints,
    of_gradients_too_many,
    of_loops,
    of_what_is_told,
    of_what_leaves_steps,
    of_sums_over_steps,
    of_outers,
    of_sums_of_gradients,
    of_saved,
    of_what_steps_make,
    of_one_example,
    of_what_is_read,
    of_what_is_turned,
    of_packed,
    of_preactivations,
    of_overwritten,
    of_every_gate,
    of_slopes,
    of_halves,
    of_reread,
    of_matrices,
    of_parts,
    of_contractions,
)  # what has no one place


def edits(trace: Trace, chosen: Callable[[Group], bool] = lambda group: True) -> Iterator[Edit]:
    """Of what is given first, then of what is computed, then of what is returned; of all groups, or those that are chosen."""
    yield from (edit for edit in edits_of_all(trace) if chosen(edit.group))
    yield from edits_of_places(trace, chosen)


def edits_of_all(trace: Trace) -> Iterator[Edit]:
    """What has no one place."""
    for more in OF_ALL:
        yield from more(trace)


def edits_of_places(trace: Trace, chosen: Callable[[Group], bool] = lambda group: True) -> Iterator[Edit]:
    """Of all groups of places, or those that are chosen."""
    yield from _uses(trace, chosen)
    yield from (edit for edit in of_coupled(trace, partial(_of_group, trace)) if chosen(edit.group))
    for group in filter(chosen, groups(trace)):
        yield from _of_group(trace, group, members(trace, group)[0])


def _of_group(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    name = trace.tape.nodes[first].name
    if group.only in (FIRST, LAST, FURTHER, AT_ZERO):
        yield from at_an_end(trace, group, first)
    elif group.extent == SAME:
        for more in (of_calls, of_sums, of_joins):
            yield from more(trace, group, first)
        yield from formed(group, SIGNS)
    elif trace.tape.nodes[trace.origin(first)].name in MASKS:
        yield from of_masks(trace, group, first)
    else:
        for more in {KEPT: (of_calls, of_taken, of_kept_numbers), RESULT: ()}.get(name, COMPUTED):
            yield from more(trace, group, first)
        yield from of_results(trace, group, first)
        if group.extent == EACH:
            yield from exchanges(trace, group, first)


def _uses(trace: Trace, chosen: Callable[[Group], bool]) -> Iterator[Edit]:
    for key, ids in trace.places.items():
        if not chosen(Group(*key)):
            continue
        if trace.tape.nodes[trace.origin(ids[0])].name in MASKS:
            yield from of_mask_uses(trace, key, ids[0])
        elif trace.tape.nodes[ids[0]].name or key[0][0].function in trace.operation.arguments:
            yield from of_uses(trace, key, ids[0])
            yield from of_inner(trace, key, ids[0])
