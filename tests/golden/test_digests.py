"""Digests of arrays: each property of each array moves them, the order in which they are handed over does not."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rnnspec.golden import load
from rnnspec.golden.digests import digest, digests, sealed, told
from rnnspec.golden.store import flat

Arrays = dict[str, NDArray[Any]]
ARRAYS: Arrays = {"inputs/x": np.arange(6.0).reshape(2, 3), "outputs/a": np.ones(2, np.float32)}
OTHER: dict[str, Arrays] = {
    "a value": {**ARRAYS, "outputs/a": np.array([1, 2], np.float32)},
    "a dtype of the same bytes": {**ARRAYS, "outputs/a": np.ones(2, np.float32).view(np.int32)},
    "a shape": {**ARRAYS, "inputs/x": np.arange(6.0).reshape(3, 2)},
    "a layout": {**ARRAYS, "inputs/x": np.arange(6.0).reshape(3, 2).T},
    "a key": {"inputs/z": ARRAYS["inputs/x"], "outputs/a": ARRAYS["outputs/a"]},
    "one more": {**ARRAYS, "outputs/c": np.empty(0)},
    "one less": {"outputs/a": ARRAYS["outputs/a"]},
}


@pytest.mark.parametrize("what", OTHER)
def test_a_digest_moves_with(what: str) -> None:
    assert digest(OTHER[what]) != digest(ARRAYS)


def test_a_digest_is_of_contents_and_32_digits_long() -> None:
    turned = dict(reversed([(key, np.asfortranarray(array)) for key, array in ARRAYS.items()]))

    assert digest(turned) == digest(ARRAYS)
    assert len(digest(ARRAYS)) == 32
    assert digest({}) == "e3b0c44298fc1c149afbf4c8996fb924"  # what SHA-256 says of nothing
    assert digest({}, "abc") == "ba7816bf8f01cfea414140de5dae2223"


def test_what_comes_out_is_chained_to_what_goes_in() -> None:
    given = {"inputs/x": ARRAYS["inputs/x"], "parameters/W": np.ones(1)}
    first, whole = digests({**given, "outputs/a": ARRAYS["outputs/a"]})

    assert first == digest(given)
    assert whole == digest({"outputs/a": ARRAYS["outputs/a"]}, first)
    assert digests({**given, "outputs/a": np.zeros(2)})[0] == first != digests({"inputs/x": given["inputs/x"]})[0]


def test_the_digests_of_a_golden_are_those_that_its_entry_states() -> None:
    golden = load("lstm_forward/generic")

    assert digests(flat(golden)) == (golden.entry.inputs, golden.entry.digest)
    assert sealed(golden.entry) == golden.entry
    assert [len(text) for text in (golden.entry.evidence, golden.entry.provenance, told([], {}))] == [32] * 3
    assert told([golden.entry], {}) != told([], {}) != told([], {"numpy": "2"})
