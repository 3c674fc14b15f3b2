"""The protocol as docs/protocol.md has it: its transcript is played, its schemas hold for every line."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from rnnspec.conformance import check
from rnnspec.conformance.remote import protocol
from rnnspec.conformance.remote.encoding import Malformed, named, parsed
from rnnspec.golden import cases, load
from rnnspec.reference import FUNCTIONS, OPERATIONS

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "protocol.md").read_text(encoding="utf-8")
PROGRAM, TRANSCRIPT = re.findall(r"```(?:python)?\n(import json.*?|→.*?)```", PAGE, re.DOTALL)
STARTED: dict[str, Any] = {"protocol": 1, "dtypes": ["float64"], "operations": {"lstm_forward": ["c0"]}}


def schema(name: str) -> Any:
    found = {
        n: json.loads((files("rnnspec.conformance.remote") / "schemas" / n).read_text("utf-8"))
        for n in ("request.json", "reply.json")
    }
    registry: Registry[Any] = Registry().with_resources((n, Resource.from_contents(s)) for n, s in found.items())
    Draft202012Validator.check_schema(found[name])
    return Draft202012Validator(found[name], registry=registry)


REQUEST, REPLY = schema("request.json"), schema("reply.json")


@pytest.fixture
def tiny(tmp_path: Path) -> list[str]:
    path = tmp_path / "tiny.py"
    path.write_text(PROGRAM, encoding="utf-8")
    return [sys.executable, str(path)]


def test_the_transcript_is_what_its_program_says(tiny: list[str]) -> None:
    lines = TRANSCRIPT.splitlines()
    sent = [line[2:] for line in lines if line.startswith("→")]

    done = subprocess.run(tiny, input="\n".join(sent) + "\n", capture_output=True, text=True, check=True)

    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        json.loads(line[2:]) for line in lines if line.startswith("←")
    ]


def test_the_transcript_fits_the_schemas() -> None:
    for line in TRANSCRIPT.splitlines():
        (REQUEST if line.startswith("→") else REPLY).validate(json.loads(line[2:]))


def test_the_program_of_the_page_is_conformant(tiny: list[str]) -> None:
    report = check(tiny, cases=("sigmoid", "rnn_cell_backward"))

    assert report.conformant
    assert report.totals["pass"] == 15 + 16
    assert {o.message for o in report.cases if o.outcome == "unsupported"} == {
        "no memory is shared over a pipe",
        "not offered: float32",
        "rnn_cell_forward is not defined",
    }


@pytest.mark.parametrize("as_list", [False, True])
def test_every_case_is_a_message_that_fits_the_schema_and_expects_nothing(as_list: bool) -> None:
    for entry in cases()[:: 29 if as_list else 7]:
        golden = load(entry.id)

        line = protocol.line(protocol.run(entry.operation, "float64", golden.inputs, golden.parameters, as_list))

        message = json.loads(line.decode("ascii"))
        REQUEST.validate(message)
        assert set(message["inputs"]) == set(golden.inputs)
        assert entry.id.partition("/")[2] not in message["id"]
        for group, arrays in (("inputs", golden.inputs), ("parameters", golden.parameters)):
            for name, array in named(message[group], "float64").items():
                assert np.array_equal(array, arrays[name])


def test_no_two_requests_have_one_id() -> None:
    ids = {protocol.run(OPERATIONS["sigmoid"], "float64", {}, {})["id"] for _ in range(1000)}

    assert len(ids) == 1000


def test_a_backward_request_has_the_inputs_of_forward_and_the_upstream_gradients() -> None:
    golden = load("lstm_backward/every-option")

    message = protocol.run(golden.entry.operation, "float64", golden.inputs, golden.parameters)

    assert {"x", "a0", "c0", "da", "dy", "dc_last", "lengths", "reverse"} <= set(message["inputs"])
    assert message["inputs"]["reverse"] is True


WRONG_STARTS: list[tuple[Callable[[dict[str, Any]], Any], str]] = [
    (lambda s: s.pop("protocol"), "lacks protocol"),
    (lambda s: s.pop("operations"), "lacks operations"),
    (lambda s: s.update(protocol=2), "speaks protocol 2, want 1"),
    (lambda s: s.update(protocol=True), "speaks protocol True"),
    (lambda s: s.update(operation={}), "has 'operation', which the protocol does not have"),
    (lambda s: s.update(operations=[]), r"has operations \[\]"),
    (lambda s: s.update(operations={"lstm": []}), "'lstm', which does not exist"),
    (lambda s: s.update(operations={"lstm_forward": ["dy"]}), r"options of lstm_forward \['dy'\]"),
    (lambda s: s.update(operations={"lstm_forward": "c0"}), "options of lstm_forward 'c0'"),
    (lambda s: s.update(dtypes=["double"]), r"has dtypes \['double'\]"),
    (lambda s: s.update(dtypes=[["float64"]]), "has dtypes"),
    (lambda s: s.update(arrays="npy"), "wants arrays as 'npy'"),
    (lambda s: s.update(arrays=["list"]), "wants arrays as"),
    (lambda s: s.update(name=1), "has name 1"),
    (lambda s: s.update(chunks=16), "says that chunks is 16, want whole numbers of steps above 0"),
    (lambda s: s.update(chunks=[16, 0]), "says that chunks has 0, want whole numbers"),
    (lambda s: s.update(chunks=[]), r"says that chunks is \[\], want"),
]


@pytest.mark.parametrize(("change", "words"), WRONG_STARTS, ids=[words for _, words in WRONG_STARTS])
def test_a_wrong_start_is_named(change: Callable[[dict[str, Any]], Any], words: str) -> None:
    reply = json.loads(json.dumps(STARTED))
    change(reply)

    with pytest.raises(Malformed, match=words):
        protocol.started(reply)


def test_the_examples_of_a_start_fit_both_schema_and_code() -> None:
    for more in ({}, {"arrays": "list"}, {"name": "mine", "version": "2"}, {"chunks": [16, 64]}):
        REPLY.validate({**STARTED, **more})
        assert protocol.started({**STARTED, **more}).operations == {"lstm_forward": ("c0",)}


@pytest.mark.parametrize(
    "reply",
    [
        {"id": "other", "outputs": {}},
        {"outputs": {}},
        {"id": "mine"},
        {"id": "mine", "outputs": {}, "error": ""},
        {"id": "mine", "outputs": []},
        {"id": "mine", "outputs": {"a": "x"}},
        {"id": "mine", "error": 3},
        {"id": ["mine"], "outputs": {}},
    ],
)
def test_a_wrong_answer_is_refused(reply: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        protocol.answered(reply, {"id": "mine", "dtype": "float64"})


JUNK = (b"", b"\xff\xfe", b"[]", b"1", b"{", b'{"a":1,"a":2}', b"[" * 100_000, b'{"a":' + b"9" * 10_000 + b"}")


@pytest.mark.parametrize("line", JUNK, ids=lambda line: repr(line[:12]))
def test_a_line_that_is_no_object_is_refused(line: bytes) -> None:
    with pytest.raises(Malformed):
        parsed(line)


def test_a_worker_passes_as_a_program_in_every_operation() -> None:
    """Networks, containers, flags and numbers without axes all survive the way there and back."""
    command = [sys.executable, "-P", "-m", "rnnspec.conformance.worker", "reference"]

    ids = [entry.id for entry in cases()]
    first = {operation: id for id in reversed(ids) for operation in (id.partition("/")[0],)}

    report = check(command, cases=[id for at, id in enumerate(ids) if at % 3 == 0 or id in first.values()])

    assert report.conformant
    assert len(report.cases) > 200
    assert {o.operation for o in report.cases} >= set(FUNCTIONS) - {"sigmoid"}
