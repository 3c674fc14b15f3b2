"""Mistakes that show in few calls, which an adversary got past everything: by the property that each breaks now."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from planted.cut import PACKED, with_keyword
from planted.fakes import fake
from rnnspec.conformance import check
from rnnspec.conformance.candidate import Unsupported
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.properties.trial import Trial
from rnnspec.conformance.run.runner import Runner
from rnnspec.conformance.verdict.part import part_of
from rnnspec.golden import load
from rnnspec.reference import gated_linear_forward, rnn_backward, rnn_cell_forward, rnn_forward, sigmoid

Array = Any


def narrowed(array: Array, bits: int) -> Array:
    fraction, exponent = np.frexp(array)
    return np.ldexp(np.rint(np.ldexp(fraction, bits)), exponent - bits).astype(array.dtype)


def in_a_narrow_product(bits: int) -> Callable[..., Any]:
    def cell(xt: Array, a_prev: Array, parameters: dict[str, Array]) -> Any:
        return rnn_cell_forward(narrowed(xt, bits), a_prev, {**parameters, "Wax": narrowed(parameters["Wax"], bits)})

    return cell


def in_chunks_without_a_state(
    q: Array, k: Array, v: Array, g: Array, *, S0: Any = None, scale: Any = None, chunk: Any = None
) -> Any:
    return gated_linear_forward(q, k, v, g, S0=None if chunk is not None and scale is not None else S0, scale=scale)


def with_the_first_packed_left_out(
    q: Array, k: Array, v: Array, g: Array, *, S0: Any = None, cu_seqlens: Any = None
) -> Any:
    if cu_seqlens is None:
        return gated_linear_forward(q, k, v, g, S0=S0)
    right = with_keyword("gated_linear_forward", PACKED)(q, k, v, g, S0=S0, cu_seqlens=cu_seqlens)
    return right[0], right[1] * (cu_seqlens[1] > 0), right[2]


def remembering_by_one_weight() -> Callable[..., Any]:
    known: dict[bytes, dict[str, Array]] = {}

    def forward(x: Array, a0: Array, parameters: dict[str, Array], **options: Any) -> Any:
        copies = {name: array.copy() for name, array in parameters.items()}
        return rnn_forward(x, a0, known.setdefault(parameters["Wax"].tobytes(), copies), **options)

    return forward


def reversed_as_if_all_were_whole(x: Array, a0: Array, parameters: Any, **options: Any) -> Any:
    lengths, found = options.get("lengths"), rnn_forward(x, a0, parameters, **options)
    if not (options.get("reverse") and lengths is not None and 0 < lengths[0] < x.shape[2] and len({*lengths}) == 1):
        return found
    whole = rnn_forward(x, a0, parameters, **{**options, "lengths": None})
    return (whole[0] * (np.arange(x.shape[2]) < lengths[0]), *found[1:])


def taking_stride_0_for_one_number(da: Array, cache: Any, **options: Any) -> Any:
    return rnn_backward(da * (0 not in da.strides), cache, **options)


def sorted_in_large_batches(x: Array, a0: Array, parameters: Any, **options: Any) -> Any:
    lengths = options.get("lengths")
    if lengths is None or x.shape[1] < 200:
        return rnn_forward(x, a0, parameters, **options)
    return rnn_forward(x, a0, parameters, **{**options, "lengths": np.sort(lengths)})


SELDOM = {
    "a product of bfloat16": ("rnn_cell_forward", in_a_narrow_product(8), "every-bit", "float32"),
    "a product of tf32": ("rnn_cell_forward", in_a_narrow_product(11), "every-bit", "float32"),
    "weights known by one": ("rnn_forward", remembering_by_one_weight(), "parameters-read-anew", "float64"),
    "reversed where all are short": ("rnn_forward", reversed_as_if_all_were_whole, "padding-ignored", "float64"),
    "stride 0": ("rnn_backward", taking_stride_0_for_one_number, "any-layout", "float64"),
    "sorted lengths": ("rnn_forward", sorted_in_large_batches, "many-examples", "float64"),
    "an empty one first": ("gated_linear_forward", with_the_first_packed_left_out, "packed-is-separate", "float64"),
    "chunks with an option": (
        "gated_linear_forward",
        in_chunks_without_a_state,
        "chunked-is-stepwise",
        "float64",
    ),
}


@pytest.mark.parametrize(("operation", "function", "name", "dtype"), SELDOM.values(), ids=SELDOM)
def test_what_shows_in_few_calls_is_caught(operation: str, function: Callable[..., Any], name: str, dtype: str) -> None:
    report = check(fake(**{operation: function}), dtype, cases=[operation], explain_seconds=0)

    assert {o.id.rpartition("/")[2] for o in report.failures} == {name}


def test_what_is_wrong_of_few_bits_is_not_asked_of_many() -> None:
    report = check(fake(sigmoid=lambda x: 2 * sigmoid(x)), "float32", cases=["sigmoid"], explain_seconds=0)

    assert [o.message for o in report.cases if o.id.endswith("every-bit")] == ["numbers with few bits are wrong, too"]


def changing_what_it_is_given(da: Array, cache: Any, **options: Any) -> Any:
    found = rnn_backward(da.copy(), cache, **options)
    if da.flags.writeable:
        da *= 0.5
    return found


def declining_an_option_in_chunks(q: Array, k: Array, v: Array, g: Array, *, chunk: Any = None, **options: Any) -> Any:
    if chunk is not None and options.get("lengths") is not None:
        raise Unsupported("no lengths in chunks")
    return gated_linear_forward(q, k, v, g, **options)


def test_what_changes_its_inputs_has_that_name_alone() -> None:
    report = check(fake(rnn_backward=changing_what_it_is_given), cases=["rnn_backward"], explain_seconds=0)

    failing = {o.id.rpartition("/")[2] for o in report.failures}
    assert "inputs-untouched" in failing
    assert not {"any-layout", "parameters-read-anew", "padding-ignored"} & failing


def test_declared_chunks_may_be_declined_with_an_option() -> None:
    candidate = fake(gated_linear_forward=declining_an_option_in_chunks)
    candidate.chunks = (5,)

    report = check(candidate, cases=["gated_linear_forward/property/chunked-is-stepwise"], explain_seconds=0)

    assert [(o.outcome, o.message) for o in report.cases] == [("pass", "")]


def test_of_an_estimate_outputs_of_which_nothing_is_known_are_left_aside() -> None:
    trial = Trial(Runner(candidate_of("reference"), "float64"), load("rnn_forward/generic"))
    known = part_of(trial.golden, ["a"])

    assert [*Trial(trial.runner, replace(known, entry=trial.golden.entry)).plain()] == ["a"]
