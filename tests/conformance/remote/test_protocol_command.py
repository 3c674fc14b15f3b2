"""`rnnspec check -- PROGRAM`: the command line, its exit codes and what it tells."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from planted.programs import raw, written
from rnnspec.tools import main


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, arguments, prog_name="rnnspec", env={"FORCE_COLOR": None})
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_a_right_program_ends_with_0(tmp_path: Path) -> None:
    command = written(tmp_path, "say(right(message))")

    result = run("check", "--case", "sigmoid", "--", *command)

    assert result.exit_code == 0, result.output
    assert f"{' '.join(command)} is conformant [float64]: 15 passed, 4 not tested" in " ".join(result.stdout.split())


def test_a_wrong_program_ends_with_1_and_its_bug_is_named(tmp_path: Path) -> None:
    wrong = "a = right(message); a['outputs']['s'] = [[1 - s for s in row] for row in a['outputs']['s']]; say(a)"
    command = written(tmp_path, wrong)

    result = run("check", "--timeout", "7", "--case", "sigmoid", "--", *command)

    assert result.exit_code == 1
    assert "sigmoid/one-row: s is outside its budget" in result.stdout
    assert f"reproduce: rnnspec check --timeout 7 --case sigmoid/one-row -- {' '.join(command)}\n" in result.stdout


def test_a_programs_own_options_are_its_own(tmp_path: Path) -> None:
    command = written(tmp_path, "say({'id': message['id'], 'error': ' '.join(sys.argv[1:])})")

    result = run("check", "--case", "sigmoid/generic", "--json", "-", "--", *command, "--json", "--", "-v")

    assert json.loads(result.stdout)["cases"][0]["message"] == "--json -- -v"


def test_what_a_program_offers_is_what_is_tested(tmp_path: Path) -> None:
    command = written(tmp_path, "say(right(message))")

    assert run("check", "--case", "softmax", "--", *command).exit_code == 5
    assert run("check", "--case", "sigmoid", "--dtype", "float32", "--", *command).exit_code == 5


@pytest.mark.parametrize("text", ["raise SystemExit(0)", "print('hello', flush=True); input()"])
def test_a_program_that_breaks_the_protocol_at_the_start_ends_with_3(text: str, tmp_path: Path) -> None:
    result = run("check", "--", *raw(tmp_path, text))

    assert result.exit_code == 3
    assert result.stderr.count("\n") == 1


def test_a_program_that_does_not_exist_ends_with_3() -> None:
    result = run("check", "--", "./no-such-program")

    assert result.exit_code == 3
    assert result.stderr == "Error: ./no-such-program did not start: No such file or directory\n"


@pytest.mark.parametrize(
    "arguments",
    [("--",), ("reference", "--", "true"), ("--timeout", "0", "--", "true"), ("--memory", "-1", "--", "true")],
)
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    assert run("check", *arguments).exit_code == 2


def test_a_programs_name_is_no_markup(tmp_path: Path) -> None:
    command = [*written(tmp_path, "say(right(message))"), "[red]"]

    assert "'[red]' is conformant" in run("check", "--case", "sigmoid", "--", *command).stdout
