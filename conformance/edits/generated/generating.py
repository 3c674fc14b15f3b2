"""The edits of a trace: every place of the source with what may stand there instead."""

from collections.abc import Callable, Iterator
from functools import partial

from ..trace.group import AT_ZERO, EACH, FIRST, FURTHER, LAST, SAME, Group
from ..trace.members import members
from ..trace.replaying import Edit
from ..trace.tape import KEPT, MASKS, RESULT
from ..trace.trace import Trace
from .given.exchanged import of_exchanged
from .given.given import of_given, of_kept_numbers
from .given.orders import of_parts
from .given.reread import of_reread
from .given.roles import of_roles
from .given.strides import of_strides
from .given.unmasked import of_unmasked
from .making.forms import SIGNS
from .making.groups import groups
from .parameters.biases import of_biases
from .parameters.contractions import of_contractions
from .parameters.every_gate import of_every_gate
from .parameters.matrices import of_factors, of_halves_of_matrices, of_matrices
from .parameters.misplaced import of_misplaced
from .parameters.optimised import of_optimised
from .parameters.outers import of_outer, of_outers
from .parameters.overwritten import of_overwritten
from .parameters.packed import of_packed
from .parameters.parts import of_products, of_what_is_turned
from .parameters.preactivations import of_preactivations
from .parameters.precision import of_precision
from .parameters.returned import of_gates_gradients, of_gradients, of_no_step, of_outputs, of_padding, of_states
from .parameters.rows import of_rows
from .parameters.summing import of_summing
from .parameters.weights import of_sums_of_gradients
from .states.adjoints import of_adjoints
from .states.begun import of_begun
from .states.handing import of_sums_over_steps, of_what_is_handed_on, of_what_is_told, of_what_leaves_steps
from .states.last_steps import of_last_steps
from .states.made import of_what_steps_make
from .states.reading import of_what_outputs_read
from .states.saved import of_one_example, of_saved, of_what_is_read
from .states.states import of_beginnings, of_states_but_one, of_states_of_a_line, of_states_that_enter
from .terms.bare import of_bare
from .terms.branches import of_branches
from .terms.collected import of_collected
from .terms.crossed import of_crossed
from .terms.displaced import of_displaced
from .terms.distributed import of_distributed
from .terms.factors import of_term_factors
from .terms.hoisted import of_hoisted
from .terms.marked import of_marked
from .terms.mirrored import of_mirrored
from .terms.mixtures import of_complements, of_mixtures
from .terms.moved import of_biases_moved, of_factors_moved
from .terms.outside import of_factors_outside, of_sums_taken_together
from .terms.products import of_decays_gradients, of_factors_within
from .terms.reads import of_reads
from .terms.reshaped import of_reshaped_factors
from .terms.splits import of_splits
from .terms.subsets import of_subsets
from .terms.swapped import of_swapped
from .terms.terms import of_terms
from .texts.loops import of_loops
from .values.calls import of_calls
from .values.columns import of_columns
from .values.composed import of_composed, of_functions_of_what_is_given
from .values.coupled import of_coupled
from .values.ends import at_an_end
from .values.floors import of_floors
from .values.halves import of_halves
from .values.inner import of_inner
from .values.inserted import of_gradients_too_many
from .values.larger import of_larger
from .values.lengths import of_lengths
from .values.masks import of_masks
from .values.numbers import of_numbers
from .values.operands import of_operands
from .values.operators import of_joins, of_operators
from .values.results import exchanges, formed, of_results
from .values.scaled import of_scaled, of_scaled_operands
from .values.shared import of_shared
from .values.sized import of_sized
from .values.slices import of_slices
from .values.slopes import of_slopes
from .values.softmaxes import of_softmax
from .values.sums import of_axes, of_sums
from .values.taken import of_taken
from .values.uncleared import of_all_uncleared, of_uncleared
from .values.uses import of_mask_uses, of_uses

COMPUTED = (
    of_operators,
    of_columns,
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
    of_reads,
    of_uncleared,
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
    of_strides,
    of_states_that_enter,
    of_states_of_a_line,
    of_states_but_one,
    of_what_outputs_read,
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
    of_misplaced,
    of_overwritten,
    of_every_gate,
    of_slopes,
    of_halves,
    of_reread,
    of_matrices,
    of_parts,
    of_contractions,
    of_rows,
    of_summing,
    of_all_uncleared,
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
