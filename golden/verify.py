"""Whether the goldens in a folder are what their manifest says. Needs neither python-flint nor a candidate."""

from collections.abc import Iterator
from pathlib import Path

from . import manifest, store
from .entry import GoldenError, shown


def problems(folder: Path) -> Iterator[str]:
    """Everything that is wrong, a line each, naming the file."""
    try:
        stated = manifest.read(folder)
    except GoldenError as error:
        yield str(error)
        return
    for entry in stated.cases.values():
        try:
            store.read(folder, entry)
        except GoldenError as error:
            yield str(error)
    for name in store.strays(folder, stated.cases):
        yield f"{shown(store.path_of(folder, name), 4096)}: is not in the manifest"
