"""Arrays of bfloat16 over a pipe: a program that knows them passes at a precision, and what is none of them is told."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
import rnnspec
from planted.programs import raw
from rnnspec.adapt import isolated
from rnnspec.conformance import BadChoice
from rnnspec.conformance.remote.encoding import Malformed, decode, encode, given

BFLOAT16 = ml_dtypes.bfloat16
# without NumPy: bits are read and written as the protocol has them
PROGRAM = """
import base64, json, math, struct, sys

def rounded(value):
    (bits,) = struct.unpack("<I", struct.pack("<f", value))
    return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16

def number(bits):
    return struct.unpack("<f", struct.pack("<I", bits << 16))[0]

def sigmoid(z):
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))

for line in sys.stdin:
    message = json.loads(line)
    if message["command"] == "stop":
        break
    if message["command"] == "start":
        reply = {"protocol": 1, "dtypes": DTYPES, "operations": {"sigmoid": []}, "arrays": ARRAYS}
    elif ARRAYS == "list":
        s = [[number(rounded(sigmoid(z))) for z in row] for row in message["inputs"]["x"]]
        reply = {"id": message["id"], "outputs": {"s": s}}
    else:
        x = message["inputs"]["x"]
        data = base64.b64decode(x["base64"])
        numbers = map(number, struct.unpack(f"<{len(data) // 2}H", data))
        bits = [rounded(sigmoid(z)) for z in numbers]
        s = {**x, "base64": base64.b64encode(struct.pack(f"<{len(bits)}H", *bits)).decode()}
        reply = {"id": message["id"], "outputs": {"s": s}}
    print(json.dumps(reply), flush=True)
"""


def program(folder: Path, arrays: str = "base64", dtypes: tuple[str, ...] = ("bfloat16",)) -> list[str]:
    return raw(folder, f"DTYPES, ARRAYS = {[*dtypes]!r}, {arrays!r}\n{PROGRAM}")


@pytest.mark.parametrize("arrays", ["base64", "list"])
def test_a_program_in_bfloat16_passes_its_properties_too(tmp_path: Path, arrays: str) -> None:
    report = rnnspec.check(program(tmp_path, arrays), precision="bf16", cases=["sigmoid"])
    ended = {outcome.id.rpartition("/")[2]: outcome for outcome in report}

    assert report.conformant
    assert {ended[name].outcome for name in ("generic", "batch-independent", "repeatable")} == {"pass"}
    assert ended["outputs-own-memory"].message == "no memory is shared over a pipe"


def test_a_program_that_does_not_know_it_is_not_tested(tmp_path: Path) -> None:
    report = rnnspec.check(program(tmp_path, dtypes=("float32",)), precision="bf16", cases=["sigmoid/generic"])

    assert [(o.outcome, o.message) for o in report] == [("unsupported", "not offered: bfloat16")]


def test_what_answers_in_it_where_it_was_not_asked_to_is_told(tmp_path: Path) -> None:
    told = PROGRAM.replace("{**x,", "{**x, 'dtype': 'bfloat16',").replace(
        'f"<{len(data) // 2}H"', 'f"<{len(data) // 2}e"'
    )
    command = raw(tmp_path, f"DTYPES, ARRAYS = ['float16'], 'base64'\n{told.replace('map(number, ', 'map(float, ')}")
    report = rnnspec.check(command, "float16", cases=["sigmoid/generic"], explain_seconds=0)

    assert [o.message for o in report] == ["s has dtype bfloat16, want float16"]


@pytest.mark.parametrize("as_list", [False, True])
def test_every_bit_arrives(as_list: bool) -> None:
    bits = np.arange(1 << 16, dtype=np.uint16)
    numbers = bits[bits & 0x7F80 != 0x7F80].view(BFLOAT16).reshape(2, -1)  # but for what is not finite

    there = json.loads(json.dumps(encode(numbers.T, as_list)))

    np.testing.assert_array_equal(decode(there, "bfloat16").view(np.uint16), numbers.T.view(np.uint16))
    assert given(np.array(0.5, BFLOAT16)) == 0.5


PLAIN: dict[str, Any] = {"dtype": "bfloat16", "shape": [2], "base64": base64.b64encode(b"abcd").decode()}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"base64": base64.b64encode(b"abc").decode()}, "has 3 bytes of data, want 4"),
        ({"shape": [1 << 40]}, "which is more than"),
        ({"dtype": "bf16"}, "has dtype 'bf16', want float64"),
        ({"dtype": ["bfloat16"]}, "has dtype"),
    ],
)
def test_what_is_no_array_of_it_is_told(change: dict[str, Any], words: str) -> None:
    assert decode(PLAIN, "float64").dtype == BFLOAT16
    with pytest.raises(Malformed, match=words):
        decode({**PLAIN, **change}, "bfloat16")


@pytest.mark.parametrize("value", [PLAIN, [[1.0]], 1.0])
def test_without_ml_dtypes_it_is_told_what_is_missing(monkeypatch: pytest.MonkeyPatch, value: Any) -> None:
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)

    with pytest.raises(Malformed, match="pip install"):
        decode(value, "bfloat16")


def test_a_python_candidate_in_a_process_of_its_own_is_refused() -> None:
    with isolated("reference") as candidate, pytest.raises(BadChoice, match="leave out a process of its own"):
        rnnspec.check(candidate, precision="amp-bf16", cases=["sigmoid/generic"])
