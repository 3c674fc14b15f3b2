"""A copy of a folder, in which nothing leads back to it."""

import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from ..choices import BadChoice

LARGEST = 256 << 20  # bytes of a folder that is copied
LEFT_OUT = {".git", ".hg", ".venv", "__pycache__", ".mypy_cache"}
LINKED = {"node_modules"}  # which no build changes


def copied(here: Path, there: Path) -> None:
    """Raises BadChoice for a folder that is too large, OSError where it cannot be copied."""
    size = 0
    for place, folders, files in os.walk(here):
        folders[:] = [name for name in folders if name not in LEFT_OUT | LINKED]
        size += sum((Path(place) / name).lstat().st_size for name in files)
        if size > LARGEST:
            said = f"the current folder has more than {LARGEST >> 20} MB, and is copied"
            raise BadChoice(f"source: {said}: run this from the program's own")
    shutil.copytree(here, there, symlinks=True, ignore=_left_out)
    _relink(here, there)
    for name in LINKED:
        if (here / name).is_dir():
            (there / name).symlink_to(here / name)


def _relink(here: Path, there: Path) -> None:
    """What leads into the folder leads into the copy, and what leads to a folder outside, where a build could write, is left out."""
    home = here.resolve()
    for place, folders, files in os.walk(there):
        for link in (Path(place) / name for name in (*folders, *files)):
            if link.is_symlink():
                target = (here / link.relative_to(there)).resolve()
                link.unlink()
                if target.is_relative_to(home):
                    link.symlink_to(there / target.relative_to(home))
                elif target.is_file():
                    shutil.copy2(target, link)


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """When each of its files was written, and how long it is."""
    found = dict[str, tuple[int, int]]()
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in LEFT_OUT | LINKED]
        for name in files:
            with suppress(OSError):
                status = (Path(place) / name).stat()
                found[str((Path(place) / name).relative_to(folder))] = (status.st_mtime_ns, status.st_size)
    return found


def written(folder: Path, before: Mapping[str, tuple[int, int]]) -> list[str]:
    """Its files that are new or another. A text that has grown is what this, or another program, says meanwhile: `> out.txt`, `| tee out.txt`."""
    now = stamps(folder)
    grown = (name for name in now if name in before and now[name][1] > before[name][1])
    logs = {name for name in grown if is_text(folder / name)}
    return [name for name, stamp in now.items() if before.get(name) != stamp and name not in logs]


def is_text(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b"\0" not in file.read(4096)
    except OSError:
        return False


def _left_out(folder: str, names: Iterable[str]) -> set[str]:
    """What is no part of a build, and what can be neither read nor copied as a file."""
    odd = {
        name
        for name in names
        if not os.path.islink(path := os.path.join(folder, name)) and not (os.path.isdir(path) or os.path.isfile(path))
    }
    return odd | (LEFT_OUT & {*names}) | (LINKED & {*names} if os.path.abspath(folder) == os.getcwd() else set())
