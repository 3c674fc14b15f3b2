"""One check said twice: by the command `rnnspec check`, and by pytest, each brought to a verdict a case."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import rnnspec.conformance.candidates.notebook
import rnnspec.conformance.parametrizing
import rnnspec.tools.progress
import rnnspec.tools.summary  # noqa: F401 (pytester forgets what is first imported in one of its runs)
from click.testing import CliRunner
from rnnspec.tools import main

ENDED = {"passed": "pass", "failed": "failure", "skipped": "not tested", "xfailed": "known"}
UNTESTED = re.compile(r"not tested: \w+: ")


@dataclass
class Said:
    """A verdict by id (pass, failure, not tested, known), the words of each that is no pass, and how the run ended."""

    code: int
    errors: list[str]
    verdicts: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


def command(*words: str) -> Said:
    """What `rnnspec check` says, in the current folder."""
    result = CliRunner().invoke(main, ["check", *words, "--json", "report.json"], prog_name="rnnspec")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    said = Said(result.exit_code, result.stderr.splitlines())
    if result.exit_code in (0, 1):
        data = json.loads(Path("report.json").read_text(encoding="utf-8"))
        Path("report.json").unlink()
        for case in data["cases"]:
            said.verdicts[case["id"]], said.words[case["id"]] = _verdict(case, data["record"])
    return said


def _verdict(case: dict[str, Any], record: dict[str, Any]) -> tuple[str, str]:
    problems = [line for line in record["problems"] if f" {case['id']}: " in line]
    if problems:
        return "failure", problems[0]
    settled = {"pass": "pass", "unsupported": "not tested"}.get(case["outcome"])
    return settled or ("known" if record["excused"] else "failure"), case["message"]


def suite(pytester: pytest.Pytester, *words: str) -> Said:
    """What pytest says of the suite, in the same folder."""
    quick = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")  # which costs a second when it is imported anew
    result = pytester.runpytest_inprocess(*quick, "--pyargs", "rnnspec.conformance", *words)
    said = Said(int(result.ret), [line for line in result.stderr.lines if line])
    reports = getattr(result, "reprec", None)
    for report in reports.getreports("pytest_runtest_logreport") if reports else []:
        if report.when == "call":
            id = report.nodeid.partition("[")[2].rstrip("]")
            how = "xfailed" if hasattr(report, "wasxfail") else report.outcome
            said.verdicts[id] = ENDED[how]
            text = report.longrepr[2].removeprefix("Skipped: ") if how == "skipped" else str(report.longrepr or "")
            said.words[id] = UNTESTED.sub("", text)
    return said


def same(one: Said, two: Said) -> dict[str, str]:
    """The verdicts of both, once they are one; what the command says of a case pytest says too."""
    assert one.verdicts == two.verdicts, (one, two)
    assert (one.code == 0) == (two.code == 0), (one, two)
    for id, verdict in one.verdicts.items():
        if verdict == "not tested":
            assert two.words[id] == one.words[id]
        elif verdict == "failure":
            assert one.words[id] in two.words[id] or ";" in one.words[id], (one.words[id], two.words[id])
    return one.verdicts


def flags(choices: dict[str, Any], prefix: str = "") -> list[str]:
    words = []
    for name, value in choices.items():
        for each in value if isinstance(value, list) else [value]:
            words += [f"--{prefix}{name}", *([] if each is True else [str(each)])]
    return words


def of_command(choices: dict[str, Any]) -> list[str]:
    """Its candidate is an argument."""
    named = [choices["candidate"]] if "candidate" in choices else []
    return [*named, *flags({name: value for name, value in choices.items() if name != "candidate"})]


def ini(folder: Path, choices: dict[str, Any]) -> None:
    lines = ["[pytest]"]
    for name, value in choices.items():
        text = (
            "".join(f"\n  {each}" for each in value) if isinstance(value, list) else str(value).replace("True", "true")
        )
        lines.append(f"rnnspec_{name.replace('-', '_')} = {text}")
    (folder / "pytest.ini").write_text("\n".join(lines) + "\n", encoding="utf-8")


def pyproject(folder: Path, choices: dict[str, Any]) -> None:
    lines = [f"{name} = {json.dumps(value)}\n" for name, value in choices.items()]
    (folder / "pyproject.toml").write_text("[tool.rnnspec]\n" + "".join(lines), encoding="utf-8")


def both(pytester: pytest.Pytester, choices: dict[str, Any]) -> dict[str, str]:
    """The verdicts of both on choices given on the command line."""
    return same(command(*of_command(choices)), suite(pytester, *flags(choices, "rnnspec-")))
