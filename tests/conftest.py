"""How much of what is planted is tried: a sample, or with `--every-planted` all of it; how JAX compiles; and that what is started hears its signals."""

import os
import signal

import pytest

EVERY = "--every-planted"
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


def pytest_report_header(config: pytest.Config) -> str:
    return "planted faults: every one" if config.getoption(EVERY) else f"planted faults: a sample; {EVERY} tries all"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for mark in metafunc.definition.iter_markers("sampled"):
        name, some, every = mark.args
        chosen = every if metafunc.config.getoption(EVERY) else some
        metafunc.parametrize(name, list(chosen.values()), ids=list(chosen))
