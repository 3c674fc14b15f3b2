"""How much of what is planted is tried: a sample, or with `--every-planted` all of it; how JAX compiles; and that what is started hears its signals."""

import os
import random
import signal
from collections.abc import Iterable
from typing import Any

import pytest

EVERY = "--every-planted"
SHARE = 3  # one of so many is drawn
SEED = os.environ.get("RNNSPEC_FUZZ_SEED", "0")  # another seed is another draw
# what is compiled runs a few times: it compiles in a third of the time, in processes that a test starts, too
os.environ.setdefault(
    "XLA_FLAGS",
    "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true"
    " --xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1",
)


# Under nohup or in the background a process ignores some, and so would a program that a test starts to see how it dies. What is
# caught is not ignored any more by another program.
for number in {signal.Signals[name] for name in ("SIGHUP", "SIGINT", "SIGQUIT") if name in signal.Signals.__members__}:
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, lambda *_: None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(EVERY, action="store_true", help="try every planted fault, pair and wrong candidate: minutes more")


def pytest_configure(config: pytest.Config) -> None:
    words = f"sampled(name, some, every): parametrized by `some`, a dict by id, or with {EVERY} by `every`"
    config.addinivalue_line("markers", words)
    words = f"drawn(name, every): parametrized by one in {SHARE} of `every`, drawn for this test, or with {EVERY} by all of it"
    config.addinivalue_line("markers", words)


def pytest_report_header(config: pytest.Config) -> str:
    return "planted faults: every one" if config.getoption(EVERY) else f"planted faults: a sample; {EVERY} tries all"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for mark in metafunc.definition.iter_markers("sampled"):
        name, some, every = mark.args
        chosen = every if metafunc.config.getoption(EVERY) else some
        metafunc.parametrize(name, list(chosen.values()), ids=list(chosen))
    for mark in metafunc.definition.iter_markers("drawn"):
        name, among = mark.args
        all_asked = metafunc.config.getoption(EVERY)
        metafunc.parametrize(
            name, list(among) if all_asked else _drawn(among, metafunc.definition.nodeid), **mark.kwargs
        )


def _drawn(among: Iterable[Any], test: str) -> list[Any]:
    """A share of these, in their order: the same for a test in every process."""
    every = list(among)
    places = random.Random(f"{SEED} {test}").sample(range(len(every)), -(-len(every) // SHARE))
    return [every[place] for place in sorted(places)]
