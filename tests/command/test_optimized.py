"""Under `python -OO`, which strips docstrings, every verb says what it says without."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

VERBS = (
    ("list", "operations"),
    ("list", "properties"),
    ("show", "pad_sequence"),
    ("show", "any-layout"),
    ("show", "pack_sequence/property/refuses-empty"),
    ("show", "softmax-over-everything"),
    ("check", "notebook", "--case", "softmax"),
    ("check", "reference", "--case", "pad_sequence"),
    ("verify",),
)
CHECKS = """
import rnnspec
from rnnspec import OPERATIONS
report = rnnspec.check("reference", cases=["pad_sequence", "refuses-empty"])
assert report.conformant
print(report.totals, OPERATIONS["pad_sequence"].summary)
"""


def said(*words: str, optimized: str, folder: Path) -> tuple[int, str, str]:
    environment = {**os.environ, "PYTHONOPTIMIZE": optimized, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_a_verb_says_the_same(words: tuple[str, ...], tmp_path: Path) -> None:
    plain, optimized = (said("-m", "rnnspec", *words, optimized=level, folder=tmp_path) for level in ("", "2"))

    assert plain[0] == (1 if "notebook" in words else 0), plain[2]
    assert optimized == plain


def test_a_check_from_python_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "checks.py").write_text(CHECKS)

    plain, optimized = (said("checks.py", optimized=level, folder=tmp_path) for level in ("", "2"))

    assert plain[0] == 0, plain[2]
    assert optimized == plain
