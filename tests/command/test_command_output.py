"""What `rnnspec list`, `show` and `verify` say; what the kit says and computes is guarded by files beside this one."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from rnnspec.conformance.deviations.catalogue import CATALOGUE
from rnnspec.conformance.deviations.deviation import Way
from rnnspec.golden import cases, load, read_manifest
from rnnspec.reference import FUNCTIONS, OPERATIONS
from rnnspec.reference.contract import FLAGS, MARKS
from rnnspec.tools import main


def within(*arguments: str) -> Result:
    """The command in this process."""
    result = CliRunner().invoke(main, arguments, prog_name="rnnspec", env={"FORCE_COLOR": None})
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def flat(*words: str) -> str:
    return "-".join(word.lstrip("-").replace("/", "-") for word in words)


@pytest.mark.parametrize("kind", ["operations", "cases", "deviations", "candidates"])
def test_a_list_names_all_there_is(kind: str) -> None:
    known = {
        "operations": set(OPERATIONS),
        "cases": {entry.id for entry in cases()},
        "deviations": set(CATALOGUE),
        "candidates": {"notebook", "reference", "torch"},
    }

    text, data = within("list", kind), within("list", kind, "--json", "-")

    assert {line.split()[0] for line in text.stdout.splitlines()} >= known[kind]
    assert {row["name"] for row in json.loads(data.stdout)} >= known[kind]


def test_an_operation_is_shown_with_what_each_option_is() -> None:
    wrong = []
    for name, operation in OPERATIONS.items():
        lines = {line.split()[0]: line for line in within("show", name).stdout.splitlines() if line.strip()}
        for option in operation.options:
            assert lines[f"{option}="].endswith("(option)"), name
            if ("True or False" in lines[f"{option}="]) != (option in FLAGS + MARKS):
                wrong.append(f"{name}: {lines[f'{option}='].strip()}")

    assert wrong == []


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_deviation_is_shown_with_the_difference_as_code_and_what_it_does(name: str) -> None:
    entry = CATALOGUE[name]

    result = within("show", name)

    assert result.exit_code == 0
    assert entry.summary in " ".join(result.stdout.split())
    told, _, fingerprint = result.stdout.partition("\n  its fingerprint\n\n    in ")
    shown = re.split(r"\n  (?:the difference as code|it also occurs as \(way \d+\))\n\n", told)[1:]
    assert len(shown) == len(entry.ways)
    for text, way in zip(shown, entry.ways, strict=True):
        assert [line for line in added(way) if not re.search(rf"(?m)^    \+.*{re.escape(line)}", text)] == []
        assert way or f"every operation is computed in {entry.dtype}" in text
    case, *outputs = fingerprint.splitlines()
    assert case.partition("/")[0] in entry.affects
    assert [line for line in outputs if not line.endswith("as it should be")]


def added(way: Way) -> list[str]:
    """The lines, or parts of lines, that only the edited text has."""
    return [line for edit in way for line in edit.new.splitlines() if line.strip() and line not in edit.old]


def test_every_value_of_a_case_can_be_shown_exactly() -> None:
    golden = load("softmax/generic")

    result = within("show", golden.id, "--hex")

    wanted = {f"{list(at)} {float(y).hex()}" for at, y in np.ndenumerate(golden.outputs["p"])}
    assert wanted <= {line.strip() for line in result.stdout.splitlines()}


def test_a_case_as_json_has_the_arrays_of_its_golden() -> None:
    golden = load("rnn_backward/generic")

    data = json.loads(within("show", golden.id, "--json", "-").stdout)

    for group in ("inputs", "parameters", "outputs"):
        arrays = {name: np.array(values) for name, values in data[group].items()}
        assert all(np.array_equal(arrays[name], array) for name, array in getattr(golden, group).items())


def test_the_goldens_in_place_verify() -> None:
    result = within("verify")

    assert result.exit_code == 0
    assert result.stdout == f"{len(cases())} goldens are what their manifest says, digest {read_manifest().digest}\n"


def test_goldens_that_are_not_there_do_not_verify(tmp_path: Path) -> None:
    result = within("verify", "--goldens", str(tmp_path))

    assert result.exit_code == 1
    assert "manifest.json: no such file" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("list", "cases"),
        ("show", "lstm_forward"),
        ("show", "lstm_projected_backward"),
        ("show", "lstm_forward/generic"),
        ("check", "notebook", "--case", "softmax/zero"),
    ],
    ids="-".join,
)
def test_what_the_command_says_is_as_before(arguments: tuple[str, ...], file_regression: Any) -> None:
    result = within(*arguments)

    said = re.sub(
        r"(?m)^(  provenance +)[0-9a-f]{16}$", r"\1…", result.stdout
    )  # another one with each edit of the code
    file_regression.check(said, basename=flat(*arguments), encoding="utf-8", newline="\n")


@pytest.mark.parametrize(
    # of these the budgets say that machines agree within the tolerance
    "case_id",
    ["softmax/generic", "rnn_forward/generic", "lstm_forward/generic", "rnn_cell_backward/wide-input"],
)
def test_what_the_reference_computes_is_as_before(case_id: str, ndarrays_regression: Any) -> None:
    golden = load(case_id)
    operation = golden.entry.operation

    returned = operation.call(FUNCTIONS, golden.inputs, golden.parameters)

    outputs = operation.named(returned, [*golden.inputs, *golden.parameters])
    ndarrays_regression.check(outputs, basename=flat(case_id), default_tolerance={"atol": 0, "rtol": 1e-12})
