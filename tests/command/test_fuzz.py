"""Random command lines: no traceback, no exit code that is not documented, no half-written file left."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from planted.texts import NAMED

COMMAND = str(Path(sys.executable).with_name("rnnspec"))
SEED = int(os.environ.get("RNNSPEC_FUZZ_SEED", "0"))  # another seed is another 300
EVERY, SAMPLE = 300, 16
ODD = ["", " ", "-", "--", ".", "..", "/", "/dev/null", "/dev/zero", "/dev/full", "pipe", "file", "file/x", "folder", "nowhere",
    "a" * 252, "a" * 5000, "0", "-1", "1e400", "nan", "[", "[/x]", "ü", "none.json", "mine.py", "wrong.py", "link",
    *(text[:3000].replace("\0", "").encode("utf-8", "surrogatepass").decode("utf-8", "replace") for text in NAMED.values()),
]  # fmt: skip
WORDS = [
    "reference",
    "notebook",
    "mine.py",
    "mine",
    "wrong.py",
    "broken.py",
    "onnx:file",
    "json",
    "numpy",
    "mine:sigmoid",
]
CASES = ["sigmoid", "softmax/zero", "sigmoid/zero", "sigmoid/property/repeatable"]
OPTIONS = {
    "check": {
        "--case": CASES, "--dtype": ["float64", "float32", "float16"], "--json": ["-", "out.json", "pipe.json"],
        "--known-failing": ["known.json"], "--write-known-failing": ["known.json"], "--baseline": ["kept"],
        "--timeout": ["1", "5"], "--memory": ["0", "4096"], "--goldens": ["folder"], "--program": ["true", "cat"],
        "--isolate": None, "--no-isolate": None, "--verbose": None,
    },
    "list": {"--json": ["-", "out.json"], "--goldens": ["folder"]},
    "show": {"--json": ["-"], "--hex": None, "--goldens": ["folder"]},
    "init": {"--for": ["module", "program", "onnx"], "--family": ["gru", "lstm"], "--onnx-file": ["m.onnx"]},
    "export": {"--case": CASES, "--dtype": ["float32"]},
    "judge": {"--case": CASES, "--json": ["-"]},
    "verify": {"--json": ["-"], "--goldens": ["folder"]},
    "regenerate": {"--goldens": ["file", "file/x", "/dev/null"], "--workers": ["0", "x"]},
}  # fmt: skip
PLACES = {"check": WORDS, "list": ["cases", "deviations", "candidates"], "show": [*CASES, "lstm", "softmax-over-everything"],
    "init": ["new", "folder"], "export": ["exported"], "judge": ["folder", "exported"], "verify": [], "regenerate": []}  # fmt: skip
STREAMS = ["", "", "", "", "> /dev/full", ">&-", "2>&-", "<&-", "| head -c 10", "2>/dev/full"]
CODES = {0, 1, 2, 3, 5}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="has its devices and streams")


def drawn(rng: random.Random) -> tuple[list[str], str]:
    """A command line and what the shell does with its streams: mostly what makes sense, and always something that need not."""

    def one(sensible: list[str]) -> str:
        return rng.choice(sensible) if sensible and rng.random() < 0.75 else rng.choice(ODD)

    verb = rng.choices([*OPTIONS, one([])], [8, 2, 2, 2, 2, 2, 1, 1, 1])[0]
    known = OPTIONS.get(verb, {"--help": None})
    line = [verb]
    for option in rng.sample([*known], min(len(known), rng.randrange(4))):
        sensible = known[option]
        line += [option] if sensible is None else [option, one(sensible)]
    if verb == "check" and rng.random() < 0.8:
        line += ["--case", rng.choice(CASES)]
    if verb in ("regenerate", "verify"):
        line += ["--workers", "0"] if verb == "regenerate" else []  # which would prove for hours
    elif rng.random() < 0.85:
        line.append(one(PLACES.get(verb, [])))
    if rng.random() < 0.1:
        line.insert(rng.randrange(len(line) + 1), rng.choice(ODD))
    return line, rng.choice(STREAMS)


def lines(seed: int, count: int) -> dict[str, tuple[list[str], str]]:
    rng = random.Random(seed)
    return {f"{n}": drawn(rng) for n in range(count)}


ALL = lines(SEED, EVERY)


@pytest.mark.sampled("line", dict(list(ALL.items())[:SAMPLE]), ALL)
def test_any_command_line_ends_as_it_is_documented(tmp_path: Path, line: tuple[list[str], str]) -> None:
    words, streams = line
    for name, text in {
        "mine.py": "from rnnspec.reference import sigmoid, softmax\n",
        "wrong.py": "def sigmoid(x):\n    return x\n",
        "broken.py": "raise RuntimeError('[/x]\\x1b[31m')\n",
        "known.json": '{"failing": {}}',
        "file": "",
    }.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("gone")
    os.mkfifo(tmp_path / "pipe")

    done = subprocess.run(
        ["bash", "-c", f'"$@" {streams}; exit ${{PIPESTATUS[0]}}', "bash", COMMAND, *words],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )

    assert b"Traceback" not in done.stderr, done.stderr.decode(errors="replace")[-3000:]
    assert b"Exception ignored" not in done.stderr
    assert done.returncode in CODES
    assert [path.name for path in tmp_path.rglob(".rnnspec-*")] == []
