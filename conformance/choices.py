"""What may be chosen of a check: one name on the command line, in pytest, in an ini file and in `[tool.rnnspec]`.

The pytest plugin imports this in every run of every project, so it imports nothing that costs.
"""

from collections.abc import Callable, Mapping
from os.path import isfile
from pathlib import Path
from typing import Any, NamedTuple

TABLE = "tool.rnnspec"
LONGEST, MOST = 86400, 1 << 24  # seconds, MB
EXPLAIN_SECONDS = 6.0  # of CPU time of what looks: what a machine does besides changes no explanation
LARGEST_SEED = 10**9 - 1
DTYPES = ("float64", "float32", "float16")
FLAGS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
    "": False,
}


class BadChoice(ValueError):
    """A choice cannot be, or does not go with another; the message says which, where and what can."""


class Choice(NamedTuple):
    """`kind` is what its value is, one of WORDS."""

    name: str
    metavar: str
    text: str
    kind: str = "text"


CHOICES = (
    Choice("candidate", "NAME", "What to check: a module, module:object, file.py or registered name.", "candidate"),
    Choice("program", "COMMAND", "A program in any language to check, with its arguments.", "command"),
    Choice("dtype", "DTYPE", "float64 (default), float32 or float16.", "dtype"),
    Choice(
        "precision",
        "POLICY",
        "In place of a dtype: bf16, bf16-f32acc, f16-f32acc, amp-bf16, amp-f16, tf32, or in words"
        " 'inputs bf16, products f32, state f32, outputs bf16'.",
        "policy",
    ),
    Choice("device", "DEVICE", "Where a candidate in PyTorch computes, such as cuda (default: cpu).", "device"),
    Choice("case", "ID", "Only this case, property, operation or family (repeatable).", "texts"),
    Choice("isolate", "", "Run a Python candidate in a process of its own.", "flag"),
    Choice("timeout", "SECONDS", "What a case may take in a process of its own (default: 10).", "number"),
    Choice("memory", "MB", "What a process of its own may allocate, 0 for no limit (default: 4096).", "whole"),
    Choice("known-failing", "FILE", "A list of failures that are known, strict in every direction.", "path"),
    Choice("goldens", "DIR", "Folder of goldens to use in place of the installed ones.", "path"),
)
KINDS = {choice.name: choice.kind for choice in CHOICES}
WORDS = {
    "candidate": "a text that is not empty",
    "device": "a text that is not empty",
    "dtype": f"one of {', '.join(DTYPES)}",
    "policy": "a text",
    "texts": "a list of texts",
    "flag": "true or false",
    "number": f"a number above 0 and up to {LONGEST}",
    "whole": f"a whole number from 0 to {MOST}",
    "path": "a path",
    "command": "a command: a text, or a list of texts",
}


def parsed(name: str, value: Any, where: str, folder: Path = Path()) -> Any:
    """A value as its kind has it, from a text or from TOML; a path is one from `folder`. Raises BadChoice."""
    kind = KINDS[name]
    try:
        found = PARSERS[kind](value)
    except (TypeError, ValueError, OverflowError):
        raise BadChoice(f"{where}: {name} is {value!r}, want {WORDS[kind]}") from None
    if kind == "candidate" and not isfile(found) and isfile(folder / found):  # Path's own raise for names too long
        return _near(folder / found)
    return Path(_near(folder / found)) if kind == "path" else found


def _near(path: Path) -> str:
    """A path as one would type it here: what names it may end in a report."""
    import os

    try:
        return str(path) if path.is_absolute() and Path.cwd() not in path.parents else os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise TypeError
    return value


def _dtype(value: Any) -> str:
    if value not in DTYPES:
        raise ValueError
    return str(value)


def _policy(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value  # what it says is read where it is used


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
        raise TypeError
    return tuple(value)


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.lower() not in FLAGS:
        raise ValueError
    return FLAGS[value.lower()]


def _number(value: Any) -> float:
    if isinstance(value, bool) or not 0 < float(value) <= LONGEST:
        raise ValueError
    return float(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool | float) or not 0 <= int(value) <= MOST:
        raise ValueError
    return int(value)


def _command(value: Any) -> tuple[str, ...]:
    import shlex

    parts = tuple(shlex.split(value)) if isinstance(value, str) else _texts(value)
    if not parts or not parts[0]:  # a shell's variable that is not set
        raise ValueError
    return parts


PARSERS: dict[str, Callable[[Any], Any]] = {
    "candidate": _text,
    "device": _text,
    "dtype": _dtype,
    "policy": _policy,
    "texts": _texts,
    "flag": _flag,
    "number": _number,
    "whole": _whole,
    "path": _text,
    "command": _command,
}


def of_project(folder: Path) -> dict[str, Any]:
    """What the nearest pyproject.toml that has a `[tool.rnnspec]`, here or above, says there. Raises BadChoice."""
    for place in (folder, *folder.parents):
        if (path := place / "pyproject.toml").is_file() and (found := of_file(path)) is not None:
            return found
    return {}


def of_file(path: Path) -> dict[str, Any] | None:
    """What a pyproject.toml says in `[tool.rnnspec]`, None where it has no such table. Raises BadChoice."""
    import tomllib
    from difflib import get_close_matches

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get("rnnspec")
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise BadChoice(f"{path}: cannot be read: {error}") from None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise BadChoice(f"{path}: [{TABLE}] is no table")
    for name in table:
        if name not in KINDS:
            near = get_close_matches(name, KINDS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it knows {', '.join(KINDS)}"
            raise BadChoice(f"{path}: [{TABLE}] has no {name!r}; {hint}")
    found = {name: parsed(name, value, f"{path}, [{TABLE}]", path.parent) for name, value in table.items()}
    try:
        return first(found)
    except BadChoice as error:
        raise BadChoice(f"{path}, [{TABLE}]: {error}") from None


def first(*sources: Mapping[str, Any]) -> dict[str, Any]:
    """Each choice from the first source that has it. Raises BadChoice where one source has a candidate and a program.

    These are one choice under two names.
    """
    found: dict[str, Any] = {}
    for source in sources:
        if {"candidate", "program"} <= set(source):
            raise BadChoice(
                f"candidate and program are one choice: give {source['candidate']} or {source['program'][0]}"
            )
        taken = {"candidate", "program"} if {"candidate", "program"} & set(found) else set()
        found |= {name: value for name, value in source.items() if name not in found and name not in taken}
    return found
