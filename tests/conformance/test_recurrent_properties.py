"""Each property of recurrences holds of what is right and is broken by a mistake that no golden has to show."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from planted.cut import CHUNK, PACKED, with_keyword
from planted.of_recurrences import WRONG, Function, by_sums_of_decays, with_chunks_that_end_early
from rnnspec.conformance import BadChoice, Unsupported
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.properties.recurrence import CHUNKS
from rnnspec.reference import gated_delta_forward, gated_linear_forward, lstm_forward
from rnnspec.tools import main


def said(operation: str, function: Function, name: str, dtype: str = "float64", **more: Any) -> tuple[str, str]:
    """How a property ends, and what is said of it."""
    id = f"{operation}/property/{name}"
    outcome = Checks(candidate_of({operation: function, **more}), dtype, (id,)).run(id)
    return outcome.outcome, outcome.message


KEYWORDS = {"chunked-is-stepwise": CHUNK, "packed-is-separate": PACKED}
KNOWN = Checks(candidate_of("reference"), "float64").ids
OFFERED = [id for id in KNOWN if id.rpartition("/")[2] in KEYWORDS and "_backward/" not in id]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("id", OFFERED)
def test_what_is_right_in_parts_has_the_property(id: str, dtype: str) -> None:
    operation, _, name = id.partition("/property/")

    assert said(operation, with_keyword(operation, KEYWORDS[name]), name, dtype) == ("pass", "")


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_breaks_the_property(name: str) -> None:
    operation, function = WRONG[name]

    assert said(operation, function, name)[0] == "fail"


def wrong_in_chunks_of_nine(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None, chunk: Any = None) -> Any:
    if chunk in (5, 11):
        raise Unsupported("too few")
    given = {"S0": S0, "chunk": chunk or q.shape[-1]}
    return (with_chunks_that_end_early if chunk == 9 else with_keyword("gated_linear_forward", CHUNK))(
        q, k, v, g, **given
    )


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_chunks_that_are_declared_are_those_that_are_tried(dtype: str) -> None:
    def tried(*chunks: int) -> tuple[str, str]:
        more = {"chunks": chunks} if chunks else {}
        return said("gated_linear_forward", wrong_in_chunks_of_nine, "chunked-is-stepwise", dtype, **more)

    assert tried() == ("pass", "")
    assert tried(7, 64) == ("pass", "")
    assert tried(7, 9) == ("fail", "S_last in chunks of 9 differs from S_last without")
    assert tried(7, 5) == ("fail", "chunks of 5 steps are declared and refused: too few")
    assert tried(7, 11) == ("pass", "")  # which do not divide the 65 steps
    assert tried(11) == ("unsupported", "no chunk of 11 steps is offered")


def test_what_is_given_no_state_is_tried_without() -> None:
    """Of a property that is tried where a state is given; the longest case has chunks of 1 to 16 steps."""

    def right(q: Any, k: Any, v: Any, g: Any, *, chunk: Any = None) -> Any:
        return with_keyword("gated_linear_forward", CHUNK)(q, k, v, g, chunk=chunk)

    def wrong(q: Any, k: Any, v: Any, g: Any, *, chunk: Any = None) -> Any:
        return with_chunks_that_end_early(q, k, v, g, chunk=chunk if chunk == 16 else None)

    told = "on gated_linear_forward/long: S_last in chunks of 16 differs from S_last without"
    assert said("gated_linear_forward", right, "chunked-is-stepwise") == ("pass", "")
    assert said("gated_linear_forward", wrong, "chunked-is-stepwise") == ("fail", told)
    assert said("gated_linear_forward", right, "cut-anywhere") == ("unsupported", "not offered: S0")


@pytest.mark.parametrize(
    ("chunks", "words"),
    [
        (16, "chunks is 16"),
        ("16, 64", "chunks is '16, 64'"),
        ((), "chunks is ()"),
        ({16: 64}, "chunks is {16: 64}"),
        ((16, 0), "chunks has 0"),
        ([16, -1], "chunks has -1"),
        ((16, "64"), "chunks has '64'"),
        ((True,), "chunks has True"),
        ((16.0,), "chunks has 16.0"),
    ],
)
def test_chunks_that_are_none_are_named(chunks: Any, words: str) -> None:
    wanted = f"dict: {words}, want whole numbers of steps above 0, as in chunks = (16, 64)"

    with pytest.raises(BadChoice, match=f"^{re.escape(wanted)}$"):
        candidate_of({"gated_linear_forward": gated_linear_forward, "chunks": chunks})


def test_what_is_named_chunks_and_declares_nothing_is_let_be() -> None:
    given = {"gated_linear_forward": gated_linear_forward}

    assert [candidate_of({**given, "chunks": one}).chunks for one in (None, said, re)] == [()] * 3
    assert candidate_of({"lstm_forward": lstm_forward, "chunks": 4}).chunks == ()
    assert candidate_of({**given, "chunks": [*np.array([16, 64])]}).chunks == (16, 64)


@pytest.mark.parametrize("more", [(), ("--isolate",)])
def test_chunks_that_are_none_are_a_mistake_of_usage(more: tuple[str, ...], tmp_path: Path) -> None:
    own = tmp_path / "own.py"
    own.write_text("from rnnspec.reference import gated_linear_forward\nchunks = 16\n", encoding="utf-8")

    ended = CliRunner().invoke(main, ["check", str(own), "--case", "gated_linear_forward", *more])

    assert ended.exit_code == 2
    assert "own.py: chunks is 16, want whole numbers of steps above 0, as in chunks = (16, 64)" in ended.stderr


def test_sums_of_decays_are_right_wherever_they_are_finite() -> None:
    ids = [f"diagonal_forward/{case}" for case in ("generic", "initial-state", "slow-decay")]
    checks = Checks(candidate_of({"diagonal_forward": by_sums_of_decays}), "float64", ids)

    assert {id: checks.run(id).outcome for id in checks.ids} == dict.fromkeys(ids, "pass")


def of_a_heads_decay(q: Any, k: Any, v: Any, g: Any, beta: Any, *, S0: Any = None) -> Any:
    if g is not None and g.shape[1] > 1:
        raise Unsupported("decays a head, not each key by itself")
    return gated_delta_forward(q, k, v, g, beta, S0=S0)


def of_a_heads_decay_and_mixed(q: Any, k: Any, v: Any, g: Any, beta: Any, *, S0: Any = None) -> Any:
    """The largest key of all examples is what each one's keys are measured by."""
    o, *rest = of_a_heads_decay(q, k, v, g, beta, S0=S0)
    return o * (1 + abs(k).max() / 64), *rest


@pytest.mark.parametrize("name", ["batch-independent", "split-sequence", "any-layout", "cut-anywhere", "many-examples"])
def test_what_is_of_another_decay_is_tried_on_that(name: str) -> None:
    id = f"gated_delta_forward/property/{name}"
    checks = Checks(candidate_of({"gated_delta_forward": of_a_heads_decay}), "float64", [id])

    assert checks.run("gated_delta_forward/generic").outcome == "unsupported"
    assert checks.run(id).outcome == "pass"


def test_what_goes_wrong_there_says_on_what() -> None:
    id = "gated_delta_forward/property/batch-independent"
    outcome = Checks(candidate_of({"gated_delta_forward": of_a_heads_decay_and_mixed}), "float64", [id]).run(id)

    assert outcome.outcome == "fail"
    assert outcome.message.startswith("on gated_delta_forward/decay-of-a-head: ")


def test_the_contract_says_which_chunks_are_tried() -> None:
    contract = (Path(__file__).parents[2] / "docs" / "contract.md").read_text(encoding="utf-8")

    (said,) = re.findall(r"It is tried with ([\d, ]+ and \d+), on 65 steps", contract)
    assert tuple(map(int, re.findall(r"\d+", said))) == CHUNKS
