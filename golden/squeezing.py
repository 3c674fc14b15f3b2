"""Goldens' files pressed once more, by zopfli: 1 % smaller, in three hundred times the time, and read by whatever reads a zip.

A maintainer's step after `rnnspec regenerate`: `python -m rnnspec.golden.squeezing`. What a file holds is what it held.
"""

import os
import zipfile
from pathlib import Path

import zopfli.zlib

from . import FOLDER, saving
from .making import executor
from .zipped import pressed, zipped

SHORT = 400  # bytes of an .npy file up to which zopfli finds nothing


def squeezed(data: bytes) -> bytes:
    """The shorter of two streams of deflate."""
    ours = pressed(data)
    if len(data) <= SHORT:
        return ours
    theirs: bytes = zopfli.zlib.compress(data, numiterations=50)[2:-4]  # of which deflate's stream is all but the ends
    return min(ours, theirs, key=len)


def squeeze(path: Path) -> int:
    """Press a file that regenerating has written; how many bytes that spares. One that is pressed is passed over."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    before = path.stat().st_size
    if before < len(zipped(members)):
        return 0
    data = zipped(members, squeezed)
    if len(data) < before:
        saving.save(path, data)
    return max(before - len(data), 0)


def main() -> None:
    paths = sorted(FOLDER.glob("*/*.npz"))
    with executor(os.cpu_count() or 1) as pool:
        spared = sum(pool.map(squeeze, paths, chunksize=16))
    print(f"{spared} bytes less, {sum(path.stat().st_size for path in paths)} in all")


if __name__ == "__main__":
    main()
