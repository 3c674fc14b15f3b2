"""The checker is tested by what it rejects: candidates that return, raise or refuse what they must not."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from planted.fakes import SOUND, Change, all_ids, changed, fake, judged
from rnnspec.conformance import Unsupported, check
from rnnspec.conformance.report.wording import conclusion
from rnnspec.reference import FUNCTIONS, rnn_forward

Array = NDArray[Any]


def first(change: Change) -> Change:
    return lambda returned: (change(returned[0]), *returned[1:])


def cast(dtype: str) -> Change:
    return first(lambda array: array.astype(dtype))


def with_element(value: float) -> Change:
    return first(lambda array: np.where(np.arange(array.size).reshape(array.shape) == 0, value, array))


def raising(error: BaseException) -> Callable[..., Any]:
    def function(*_: Any, **__: Any) -> Any:
        raise error

    return function


class Foreign:
    """An array of another library."""

    def __init__(self, array: Array) -> None:
        self.array = array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return self.array


class Unreadable:
    """What looks like an array and raises when it is read as one."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        raise self.error


class Untold:
    @property
    def shape(self) -> Any:
        raise RuntimeError("no shape")


class Unprintable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


class Layer:
    """The functions as methods."""

    rnn_forward, lstm_cell_forward = staticmethod(rnn_forward), staticmethod(FUNCTIONS[SOUND])


def printing(*given: Any, **options: Any) -> Any:
    print("progress")
    return rnn_forward(*given, **options)


def seizing(*given: Any, **options: Any) -> Any:
    returned = rnn_forward(*given, **options)
    np.seterr(all="raise")
    return returned


SOUND_FAKES: dict[str, Any] = {
    "namespace": fake(),
    "dict": dict(FUNCTIONS),
    "class": Layer,
    "instance": Layer(),
    "foreign arrays": changed("rnn_forward", first(Foreign)),
    "Fortran order": changed("rnn_forward", first(np.asfortranarray)),
    "a list of outputs": changed("rnn_forward", list),
    "prints": fake(rnn_forward=printing),
    "changes NumPy's error state": fake(rnn_forward=seizing),
}


@pytest.mark.parametrize("candidate", SOUND_FAKES.values(), ids=SOUND_FAKES)
def test_sound_candidates_pass(candidate: Any) -> None:
    outcomes = judged(candidate, "rnn_forward")

    assert {outcome.outcome for outcome in outcomes.values()} == {"pass"}


RETURNED: list[tuple[str, Change, str]] = [
    ("rnn_forward", lambda r: None, r"^returned None, want 3 values \(a, y_pred, cache\)$"),
    ("rnn_forward", lambda r: r[:2], r"^returned 2 values, want 3 \(a, y_pred, cache\)$"),
    ("rnn_forward", lambda r: (*r, 0), r"^returned 4 values, want 3"),
    ("rnn_forward", lambda r: {"a": r[0], "y_pred": r[1]}, "^returned a dict, want 3 values"),
    ("rnn_forward", iter, "^returned a tuple_iterator, want 3 values"),
    ("rnn_backward", lambda r: tuple(r.values()), "^returned 5 values, want a dict with dx, da0, dWax, dWaa, dba$"),
    ("rnn_backward", lambda r: None, "^returned None, want a dict"),
    ("rnn_backward", lambda r: {n: g for n, g in r.items() if n != "dba"}, "^returned a dict without dba; want dx"),
    ("rnn_backward", lambda r: {**r, "dbz": r["dba"]}, "^returned a dict with dbz, which rnn_backward does not have$"),
    ("rnn_backward", lambda r: {**r, "dba": None}, r"^dba is None, want an array \(5, 1\)$"),
    ("rnn_forward", with_element(np.nan), "^a is not finite$"),
    ("rnn_forward", with_element(np.inf), "^a is not finite$"),
    ("rnn_forward", with_element(-1e300), "^a is outside its budget$"),
    ("rnn_forward", first(np.negative), "^a is outside its budget$"),
    ("rnn_forward", first(np.ndarray.tolist), r"^a is a list, want an array \(5, 7, 4\)$"),
    ("rnn_forward", first(lambda a: a[:, :, :-1]), r"^a has shape \(5, 7, 3\), want \(5, 7, 4\) \(n_a m T_x\)$"),
    (
        "rnn_forward",
        first(np.transpose),
        r"^a is \(T_x, m, n_a\), want \(n_a, m, T_x\): the axes are in another order; ",
    ),
    ("rnn_forward", first(np.sum), r"^a has shape \(\), want \(5, 7, 4\)"),
    ("rnn_forward", first(lambda a: a.item(0)), r"^a is a float, want an array \(5, 7, 4\)$"),
    ("rnn_forward", first(lambda a: Untold()), "^a is an Untold, want an array"),
    (
        "rnn_forward",
        first(lambda a: Unreadable(RuntimeError())),
        r"^a is an Unreadable that gives no array \(RuntimeError\), want an array",
    ),
    (
        "sigmoid",
        lambda s: Unreadable(RuntimeError()),
        r"^s is an Unreadable that gives no array \(RuntimeError\), want an array \(5, 7\)$",
    ),
    (
        "sigmoid",
        lambda s: Unreadable(SystemExit(3)),
        r"^s is an Unreadable that gives no array \(SystemExit: 3\), want an array \(5, 7\)$",
    ),
    ("rnn_forward", cast("f4"), "^a has dtype float32, want float64$"),
    ("rnn_forward", cast("i8"), "^a has dtype int64, want float64$"),
    ("rnn_forward", cast("?"), "^a has dtype bool, want float64$"),
    ("rnn_forward", cast("O"), "^a has dtype object, want float64$"),
    ("rnn_forward", cast("U9"), "^a has dtype <U9, want float64$"),
    ("rnn_forward", cast("c16"), "^a has dtype complex128, want float64$"),
    ("rnn_forward", cast("m8[s]"), r"^a has dtype timedelta64\[s\], want float64$"),
    ("rnn_forward", cast(">f8"), "^a has dtype >f8, want float64; the values are right$"),
]


def test_a_gradient_that_nobody_asked_for_is_no_fault() -> None:
    outcomes = judged(changed("lstm_backward", lambda r: {**r, "dc0": r.get("dc0", r["da0"])}), "lstm_backward")

    assert {outcome.outcome for outcome in outcomes.values()} == {"pass"}


@pytest.mark.parametrize(("operation", "change", "words"), RETURNED, ids=[row[2] for row in RETURNED])
def test_what_is_wrong_with_returned_values_is_named(operation: str, change: Change, words: str) -> None:
    outcomes = judged(changed(operation, change), operation)

    assert outcomes["generic"].outcome == "fail"
    assert re.search(words, outcomes["generic"].message)


def test_a_result_wider_than_the_run_is_caught() -> None:
    outcomes = judged(changed("rnn_forward", cast("f8")), "rnn_forward", "float32")

    assert outcomes["generic"].outcome == "fail"
    assert outcomes["generic"].message == "a has dtype float64, want float32; the values are right"


RAISED = {
    ValueError("boom\nand more"): r"^rnn_forward raised ValueError: boom \(test_fakes.py, line \d+\)$",
    SystemExit(3): r"^rnn_forward raised SystemExit: 3 \(test_fakes.py, line \d+\)$",
    GeneratorExit(): r"^rnn_forward raised GeneratorExit \(test_fakes.py, line \d+\)$",
    RecursionError("deep"): "^rnn_forward raised RecursionError: deep",
    Unprintable(): r"^rnn_forward raised Unprintable \(test_fakes.py, line \d+\)$",
}


@pytest.mark.parametrize(("error", "words"), RAISED.items(), ids=lambda value: type(value).__name__)
def test_whatever_is_raised_is_an_error_of_the_candidate(error: BaseException, words: str) -> None:
    outcomes = judged(fake(rnn_forward=raising(error)), "rnn_forward")

    # raising on None would decline it, but not where a state is raised on too
    assert {outcome.outcome for outcome in outcomes.values()} == {"error"}
    assert [outcome.message for outcome in outcomes.values() if not re.search(words, outcome.message)] == []


def test_a_backward_without_a_cache_to_start_from_says_so() -> None:
    outcomes = judged(changed("rnn_forward", lambda returned: returned[:2]), "rnn_backward")

    want = "there is no cache to start from: rnn_forward returned 2 values, want 3 (a, y_pred, cache)"
    assert {(outcome.outcome, outcome.message) for outcome in outcomes.values()} == {("fail", want)}


def test_what_is_refused_is_counted_apart() -> None:
    candidate = fake(rnn_forward=raising(Unsupported("no plain layers")))

    outcomes = judged(candidate, "rnn_forward")
    report = check(candidate, cases=("rnn_forward", SOUND))

    assert {(o.outcome, o.message) for o in outcomes.values()} == {("unsupported", "no plain layers")}
    assert report.totals["pass"] == report.tested == len(report.cases) - len(outcomes)
    assert report.conformant


def test_a_candidate_that_offers_nothing_is_not_conformant() -> None:
    report = check(SimpleNamespace(sigmoid=1, softmax="text"))

    assert (report.tested, report.conformant) == (0, False)
    assert report.totals["unsupported"] == len(report.cases) == len(all_ids())
    assert report.cases[0].message == "not defined"
    assert conclusion(report).startswith("nothing tested")
