"""Candidates whose one call looks right and whose calls together do not: what the properties are there to catch."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from planted.fakes import changed, fake, judged
from planted.over_calls import (
    BATCH,
    FORWARD,
    LAYOUT,
    OVER_CALLS,
    OWN_MEMORY,
    Array,
    Functions,
    reusing_a_buffer,
    reusing_one_large_buffer,
)
from rnnspec.conformance import Unsupported
from rnnspec.golden import cases
from rnnspec.reference import rnn_forward
from rnnspec.tools import main


@pytest.mark.parametrize(("operation", "functions", "name", "words", "right"), OVER_CALLS.values(), ids=OVER_CALLS)
def test_what_calls_do_to_one_another_is_caught(
    operation: str, functions: Callable[[], Functions], name: str, words: str, right: bool
) -> None:
    outcomes = judged(fake(**functions()), operation)

    found = outcomes[f"property/{name}"]
    assert found.outcome in ("fail", "error")
    assert found.message.startswith(words)
    wrong = [o.id for o in outcomes.values() if o.outcome in ("fail", "error") and "property" not in o.id]
    assert right == (wrong == [])


def test_a_reused_buffer_is_not_taken_for_anything_else() -> None:
    outcomes = judged(fake(sigmoid=reusing_one_large_buffer()), "sigmoid")

    assert [name for name, o in outcomes.items() if o.outcome != "pass"] == [f"property/{OWN_MEMORY}"]


def test_a_reused_buffer_hides_no_other_fault() -> None:
    buffered = reusing_a_buffer()["sigmoid"]

    outcomes = judged(fake(sigmoid=lambda x: buffered(x.ravel(order="K").reshape(x.shape))), "sigmoid")

    assert outcomes[f"property/{OWN_MEMORY}"].outcome == "fail"
    assert outcomes[f"property/{LAYOUT}"].message == "Fortran-order inputs give another s"


def test_nan_everywhere_is_not_blamed_on_the_batch() -> None:
    outcomes = judged(changed("sigmoid", lambda s: s * np.nan), "sigmoid")

    assert outcomes["generic"].message == "s is not finite"
    assert outcomes[f"property/{BATCH}"].outcome == "pass"


def test_refusing_some_cases_leaves_the_others_tested() -> None:
    def forward(x: Array, a0: Array, parameters: Any, **options: Any) -> Any:
        if x.shape[1] == 1:
            raise Unsupported
        return rnn_forward(x, a0, parameters, **options)

    outcomes = judged(fake(rnn_forward=forward), FORWARD)

    apart = {name: outcome.message for name, outcome in outcomes.items() if outcome.outcome == "unsupported"}
    alone = (f"property/{name}" for name in (BATCH, "embedded-widely", "long-lengths"))
    ones = (e.id.partition("/")[2] for e in cases() if e.operation.name == FORWARD and e.dims["m"] == 1)
    names = (*ones, *alone)
    assert apart == dict.fromkeys(names, "refused without a reason")
    assert {outcome.outcome for outcome in outcomes.values()} == {"pass", "unsupported"}


def test_what_a_candidate_prints_stays_out_of_the_report(tmp_path: Path) -> None:
    path = tmp_path / "chatty.py"
    path.write_text(
        "print('importing')\ndef softmax(x):\n    print('working')\n    from rnnspec.reference import softmax as s\n    return s(x)\n"
    )

    result = CliRunner().invoke(main, ["check", str(path), "--case", "softmax", "--json", "-"])

    assert result.exit_code == 0
    assert json.loads(result.stdout)["totals"]["pass"] == 19
    assert "importing" in result.stderr
    assert "working" in result.stderr
