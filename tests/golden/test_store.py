"""A golden's file by itself: what is written is read, to the byte, and each check has its own words."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rnnspec.golden import FOLDER, Entry, GoldenError, cases, load, store
from rnnspec.golden.digests import digests
from rnnspec.golden.entry import GROUPS

CASE = "lstm_forward/initial-cell"
Arrays = dict[str, NDArray[Any]]
Header = tuple[int, str, dict[str, Any]]


def arrays() -> Arrays:
    return store.flat(load(CASE))


def written(folder: Path, held: Arrays) -> Entry:
    """A file of these arrays, and an entry with their digests: nothing but their contents may be wrong."""
    return raw(folder, store.packed(held), held)


def raw(folder: Path, data: bytes, held: Arrays) -> Entry:
    path = store.path_of(folder, CASE)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    inputs, whole = digests(held)
    return replace(load(CASE).entry, inputs=inputs, digest=whole)


def refusal(folder: Path, entry: Entry) -> str:
    with pytest.raises(GoldenError) as refused:
        store.read(folder, entry)
    where, _, words = str(refused.value).partition(": ")
    assert where == str(store.path_of(folder, CASE))
    return words


def test_what_is_packed_is_read_and_in_its_group(tmp_path: Path) -> None:
    held = arrays()

    golden = store.read(tmp_path, written(tmp_path, held))

    assert golden.id == CASE
    assert [*golden.inputs] == ["x", "a0", "c0"]
    assert (
        [*golden.outputs] == [*golden.sensitivity] == [*golden.sensitivity16] == [*golden.underflow] == ["a", "y", "c"]
    )
    assert {key: array.tobytes() for key, array in store.flat(golden).items()} == {
        key: array.tobytes() for key, array in held.items()
    }
    assert {key.split("/")[0] for key in held} == {*GROUPS}
    assert not any(array.flags.writeable for array in store.flat(golden).values())
    with pytest.raises(FrozenInstanceError):
        golden.inputs = {}  # type: ignore[misc]


def as_stored(held: Arrays) -> Arrays:
    """The arrays of a file: those of float16's sensitivity are one, flat and in the order of the outputs."""
    names = [key.replace("outputs", "sensitivity16") for key in held if key.startswith("outputs/")]
    joined = np.hstack([held[name].ravel() for name in names])
    return {key: array for key, array in held.items() if key not in names} | {"sensitivity16": joined}


def test_a_packed_file_is_as_numpy_writes_one_but_for_its_date() -> None:
    held = arrays()
    archive = zipfile.ZipFile(io.BytesIO(store.packed(held)))
    theirs = io.BytesIO()
    np.savez_compressed(theirs, allow_pickle=False, **as_stored(held))

    for info in archive.infolist():
        assert (info.date_time, info.compress_type) == ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_DEFLATED)
        assert archive.read(info) == zipfile.ZipFile(theirs).read(info.filename)
    assert sorted(archive.namelist()) == sorted(zipfile.ZipFile(theirs).namelist())
    assert len(store.packed(held)) <= len(theirs.getvalue())
    assert store.packed(held) == store.packed(dict(held))


def members_of(data: bytes) -> list[tuple[str, tuple[int, ...], int, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(i.filename, i.date_time, i.compress_type, archive.read(i)) for i in archive.infolist()]


def test_the_committed_files_are_packed_so() -> None:
    for name in (CASE, "pad_sequence/generic", "rnn_cell_backward/huge"):
        committed = store.path_of(FOLDER, name).read_bytes()

        assert members_of(store.packed(store.flat(load(name)))) == members_of(committed)


def test_the_sensitivity_of_float16_is_that_of_wider_ones_only_where_there_is_none() -> None:
    golden = load(CASE)
    without = replace(golden, sensitivity16={})

    assert golden.sensitivity_at("float16") is golden.sensitivity16
    assert golden.sensitivity_at("float32") is golden.sensitivity_at("float64") is golden.sensitivity
    assert without.sensitivity_at("float16") is golden.sensitivity


def test_files_without_a_case_are_told_in_order(tmp_path: Path) -> None:
    for name in ("b/two.npz", "a/one.npz", "known/here.npz", "a/text.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    assert store.strays(tmp_path, {"known/here": 1}) == ["a/one", "b/two"]


Change = Callable[[Arrays], object]
WRONG: dict[str, tuple[Change, str]] = {
    "two missing": (lambda held: [held.pop(key) for key in ("inputs/x", "outputs/c")], "lacks inputs/x, outputs/c"),
    "two too many": (
        lambda held: held.update({"b" * 61: np.ones(1), "inputs/a": np.ones(1)}),
        f"holds {'b' * 60}, inputs/a.npy, which the contract does not have",
    ),
    "NaN": (lambda held: held.update({"outputs/a": np.nan * held["outputs/a"]}), "outputs/a holds NaN or infinity"),
    "too short a shape": (lambda held: held.update({"inputs/a0": np.ones((5, 6))}), "inputs/a0 has shape (5, 6), want (5, 7)"),
    "what is joined missing": (lambda held: [held.pop(f"sensitivity16/{name}") for name in "ayc"], "lacks sensitivity16"),
    "what is joined too short": (lambda held: held.pop("sensitivity16/y"), "sensitivity16 has shape (280,), want (336,)"),
    "another dtype of what is joined": (
        lambda held: held.update({f"sensitivity16/{name}": held[f"outputs/{name}"] for name in "ayc"}),
        "sensitivity16 has dtype <f8, want <f4",
    ),
    "another dtype": (lambda held: held.update({"inputs/a0": np.ones((5, 7), "<f4")}), "inputs/a0 has dtype <f4, want <f8"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_though_every_digest_fits(tmp_path: Path, name: str) -> None:
    change, words = WRONG[name]
    held = arrays()
    change(held)

    assert refusal(tmp_path, written(tmp_path, held)) == words


@pytest.mark.parametrize("group", GROUPS)
def test_only_what_a_budget_is_made_of_may_not_be_negative(tmp_path: Path, group: str) -> None:
    held = arrays()
    key = next(key for key in held if key.startswith(f"{group}/"))
    held[key] = held[key].copy()
    held[key].flat[-1] = -1
    zeros = {**arrays(), key: np.zeros_like(held[key])}

    assert store.read(tmp_path, written(tmp_path, zeros)).id == CASE
    entry = written(tmp_path, held)
    if group in ("inputs", "parameters", "outputs"):
        assert getattr(store.read(tmp_path, entry), group)
    else:
        assert refusal(tmp_path, entry) == f"{key} is negative"


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"inputs": "0" * 32}, "the inputs and parameters do not have the digest that the manifest states; "),
        ({"inputs": "f" * 32}, "the inputs and parameters do not have the digest that the manifest states; "),
        ({"inputs": "0" * 32, "digest": "0" * 32}, "the inputs and parameters do not have the digest"),
        ({"digest": "0" * 32}, "the outputs do not have the digest that the manifest states; "),
        ({"digest": "f" * 32}, "the outputs do not have the digest that the manifest states; "),
        ({"digest": "f" * 32, "inputs": "f" * 32}, "the inputs and parameters do not have the digest"),
    ],
)
def test_either_digest_is_held_to_the_arrays(tmp_path: Path, stated: dict[str, str], words: str) -> None:
    entry = replace(written(tmp_path, arrays()), **stated)

    assert refusal(tmp_path, entry).startswith(words)


def members(change: Callable[[dict[str, bytes]], object], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held, data = arrays(), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(store.packed(held))) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    change(found)
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, contents in found.items():
            archive.writestr(name, contents)
    return data.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_file_may_be_stored_or_deflated(tmp_path: Path, method: int) -> None:
    assert store.read(tmp_path, raw(tmp_path, members(lambda held: None, method), arrays())).id == CASE


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_inflates_without_bound_is_not_read(tmp_path: Path, method: int) -> None:
    entry = raw(tmp_path, members(lambda held: None, method), arrays())

    assert refusal(tmp_path, entry) == "cannot be read: is not compressed by deflate"


def data_of(shape: tuple[int, ...], order: Any = "C", version: Any = (1, 0)) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.ones(shape, order=order), version)
    return stream.getvalue()


ANOTHER = "; `rnnspec regenerate` writes it anew"
MEMBERS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a byte more": (lambda old: old + b"0", "inputs/a0 has 281 bytes, want 280"),
    "a megabyte more": (lambda old: old + bytes(2**20), "inputs/a0 has 4249 bytes, want 280"),
    "a byte less": (lambda old: old[:-1], "inputs/a0 has 279 bytes, want 280"),
    "no data": (lambda old: old[:128], "inputs/a0 has 0 bytes, want 280"),
    "half a header": (lambda old: old[:64], "inputs/a0 has an unreadable header"),
    "another version": (lambda old: data_of((5, 7), version=(2, 0)), "inputs/a0 is in npy format (2, 0), want (1, 0)"),
    "columns first": (lambda old: data_of((5, 7), "F"), "inputs/a0 is in Fortran order, want C order"),
    "spaces": (lambda old: old.replace(b"'descr': '", b"'descr':  '").replace(b" \n", b"\n"), f"inputs/a0 has an unusual header{ANOTHER}"),
    "a header of Python 2": (lambda old: old.replace(b"(5, 7), }  ", b"(5L, 7L), }"), "inputs/a0 has an unreadable header"),
}  # fmt: skip


@pytest.mark.parametrize("name", MEMBERS)
def test_a_member_is_its_header_and_its_data_and_nothing_else(tmp_path: Path, name: str) -> None:
    change, words = MEMBERS[name]
    data = members(lambda held: held.update({"inputs/a0.npy": change(held["inputs/a0.npy"])}))

    assert refusal(tmp_path, raw(tmp_path, data, arrays())) == words


def test_what_is_no_file_or_is_not_there_is_said_so(tmp_path: Path) -> None:
    entry = next(entry for entry in cases() if entry.id == CASE)

    assert refusal(tmp_path, entry) == "no such file, though the manifest lists it"
    store.path_of(tmp_path, CASE).mkdir(parents=True)
    assert refusal(tmp_path, entry) == "is no file"
    store.path_of(tmp_path, CASE).rmdir()
    store.path_of(tmp_path, CASE).write_bytes(b"text")
    assert refusal(tmp_path, entry) == "cannot be read: File is not a zip file"
    with zipfile.ZipFile(store.path_of(tmp_path, CASE), "w") as archive:
        archive.writestr("inputs/x.npy", b"one")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("inputs/x.npy", b"two")
    assert refusal(tmp_path, entry) == "holds an array twice"
