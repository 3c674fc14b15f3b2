"""A page's blocks as a person would follow them: files are written, commands are run, and what they print is held to the page.

A block with a caption is a file of that name. A block of `console` has commands behind `$`, each with what it prints; `…` on a line of its
own stands for lines that are left out. What differs from machine to machine is not compared: seconds, and the last bits of
a number; a share of a budget is held within a factor.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

BLOCK = re.compile(r"^```(?:\{code-block\} )?(\w+)\n(?::caption: (\S+)\n\n)?(.*?)^```$", re.DOTALL | re.MULTILINE)
SHARE = re.compile(r"(?<= )0\.\d+(?= |$)")  # of a budget: the last bits of another machine's products are others
LAST_BITS = re.compile(r"[0-9a-f]{2}(?=p[-+]\d)")  # of a number in hex, likewise
SECONDS = re.compile(r"\b\d+\.\d+ ?s\b(?: \(\d+:\d\d:\d\d\))?")  # pytest says minutes as well
CLOSEST = re.compile(r"(?<=closest to its budget: )\S+(?=,)")  # which case that is goes by the processor, too
LEFT_OUT = "…"  # lines, of what is printed
ELSEWHERE = 3  # times the share of a budget here
REMEMBERED = (". ", "cd ", "export ")  # what holds for the commands behind it
ONCE = ("python3 -m venv", ". ", "pip install", "git clone")  # what makes an environment
FAILS = re.compile(r"is not conformant|^FAILED |^\d+ failed", re.MULTILINE)  # what a command prints that exits 1


@dataclass(frozen=True)
class File:
    """What a page has written into a file."""

    name: str
    text: str


@dataclass(frozen=True)
class Command:
    """A line to paste, and the lines that it is to print."""

    line: str
    printed: tuple[str, ...]

    @property
    def code(self) -> int:
        return int(bool(FAILS.search("\n".join(self.printed))))


Step = File | Command


def steps(page: str) -> list[Step]:
    """What a page has one do, in its order."""
    return [step for language, name, text in BLOCK.findall(page) for step in _of(language, name, text)]


def _of(language: str, name: str, text: str) -> Iterator[Step]:
    if name:
        yield File(name, text)
    elif language == "console":
        for line, *printed in (
            part.rstrip("\n").split("\n") for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
        ):
            yield Command(line, tuple(printed))


def plain(line: str) -> str:
    """A line's words, whatever the width of their columns, without what differs from machine to machine."""
    words = CLOSEST.sub("…", " ".join(line.split()))
    return SECONDS.sub("… s", LAST_BITS.sub("..", SHARE.sub("0.…", words)))


def stretches(lines: Iterable[str]) -> list[list[str]]:
    """The lines that are shown, in stretches of which none is left out: `…` stands for lines that are."""
    parts: list[list[str]] = [[]]
    for line in lines:
        if line == LEFT_OUT:
            parts.append([])
        elif line:
            parts[-1].append(line)
    return [part for part in parts if part]


def differing(shown: Iterable[str], printed: str) -> str:
    """Where what is printed is not what is shown, in words; "" where it is."""
    shown = [line for line in shown if line]
    here = [line for line in printed.splitlines() if line.strip()]
    lines, at = [plain(line) for line in here], 0
    if shown and shown[0] != LEFT_OUT and lines[:1] != [plain(shown[0])]:
        return f"{shown[0]!r} is shown first, and {(here or [''])[0]!r} is printed"
    for stretch in stretches(shown):
        want = [plain(line) for line in stretch]
        if want[0] not in lines[at:]:
            return f"{stretch[0]!r} is not printed"
        at = lines.index(want[0], at)
        for line, found, raw in zip(
            stretch, [*lines[at:], *[""] * len(want)], [*here[at:], *[""] * len(want)], strict=False
        ):
            if plain(line) != found:
                return f"{line!r} is shown, {raw!r} is printed"
            if far := _far(line, raw):
                return far
        at += len(want)
    if shown and shown[-1] != LEFT_OUT and at < len(here):
        return f"{here[at]!r} is printed behind what is shown"
    return ""


def _far(shown: str, printed: str) -> str:
    for share, measured in zip(SHARE.findall(shown), SHARE.findall(printed), strict=True):
        if not float(measured) / ELSEWHERE <= float(share) <= float(measured) * ELSEWHERE:
            return f"{share} of a budget is shown, {measured} is printed"
    return ""


def problems(page: str, folder: Path, fresh: bool, faster: dict[str, str] | None = None) -> Iterator[str]:
    """Follow a page in a folder, and say what is not as it has it; what makes an environment is left out where it is not `fresh`."""
    before: list[str] = []
    for step in steps(page):
        if isinstance(step, File):
            (folder / step.name).write_text(step.text, encoding="utf-8")
        elif fresh or not step.line.startswith(ONCE):
            done = _run([*before, (faster or {}).get(step.line, step.line)], folder)
            if step.line.startswith(REMEMBERED):
                before.append(step.line)
            if done.returncode != step.code:
                yield f"{step.line}: exits {done.returncode}, want {step.code}: {done.stderr[-500:]}"
            elif said := differing(step.printed, done.stdout):
                yield f"{step.line}: {said}"


def _run(lines: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "VIRTUAL_ENV")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{own['PATH']}"
    script = "\n".join(["set -e", *lines])
    environment = {**own, "PATH": path, "PYTHONUTF8": "1", "COLUMNS": "80"}
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def replay(page: Path, text: str, root: Path) -> bool:
    """Follow a page word for word in a clone of its own, from install to verdict, and say whether all is as the page has it."""
    with TemporaryDirectory() as folder:
        clone = Path(folder) / "rnnspec"
        subprocess.run(["git", "clone", "-q", str(root), str(clone)], check=True)
        found = list(problems(text, clone, fresh=True))
    for each in found:
        print(each)
    print(f"{page.name}: {len(steps(text))} steps, {len(found)} not as they are shown")
    return not found
