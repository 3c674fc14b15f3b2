"""A folder that one run fills: whole or not at all, and with nothing of anybody else's written over or deleted."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rnnspec.golden import saving

CLAIM = ".rnnspec-writing"  # lies in a folder while it is filled: who is there first is told by the system alone


class Occupied(ValueError):
    """A folder is not empty, or somebody else fills it."""


class Filling:
    """What a run has made so far."""

    def __init__(self) -> None:
        self._made: list[Path] = []

    def folder(self, path: Path) -> None:
        """A folder, made with its parents where it is not there."""
        for place in reversed([path, *path.parents]):
            with suppress(FileExistsError):
                if not place.is_dir():
                    place.mkdir()
                    self._made.append(place)

    def file(self, path: Path, data: bytes) -> None:
        """A new file. Raises FileExistsError or another OSError."""
        self.folder(path.parent)
        try:
            saving.new(path, data)
        except FileExistsError:
            raise
        except BaseException:  # a half of it is ours
            path.unlink(missing_ok=True)
            raise
        self._made.append(path)

    def undo(self) -> None:
        """Delete all that was made, but for folders in which there is something else."""
        for path in reversed(self._made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()


@contextmanager
def filling(folder: Path) -> Iterator[Filling]:
    """An empty folder, made where there is none, to be filled; left as it was where that fails. Raises Occupied, OSError."""
    made, claim = Filling(), folder / CLAIM
    try:
        made.folder(folder)
        _look(folder, set())
        try:
            made.file(claim, b"")
        except FileExistsError:
            _look(folder, set())
            raise
        _look(folder, {CLAIM})
        yield made
        claim.unlink()
    except BaseException:
        made.undo()
        raise


def _look(folder: Path, known: set[str]) -> None:
    found = {path.name for path in folder.iterdir()}
    if CLAIM in found - known:
        raise Occupied(f"{folder}: another export writes there, or was killed: take another folder, or remove this one")
    if found - known:
        raise Occupied(f"{folder}: is not empty")
