"""The evidence: cases, and goldens whose outputs are proven correctly rounded."""

from functools import lru_cache
from pathlib import Path

# before `cases` below: importing the submodule later would put it in the function's place
from . import cases as _cases  # noqa: F401
from . import manifest, store
from .manifest import FOLDER, Entry, GoldenError, Manifest
from .store import Golden


def read_manifest(folder: Path = FOLDER) -> Manifest:
    """The manifest of a folder of goldens, read again only when its file changes. Raises GoldenError."""
    try:
        state = (folder / manifest.NAME).stat()
    except OSError:
        return manifest.read(folder)  # which says what is wrong
    return _manifest(folder, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _manifest(folder: Path, *_: int) -> Manifest:
    return manifest.read(folder)


def cases(folder: Path = FOLDER) -> tuple[Entry, ...]:
    """Every case there is a golden of, sorted by id. Raises GoldenError."""
    return tuple(read_manifest(folder).cases.values())


def load(case_id: str, folder: Path = FOLDER) -> Golden:
    """One golden by its case id, its contents checked against the manifest. Raises GoldenError."""
    entry = read_manifest(folder).cases.get(case_id)
    if entry is None:
        raise GoldenError(f"{folder / manifest.NAME}: has no case {case_id!r}; `rnnspec list` names all")
    return store.read(folder, entry)


__all__ = ["FOLDER", "Entry", "Golden", "GoldenError", "Manifest", "cases", "load", "read_manifest"]
