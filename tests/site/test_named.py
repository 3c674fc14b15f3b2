"""Commands and scripts that any page names are there, with the options that it gives them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click import Context
from rnnspec.tools import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs/site").rglob("*.md")]
)
COMMAND = re.compile(r"(?:`|^    |^\$ )rnnspec ([a-z]+)\b([^`\n]*)", re.MULTILINE)
SCRIPT = re.compile(
    r"(?:`|^    |^\$ )(?:\.venv/bin/)?(?:pytest|python|bash)(?: -m pytest)?(?: -q| -n 2)* ((?:tests|docs|benchmarks|\.ci)/[\w./-]*\w)",
    re.MULTILINE,
)


def strange(text: str) -> Iterator[str]:
    """What a text names that is not there."""
    context = Context(main)
    for verb, behind in COMMAND.findall(text):
        command = main.get_command(context, verb)
        if command is None:
            yield f"rnnspec {verb}"
            continue
        known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
        own = behind.partition(" -- ")[0].partition("&&")[0]
        yield from (f"rnnspec {verb} {name}" for name in re.findall(r"(?<= )--[a-z][\w-]*", own) if name not in known)
    yield from (script for script in SCRIPT.findall(text) if not (ROOT / script).exists())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_names_is_there(page: Path) -> None:
    assert [*strange(page.read_text(encoding="utf-8"))] == []


def test_much_is_named() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)

    assert len(COMMAND.findall(text)) > 80
    assert len(SCRIPT.findall(text)) > 40


def test_what_is_not_there_is_told() -> None:
    text = "`rnnspec chekc a`\n    rnnspec check a --hmtl b\n$ rnnspec show a --plot b.svg\n`pytest tests/test_gone.py` `python docs/pages site`\n"

    assert [*strange(text)] == ["rnnspec chekc", "rnnspec check --hmtl", "tests/test_gone.py"]
