"""The evidence: cases, and goldens whose outputs are proven correctly rounded."""

from functools import lru_cache
from pathlib import Path

from . import manifest, store
from .entry import Entry, GoldenError
from .manifest import FOLDER, Manifest
from .store import Golden


def read_manifest(folder: Path | str = FOLDER) -> Manifest:
    """The manifest of a folder of goldens, read again only when its file changes. Raises GoldenError."""
    folder = Path(folder)
    try:
        state = (folder / manifest.NAME).stat()
    except OSError:
        return manifest.read(folder)  # which says what is wrong
    return _manifest(folder, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _manifest(folder: Path, *_: int) -> Manifest:
    return manifest.read(folder)


def cases(folder: Path | str = FOLDER) -> tuple[Entry, ...]:
    """Every case there is a golden of, sorted by id. Raises GoldenError."""
    return tuple(read_manifest(folder).cases.values())


def load(case_id: str, folder: Path | str = FOLDER) -> Golden:
    """One golden by its case id, its contents checked against the manifest. Raises GoldenError.

    Its arrays can only be read, and are read again only when its file or its line in the manifest changes.
    """
    folder = Path(folder)
    entry = read_manifest(folder).cases.get(case_id)
    if entry is None:
        raise GoldenError(f"{folder / manifest.NAME}: has no case {case_id!r}; `rnnspec list` names all")
    try:
        state = store.path_of(folder, case_id).stat()
    except OSError:
        return store.read(folder, entry)  # which says what is wrong
    return _golden(folder, case_id, entry.evidence, state.st_ino, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4096)  # more than there are: one that is asked for in turn would be read twice
def _golden(folder: Path, case_id: str, *_: object) -> Golden:
    return store.read(folder, read_manifest(folder).cases[case_id])


__all__ = ["FOLDER", "Entry", "Golden", "GoldenError", "Manifest", "cases", "load", "read_manifest"]
