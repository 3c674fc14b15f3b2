"""Arrays as JSON: what goes comes back bit for bit, and what is wrong is named before anything is allocated for it."""

import base64
import json
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from rnnspec.conformance.remote.encoding import DTYPES, Malformed, decode, encode, named

ARRAYS = st.sampled_from((*DTYPES, "bool")).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5))
)


def packed(dtype: Any = "float64", shape: Any = (2,), data: Any = None) -> dict[str, Any]:
    text = base64.b64encode(np.zeros(2).tobytes()).decode() if data is None else data
    return {"dtype": dtype, "shape": list(shape) if isinstance(shape, tuple) else shape, "base64": text}


@given(ARRAYS)
@settings(max_examples=60, deadline=None)
def test_an_array_comes_back_bit_for_bit(array: NDArray[Any]) -> None:
    back = decode(json.loads(json.dumps(encode(array))), "float64")

    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert back.tobytes() == array.tobytes()


@given(ARRAYS.filter(lambda array: array.size > 0 and bool(np.isfinite(array).all())))
@settings(max_examples=60, deadline=None)
def test_lists_come_back_bit_for_bit(array: NDArray[Any]) -> None:
    back = decode(json.loads(json.dumps(encode(array, as_list=True))), array.dtype.name)

    assert back.dtype == array.dtype
    assert back.tobytes() == array.tobytes()


def test_bytes_are_little_endian_in_c_order() -> None:
    array = np.asfortranarray([[1.0, 2.0], [3.0, 4.0]])

    text = encode(array)["base64"]

    assert base64.b64decode(text) == np.array([1, 2, 3, 4], "<f8").tobytes()


def test_what_is_marked_is_booleans_and_nothing_else() -> None:
    marks = named({"reset": [[True, False]]}, "float32")["reset"]
    packed_marks = decode(packed("bool", (3,), base64.b64encode(b"\0\1\2").decode()), "float32")

    assert (marks.dtype, marks.tolist()) == (np.dtype(bool), [[True, False]])
    assert (packed_marks.dtype, packed_marks.tolist()) == (np.dtype(bool), [False, True, True])
    for wrong in ([[1, 0]], [[1.0]], [[None]]):
        with pytest.raises(Malformed, match="'reset' is no plain list of bool numbers"):
            named({"reset": wrong}, "float32")
    with pytest.raises(Malformed, match="is no plain list of float32 numbers"):
        named({"x": [[True]]}, "float32")


def test_null_is_not_finite() -> None:
    assert np.isnan(decode([1.0, None], "float32")[1])


def test_lengths_in_lists_are_whole_numbers() -> None:
    arrays = named({"lengths": [3, 2], "padded": [3, 2]}, "float32")

    assert {name: array.dtype.name for name, array in arrays.items()} == {"lengths": "int64", "padded": "float32"}


WRONG: list[tuple[Any, str]] = [
    (None, "want lists, or an object"),
    ("AAAA", "want lists, or an object"),
    ({"dtype": "float64", "shape": [1]}, "want lists, or an object"),
    ({**packed(), "more": 1}, "want lists, or an object"),
    (packed(dtype="object"), "has dtype 'object'"),
    (packed(dtype=["float64"]), "has dtype"),
    (packed(dtype="<f8"), "has dtype '<f8'"),
    (packed(shape=2), "has shape 2"),
    (packed(shape=[-1, -2]), "has shape"),
    (packed(shape=[2.0]), "has shape"),
    (packed(shape=[True, True]), "has shape"),
    (packed(shape=[1] * 9), "has shape"),
    (packed(shape=[1 << 40, 1 << 40]), "which is more than"),
    (packed(shape=[0, 1 << 62], data=""), "has 4611686018427387904 bytes, which is more than"),
    (packed(shape=[1 << 80, 0], data=""), "which is more than"),
    (packed(shape=[3]), "has 16 bytes of data, want 24"),
    (packed(data="A"), "is no base64"),
    (packed(data="AAAA\nAAAA"), "is no base64"),
    (packed(data="ÄÄÄÄ"), "is no base64"),
    (packed(data=3), "has base64 3"),
    ([[1, 2], [3]], "lists of unequal lengths"),
    ([[1], 2], "lists of unequal lengths"),
    ([1, [2]], "no plain list"),
    ([True], "no plain list"),
    (["1"], "no plain list"),
    ([{}], "no plain list"),
    (json.loads("[" * 20 + "]" * 20), "more than 8 in each other"),
    ([10**400], "which float64|that float64 does not hold"),
    (10**30, "which no int64 holds"),
]


@pytest.mark.parametrize(("value", "words"), WRONG, ids=[f"{i}-{words[:20]}" for i, (_, words) in enumerate(WRONG)])
def test_what_is_wrong_with_an_array_is_named(value: Any, words: str) -> None:
    with pytest.raises(Malformed) as error:
        named({"a": value}, "float64")

    assert re.search(words, str(error.value))
    assert str(error.value).startswith("'a' ")
    assert len(str(error.value)) < 300
