"""A policy of precision, by name or in words; and what an estimate of it allows."""

import ml_dtypes
import numpy as np
import pytest
from rnnspec.golden.case import CASES
from rnnspec.golden.estimated import Unfit, estimate
from rnnspec.golden.precision import FORMATS, NAMES, WORDS, BadPrecision, Precision, said

TYPES = {"f64": np.float64, "f32": np.float32, "f16": np.float16, "bf16": ml_dtypes.bfloat16}


@pytest.mark.parametrize("name", TYPES)
def test_a_format_is_that_of_its_type(name: str) -> None:
    info, format = ml_dtypes.finfo(TYPES[name]), FORMATS[name]

    assert (format.roundoff, format.tiny, format.largest) == (
        float(info.eps) / 2,
        float(info.tiny),
        float(info.max),
    )


@pytest.mark.parametrize("name", TYPES)
def test_a_format_holds_what_its_type_gives_back(name: str) -> None:
    numbers = np.random.default_rng(0).standard_normal(200) * 2.0 ** np.random.default_rng(1).integers(-10, 10, 200)
    held = numbers.astype(TYPES[name]).astype(np.float64)

    assert FORMATS[name].holds(held)
    assert FORMATS[name].holds(np.zeros(2))
    assert FORMATS[name].holds(numbers) == (name == "f64")


@pytest.mark.parametrize("wrong", [2.0**16, 2.0**-15, 1 + 2.0**-11])
def test_half_precision_does_not_hold_what_is_too_large_too_small_or_too_fine(wrong: float) -> None:
    assert not FORMATS["f16"].holds(np.array([1.0, wrong]))
    assert FORMATS["f32"].holds(np.array([1.0, wrong]))


def test_words_say_every_part_and_arrays_are_as_inputs() -> None:
    found = Precision.named("products f32,state f32 , outputs bf16, inputs bf16")

    assert found == Precision.named(WORDS)
    assert (found.arrays, found.inputs, found.products, found.state, found.outputs) == (
        "bf16",
        "bf16",
        "f32",
        "f32",
        "bf16",
    )
    assert Precision.named(found.words) == found


def test_a_dtype_is_the_policy_in_which_all_is_that() -> None:
    assert Precision.named("float32") == Precision("f32", "f32", "f32", "f32", "f32")
    assert Precision.named("bfloat16") == Precision.named("bf16")
    assert Precision.named("tf32").arrays == "f32"


def test_what_carries_it_holds_all_of_it() -> None:
    assert Precision.named("amp-f16").carrier == "float32"
    assert Precision.named("inputs f32, products f64, state f64, outputs f32").carrier == "float64"


@pytest.mark.parametrize("name", NAMES)
def test_words_are_said_by_the_name_that_they_have(name: str) -> None:
    assert said(Precision.named(name).words) == name
    assert said("of another version") == "of another version"


def test_spelling_is_forgiven() -> None:
    assert Precision.named(" BF16 ") == Precision.named("bf16")
    assert Precision.named("inputs bfloat16,  products float32, state f32, outputs bf16") == Precision.named(WORDS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bf", "did you mean bf16"),
        ("f32", "did you mean float32"),
        ("quick", "want one of bf16, .*or words as 'inputs bf16"),
        ("inputs bf16, products f32", "state, outputs is not said"),
        ("inputs bf16, inputs f32", "'inputs' comes twice"),
        ("input bf16, products f32", "'input' is no part"),
        ("inputs bf16, products tf32, state f32, outputs f32", "products 'tf32' is no format of it"),
        ("arrays tf32, inputs tf32, products f32, state f32, outputs f32", "arrays 'tf32' is no format of it"),
        ("inputs  f8, products f32", "inputs 'f8' is no format"),
        ("\x1b[2J" * 50, "is none"),
        ("", "is none"),
    ],
)
def test_what_is_no_policy_is_told(text: str, message: str) -> None:
    with pytest.raises(BadPrecision, match=message) as told:
        Precision.named(text)

    assert str(told.value).isprintable()


def budget(precision: str, id: str = "lstm_forward/generic") -> float:
    found = estimate(CASES[id], "float32", Precision.named(precision)).golden
    return float(np.median(found.sensitivity["a"]))


def test_coarser_parts_allow_more() -> None:
    wide = budget("inputs bf16, products f32, state f32, outputs f32")

    assert budget("tf32") < wide / 4
    assert wide < budget("inputs bf16, products f32, state bf16, outputs f32")
    assert budget("bf16-f32acc") < budget("bf16")
    assert budget("inputs f32, products f32, state f32, outputs f32") < budget(
        "inputs f32, products f32, state f32, outputs bf16"
    )


def test_what_a_precision_cannot_be_given_is_refused() -> None:
    with pytest.raises(Unfit, match="x has numbers that bf16 does not hold"):
        estimate(CASES["sigmoid/full-precision"], "float32", Precision.named("bf16"))
