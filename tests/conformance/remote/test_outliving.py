"""Nothing of a candidate outlives the kit, however the kit dies and whatever the candidate has started."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from planted.outliving import WAYS, all_ended, clinging, kill_all, ready
from planted.programs import started
from rnnspec.conformance import check
from rnnspec.conformance.remote.process import Died, Process

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux alone")
SIGNALS = ("SIGHUP", "SIGQUIT", "SIGKILL", "SIGTERM", "SIGINT")
SEED = int(os.environ.get("RNNSPEC_FUZZ_SEED", "0"))
RNNSPEC = str(Path(sys.executable).with_name("rnnspec"))
IDLE = "import sys, time; from rnnspec.conformance import program; p = program(sys.argv[1:]); time.sleep(1000)"
# what the program does, and whose command it is
MOMENTS = {
    "before the program has answered": ("time.sleep(1000)", [RNNSPEC, "check", "--case", "sigmoid/generic", "--"]),
    "while a case is asked": ("", [RNNSPEC, "check", "--timeout", "60", "--case", "sigmoid/generic", "--"]),
    "between two cases": ("", [sys.executable, "-c", IDLE]),
}


@pytest.fixture(autouse=True)
def _tidy(tmp_path: Path) -> Iterator[None]:
    yield
    kill_all(tmp_path)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("name", SIGNALS)
def test_nothing_outlives_a_kit_that_is_killed(name: str, moment: str, tmp_path: Path) -> None:
    before, kit = MOMENTS[moment]
    command = [*kit, *clinging(tmp_path, before)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        ready(tmp_path)
        time.sleep(0.3 if "case" in moment else 0)  # its answer to start has to be heard
        running.send_signal(getattr(signal, name))
        assert running.wait(10) != 0

    assert all_ended(tmp_path)


KILLS = {f"{name}-{k}": (name, k) for name in (*SIGNALS, "SIGABRT") for k in range(11)}


@pytest.mark.sampled("kill", {key: KILLS[key] for key in ("SIGKILL-0", "SIGKILL-1", "SIGHUP-0")}, KILLS)
def test_nothing_outlives_a_kit_that_is_killed_at_any_moment(kill: tuple[str, int], tmp_path: Path) -> None:
    """From its start on; a kit that is fast may have ended by itself."""
    name, k = kill
    command = [RNNSPEC, "check", "--timeout", "60", "--case", "sigmoid/generic", "--", *clinging(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        time.sleep(random.Random(f"{SEED} {name} {k}").uniform(0.0, 2.0))
        running.send_signal(getattr(signal, name))
        assert running.wait(10) != 0
    time.sleep(0.2)  # what was on its way into life is there by now

    assert not (tmp_path / "lock").exists() or all_ended(tmp_path)


def test_a_kit_that_is_killed_while_it_starts_a_program_leaves_nothing(tmp_path: Path) -> None:
    for delay in (0.0, 0.005, 0.01, 0.02, 0.03, 0.05):
        text = f"import sys; print(flush=True); {IDLE}"
        with subprocess.Popen(
            [
                sys.executable,
                "-c",
                text.replace("p =", "print(flush=True); p ="),
                *clinging(tmp_path, "time.sleep(1000)"),
            ],
            stdout=subprocess.PIPE,
        ) as running:
            assert running.stdout
            running.stdout.readline()
            running.stdout.readline()
            time.sleep(delay)
            running.kill()
        time.sleep(0.2)  # what was on its way into life is there by now

        assert not (tmp_path / "lock").exists() or all_ended(tmp_path)


@pytest.mark.parametrize("way", WAYS)
def test_whatever_a_program_has_started_ends_with_it(way: str, tmp_path: Path) -> None:
    process = Process(clinging(tmp_path, ways={way: WAYS[way]}))
    ready(tmp_path)

    process.kill()

    assert all_ended(tmp_path, 0.5)


def test_whatever_a_program_has_started_ends_with_its_own_death(tmp_path: Path) -> None:
    process = Process(clinging(tmp_path, "os._exit(3)"))

    with pytest.raises(Died, match="ended with exit code 3"):
        process.exchange(b"{}\n", time.monotonic() + 10, 1000)

    assert all_ended(tmp_path, 0.5)


def test_a_program_that_kills_its_supervisor_crashes_and_does_not_outlive_that(tmp_path: Path) -> None:
    answer = "os.kill(os.getppid(), signal.SIGKILL); time.sleep(1000)"
    process = Process(clinging(tmp_path, answer, ways={}))

    with pytest.raises(Died, match="was ended together with its supervisor"):
        process.exchange(b"{}\n", time.monotonic() + 10, 1000)

    assert all_ended(tmp_path)


def test_a_supervisor_is_deaf_to_what_is_no_kill(tmp_path: Path) -> None:
    answer = "[os.kill(os.getppid(), n) for n in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]; say(right(message))"
    with started(tmp_path, answer) as remote:
        assert check(remote, cases=("sigmoid/generic",)).conformant


def test_a_fork_of_the_kit_ends_no_program_of_the_kit(tmp_path: Path) -> None:
    text = """
import os, sys
from rnnspec.conformance import check, program
with program(sys.argv[1:]) as remote:
    if not os.fork():
        sys.exit()
    os.wait()
    assert check(remote, cases=["sigmoid/generic"]).conformant
"""
    command = clinging(tmp_path, answer="say(right(message))", ways={})

    done = subprocess.run([sys.executable, "-c", text, *command], capture_output=True, text=True, timeout=30)

    assert (done.returncode, done.stderr) == (0, "")
    assert all_ended(tmp_path)


def test_no_supervisor_is_left(tmp_path: Path) -> None:
    def children() -> str:
        return Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")

    before = children()
    with started(tmp_path, "os._exit(0)") as remote:
        check(remote, cases=("sigmoid",))

    assert children() == before
