"""Random answers of a program: each is judged by what it says, and none brings the kit down."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from planted.programs import started
from rnnspec.conformance import check
from rnnspec.golden import load

SEED = int(os.environ.get("RNNSPEC_FUZZ_SEED", "0"))
ANSWERS, BATCH = 900, 15
CASE = "sigmoid/generic"
# what a program does to its right answer; it keeps what it said, for the test to read apart from the kit
MUTATED = """
import random
rng = random.Random(f"{seed} {{runs}}")
said = mutated(json.dumps(right(message)).encode(), rng)
with open({kept!r}, "ab") as file:
    file.write(said + b"\\n")
sys.stdout.buffer.write(said + b"\\n")
sys.stdout.flush()
"""
HELP = """
def leaves(data, path=()):
    yield path
    if isinstance(data, (dict, list)):
        for key in data if isinstance(data, dict) else range(len(data)):
            yield from leaves(data[key], (*path, key))

ODD = [None, True, -1, 0, 1, 0.5, 1e308, 10**400, "", "x", "NaN", [], {}, [[]], "AAAA", "0x1p-1"]

def of_json(line, rng):
    data = json.loads(line)
    *way, last = rng.choice([path for path in leaves(data) if path])
    inner = data
    for key in way:
        inner = inner[key]
    kind = rng.randrange(4)
    if kind == 0:
        del inner[last]
    elif kind == 1 and isinstance(inner, dict):
        inner[rng.choice(["error", "holds", "refused", "outputs", "x"])] = rng.choice(ODD)
    elif kind == 2 and isinstance(inner, list):
        inner.insert(last, rng.choice([*ODD, inner[last]]))
    else:
        inner[last] = rng.choice([*ODD, rng.random()])
    return json.dumps(data).encode()

def of_bytes(line, rng):
    line, k = bytearray(line), rng.randrange(len(line))
    kind = rng.randrange(5)
    if kind == 0:
        line[k] ^= 1 << rng.randrange(8)
    elif kind == 1:
        del line[k]
    elif kind == 2:
        line[k:k] = rng.choice([b"\\\\", b'"', b"[", b"}", b"\\x00", b"\\xff", b"9", b"-", b"e", b" "])
    elif kind == 3:
        del line[k:]
    else:
        line[k:k] = line
    return bytes(line).replace(b"\\n", b" ")

def mutated(line, rng):
    return rng.choice([of_json, of_bytes])(line, rng)
"""


def right(line: bytes) -> bool:
    """Whether an answer has what the golden has: read here as plain JSON."""
    try:
        said = np.array(json.loads(line)["outputs"]["s"], float)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return False
    proven = load(CASE).outputs["s"]
    return said.shape == proven.shape and bool(np.all(np.abs(said - proven) <= 1e-14))


def batches(count: int) -> dict[str, str]:
    return {str(k): f"{SEED} {k}" for k in range(count // BATCH)}


@pytest.mark.sampled("seed", batches(2 * BATCH), batches(ANSWERS))
def test_an_answer_passes_only_where_it_is_right(seed: str, tmp_path: Path) -> None:
    kept = tmp_path / "said"
    kept.touch()
    for k in range(BATCH):
        with started(tmp_path, HELP + MUTATED.format(seed=f"{seed} {k}", kept=str(kept)), timeout=5.0) as remote:
            found = check(remote, cases=(CASE,)).cases
        assert [case.id for case in found] == [CASE]
        line = kept.read_bytes().split(b"\n")[-2]
        assert found[0].outcome in ("pass", "fail", "error", "timeout"), found[0]
        if found[0].outcome == "pass":
            assert right(line), line
