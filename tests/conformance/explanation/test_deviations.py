"""The catalogue of deviations: every entry is whole, every edit finds its text, in a copy that comes back."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest
from click.testing import CliRunner
from planted.deviations.read import MERGED, READ
from rnnspec.conformance.deviations.catalogue import CATALOGUE, SECTIONS, known, orders
from rnnspec.conformance.deviations.copy import deviating, own_copy
from rnnspec.conformance.deviations.deviation import BUG, CONVENTION, Clash, Deviation, Edit, Way, difference
from rnnspec.conformance.deviations.left_out import LEFT_OUT
from rnnspec.conformance.deviations.text import source
from rnnspec.reference import FAMILIES, FUNCTIONS, MODULES, OPERATIONS, unroll
from rnnspec.reference.arithmetics import primitives as arithmetic
from rnnspec.tools import main

ALL = tuple(CATALOGUE.values())
SEARCHED = [deviation for operation in OPERATIONS.values() for deviation in orders(operation)]
each = pytest.mark.parametrize("deviation", ALL, ids=lambda deviation: deviation.id)


def reference() -> list[tuple[str, str, int]]:
    """Every function of the reference that others use, by where it stands and which it is."""
    holders = [FUNCTIONS, *map(vars, MODULES), *map(vars, FAMILIES), vars(type(FAMILIES[0]))]
    return [(str(k), name, id(value)) for k, holder in enumerate(holders) for name, value in holder.items()]


def standing() -> list[tuple[str, int]]:
    """Every function that this thread's copy knows, by its name, and which one it is now."""
    copy = own_copy()
    holders = [copy.reference.FUNCTIONS, *map(vars, copy._modules.values()), *map(vars, copy.reference.FAMILIES)]
    return [(name, id(value)) for held in [*holders, vars(copy.reference.Family)] for name, value in held.items()]


@contextmanager
def coming_back() -> Iterator[None]:
    """The reference stays as it is, and this thread's copy is afterwards what it was before."""
    real, copied = reference(), standing()
    yield
    assert reference() == real
    assert standing() == copied


def test_ids_are_unique() -> None:
    ids = [deviation.id for section in SECTIONS for deviation in section.DEVIATIONS]

    assert len(set(ids)) == len(ids) == len(CATALOGUE)


@each
def test_an_entry_is_whole(deviation: Deviation) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_]+(-[A-Za-z0-9_]+)*", deviation.id)
    assert deviation.summary.strip()
    assert "\n" not in deviation.summary
    assert deviation.kind in (BUG, CONVENTION)
    assert deviation.exposed_by.strip()
    assert all(seen.strip() for seen in deviation.seen_in)
    assert deviation.seen_in
    assert deviation.affects
    assert set(deviation.affects) <= set(OPERATIONS)
    assert len(set(deviation.affects)) == len(deviation.affects)


@each
def test_an_entry_deviates_in_edits_or_in_dtype(deviation: Deviation) -> None:
    assert bool(deviation.dtype) != all(deviation.ways)
    assert len(set(deviation.ways)) == len(deviation.ways)


@pytest.mark.parametrize("deviation", [*ALL, *SEARCHED], ids=lambda deviation: deviation.id)
def test_every_edit_finds_its_text_once(deviation: Deviation) -> None:
    for way in deviation.ways:
        with deviating(way):
            pass


@each
def test_a_difference_is_a_unified_diff(deviation: Deviation) -> None:
    for way in filter(None, deviation.ways):
        lines = difference(way).splitlines()

        assert any(line.startswith("@@ ") for line in lines)
        assert any(re.match(r"[-+](?![-+])", line) for line in lines)


@each
def test_the_copy_deviates_and_comes_back_and_the_reference_is_never_touched(deviation: Deviation) -> None:
    real, copied = reference(), standing()

    for way in filter(None, deviation.ways):
        with coming_back(), deviating(way):
            assert standing() != copied
            assert reference() == real


def test_a_deviation_is_in_the_operations_that_are_handed_out_and_nowhere_else() -> None:
    x = np.array([[1.0, 2.0]])

    with deviating(CATALOGUE["sigmoid-summed"].ways[0]) as functions:
        assert functions.keys() == FUNCTIONS.keys()
        assert not np.allclose(functions["sigmoid"](x), FUNCTIONS["sigmoid"](x))

    assert np.array_equal(functions["sigmoid"](x), FUNCTIONS["sigmoid"](x))


def test_the_copy_comes_back_from_an_exception() -> None:
    with coming_back(), pytest.raises(ZeroDivisionError), deviating(CATALOGUE["sigmoid-summed"].ways[0]):
        raise ZeroDivisionError


def test_an_edit_that_does_not_compile_leaves_the_copy_as_it_was() -> None:
    broken = [*CATALOGUE["sigmoid-summed"].ways[0], Edit(arithmetic.tanh, "return", "return return")]

    with coming_back(), pytest.raises(SyntaxError), deviating(broken):
        pass


@pytest.mark.parametrize("old", ["no such words", "step"], ids=["absent", "many"])
def test_an_edit_without_one_place_clashes(old: str) -> None:
    with coming_back(), pytest.raises(Clash, match=r"times, want once"), deviating([Edit(unroll.forward, old, "")]):
        pass

    assert source(unroll.forward).count(old) != 1


def test_two_threads_deviate_at_once_and_each_sees_its_own() -> None:
    x, both_deviate = np.array([[-3.0, 0.5, 2.0]]), threading.Barrier(2, timeout=60)

    def sigmoid(way: Way) -> tuple[bytes, bytes]:
        with deviating(way) as functions:
            both_deviate.wait()
            deviating_together = functions["sigmoid"](x).tobytes()
            both_deviate.wait()
        return deviating_together, functions["sigmoid"](x).tobytes()

    ways = [CATALOGUE[id].ways[0] for id in ("sigmoid-summed", "hard-sigmoid-default")]
    alone = []
    for way in ways:
        with deviating(way) as functions:
            alone.append(functions["sigmoid"](x).tobytes())
    with coming_back(), ThreadPoolExecutor(2) as threads:
        together = list(threads.map(sigmoid, ways))

    right = FUNCTIONS["sigmoid"](x).tobytes()
    assert together == [(found, right) for found in alone]
    assert len({*alone, right}) == 3


def test_a_deviation_inside_another_leaves_that_as_it_was() -> None:
    x = np.array([[-3.0, 0.5, 2.0]])
    outer, inner = (CATALOGUE[id].ways[0] for id in ("sigmoid-summed", "hard-sigmoid-default"))

    with deviating(outer) as functions:
        before = functions["sigmoid"](x).tobytes()
        with deviating(inner):
            within = functions["sigmoid"](x).tobytes()
        after = functions["sigmoid"](x).tobytes()

    assert before == after != within


def test_two_edits_of_one_place_clash() -> None:
    edits = CATALOGUE["hard-sigmoid-default"].ways[1] + CATALOGUE["hard-sigmoid-slope"].ways[1]

    with pytest.raises(Clash), deviating(edits):
        pass


def test_what_is_left_out_is_not_in_the_catalogue() -> None:
    assert set(LEFT_OUT) & set(CATALOGUE) == set()
    assert all(why.strip() for why in LEFT_OUT.values())


@pytest.mark.parametrize("id", READ)
def test_whatever_was_read_is_kept_or_merged_or_left_out_with_a_reason(id: str) -> None:
    assert id in CATALOGUE or id in LEFT_OUT or set(MERGED.get(id, [""])) <= set(CATALOGUE)


@each
def test_the_command_shows_it(deviation: Deviation) -> None:
    shown = CliRunner().invoke(main, ["show", deviation.id])

    assert shown.exit_code == 0, shown.output
    assert deviation.summary[:30] in shown.output


# every order but the right one and those that have a name; of the weights, of the biases, and the paths that lack
FOUR, THREE = 24 - 3 + 24 - 2, 6 - 2 + 6 - 2
EXPECTED = {
    "lstm_forward": FOUR,
    "lstm_cell_backward": FOUR + 3,
    "lstm_network_backward": FOUR + 3,
    "lstm_peephole_forward": FOUR + 6 - 2,
    "lstm_coupled_forward": 5 + 5,
    "gru_forward": THREE,
    "gru_reset_after_backward": THREE + 3,
    "rnn_forward": 0,
    "softmax": 0,
    "pad_sequence": 0,
}


@pytest.mark.parametrize("operation", EXPECTED)
def test_every_other_order_of_gates_is_searched(operation: str) -> None:
    found = [deviation.id for deviation in orders(OPERATIONS[operation])]

    assert len(set(found)) == len(found) == EXPECTED[operation]
    assert set(found) & set(CATALOGUE) == set()
    assert all(known(id, operation).id == id for id in found)
