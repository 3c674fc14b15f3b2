"""Goldens that somebody spoilt: each is refused in one line that names the file, and nothing happens besides."""

import io
import os
import pickle
import re
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from planted.hostile import (
    CASE,
    Intruder,
    Spoil,
    badly_compressed,
    central,
    command,
    contents,
    cut,
    encrypted,
    far_away,
    few_goldens,
    members,
    patched,
    refused,
    replaced,
    rezipped,
    said,
    snapshot,
)
from rnnspec.golden import GoldenError, load, store
from rnnspec.golden.verify import problems
from rnnspec.reference import OPERATIONS

Change = Callable[[NDArray[Any]], NDArray[Any]]
KEY = "inputs/x"
UNREADABLE = f"{KEY}|cannot be read: "


@pytest.fixture
def goldens(tmp_path: Path) -> Path:
    return few_goldens(tmp_path / "deep" / "goldens")


def with_array(change: Change, key: str = KEY, version: Any = None) -> Spoil:
    """Write one array anew; its values are wrong only where `change` makes them so."""

    def spoil(held: dict[str, bytes]) -> None:
        array = np.load(io.BytesIO(held[f"{key}.npy"]))
        stream = io.BytesIO()
        np.lib.format.write_array(stream, change(array), version)
        held[f"{key}.npy"] = stream.getvalue()

    return rezipped(spoil)


def budget_by_array(path: Path) -> None:
    """A member for each array of what is joined, as earlier files had."""
    golden = load(CASE)

    def spoil(held: dict[str, bytes]) -> None:
        del held["sensitivity16.npy"]
        for name, array in golden.sensitivity16.items():
            np.lib.format.write_array(stream := io.BytesIO(), array)
            held[f"sensitivity16/{name}.npy"] = stream.getvalue()

    rezipped(spoil)(path)


def with_header(text: str, version: tuple[int, int] = (1, 0)) -> Spoil:
    """Replace the header's dict, and keep the data."""

    def spoil(held: dict[str, bytes]) -> None:
        old = held[f"{KEY}.npy"]
        data = old[10 + struct.unpack("<H", old[8:10])[0] :]
        header = text.encode().ljust(118 - 1) + b"\n"
        held[f"{KEY}.npy"] = b"\x93NUMPY" + bytes(version) + struct.pack("<H", len(header)) + header + data

    return rezipped(spoil)


def header(descr: str = "'<f8'", shape: str = "(3, 7, 4)") -> Spoil:
    return with_header(f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}")


def one_element(value: float) -> Change:
    def change(array: NDArray[Any]) -> NDArray[Any]:
        array.flat[1] = value
        return array

    return change


def pickled(path: Path) -> None:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.array([Intruder(path)] * 84, object).reshape(3, 7, 4), (1, 0))
    rezipped(lambda held: held.update({f"{KEY}.npy": stream.getvalue()}))(path)


def a_pickle(path: Path) -> None:
    rezipped(lambda held: held.update({f"{KEY}.npy": pickle.dumps(Intruder(path))}))(path)


def doubled(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(f"{KEY}.npy", b"another")


FAULTS: dict[str, tuple[Spoil, str]] = {
    **{f"cut to {n}": (cut(n), "cannot be read: File is not a zip file") for n in (0, 1, 21, 4000, -1, -22, -500)},
    "a directory": (replaced(Path.mkdir), "is no file"),
    "a pipe": (replaced(lambda path: os.mkfifo(path)), "is no file"),
    "a symlink to itself": (replaced(lambda path: path.symlink_to(path)), "cannot be read: .*symbolic links"),
    "a symlink to nowhere": (replaced(lambda path: path.symlink_to("nowhere")), "no such file"),
    "gone": (Path.unlink, "no such file, though the manifest lists it"),
    "text": (lambda path: path.write_text("1 2 3"), "cannot be read: File is not a zip file"),
    "an npy": (lambda path: path.write_bytes(members(path)[f"{KEY}.npy"]), "cannot be read: File is not a zip file"),
    "pickled": (pickled, r"inputs/x has dtype \|O, want <f8"),
    "a pickle in place of an npy": (a_pickle, UNREADABLE),
    "a key missing": (rezipped(lambda held: held.pop(f"{KEY}.npy")), "lacks inputs/x$"),
    "all keys missing": (rezipped(dict.clear), "lacks inputs/x, inputs/a0, parameters/Wf"),
    "a key too many": (rezipped(lambda held: held.update({"inputs/z.npy": b""})), "holds .*inputs/z"),
    "a key out of the folder": (rezipped(lambda held: held.update({"../z.npy": b""})), r"holds .*\.\./z"),
    "a key twice": (doubled, "twice"),
    "a key with and without .npy": (rezipped(lambda held: held.update({KEY: b""})), f"holds .*{KEY}"),
    "a key of two lines": (rezipped(lambda held: held.update({"a\nb\x1b[2J.npy": b""})), "holds .*a.*b"),
    "a thousand keys": (rezipped(lambda held: held.update({f"{n:060}.npy": b"" for n in range(1000)})), "holds 0"),
    "float32": (with_array(lambda a: a.astype("<f4")), "inputs/x has dtype <f4, want <f8"),
    "int64": (with_array(lambda a: a.astype("<i8")), "inputs/x has dtype <i8, want <f8"),
    "big-endian": (with_array(lambda a: a.astype(">f8")), "inputs/x has dtype >f8, want <f8"),
    "Fortran order": (with_array(np.asfortranarray), "inputs/x is in Fortran order, want C order"),
    "transposed": (with_array(lambda a: a.T.copy()), r"inputs/x has shape \(4, 7, 3\), want \(3, 7, 4\)"),
    "flat": (with_array(np.ravel), r"inputs/x has shape \(84,\), want \(3, 7, 4\)"),
    "NaN in x": (with_array(one_element(np.nan)), "inputs/x holds NaN or infinity"),
    "inf in a weight": (with_array(one_element(np.inf), "parameters/Wf"), "parameters/Wf holds NaN or infinity"),
    "NaN in a": (with_array(one_element(np.nan), "outputs/a"), "outputs/a holds NaN or infinity"),
    "-inf in c": (with_array(one_element(-np.inf), "outputs/c"), "outputs/c holds NaN or infinity"),
    "NaN sensitivity": (with_array(one_element(np.nan), "sensitivity/a"), "sensitivity/a holds NaN or infinity"),
    "negative sensitivity": (with_array(one_element(-1), "sensitivity/a"), "sensitivity/a is negative"),
    "negative underflow": (with_array(one_element(-1), "underflow/a"), "underflow/a is negative"),
    "NaN in what is joined": (with_array(one_element(np.nan), "sensitivity16"), "sensitivity16/a holds NaN or infinity"),
    "negative in what is joined": (with_array(one_element(-1), "sensitivity16"), "sensitivity16/a is negative"),
    "joined in another order": (with_array(lambda a: a[::-1].copy(), "sensitivity16"), "the outputs do not have the digest"),
    "joined with one too many": (with_array(lambda a: np.append(a, a[:1]), "sensitivity16"), r"sensitivity16 has shape \(337,\), want \(336,\)"),
    "joined with one too few": (with_array(lambda a: a[1:], "sensitivity16"), r"sensitivity16 has shape \(335,\), want \(336,\)"),
    "joined as a matrix": (with_array(lambda a: a.reshape(6, 56), "sensitivity16"), r"sensitivity16 has shape \(6, 56\), want \(336,\)"),
    "joined of another dtype": (with_array(lambda a: a.astype("f8"), "sensitivity16"), "sensitivity16 has dtype <f8, want <f4"),
    "a member for each of what is joined": (budget_by_array, "lacks sensitivity16$"),
    "another x": (with_array(one_element(0.5)), "the inputs and parameters do not have the digest"),
    "another a": (with_array(one_element(0.5), "outputs/a"), "the outputs do not have the digest"),
    "a wider budget": (with_array(lambda a: 2 * a, "sensitivity/a"), "the outputs do not have the digest"),
    "npy version 2": (with_array(np.copy, version=(2, 0)), r"inputs/x is in npy format \(2, 0\), want \(1, 0\)"),
    "npy version 9": (with_header("{}", (9, 9)), r"inputs/x is in npy format \(9, 9\), want \(1, 0\)"),
    "data too long": (rezipped(lambda held: held.update({f"{KEY}.npy": held[f"{KEY}.npy"] + b"0"})), "has 673 bytes, want 672"),
    "data too short": (rezipped(lambda held: held.update({f"{KEY}.npy": held[f"{KEY}.npy"][:-1]})), "has 671 bytes, want 672"),
    "an empty member": (rezipped(lambda held: held.update({f"{KEY}.npy": b""})), UNREADABLE),
    "a giant shape": (header(shape=f"({10**9}, {10**9})"), r"inputs/x has shape \(1000000000, 1000000000\)"),
    "a shape of bools": (header(shape="(3, 7, True)"), UNREADABLE),
    "a negative shape": (header(shape="(-3, 7, 4)"), r"inputs/x has shape \(-3, 7, 4\)"),
    "a shape of Python 2": (header(shape="(3L, 7L, 4L)"), UNREADABLE),
    "an empty dtype": (header(descr="()"), UNREADABLE),
    "a dtype of fields": (header(descr="[('a', '<f8')]"), "inputs/x has dtype"),
    "an open bracket": (with_header("{'descr': ("), UNREADABLE),
    "a nested header": (with_header("-" * 115 + "1"), UNREADABLE),
    "encrypted": (patched(encrypted), "cannot be read: .*encrypted"),
    "an unknown compression": (central(10, 99, 0), "cannot be read: "),
    "another checksum": (central(16, 1, 2, 3, 4), "cannot be read: Bad CRC-32"),
    "an offset beyond the file": (central(42, 255, 255, 255, 127), "cannot be read: "),
    "an offset beyond any file": (patched(far_away), "cannot be read: "),
    "bad bzip2": (badly_compressed(zipfile.ZIP_BZIP2), "cannot be read: "),
    "bad lzma": (badly_compressed(zipfile.ZIP_LZMA), "cannot be read: "),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "words"), FAULTS.values(), ids=FAULTS)
def test_a_spoilt_golden_is_refused_in_one_line(goldens: Path, spoil: Spoil, words: str) -> None:
    path = store.path_of(goldens, CASE)
    spoil(path)
    before = snapshot(goldens.parent)

    found = said(goldens)

    assert found == refused(found.load)
    assert re.search(rf"^{re.escape(str(path))}: .*({words})", found.load)
    assert found.load.isprintable()
    assert len(found.load) < 1000
    assert snapshot(goldens.parent) == before


def test_sound_goldens_have_no_problems(goldens: Path) -> None:
    exit_code, told, errors = command(goldens, "verify")

    assert list(problems(goldens)) == []
    assert (exit_code, errors) == (0, [])
    assert told.startswith(f"{len(OPERATIONS) + 1} goldens are what their manifest says")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_is_not_inflated(goldens: Path, method: int) -> None:
    bomb = rezipped(lambda held: held.update({f"{KEY}.npy": held[f"{KEY}.npy"] + bytes(2**25)}), method)
    bomb(store.path_of(goldens, CASE))

    tracemalloc.start()
    with pytest.raises(GoldenError, match=re.escape(str(store.path_of(goldens, CASE)))):
        load(CASE, goldens)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 2**21


def test_a_flipped_bit_is_noticed_or_changes_nothing(goldens: Path) -> None:
    path, good, random = store.path_of(goldens, CASE), contents(load(CASE, goldens)), Random(20)
    whole = path.read_bytes()

    found = []
    for position in random.sample(range(len(whole)), 40):
        patched(lambda data, at=position: data.__setitem__(at, data[at] ^ 1 << random.randrange(8)))(path)
        found.append(next(problems(goldens), None) or contents(load(CASE, goldens)))
        path.write_bytes(whole)

    noticed = [line for line in found if isinstance(line, str)]
    assert all(line.startswith(f"{path}: ") and line.isprintable() for line in noticed)
    assert all(arrays == good for arrays in found if not isinstance(arrays, str))
    assert len(noticed) > 20
