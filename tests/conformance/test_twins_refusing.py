"""The command and pytest are twins in what they refuse: one line that names the place, the key and what can be."""

import sys
from pathlib import Path
from typing import Any

import pytest
from planted.programs import written
from writings.twins import Said, command, flags, ini, of_command, pyproject, suite

pytest_plugins = ["pytester"]


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    """A folder of its own, in which both are run."""
    written(pytester.path, "say(right(message))")
    return pytester.path


# what is wrong with a value, and what of the words in which both say so
BAD: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a time below 0": ({"timeout": -1}, ["timeout", "-1", "a number above 0"]),
    "no time": ({"timeout": 0}, ["timeout", "0", "a number above 0"]),
    "a time in words": ({"timeout": "long"}, ["timeout", "'long'", "a number above 0"]),
    "a time that is true": ({"timeout": True}, ["timeout", "True"]),
    "a size with a fraction": ({"memory": 1.5}, ["memory", "1.5", "a whole number from 0"]),
    "an unknown dtype": ({"dtype": "float8"}, ["dtype", "'float8'", "float64, float32"]),
    "a dtype in a list": ({"dtype": ["float64"]}, ["dtype", "['float64']"]),
    "a text for a list": ({"case": "softmax"}, ["case", "'softmax'", "a list of texts"]),
    "a number for a list": ({"case": 3}, ["case", "3", "a list of texts"]),
    "a number for a flag": ({"isolate": 1}, ["isolate", "1", "true or false"]),
    "another word for a flag": ({"isolate": "perhaps"}, ["isolate", "'perhaps'", "true or false"]),
    "an unknown key": ({"dtpye": "float32"}, ["'dtpye'", "did you mean dtype?"]),
    "a key that nothing is like": ({"zzz": 1}, ["'zzz'", "it knows candidate, program"]),
    "a list for a path": ({"goldens": ["few"]}, ["goldens", "['few']", "a path"]),
    "a number for a program": ({"program": 3}, ["program", "3", "a command"]),
    "an open quotation": ({"program": "a 'b"}, ["program", "a command"]),
    "no program": ({"program": []}, ["program", "[]", "a command"]),
    "no candidate": ({"candidate": ""}, ["candidate", "''"]),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_of_the_project_is_one_line_that_names_file_and_key(
    pytester: pytest.Pytester, project: Path, name: str
) -> None:
    bad, words = BAD[name]
    pyproject(project, {"case": ["sigmoid/zero"], **bad})

    one, two = command(), suite(pytester)

    assert (one.code, two.code) == (2, pytest.ExitCode.USAGE_ERROR)
    assert [line.removeprefix("ERROR: rnnspec: ") for line in two.errors] == [
        e.removeprefix("Error: ") for e in one.errors
    ]
    assert len(one.errors) == 1
    assert [
        word for word in [str(project / "pyproject.toml"), "[tool.rnnspec]", *words] if word not in one.errors[0]
    ] == []


@pytest.mark.parametrize(
    ("key", "value"), [("timeout", "-1"), ("dtype", "float8"), ("memory", "x"), ("isolate", "perhaps")]
)
def test_a_bad_value_of_the_ini_file_is_one_line_that_names_its_key(
    pytester: pytest.Pytester, project: Path, key: str, value: str
) -> None:
    ini(project, {"candidate": "reference", key: value})

    said = suite(pytester)

    assert said.code == pytest.ExitCode.USAGE_ERROR
    (line,) = said.errors
    assert f"rnnspec_{key}" in line
    assert repr(value) in line


@pytest.mark.parametrize(
    "choices",
    [
        {"candidate": "reference", "timeout": -1},
        {"candidate": "reference", "memory": 1.5},
        {"candidate": "reference", "dtype": "float8"},
        {"candidate": "reference", "case": ["sofmax"]},
        {"candidate": "reference", "timeout": 3},  # which needs isolate
        {"candidate": "reference", "program": f"{sys.executable} -S program.py"},  # which of the two?
        {"candidate": "reference", "goldens": "no-such-folder"},
        {"candidate": "reference", "case": ["sigmoid/zero"], "known-failing": "no-such-file"},
        {"candidate": "no_such"},
    ],
    ids=lambda choices: [*choices][-1],
)
def test_what_cannot_be_typed_is_a_usage_error_of_both(
    pytester: pytest.Pytester, project: Path, choices: dict[str, Any]
) -> None:
    def told(said: Said) -> bool:
        return bool(said.errors) and not any("Traceback" in line for line in said.errors)

    one, two = command(*of_command(choices)), suite(pytester, *flags(choices, "rnnspec-"))

    assert (one.code, two.code) == (2, pytest.ExitCode.USAGE_ERROR)
    assert told(one)
    assert told(two)
