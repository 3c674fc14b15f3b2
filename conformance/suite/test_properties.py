"""What needs no golden: purity, repeatability, batch independence, split sequences, aliasing, stale weights."""

from collections.abc import Callable
from typing import Any


def _holding(name: str) -> Callable[[Any], None]:
    def test(rnnspec_case: Any) -> None:
        rnnspec_case.verify()

    test.rnnspec_takes = lambda found: found.endswith(f"/property/{name}")  # type: ignore[attr-defined]
    return test


test_inputs_are_untouched = _holding("inputs-untouched")
test_arrays_of_options_are_untouched = _holding("options-untouched")
test_any_memory_layout_is_accepted = _holding("any-layout")
test_the_same_call_gives_the_same_bits = _holding("repeatable")
test_a_cache_can_be_used_again = _holding("cache-reusable")
test_examples_of_a_batch_are_independent = _holding("batch-independent")
test_outputs_own_their_memory = _holding("outputs-own-memory")
test_changed_parameters_are_seen = _holding("parameters-read-anew")
test_a_split_sequence_is_the_whole = _holding("split-sequence")
test_padding_changes_nothing = _holding("padding-ignored")
test_empty_examples_give_zeros = _holding("no-steps")
test_what_is_left_out_is_zeros = _holding("left-out-is-zeros")
test_a_reversed_run_is_flipped_time = _holding("reverse-is-flip")
test_no_state_is_zeros = _holding("no-state-is-zeros")
test_a_split_network_is_the_whole = _holding("split-network")
test_a_network_of_one_layer_is_the_sequence = _holding("one-layer-is-the-sequence")
test_two_directions_are_two_runs = _holding("two-directions-are-two-runs")
test_rising_lengths_are_refused = _holding("refuses-unsorted")
test_empty_sequences_are_refused = _holding("refuses-empty")
test_a_short_total_length_is_refused = _holding("refuses-short-total")
