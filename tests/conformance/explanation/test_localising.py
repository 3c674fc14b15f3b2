"""A bug that no list names is caught, and is one edit of the equation or is located: which array, which step, unit or example."""

from typing import Any

import numpy as np
import pytest
from planted.judging import judged, loaded
from planted.planting import Planted, candidate
from planted.unlisted import UNLISTED
from rnnspec.reference import FUNCTIONS

LONG, SHORT = 60.0, 2.0  # seconds: for what is to be found, and what is not


@pytest.mark.drawn("fault", [fault for fault in UNLISTED if fault.edit], ids=lambda fault: fault.id)
def test_an_unlisted_bug_that_is_one_edit_is_named_so(fault: Planted) -> None:
    (operation,) = fault.operations

    found = judged(candidate(fault), operation, LONG).explanation

    assert found is not None
    assert found.is_edit
    assert fault.edit in "\n".join(found.difference)


@pytest.mark.drawn("fault", [fault for fault in UNLISTED if not fault.edit], ids=lambda fault: fault.id)
def test_an_unlisted_bug_is_located_where_it_is(fault: Planted) -> None:
    (operation,) = fault.operations

    found = judged(candidate(fault), operation, SHORT)

    assert found.failing
    assert found.explanation is None
    assert found.localisation is not None
    lines = "\n".join(found.localisation.lines)
    assert [words for words in fault.said if words not in lines] == []


def test_every_unlisted_bug_says_what_is_to_be_said_of_it() -> None:
    assert [fault.id for fault in UNLISTED if bool(fault.said) == bool(fault.edit) or fault.deviation] == []


def test_a_function_that_approximates_is_told_by_how_much_it_is_off() -> None:
    def approximate(*arrays: Any) -> Any:
        a, *others = FUNCTIONS["rnn_cell_forward"](*arrays)
        return a * (1 + 1e-4 * np.sin(7 * a)), *others

    found = judged({**FUNCTIONS, "rnn_cell_forward": approximate}, "rnn_cell_forward", SHORT)

    assert found.localisation is not None
    lines = "\n".join(found.localisation.lines)
    assert "of its largest element at most: a function that approximates" in lines


def test_what_is_off_by_less_than_a_place_is_looked_for_in_is_placed_all_the_same() -> None:
    def off(*arrays: Any) -> Any:
        a, *others = FUNCTIONS["lstm_cell_forward"](*arrays)
        a[np.abs(a) == np.abs(a).min()] += 2e-15  # of a saturated gate's state more than it may be off by
        return a, *others

    found = judged({**FUNCTIONS, "lstm_cell_forward": off}, "lstm_cell_forward", SHORT)

    assert found.failing
    assert found.explanation is None
    assert found.localisation is not None
    assert found.localisation.lines[0].startswith("a_next is outside by most at [unit=")


@pytest.mark.parametrize(
    ("names", "told"), [(("c",), "look at where c is made and written"), (("a", "y", "c"), "look at what is carried")]
)
def test_what_is_carried_is_looked_at_only_where_what_rests_on_it_is_wrong(names: tuple[str, ...], told: str) -> None:
    def misplaced(*given: Any, **options: Any) -> Any:
        *outputs, cache = FUNCTIONS["lstm_forward"](*given, **options)
        at = [(2 * t + 1) % 7 % outputs[0].shape[-1] for t in range(outputs[0].shape[-1])]
        named = zip(("a", "y", "c"), outputs, strict=True)
        return *(o[..., at] if name in names else o for name, o in named), cache

    found = judged({**FUNCTIONS, "lstm_forward": misplaced}, "lstm_forward", SHORT)

    assert found.localisation is not None
    assert told in "\n".join(found.localisation.lines)


def test_what_is_wrong_in_every_layer_and_direction_is_told_once() -> None:
    rng = np.random.default_rng(0)

    def noisy(*given: Any, **options: Any) -> Any:
        found = FUNCTIONS["lstm_network_backward"](*given, **options)
        layers = [
            [{**p, "dbc": p["dbc"] * rng.uniform(1.1, 1.2, p["dbc"].shape)} for p in directions]
            for directions in found["parameters"]
        ]
        return {**found, "parameters": layers}

    found = judged({**FUNCTIONS, "lstm_network_backward": noisy}, "lstm_network_backward", SHORT)

    assert found.localisation is not None
    assert any(line.startswith("only dbc of every layer and direction are wrong") for line in found.localisation.lines)


def test_a_place_is_one_in_a_case_that_fails() -> None:
    rng = np.random.default_rng(0)

    def wrong_with_lengths(*given: Any, lengths: Any = None, **options: Any) -> Any:
        a, a_last, *others = FUNCTIONS["lstm_network_forward"](*given, lengths=lengths, **options)
        return a, a_last if lengths is None else a_last * rng.uniform(1.1, 1.2, a_last.shape), *others

    found = judged({**FUNCTIONS, "lstm_network_forward": wrong_with_lengths}, "lstm_network_forward", SHORT)

    assert found.localisation is not None
    first, *_ = found.localisation.lines
    assert first.startswith("layer 0, direction 0 is the first whose final state is wrong")
    assert "lengths" in loaded(first.rpartition("(")[2].rstrip(")")).inputs


def test_of_a_step_back_that_nothing_explains_the_first_array_is_told() -> None:
    def noisy(*given: Any) -> Any:
        rng = np.random.default_rng(0)
        return {
            name: rng.standard_normal(array.shape) for name, array in FUNCTIONS["rnn_cell_backward"](*given).items()
        }

    found = judged({**FUNCTIONS, "rnn_cell_backward": noisy}, "rnn_cell_backward", SHORT)

    assert found.localisation is not None
    assert found.localisation.lines[0].startswith("dxt is the first that is wrong, at [")


def test_a_final_state_that_is_wrong_beside_the_first_is_told() -> None:
    def misplaced(*given: Any, **options: Any) -> Any:
        a, a_last, c_last, cache = FUNCTIONS["lstm_network_forward"](*given, **options)
        rng = np.random.default_rng(0)
        return a, a_last, c_last[:, rng.permutation(c_last.shape[1])] * rng.uniform(1, 2, c_last.shape), cache

    found = judged({**FUNCTIONS, "lstm_network_forward": misplaced}, "lstm_network_forward", SHORT)

    assert found.localisation is not None
    assert found.localisation.lines[0].startswith("layer 0, direction 0 is the first whose c_last is wrong")


def test_lengths_that_are_read_in_another_format_of_integers_are_told() -> None:
    """As where a program reads all of them as int32."""

    def narrow(x: Any, a0: Any, parameters: Any, *, lengths: Any = None, reverse: bool = False) -> Any:
        if lengths is not None:
            lengths = np.clip(np.ascontiguousarray(lengths).view(np.int32)[: len(lengths)], 0, x.shape[2])
        return FUNCTIONS["gru_forward"](x, a0, parameters, lengths=lengths, reverse=reverse)

    found = judged({**FUNCTIONS, "gru_forward": narrow}, "gru_forward", SHORT)

    assert found.localisation is not None
    assert "every failing case has lengths, in int64; in int32 all pass: look at how they are read" in "\n".join(
        found.localisation.lines
    )


@pytest.mark.parametrize("several", [True, False])
def test_what_one_failing_case_has_is_chance(several: bool) -> None:
    seen = list[bool]()

    def wrong(x: Any, a0: Any, parameters: Any, *, reverse: bool = False, **options: Any) -> Any:
        a, y, cache = FUNCTIONS["gru_forward"](x, a0, parameters, reverse=reverse, **options)
        is_wrong = reverse and "lengths" in options and x.shape[2] > 3 and (several or not any(seen))
        seen.append(is_wrong)
        return a + 0.1 * np.sin(70 * a) * is_wrong, y, cache

    found = judged({**FUNCTIONS, "gru_forward": wrong}, "gru_forward", SHORT)

    assert found.localisation is not None
    assert (found.failing > 1) is several
    assert any("every failing case has lengths, reverse" in line for line in found.localisation.lines) is several


@pytest.mark.parametrize("option", ["lengths", "reverse"])
def test_lengths_that_fail_for_another_reason_are_not(option: str) -> None:
    """Those that rise, or none at all."""

    def wrong(x: Any, a0: Any, parameters: Any, *, lengths: Any = None, reverse: bool = False) -> Any:
        is_off = (
            reverse and lengths is None if option == "reverse" else lengths is not None and (np.diff(lengths) > 0).any()
        )
        a, *others = FUNCTIONS["gru_forward"](x, a0, parameters, lengths=lengths, reverse=reverse)
        return (a + 0.1 * np.sin(9 * x).sum() if is_off else a), *others

    found = judged({**FUNCTIONS, "gru_forward": wrong}, "gru_forward", SHORT)

    assert found.failing
    assert found.localisation is not None
    assert "int32" not in "\n".join(found.localisation.lines)
