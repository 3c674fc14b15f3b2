"""What needs no golden: purity, repeatability, batch independence, size, split sequences, aliasing, stale weights."""

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
test_a_call_in_another_dtype_changes_nothing = _holding("repeatable-across-dtypes")
test_a_cache_can_be_used_again = _holding("cache-reusable")
test_examples_of_a_batch_are_independent = _holding("batch-independent")
test_numbers_with_every_bit_are_not_rounded = _holding("every-bit")
test_outputs_own_their_memory = _holding("outputs-own-memory")
test_changed_parameters_are_seen = _holding("parameters-read-anew")
test_a_split_sequence_is_the_whole = _holding("split-sequence")
test_many_examples_give_what_few_give = _holding("many-examples")
test_copies_in_a_larger_problem_give_what_one_gives = _holding("embedded")
test_copies_in_the_widest_problem_give_what_one_gives = _holding("embedded-widely")
test_many_sequences_are_moved_as_few_are = _holding("many-sequences")
test_a_long_sequence_can_be_split = _holding("long-sequence")
test_a_network_can_be_split_over_many_steps = _holding("long-network")
test_long_lengths_are_kept = _holding("long-lengths")
test_padding_changes_nothing = _holding("padding-ignored")
test_empty_examples_give_zeros = _holding("no-steps")
test_what_is_left_out_is_zeros = _holding("left-out-is-zeros")
test_a_reversed_run_is_flipped_time = _holding("reverse-is-flip")
test_no_state_is_zeros = _holding("no-state-is-zeros")
test_a_split_network_is_the_whole = _holding("split-network")
test_a_network_of_one_layer_is_the_sequence = _holding("one-layer-is-the-sequence")
test_two_directions_are_two_runs = _holding("two-directions-are-two-runs")
test_a_sequence_can_be_cut_anywhere = _holding("cut-anywhere")
test_no_time_gives_back_the_state = _holding("no-time")
test_chunks_change_nothing = _holding("chunked-is-stepwise")
test_packed_examples_are_separate = _holding("packed-is-separate")
test_a_decay_of_a_head_is_one_of_each_key = _holding("equal-decays-are-a-heads")
test_without_beta_nothing_is_written = _holding("no-beta-writes-nothing")
test_an_endless_decay_forgets = _holding("endless-decay-forgets")
test_a_reset_forgets = _holding("reset-forgets")
test_values_twice_as_large_give_outputs_twice_as_large = _holding("linear-in-values")
test_a_query_twice_as_large_gives_an_output_twice_as_large = _holding("linear-in-query")
test_keys_may_be_in_any_order = _holding("keys-in-any-order")
test_a_fresh_example_is_what_it_is_alone = _holding("example-alone")
test_idle_steps_change_nothing = _holding("idle-steps")
test_heads_and_values_may_be_in_any_order = _holding("any-order")
test_keys_may_be_in_any_basis = _holding("any-basis")
test_a_unit_key_reads_its_value = _holding("unit-key-reads-its-value")
test_any_stabiliser_will_do = _holding("any-stabiliser")
test_without_correction_it_is_gated_linear_attention = _holding("without-correction")
test_gradients_are_what_the_forward_gives_backwards_in_time = _holding("backwards-in-time")
test_larger_input_gates_act_where_the_floor_does = _holding("input-gates-together")
test_a_limit_stops_the_gradients_that_it_holds = _holding("limits-stop-gradients")
test_logits_that_move_together_give_the_same = _holding("logits-together")
test_an_unknown_keyword_is_refused = _holding("refuses-unknown-keyword")
test_rising_lengths_are_refused = _holding("refuses-unsorted")
test_empty_sequences_are_refused = _holding("refuses-empty")
test_a_short_total_length_is_refused = _holding("refuses-short-total")
