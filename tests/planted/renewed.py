"""A folder of goldens that are what the code gives, one an operation, whenever the installed ones were made."""

from dataclasses import replace
from pathlib import Path

from rnnspec.golden import FOLDER, read_manifest, replacing, store
from rnnspec.golden.digests import sealed
from rnnspec.golden.entry import Entry
from rnnspec.golden.recipe import recipe
from rnnspec.golden.regenerate import Made
from rnnspec.golden.sized import case_of


def renewed(folder: Path) -> Path:
    """Fill a folder with the generic golden of each operation, or its first where it has none."""
    chosen = dict[str, Entry]()
    for entry in read_manifest(FOLDER).cases.values():
        if entry.operation.name not in chosen or entry.id.endswith("/generic"):
            chosen[entry.operation.name] = entry
    made = {
        entry.id: Made(sealed(replace(entry, recipe=recipe(case_of(entry.id)))), store.flat(store.read(FOLDER, entry)))
        for entry in chosen.values()
    }
    with replacing.alone(folder):
        replacing.write(folder, made)
    return folder
