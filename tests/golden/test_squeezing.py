"""A golden's file pressed by zopfli holds what it held, and is smaller."""

import io
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from rnnspec.golden import FOLDER, load, store
from rnnspec.golden.zipped import pressed, zipped

CASE = "lstm_forward/initial-cell"
squeezing = pytest.importorskip("rnnspec.golden.squeezing", reason="zopfli is not installed")


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def as_numpy_writes(folder: Path) -> Path:
    path = store.path_of(folder, CASE)
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members(store.path_of(FOLDER, CASE).read_bytes()).items():
            archive.writestr(name, data)
    return path


def test_a_file_becomes_smaller_and_holds_what_it_held(tmp_path: Path) -> None:
    path = as_numpy_writes(tmp_path)
    before, held = path.stat().st_size, members(path.read_bytes())

    spared = squeezing.squeeze(path)

    assert spared == before - path.stat().st_size > 0
    assert path.stat().st_size < len(zipped(held))
    assert members(path.read_bytes()) == held
    assert store.flat(store.read(tmp_path, load(CASE).entry)).keys() == store.flat(load(CASE)).keys()
    with np.load(path) as numpys:
        assert sorted(numpys.files) == sorted(name.removesuffix(".npy") for name in held)


def test_a_file_that_is_pressed_is_passed_over(tmp_path: Path) -> None:
    path = as_numpy_writes(tmp_path)
    squeezing.squeeze(path)
    before = shutil.copy(path, tmp_path / "before")

    spared = squeezing.squeeze(path)

    assert spared == 0
    assert path.read_bytes() == before.read_bytes()


def test_a_header_has_a_block_of_its_own_where_that_is_shorter() -> None:
    held = members(store.path_of(FOLDER, CASE).read_bytes())
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in held.items():
            archive.writestr(name, data)
        sizes = {info.filename: info.compress_size for info in archive.infolist()}

    ours = {name: len(pressed(data)) for name, data in held.items()}

    assert all(ours[name] <= sizes[name] for name in held)
    assert sum(ours.values()) < sum(sizes.values())
    assert len(zipped(held)) < len(whole.getvalue())
