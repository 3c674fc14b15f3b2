"""Manifests that somebody spoilt: each is refused in one line that names the file, and nothing happens besides."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from planted.hostile import CASE, Spoil, command, few_goldens, refused, replaced, said, snapshot
from planted.hostile_manifest import DIMS, data, dims, fitted, line, raw, text, without
from rnnspec.golden import GoldenError, cases, load, manifest, store
from rnnspec.golden.digests import evidence


@pytest.fixture
def goldens(tmp_path: Path) -> Path:
    return few_goldens(tmp_path / "deep" / "goldens")


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


JSON = "cannot be read as JSON: "
OTHER_EVIDENCE = f"{CASE}: its evidence is not that of its arrays' digest, dims, features and dtypes"
NOT_AN_ID = "is not <operation>/<case>"
IDS = {
    "up and away": "../../etc/passwd",
    "up in between": "lstm_forward/../generic",
    "up within": "lstm_forward/..",
    "deeper": "lstm_forward/generic/x",
    "absolute": "/etc/passwd",
    "backslash": "lstm_forward\\generic",
    "drive": "C:lstm_forward/x",
    "NUL": "lstm_forward/generic\0",
    "newline": "lstm_forward/generic\n",
    "escape": "lstm_forward/\x1b[2J",
    "surrogate": "lstm_forward/\ud800",
    "capitals": "LSTM_forward/generic",
    "other digits": "lstm_forward/\u0663",
    "empty": "",
    "no case": "lstm_forward/",
    "no operation": "/generic",
    "unknown operation": "esn_forward/generic",
}

FAULTS: dict[str, tuple[Spoil, str]] = {
    "gone": (Path.unlink, "no such file"),
    "a directory": (replaced(Path.mkdir), "is no file of up to 16777216 bytes"),
    "a pipe": (replaced(lambda path: os.mkfifo(path)), "is no file of up to 16777216 bytes"),
    "a symlink to itself": (replaced(lambda path: path.symlink_to(path)), JSON),
    "empty": (raw(b""), JSON),
    "no JSON": (raw(b"schema: 1\n"), JSON),
    "no text": (raw(b"\xff\xfe\xfd"), JSON),
    "cut": (text(lambda held: held[: len(held) // 2]), JSON),
    "two of them": (text(lambda held: held + held), JSON),
    "nested lists": (raw(b"[" * 100_000), JSON),
    "nested objects": (raw(b'{"a":' * 100_000), JSON),
    "a number of many digits": (text(lambda held: held.replace('"schema": 3', f'"schema": {"3" * 5000}')), JSON),
    "a list": (raw(b"[]"), "is no manifest of schema 3"),
    "null": (raw(b"null"), "is no manifest of schema 3"),
    "no schema": (without("schema"), "is no manifest of schema 3"),
    "another schema": (data(lambda held: held.update(schema=1)), "is no manifest of schema 3"),
    "a schema in words": (data(lambda held: held.update(schema="3")), "is no manifest of schema 3"),
    "a schema that is true": (data(lambda held: held.update(schema=True)), "is no manifest of schema 3"),
    "NaN for a schema": (data(lambda held: held.update(schema=float("nan"))), f"{JSON}|is no manifest"),
    "no digest": (without("digest"), "digest"),
    "no versions": (without("versions"), "versions"),
    "no operations": (without("operations"), "operations"),
    "no cases": (without("cases"), "cases"),
    "no counts": (without("counts"), "counts"),
    "other counts": (data(lambda held: held["counts"].update(softmax=2)), "counts"),
    "counts in a list": (data(lambda held: held.update(counts=[1] * 10_000)), "counts"),
    "an unknown key": (data(lambda held: held.update(extra=1)), "extra"),
    "a key twice": (text(lambda held: held.replace('"schema": 3,', '"schema": 3, "cases": [],')), "cases|twice"),
    "a digest that is null": (data(lambda held: held.update(digest=None)), "digest"),
    "NaN for a digest": (data(lambda held: held.update(digest=float("nan"))), f"{JSON}|digest"),
    "versions in a list": (data(lambda held: held.update(versions=["1"])), "versions"),
    "NaN for a version": (data(lambda held: held["versions"].update(numpy=float("nan"))), f"{JSON}|versions"),
    "operations in a list": (data(lambda held: held.update(operations=[])), "operations|get"),
    "another contract": (data(lambda held: held["operations"]["softmax"].update(summary="")), "contract of softmax"),
    "an operation missing": (data(lambda held: held["operations"].pop("softmax")), "contract of softmax|softmax"),
    "an operation too many": (data(lambda held: held["operations"].update(relu={})), "relu"),
    "no case at all": (data(lambda held: held.update(cases=[])), "no case|counts"),
    "no case of an operation": (data(lambda held: held["cases"].pop()), "no case of softmax|counts"),
    "cases that are a number": (data(lambda held: held.update(cases=3)), "cases|iterable"),
    "cases by name": (data(lambda held: held.update(cases={"a": 1})), "a case is no object with an id"),
    "a case that is a text": (data(lambda held: held["cases"].append("x")), "a case is no object with an id"),
    "a case without id": (data(lambda held: held["cases"][0].pop("id")), "a case is no object with an id"),
    "an id that is a list": (line(id=[CASE]), "a case is no object with an id"),
    "a case twice": (data(lambda held: held["cases"].append(held["cases"][0])), "stands twice"),
    **{f"id: {name}": (line(id=case_id), NOT_AN_ID) for name, case_id in IDS.items()},
    "id: long": (line(id="lstm_forward/" + "a" * 100_000), "case id"),
    "no provenance": (data(lambda held: held["cases"][0].pop("provenance")), "has the keys .*, want .*provenance"),
    "a provenance that is a number": (line(provenance=7), "provenance is 7"),
    "no evidence": (data(lambda held: held["cases"][0].pop("evidence")), "has the keys .*, want .*evidence"),
    "evidence that is a number": (line(evidence=7), "evidence is 7"),
    **{
        f"another {key} without its digest": (line(**{key: value}), "its provenance is not that")
        for key, value in {
            **{"shows": "another", "labels": ["tiny"], "refused": {"float16": "why"}, "seed": 7, "bits": 64},
            **{"corroborated": ["everybody"], "recipe": "0" * 16, "inputs": "0" * 32, "provenance": "0" * 32},
        }.items()
    },
    "another version": (data(lambda held: held["versions"].update(numpy="9")), "its provenance is not that of its cases"),
    "a key missing": (data(lambda held: held["cases"][0].pop("seed")), "has the keys .*, want .*seed"),
    "a key too many": (line(comment="x"), "comment"),
    "a key of two lines": (line(**{"a\nb\x1b[2J": "x"}), "a.*b"),
    "a long key": (line(**{"a" * 100_000: "x"}), "has the keys"),
    "a seed in words": (line(seed="7"), "seed is '7'"),
    "a seed that is true": (line(seed=True), "seed is True"),
    "a seed with a fraction": (line(seed=7.5), "seed is 7.5"),
    "NaN for a seed": (line(seed=float("nan")), f"{JSON}|seed is nan"),
    "null for dims": (line(dims=None), "dims is None"),
    "dims in a list": (line(dims=[3, 5]), r"dims is \[3, 5\]"),
    "nested words": (line(shows=nested(800)), f"{JSON}|shows is"),
    "labels that are no texts": (line(labels=[1]), "labels"),
    "corroborated by nothing known": (line(corroborated=[None]), "corroborated"),
    "an unknown dtype": (line(dtypes=["float64", "bfloat16"]), "dtypes .*bfloat16.* are not"),
    "a long dtype": (line(dtypes=["a" * 100_000]), "dtypes"),
    "no dtype": (line(dtypes=[]), r"dtypes \[\] are not"),
    "a dtype that is a list": (line(dtypes=[["float64"]]), "dtypes|unhashable"),
    "an unknown feature": (line(features=["c1"]), r"features \['c1'\] are not options"),
    "many features": (line(features=["c1"] * 10_000), "features"),
    "a feature that is a list": (line(features=[["c0"]]), "features|unhashable"),
    "a feature that adds an input": (fitted(features=["c0"]), "generic.npz: lacks inputs/c0"),
    "a feature that omits an input": (fitted(features=["a0=None"]), "generic.npz: holds inputs/a0.npy, which the contract"),
    "other evidence": (line(evidence="0" * 32), OTHER_EVIDENCE),
    "a feature without its evidence": (line(features=["c0"]), OTHER_EVIDENCE),
    "a dtype less without its evidence": (line(dtypes=["float64"]), OTHER_EVIDENCE),
    "a length without its evidence": (dims(n_x=4), OTHER_EVIDENCE),
    "bits of what is moved without its evidence": (line(bits=0), OTHER_EVIDENCE),
    "a digest without its evidence": (line(digest="0" * 32), OTHER_EVIDENCE),
    "an option of another operation": (line(features=["dy"]), r"features \['dy'\] are not options"),
    "an omission that is not offered": (line(features=["x=None"]), r"features \['x=None'\] are not options"),
    "a length of zero": (dims(n_x=0), "axis n_x has length 0, want 1 to"),
    "a negative length": (dims(n_x=-3), "axis n_x has length -3, want 1 to"),
    "a huge length": (dims(n_x=10**400), "axis n_x has length 10000"),
    "a length beyond the limit": (dims(n_x=4097), "axis n_x has length 4097, want 1 to 4096"),
    "too many elements": (dims(n_x=4096, n_a=4096), "elements are more than"),
    "a length that is true": (dims(n_x=True), "axis n_x has length True"),
    "a length with a fraction": (dims(n_x=3.0), "axis n_x has length 3.0"),
    "NaN for a length": (dims(n_x=float("nan")), f"{JSON}|axis n_x has length nan"),
    "a length in words": (dims(n_x="3"), "axis n_x has length '3'"),
    "another length": (fitted(dims={**DIMS, "n_x": 4}), r"generic.npz: inputs/x has shape \(3, 7, 4\), want \(4, 7, 4\)"),
    "an axis missing": (line(dims={"n_x": 3, "n_a": 5, "m": 7, "T_x": 4}), "n_y"),
    "an axis too many": (dims(n_z=3), "n_z"),
    "an axis of two lines": (dims(**{"a\nb\x1b[2J": 0}), "a.*b"),
    "an axis that is no text": (dims(**{"\ud800": 0}), "d800"),
    "another digest of all": (fitted(digest="0" * 32), "generic.npz: the outputs do not have the digest"),
    "another digest of the inputs": (fitted(inputs="0" * 32), "generic.npz: the inputs and parameters do not have the digest"),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "words"), FAULTS.values(), ids=FAULTS)
def test_a_spoilt_manifest_is_refused_in_one_line(goldens: Path, spoil: Spoil, words: str) -> None:
    spoil(goldens / manifest.NAME)
    before = snapshot(goldens.parent)
    blamed = store.path_of(goldens, CASE) if "generic.npz" in words else goldens / manifest.NAME

    found = said(goldens)

    assert found == refused(found.load)
    assert re.search(f"^{re.escape(str(blamed))}: .*({words.removeprefix('generic.npz: ')})", found.load)
    assert found.load.isprintable()
    assert len(found.load) < 1000
    assert snapshot(goldens.parent) == before


def test_another_digest_of_a_case_is_another_digest_of_all(goldens: Path) -> None:
    entry = replace(manifest.read(goldens).cases[CASE], digest="0" * 32)
    line(digest=entry.digest, evidence=evidence(entry))(goldens / manifest.NAME)

    found = said(goldens)

    assert found == refused(f"{goldens / manifest.NAME}: its digest is not that of its cases")


def test_a_stale_digest_of_all_is_a_problem(goldens: Path) -> None:
    data(lambda held: held.update(digest="0" * 32))(goldens / manifest.NAME)

    exit_code, told, errors = command(goldens, "verify")

    assert (exit_code, told) == (1, "")
    assert errors == [f"Error: {goldens / manifest.NAME}: its digest is not that of its cases"]


def test_a_case_left_out_leaves_its_file_without_a_case(goldens: Path) -> None:
    left_out = "lstm_forward/initial-cell"
    entries = {name: entry for name, entry in manifest.read(goldens).cases.items() if name != left_out}
    (goldens / manifest.NAME).write_text(manifest.written(entries.values(), {}), encoding="utf-8")

    exit_code, told, errors = command(goldens, "verify")

    assert (exit_code, told) == (1, "")
    assert errors == [f"Error: {store.path_of(goldens, left_out)}: is not in the manifest"]


def test_a_case_without_a_file_is_a_problem_of_its_own(goldens: Path) -> None:
    store.path_of(goldens, "sigmoid/generic").unlink()

    found = said(goldens)

    assert found.load == "<class 'rnnspec.golden.store.Golden'>"
    assert found.problems == [
        f"{store.path_of(goldens, 'sigmoid/generic')}: no such file, though the manifest lists it"
    ]
    assert found.verify == (1, "", [f"Error: {found.problems[0]}"])
    assert found.check[0] == 0


def test_a_manifest_that_changes_is_read_again(goldens: Path) -> None:
    assert load(CASE, goldens).id == CASE

    text(lambda held: held + "\n x")(goldens / manifest.NAME)

    with pytest.raises(GoldenError, match=JSON):
        load(CASE, goldens)


@pytest.mark.parametrize("read", [cases, lambda folder: load("sigmoid/generic", folder)])
def test_a_folder_may_be_a_text_and_one_that_has_no_goldens_is_named(read: Callable[[str], object]) -> None:
    with pytest.raises(GoldenError, match=r"^time_step_gate/manifest\.json: no such file"):
        read("time_step_gate")
