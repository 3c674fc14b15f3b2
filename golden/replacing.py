"""Freshly made goldens and those in a folder: what is kept, what differs, and replacing them all or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from . import case, manifest, saving, store
from .entry import Entry, GoldenError
from .recipe import recipe
from .regenerate import Made
from .sized import case_of, is_known

LOCK = ".regenerate.lock"
STAGE, DONE = ".regenerate-", ".regenerated-"  # a folder of one that is at work, or has done all but clear away
BEFORE, ABSENT = ".before", ".absent"  # what a golden was before it was replaced


def kept(folder: Path) -> dict[str, Made]:
    """The goldens in place whose recipe has not changed since they were made."""
    try:
        entries = manifest.read(folder, renewing=True).cases
    except GoldenError:
        return {}
    found = {}
    for name, entry in entries.items():
        if is_known(name) and entry.recipe == recipe(case_of(name)):
            try:
                found[name] = Made(entry, store.flat(store.read(folder, entry)))
            except GoldenError:
                continue  # a damaged file is made anew
    return found


def promoted(folder: Path) -> list[str]:
    """The ids of a folder's goldens that no list has, and that say themselves how they are drawn."""
    try:
        known = manifest.read(folder, renewing=True).cases
    except GoldenError:
        return []
    return [name for name in known if name not in case.CASES and is_known(name)]


def changes(folder: Path, made: Mapping[str, Made]) -> list[str]:
    """What differs between the goldens in a folder and freshly made ones, in words."""
    try:
        old = manifest.read(folder, renewing=True).cases
    except GoldenError as error:
        return [str(error), *(f"{name}: new" for name in made)]
    out = [f"{name}: gone" for name in old if name not in made]
    for name, fresh in sorted(made.items()):
        out += [f"{name}: {words}" for words in ([*_changed(folder, old[name], fresh)] if name in old else ["new"])]
    return out + [f"{name}: a file without a case" for name in store.strays(folder, made)]


def _changed(folder: Path, old: Entry, fresh: Made) -> Iterator[str]:
    for key in ("shows", "labels", "features", "dtypes", "refused", "dims", "seed", "bits", "corroborated"):
        if getattr(old, key) != getattr(fresh.entry, key):
            yield f"{key} was {getattr(old, key)}, is {getattr(fresh.entry, key)}"
    try:
        golden = store.read(folder, old)
    except GoldenError as error:
        yield str(error)
        return
    for key, array in fresh.arrays.items():
        group, name = key.split("/")
        before = getattr(golden, group).get(name)
        if before is None or before.shape != array.shape:
            yield f"{key} is new or has another shape"
        elif before.tobytes() != array.tobytes():
            yield f"{key} {difference(before, array)}"


def difference(before: np.ndarray, after: np.ndarray) -> str:
    """How two arrays differ, counted and in units in the last place."""
    if after.dtype == bool:
        return f"differs in {np.count_nonzero(before != after)} of {after.size} elements"
    wrong = (before != after) | (np.signbit(before) != np.signbit(after))
    one, two = before[wrong], after[wrong]
    far = np.abs(two - one) / np.spacing(np.maximum(np.abs(one), np.abs(two)))
    return f"differs in {int(wrong.sum())} of {wrong.size} elements, by up to {far.max():.3g} ulp"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep every other regeneration out of a folder, and clear away what a killed one has left there.

    Raises GoldenError where another is at work, OSError where nothing can be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK, timeout=0)  # the system's, which ends with whoever holds it
    try:
        lock.acquire()
    except Timeout:
        raise GoldenError(f"{folder}: another `rnnspec regenerate` is at work there; wait for its end") from None
    try:
        for stage in [*folder.glob(f"{STAGE}*"), *folder.glob(f"{DONE}*")]:
            _roll_back(stage, folder)
            shutil.rmtree(stage)
        yield
    finally:
        lock.release()


def write(folder: Path, made: Mapping[str, Made]) -> None:
    """Put all goldens in place: everything is written beside them first, then moved, and moved back if one fails."""
    folder.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=STAGE, dir=folder))
    try:
        moves = [
            _staged(stage, folder, name, fresh) for name, fresh in sorted(made.items()) if not _same(folder, fresh)
        ]
        text = manifest.written((fresh.entry for fresh in made.values()), _versions())
        listed = folder / manifest.NAME
        if not listed.is_file() or listed.read_text(encoding="utf-8") != text:
            saving.new(stage / manifest.NAME, text.encode())
            moves.append((stage / manifest.NAME, listed))
        _move(stage, moves)
        stage = stage.rename(folder / stage.name.replace(STAGE, DONE))  # from here on it is not moved back any more
        for name in store.strays(folder, made):
            store.path_of(folder, name).unlink()
    except BaseException:
        _roll_back(stage, folder)
        raise
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _move(stage: Path, moves: list[tuple[Path, Path]]) -> None:
    for source, target in moves:
        target.parent.mkdir(exist_ok=True)
        if target.is_file():
            os.link(target, stage / f"{source.name}{BEFORE}")
        else:
            (stage / f"{source.name}{ABSENT}").touch()
        os.replace(source, target)


def _roll_back(stage: Path, folder: Path) -> None:
    """Put in place again what was moved away into a stage, also by a process that is no more; nothing where all is done."""
    for mark in stage.glob("*") if stage.name.startswith(STAGE) else ():
        target = folder / mark.stem.replace("~", "/")
        if mark.suffix == BEFORE:
            os.replace(mark, target)
        elif mark.suffix == ABSENT and target.is_file():
            target.unlink()


def _staged(stage: Path, folder: Path, name: str, fresh: Made) -> tuple[Path, Path]:
    source = stage / (name.replace("/", "~") + ".npz")
    saving.new(source, store.packed(fresh.arrays))
    return source, store.path_of(folder, name)


def _same(folder: Path, fresh: Made) -> bool:
    try:  # zip bytes vary between zlib versions: a file whose contents stand is left alone
        store.read(folder, fresh.entry)
    except GoldenError:
        return False
    return True


def _versions() -> dict[str, str]:
    return {name: version(name) for name in ("numpy", "python-flint", "rnnspec")}
