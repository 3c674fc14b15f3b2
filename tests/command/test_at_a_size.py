"""`rnnspec check --at` and `--sizes`: what they say, and what they say of a size that cannot be."""

import os
import re
import shlex
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from planted.mistaken import Project
from rnnspec.conformance.choices import LARGEST_SEED
from rnnspec.conformance.hunting.problem import Problem, save
from rnnspec.golden.estimated import estimate
from rnnspec.golden.memory import needed
from rnnspec.golden.sized import Size, sized
from rnnspec.reference import OPERATIONS
from rnnspec.tools import main
from rnnspec.tools.options import NO_MEMORY, Ended, ending

LSTM = ("--case", "lstm_forward")
LARGE = """import numpy as np
from rnnspec import reference

def rnn_forward(x, a0, parameters):
    a, y, cache = reference.rnn_forward(x, a0, parameters)
    a = a.copy()
    a[64:] = 0
    return a, y, cache
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_size_is_judged_and_called_estimated(project: Project) -> None:
    said = project.run("check", "reference", "--at", "n_a=20,m=3", "--option", "lengths,c0", "--seed", "5", *LSTM)

    assert said.code == 0
    assert "reference is conformant [float64]: 1 passed" in said.flat
    assert "closest to its budget: lstm_forward/n_a=20,m=3,lengths,c0,seed=5, at 0 of it" in said.flat
    assert "estimated at this size, not proven" in said.flat


def test_sizes_are_those_past_the_usual_blocks(project: Project) -> None:
    said = project.run("check", "reference", "--sizes", "--case", "rnn_cell_forward", "--case", "diagonal_step_forward")

    assert said.code == 0
    assert "reference is conformant [float64]: 2 passed" in said.flat
    assert "estimated at this size" in said.flat


def test_blanks_between_parts_say_nothing(project: Project) -> None:
    said = project.run("check", "reference", "--at", "n_a=5, m=3", "--option", "lengths, c0", *LSTM)

    assert said.code == 0
    assert "lstm_forward/n_a=5,m=3,lengths,c0,seed=0" in said.flat


def test_a_seed_may_stand_in_the_size(project: Project) -> None:
    said = project.run("check", "reference", "--at", "n_a=5,seed=3", *LSTM)

    assert said.code == 0
    assert "lstm_forward/n_a=5,seed=3" in said.flat


WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "an axis that none has": (("--at", "n_q=3"), "no operation asked for has the axis 'n_q'; they have T_x, m, n_a"),
    "an axis of others": (("--at", "n_k=3"), "no operation asked for has the axis 'n_k'; they have T_x, m, n_a"),
    "an option that none has": (("--at", "n_a=3", "--option", "nope"), "has the option 'nope'; they have a0=None, c0"),
    "an option that is nearly one": (
        ("--at", "n_a=3", "--option", "lenghts"),
        "has the option 'lenghts'; did you mean lengths?; they have",
    ),
    "an axis that is nearly one": (("--at", "Tx=3"), "has the axis 'Tx'; did you mean T_x"),
    "an axis without a length": (("--at", "n_a"), "has the option 'n_a'; an axis has a length: n_a=8"),
    "no size": (("--at", " "), "--at says no size: give an axis and its length, as n_a=64"),
    "no size between commas": (("--at", ", ,"), "--at says no size: give an axis and its length, as n_a=64"),
    "nothing": (("--at", "n_a=0"), "n_a is 0, want 1 or more"),
    "less than nothing": (("--at", "n_a=-1"), "'n_a=-1': want a whole number of up to 9 digits behind n_a="),
    "no number": (("--at", "n_a=two"), "'n_a=two': want a whole number of up to 9 digits behind n_a="),
    "too many digits": (("--at", "n_a=99999999999"), "'n_a=99999999999': want a whole number of up to 9 digits"),
    "more than memory": (
        ("--at", "n_a=999999999"),
        "lstm_forward/n_a=999999999,seed=0 takes and gives 4.0e+18 numbers, want up to 1e+09",
    ),
    "more examples than memory": (
        ("--at", "m=999999999"),
        "lstm_forward/m=999999999,seed=0 takes and gives 6.5e+10 numbers, want up to 1e+09: ask for less of m",
    ),
    "more layers than a list": (
        ("--at", "n_l=999999999", "--case", "lstm_network_forward"),
        "n_l is 999999999, want up to 1000: layers are no axis of an array, but a list",
    ),
    "an axis twice": (("--at", "n_a=2,n_a=3"), "'n_a=2,n_a=3' has n_a twice"),
    "a seed twice": (("--at", "n_a=2,seed=1", "--seed", "2"), "has seed twice"),
    "options alone": (("--option", "lengths"), "--option and --seed go with --at"),
    "a seed alone": (("--seed", "1"), "--option and --seed go with --at"),
    "a size and sizes": (
        ("--at", "n_a=3", "--sizes"),
        "give a size of your own or those past the usual blocks, not both",
    ),
    "ids of both kinds": (
        ("--case", "lstm_forward/n_a=64"),
        "lstm_forward/n_a=64 is a case of a size and lstm_forward is not: ask for one kind in a run",
    ),
    "known failures": (
        ("--at", "n_a=3", "--known-failing", "x.json"),
        "known failures and a baseline are of stored goldens",
    ),
    "a list to write": (
        ("--at", "n_a=3", "--write-known-failing", "x.json"),
        "are of stored goldens: leave them out at a",
    ),
    "a baseline": (("--at", "n_a=3", "--baseline", "kept"), "known failures and a baseline are of stored goldens"),
    "a baseline of sizes": (("--sizes", "--baseline", "kept"), "known failures and a baseline are of stored goldens"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_size_that_cannot_be_is_told_in_a_line(name: str) -> None:
    words, told = WRONG[name]

    said = CliRunner().invoke(main, ["check", "reference", *LSTM, *words], prog_name="rnnspec")

    (line,) = [line for line in said.stderr.splitlines() if line.startswith("Error: ")]
    assert isinstance(said.exception, SystemExit)
    assert said.exit_code == 2
    assert told in line
    assert said.stdout == ""


@pytest.mark.skipif(sys.platform != "linux", reason="no limit of a process's memory")
@pytest.mark.parametrize("ask", [("--at", "n_a=30000"), ("--replay", "found.json")], ids=lambda words: words[0])
def test_what_is_more_than_the_memory_that_is_free_is_told_before_it_is_drawn(
    tmp_path: Path, ask: tuple[str, str]
) -> None:
    save(Problem("lstm_forward", Size({"m": 2, "T_x": 160_000}), "float32"), tmp_path / "found.json")
    rnnspec = Path(sys.executable).with_name("rnnspec")
    case = () if ask[0] == "--replay" else ("--case", "rnn_cell_forward")
    words = shlex.join(["check", "reference", *ask, *case])

    said = subprocess.run(
        ["bash", "-c", f"ulimit -v 800000; {shlex.quote(str(rnnspec))} {words}"],
        cwd=tmp_path,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    (line,) = said.stderr.splitlines()
    assert said.returncode == 2
    assert re.search(
        r"_forward/\S+ takes about [\d.]+ GB of memory to be judged, of which 0.82 are free: ask for less of", line
    )


def test_what_an_estimate_takes_is_about_what_is_told() -> None:
    for operation, lengths in (("lstm_backward", {"n_a": 64, "m": 64, "T_x": 64}), ("sigmoid", {"n": 200_000})):
        case = sized(OPERATIONS[operation], Size(lengths))
        tracemalloc.start()
        estimate(case, "float32")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert needed(case) / 3 < peak < 3 * needed(case)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("--at", "n_h=3,n_hv=4", "--case", "gated_delta_forward"),
            "v has n_hv = 4 heads, want a multiple of q's n_h = 3",
        ),
        (("--at", "n_d=3", "--case", "lstm_network_forward"), "want a list of one or two directions"),
    ],
    ids=["heads", "directions"],
)
def test_lengths_that_do_not_go_together_are_not_tested(project: Project, words: tuple[str, ...], told: str) -> None:
    said = project.run("check", "reference", *words)

    assert said.code == 5
    assert "nothing tested: " in said.flat
    assert "no verdict here: " in said.flat
    assert told in said.flat


def test_what_fails_at_a_size_is_not_laid_on_the_dtype(project: Project) -> None:
    said = project.check(LARGE, "--at", "n_a=65", "--case", "rnn_forward", "--no-explain")

    assert said.code == 1
    assert "passes in float32" not in said.flat


def test_a_failure_says_how_it_is_had_again(project: Project) -> None:
    said = project.check(LARGE, "--at", "n_a=80,m=3", "--seed", "2", "--case", "rnn_forward", "--no-explain")

    assert said.code == 1
    assert "rnn_forward/n_a=80,m=3,seed=2: a is outside its budget" in said.flat
    (line,) = re.findall(r"reproduce: rnnspec (.*)", said.out)
    again = project.run(*shlex.split(line))
    assert again.code == 1
    assert "rnn_forward/n_a=80,m=3,seed=2: a is outside its budget" in again.flat
    assert project.check(LARGE, "--at", "n_a=60", "--case", "rnn_forward").code == 0


def test_a_failure_at_a_size_that_ends_the_process_is_one_cases_verdict(project: Project) -> None:
    said = project.check(
        "import os\ndef sigmoid(x):\n    os._exit(3) if x.shape[0] > 64 else None\n    return x\n",
        *("--at", "n=80", "--case", "sigmoid", "--isolate"),
    )

    assert said.code == 1
    assert "sigmoid/n=80,seed=0" in said.flat


@pytest.mark.parametrize("words", [("check", "--at", "n=2"), ("hunt", "--count", "1")], ids=lambda words: words[0])
def test_the_largest_seed_that_is_offered_is_taken_and_no_other(project: Project, words: tuple[str, ...]) -> None:
    verb, *more = words
    asked = (verb, "reference", "--case", "sigmoid", *more, "--seed")

    assert project.run(*asked, str(LARGEST_SEED)).code == 0
    assert (
        f"{LARGEST_SEED + 1} is not in the range 0<=x<={LARGEST_SEED}"
        in project.run(*asked, str(LARGEST_SEED + 1)).flat
    )
    assert Size.named(f"seed={LARGEST_SEED}").seed == LARGEST_SEED


def test_a_command_that_has_no_memory_left_says_so_in_a_line() -> None:
    with pytest.raises(Ended, match="it takes more memory than there is: Unable to allocate") as told, ending({}):
        np.empty(2**45)

    assert told.value.exit_code == NO_MEMORY
