"""The manifest by itself: what is written is what is committed, and where exactly its limits are."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from planted.hostile import CASE, few_goldens
from planted.hostile_manifest import data, dims, line
from rnnspec.golden import FOLDER, GoldenError, manifest, read_manifest
from rnnspec.reference import OPERATIONS

EVIDENCE = f"{CASE}: its evidence is not that of its arrays' digest, dims, features and dtypes"


@pytest.fixture
def goldens(tmp_path: Path) -> Path:
    return few_goldens(tmp_path)


def refusal(folder: Path) -> str:
    with pytest.raises(GoldenError) as refused:
        manifest.read(folder)
    return str(refused.value).removeprefix(f"{folder / manifest.NAME}: ")


def test_the_committed_manifest_is_what_is_written_of_its_cases() -> None:
    held = read_manifest()
    turned = [*reversed(held.cases.values())]
    versions = dict(reversed(held.versions.items()))

    assert manifest.written(turned, versions) == (FOLDER / manifest.NAME).read_text(encoding="utf-8")
    assert len(held.versions) > 1


def test_what_is_written_is_read(goldens: Path) -> None:
    held = manifest.read(goldens)

    assert {*held.cases} == {f"{name}/generic" for name in OPERATIONS} | {"lstm_forward/initial-cell"}
    assert [*held.cases] == sorted(held.cases)
    assert all(name == entry.id for name, entry in held.cases.items())
    assert held.versions == {"numpy": np.__version__}
    assert held.digest == json.loads((goldens / manifest.NAME).read_text(encoding="utf-8"))["digest"]
    with pytest.raises(FrozenInstanceError):
        held.digest = ""  # type: ignore[misc]
    assert manifest.counted(held.cases.values()) == {**dict.fromkeys(OPERATIONS, 1), "lstm_forward": 2}


def test_one_that_is_renewed_has_the_cases_of_every_operation_whose_contract_it_shares(goldens: Path) -> None:
    whole = manifest.read(goldens, renewing=True)

    data(lambda held: held["operations"]["softmax"].update(summary="another"))(goldens / manifest.NAME)
    renewed = manifest.read(goldens, renewing=True)

    assert whole == manifest.Manifest(whole.cases, whole.digest, {"numpy": np.__version__})
    assert {*whole.cases} - {*renewed.cases} == {"softmax/generic"}
    assert len(whole.cases) == len(OPERATIONS) + 1
    assert (renewed.digest, renewed.versions) == (whole.digest, whole.versions)
    assert refusal(goldens) == "the contract of softmax is not this version's; `rnnspec regenerate` renews it"


KEYS = "cases, counts, digest, operations, provenance, schema, versions"
TOLD: dict[str, tuple[Any, str]] = {
    "a key less": (data(lambda held: held.pop("digest")), f"has the keys {KEYS.replace('digest, ', '')}, want {KEYS}"),
    "a key more": (data(lambda held: held.update(zeta=1)), f"has the keys {KEYS}, zeta, want {KEYS}"),
    "another key": (data(lambda held: held.update(zeta=held.pop("digest"))), f"has the keys {KEYS.replace('digest, ', '')}, zeta, want {KEYS}"),
    "no schema": (data(lambda held: held.pop("schema")), "is no manifest of schema 3"),
    "a schema less": (data(lambda held: held.update(schema=2)), "is no manifest of schema 3"),
    "a schema more": (data(lambda held: held.update(schema=4)), "is no manifest of schema 3"),
    "a list of no manifest": (data(lambda held: held.update(cases=[[]])), "a case is no object with an id"),
    "a case less": (data(lambda held: held["cases"].pop(0)), "states the counts "),
    "two operations more": (data(lambda held: held["operations"].update(b={}, a={})), "has operations this version does not know: a, b"),
    "another digest": (data(lambda held: held.update(digest="0" * 32)), "its digest is not that of its cases"),
    "a later digest": (data(lambda held: held.update(digest="f" * 32)), "its digest is not that of its cases"),
    "another provenance": (data(lambda held: held.update(provenance="0" * 32)), "its provenance is not that of its cases and versions"),
    "a later provenance": (data(lambda held: held.update(provenance="f" * 32)), "its provenance is not that of its cases and versions"),
    "versions that are no texts": (data(lambda held: held.update(versions={"a": "1", "b": 2})), "versions is no object of texts"),
    "versions in a list": (data(lambda held: held.update(versions=["1"])), "versions is no object of texts"),
    "other evidence": (line(evidence="0" * 32), EVIDENCE),
    "later evidence": (line(evidence="f" * 32), EVIDENCE),
    "a case's other provenance": (line(provenance="0" * 32), f"{CASE}: its provenance is not that of what else is said of it"),
    "a case's later provenance": (line(provenance="f" * 32), f"{CASE}: its provenance is not that of what else is said of it"),
    "a text that is none": (line(shows=["x"]), f"{CASE}: shows is ['x'], want <class 'str'>"),
    "a number that is none": (line(bits=True), f"{CASE}: bits is True, want <class 'int'>"),
    "a label that is none": (line(labels=["tiny", 1]), f"{CASE}: labels is ['tiny', 1], want list[str]"),
    "a reason that is none": (line(refused={"float16": "x", "float32": 1}), f"{CASE}: refused is {{'float16': 'x', 'float32': 1}}, want dict[str, str]"),
    "many labels": (line(labels=["a" * 99]), EVIDENCE.replace("its evidence is not that of its arrays' digest, dims, features and dtypes", "its provenance is not that of what else is said of it")),
    "an unknown operation": (line(id="esn_forward/generic"), "case id 'esn_forward/generic' is not <operation>/<case>"),
    "a length of 0": (dims(n_x=0), f"{CASE}: axis n_x has length 0, want 1 to 4096"),
    "a length of 1": (dims(n_x=1), EVIDENCE),
    "a length of 4096": (dims(n_x=4096), EVIDENCE),
    "a length of 4097": (dims(n_x=4097), f"{CASE}: axis n_x has length 4097, want 1 to 4096"),
    "an axis more": (dims(n_z=3, n_p=3), f"{CASE}: dims names T_x, m, n_a, n_p, n_x, n_y, n_z, want T_x, m, n_a, n_x, n_y"),
    "too many": (dims(n_x=4096, n_a=4096), "elements are more than 8388608"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_what_is_wrong_is_told_in_words_of_its_own(goldens: Path, name: str) -> None:
    spoil, words = TOLD[name]
    spoil(goldens / manifest.NAME)

    assert words in refusal(goldens)


def test_a_case_may_have_so_many_elements_and_a_file_so_many_bytes(
    goldens: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, entries = goldens / manifest.NAME, manifest.read(goldens).cases
    most, size = (
        max(sum(np.prod(shape) for shape, _ in e.shapes().values()) for e in entries.values()),
        path.stat().st_size,
    )

    monkeypatch.setattr(manifest, "MOST_ELEMENTS", int(most))
    monkeypatch.setattr(manifest, "LARGEST", size)
    assert manifest.read(goldens).cases == entries
    monkeypatch.setattr(manifest, "MOST_ELEMENTS", int(most) - 1)
    assert refusal(goldens).endswith(f": {int(most)} elements are more than {int(most) - 1}")
    monkeypatch.setattr(manifest, "LARGEST", size - 1)
    assert refusal(goldens) == f"is no file of up to {size - 1} bytes"
