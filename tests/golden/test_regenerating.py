"""Regenerating: what differs is said in words, and goldens are replaced all or not at all."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from planted.goldens import altered, committed, generic, larger
from rnnspec.golden import cases, store
from rnnspec.golden.case import CASES
from rnnspec.golden.making import Refusals, make_all
from rnnspec.golden.manifest import NAME
from rnnspec.golden.regenerate import Made
from rnnspec.golden.replacing import changes, difference, write
from rnnspec.golden.verify import problems
from rnnspec.reference import OPERATIONS

Made_ = dict[str, Made]
CHANGED = "rnn_forward/generic"
OUTPUT = "outputs/a"


@pytest.fixture
def made() -> Made_:
    return generic()


@pytest.fixture
def folder(tmp_path: Path, made: Made_) -> Path:
    write(tmp_path / "golden", made)
    return tmp_path / "golden"


def one_ulp_off(array: NDArray[Any]) -> NDArray[Any]:
    array.flat[0] = np.nextafter(array.flat[0], np.inf)
    return array


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_what_was_written_is_sound_and_unchanged(folder: Path, made: Made_) -> None:
    assert list(problems(folder)) == []
    assert changes(folder, made) == []
    assert {path.name for path in folder.iterdir()} == {NAME, *OPERATIONS}


def test_a_changed_array_is_counted_in_ulps(folder: Path, made: Made_) -> None:
    made[CHANGED] = altered(made[CHANGED], OUTPUT, one_ulp_off)
    size = made[CHANGED].arrays[OUTPUT].size

    assert changes(folder, made) == [f"{CHANGED}: {OUTPUT} differs in 1 of {size} elements, by up to 1 ulp"]


def test_a_changed_sign_of_zero_is_a_change(folder: Path, made: Made_) -> None:
    zero = {**made, CHANGED: altered(made[CHANGED], OUTPUT, lambda a: 0 * np.abs(a))}
    write(folder, zero)
    negative = {**zero, CHANGED: altered(zero[CHANGED], OUTPUT, lambda a: -a)}

    (words,) = changes(folder, negative)

    assert words.startswith(f"{CHANGED}: {OUTPUT} ")


@pytest.mark.parametrize(("before", "after"), [(0.0, 1.0), (0.0, 5e-324), (-2.0, 3.0), (1.0, 1e300)])
def test_a_difference_of_any_size_has_words(before: float, after: float) -> None:
    words = difference(np.array([before, 7]), np.array([after, 7]))

    assert re.fullmatch(r"differs in 1 of 2 elements, by up to [\d.e+]+ ulp", words)


def test_of_marks_it_is_counted_in_how_many_they_differ() -> None:
    assert difference(np.array([True, False]), np.array([True, True])) == "differs in 1 of 2 elements"


def test_another_shape_is_a_change(folder: Path, made: Made_) -> None:
    made[CHANGED] = altered(made[CHANGED], OUTPUT, lambda a: a[:1])

    assert changes(folder, made) == [f"{CHANGED}: {OUTPUT} is new or has another shape"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("shows", "another idea"),
        ("labels", ["tiny"]),
        ("dtypes", ["float64"]),
        ("bits", 512),
        ("corroborated", ["by whom"]),
    ],
)
def test_another_line_in_the_manifest_is_a_change(folder: Path, made: Made_, key: str, value: Any) -> None:
    before = getattr(made[CHANGED].entry, key)
    made[CHANGED] = replace(made[CHANGED], entry=replace(made[CHANGED].entry, **{key: value}))

    assert changes(folder, made) == [f"{CHANGED}: {key} was {before}, is {value}"]


def test_new_gone_and_stray_goldens_are_named(folder: Path, made: Made_) -> None:
    one_step = next(entry for entry in cases() if entry.id == "rnn_forward/one-step")
    made[one_step.id] = committed(one_step)
    gone = made.pop("sigmoid/generic").entry.id
    stray = folder / "softmax" / "left-over.npz"
    stray.write_bytes(b"")

    said = changes(folder, made)

    assert f"{one_step.id}: new" in said
    assert f"{gone}: gone" in said
    assert "softmax/left-over: a file without a case" in said
    assert {line.split(":")[0] for line in said} == {one_step.id, gone, "softmax/left-over"}


def test_without_a_manifest_all_is_new(tmp_path: Path, made: Made_) -> None:
    why, *lines = changes(tmp_path, made)

    assert str(tmp_path / NAME) in why
    assert lines == [f"{name}: new" for name in made]


def test_a_spoilt_golden_is_a_change(folder: Path, made: Made_) -> None:
    store.path_of(folder, CHANGED).write_bytes(b"spoilt")

    (words,) = changes(folder, made)

    assert words.startswith(f"{CHANGED}: ")
    assert str(store.path_of(folder, CHANGED)) in words


def test_writing_makes_all_as_it_is_said(folder: Path, made: Made_) -> None:
    made[CHANGED] = altered(made[CHANGED], OUTPUT, one_ulp_off)
    (folder / "softmax" / "left-over.npz").write_bytes(b"")
    untouched = {name: kept for name, kept in contents(folder).items() if name not in (f"{CHANGED}.npz", NAME)}
    untouched.pop("softmax/left-over.npz")

    write(folder, made)

    assert changes(folder, made) == []
    assert list(problems(folder)) == []
    after = contents(folder)
    assert set(after) == {*untouched, f"{CHANGED}.npz", NAME}
    assert {name: after[name] for name in untouched} == untouched


def test_writing_the_same_again_touches_no_golden(folder: Path, made: Made_) -> None:
    before = contents(folder)

    write(folder, made)

    after = contents(folder)
    assert {n: kept for n, kept in after.items() if n != NAME} == {n: kept for n, kept in before.items() if n != NAME}
    assert after[NAME][0] == before[NAME][0]


def test_writing_the_same_again_does_not_touch_the_manifest(folder: Path, made: Made_) -> None:
    before = contents(folder)[NAME]

    write(folder, made)

    assert contents(folder)[NAME] == before


def test_a_failure_while_packing_changes_nothing(folder: Path, made: Made_, monkeypatch: pytest.MonkeyPatch) -> None:
    before, packed, calls = contents(folder), store.packed, []

    def failing(arrays: Any) -> bytes:
        calls.append(arrays)
        if len(calls) == 4:
            raise OSError("no space left")
        return packed(arrays)

    monkeypatch.setattr(store, "packed", failing)

    with pytest.raises(OSError, match="no space left"):
        write(folder, larger(made))

    assert contents(folder) == before
    assert not list(folder.glob(".regenerate-*"))


def test_a_failure_while_moving_changes_nothing(folder: Path, made: Made_) -> None:
    blocked = store.path_of(folder, "sigmoid/generic")
    blocked.unlink()
    (blocked / "not-empty").mkdir(parents=True)
    before = contents(folder)

    with pytest.raises(OSError, match="sigmoid"):
        write(folder, larger(made))

    assert contents(folder) == before
    assert not list(folder.glob(".regenerate-*"))


def test_one_refused_case_is_named_after_all_were_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES["sigmoid/tiny"]
    monkeypatch.setitem(CASES, case.id, replace(case, idea=replace(case.idea, labels=())))
    with ThreadPoolExecutor(1) as pool:  # a process would not see the change
        results = make_all([case.id, "sigmoid/generic"], pool)

        assert next(results).entry.id == "sigmoid/generic"
        with pytest.raises(Refusals, match=r"^sigmoid/tiny: is tiny \("):
            next(results)
