"""A problem that was found becomes a golden: proven like any other, under an id that says how it is drawn."""

from pathlib import Path

from . import manifest, replacing, store
from .entry import Entry, GoldenError
from .manifest import FOLDER
from .refusal import Refused
from .regenerate import make_of
from .sized import Sized


def promoted(case: Sized, dtype: str, folder: Path) -> Entry:
    """Prove a case and add it to the goldens of a folder. Raises Refused, also where it is none for a dtype, or GoldenError where these are not what the
    code gives."""
    source = folder if (folder / manifest.NAME).exists() else FOLDER
    known, kept = manifest.read(source).cases, replacing.kept(source)
    if case.id in known:
        raise GoldenError(f"{folder}: has {case.id} already")
    if stale := [name for name in known if name not in kept]:
        raise GoldenError(f"{source}: {stale[0]} is not what this code gives; `rnnspec regenerate` first")
    try:
        made = make_of(case)
    except Refused as why:
        raise Refused(f"{case.id} is not fit to be a golden: {why}") from None
    except (MemoryError, OverflowError):
        raise Refused(f"{case.id} is not fit to be a golden: a number of it is too near to 0 to be rounded") from None
    if dtype not in made.entry.dtypes:
        reason = made.entry.refused.get(dtype, "it cannot hold its inputs")
        raise Refused(f"{case.id} is not fit to be a golden for {dtype}: {reason}")
    with replacing.alone(folder):
        replacing.write(folder, {**kept, case.id: made})
    return store.read(folder, made.entry).entry
