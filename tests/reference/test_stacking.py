"""What is done alike to several values is done at once: fewer calls, the same numbers, and only where none waits for another."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from rnnspec.reference import FAMILIES, FUNCTIONS
from rnnspec.reference.replay import road, running
from rnnspec.reference.replay.plan import Half, Plan, planned
from rnnspec.reference.replay.recording import JOINED, refs
from rnnspec.reference.replay.running import Kept

N, N_X, M, T_X = 65, 40, 32, 150


def calls(half: Half, function: Any, late: bool = False) -> int:
    return sum(half.nodes[i].function is function for i in (half.late if late else half.now))


def plan(name: str, n_a: int, n_x: int, m: int) -> Plan:
    cell = next(family for family in FAMILIES if family.name == name)
    lengths = {"n_a": n_a, "n_a+n_x": n_a + n_x, "n_x": n_x, "1": 1, "n_y": 2}
    weights = {name: tuple(lengths[axis] for axis in axes.split()) for name, axes in cell.parameters.items()}
    found = planned(cell, ((n_x, m),), ((n_a, m),) * len(cell.states), tuple(weights.items()))
    assert found
    return found


def test_all_gates_are_one_product_one_bias_and_one_gradient() -> None:
    large = plan("lstm", 512, 256, 64)

    assert calls(large.forward, np.matmul) == 1
    assert calls(large.forward, np.tanh) == 3, "of three gates at once, of the candidate, of the cell's state"
    assert calls(large.backward, np.matmul) == 1
    assert calls(large.backward, np.matmul, late=True) == 2, "into the inputs, and into the matrices"


def test_products_that_are_small_stay_apart_where_one_of_all_is_not() -> None:
    small = plan("lstm", 128, 64, 32)

    assert calls(small.forward, np.matmul) == 4
    assert calls(small.forward, np.tanh) == 3
    assert calls(plan("lstm", 65, 20, 32).forward, np.matmul) == 1


def test_gates_of_another_input_have_a_product_of_their_own() -> None:
    assert calls(plan("gru", 512, 256, 64).forward, np.matmul) == 2
    assert calls(plan("gru", 512, 256, 64).backward, np.matmul) == 2


@pytest.mark.parametrize("name", ["lstm", "lstm_coupled", "gru", "gru_reset_after"])
def test_what_lies_beneath_each_other_is_made_there(name: str) -> None:
    half = plan(name, 512, 256, 64).backward
    joined = [i for i in half.now if half.nodes[i].function == JOINED]

    assert joined
    assert all(half.places[a][:2] == ("within", i) for i in joined for a in refs(half.nodes[i]))


def test_few_columns_and_float16_are_replayed_as_they_are_recorded() -> None:
    x = np.zeros((3, 4, 32), "float32")

    assert road.at_once(x)
    assert not road.at_once(x[:, :, :31])
    assert not road.at_once(x.astype("float16"))


def drawn(seed: int) -> tuple[Any, ...]:
    rng, shapes = np.random.default_rng(seed), {"x": (N_X, M, T_X), "a0": (N, M), "da": (N, M, T_X)}
    parameters = {f"W{gate}": 0.1 * rng.standard_normal((N, N + N_X)) for gate in "fico"}
    parameters |= {f"b{gate}": 0.1 * rng.standard_normal((N, 1)) for gate in "fico"}
    parameters |= {"Wy": rng.standard_normal((3, N)), "by": rng.standard_normal((3, 1))}
    return *(rng.standard_normal(shape) for shape in shapes.values()), parameters


def layer(x: Any, a0: Any, da: Any, parameters: Any) -> list[Any]:
    *outputs, caches = FUNCTIONS["lstm_forward"](x, a0, parameters)
    assert isinstance(caches.walk.caches, Kept)
    return [*outputs, *FUNCTIONS["lstm_backward"](da, caches).values()]


def test_what_was_returned_is_not_written_over_by_the_next_call() -> None:
    first = layer(*drawn(1))
    before = [array.copy() for array in first]
    second = layer(*drawn(2))

    assert all((array == was).all() for array, was in zip(first, before, strict=True))
    assert not any(np.shares_memory(array, other) for array in first for other in second)


def test_threads_do_not_write_over_each_other() -> None:
    given = [drawn(seed) for seed in range(4)]
    alone = [layer(*one) for one in given]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda one: layer(*one), given * 3))

    for k, arrays in enumerate(found):
        assert all((array == want).all() for array, want in zip(arrays, alone[k % 4], strict=True))


def test_memory_comes_back_without_a_search_for_garbage() -> None:
    given = drawn(3)
    running.RETURNED.clear()
    gc.disable()
    try:
        layer(*given)
        pieces = sorted(piece.ctypes.data for piece in running.RETURNED)
        layer(*given)

        assert pieces
        assert sorted(piece.ctypes.data for piece in running.RETURNED) == pieces
    finally:
        gc.enable()


def test_no_more_memory_is_held_than_is_said() -> None:
    running.RETURNED.clear()
    pieces = [running.lent(running.LENDABLE.stop // 8 - 1, np.float64) for _ in range(4)]
    del pieces

    assert 0 < sum(piece.nbytes for piece in running.RETURNED) <= running.HELD
