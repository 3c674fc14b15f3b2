"""A candidate that ends the process, or breaks whoever looks at what it gave, is told of; nothing of it passes."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rnnspec import Unsupported, check
from rnnspec.conformance.candidate import BrokenCandidate
from rnnspec.reference import sigmoid

CASE = "sigmoid/generic"


class Quiet(Exception):
    def __str__(self) -> str:
        raise SystemExit(0)


class Speechless(Unsupported):
    def __str__(self) -> str:
        raise SystemExit(0)


class Named(type):
    @property
    def __name__(cls) -> str:  # type: ignore[override]
        raise SystemExit(0)


class Nameless(Exception, metaclass=Named):
    pass


class Shaped:
    @property
    def shape(self) -> Any:
        raise SystemExit(0)


class Array:
    def __array__(self, *_: Any, **__: Any) -> Any:
        os._exit(0)


class Gradients(dict[str, Any]):
    def __getitem__(self, name: str) -> Any:
        raise SystemExit(0)

    def __contains__(self, name: object) -> bool:
        return True


class Endless(dict[str, Any]):
    def __iter__(self) -> Any:
        os._exit(0)


class Counted(tuple[Any, ...]):
    def __len__(self) -> int:
        raise KeyboardInterrupt


def raising(error: BaseException | Callable[[], Any]) -> Callable[..., Any]:
    def call(*_: Any, **__: Any) -> Any:
        raise error() if callable(error) else error

    return call


def giving(made: Callable[[], Any]) -> Callable[..., Any]:
    return lambda *_, **__: made()


def swallowed(*_: Any, **__: Any) -> Any:
    try:
        os._exit(0)
    except BaseException:
        return sigmoid(_[0])


LEAVING: dict[str, Callable[..., Any]] = {
    "os._exit": lambda *_, **__: os._exit(0),
    "os._exit, swallowed": swallowed,
    "sys.exit": lambda *_, **__: sys.exit(0),
    "interrupt": raising(KeyboardInterrupt),
    "generator's end": raising(GeneratorExit),
    "a text that leaves": raising(Quiet),
    "a name that leaves": raising(Nameless),
    "a shape that leaves": giving(Shaped),
    "an array that leaves": giving(Array),
    "a skip of pytest's": lambda *_, **__: pytest.skip("not today"),
    "a failure of pytest's": lambda *_, **__: pytest.exit("enough", 0),
}


@pytest.mark.parametrize("leave", LEAVING.values(), ids=list(LEAVING))
def test_each_way_to_leave_is_a_verdict(leave: Callable[..., Any]) -> None:
    report = check(SimpleNamespace(sigmoid=leave), cases=["sigmoid"])
    assert not report.conformant
    assert {outcome.outcome for outcome in report.cases} <= {"error", "fail"}


@pytest.mark.parametrize("given", [Gradients, Endless, lambda: Counted((1, 2, 3))], ids=["item", "iteration", "length"])
def test_what_is_given_is_looked_at_where_it_cannot_leave(given: Callable[[], Any]) -> None:
    broken = SimpleNamespace(rnn_cell_forward=giving(given), rnn_cell_backward=giving(given))
    report = check(broken, cases=["rnn_cell_forward/generic", "rnn_cell_backward/generic"])
    assert {outcome.outcome for outcome in report.cases} <= {"error", "fail"}


def test_what_declines_without_a_word_is_not_tested() -> None:
    (outcome,) = check(SimpleNamespace(sigmoid=raising(Speechless)), cases=[CASE]).cases
    assert (outcome.outcome, outcome.message) == ("unsupported", "refused without a reason")


def test_an_array_of_any_size_is_told_and_not_looked_at() -> None:
    vast = np.broadcast_to(np.float64(0), (1 << 40, 1 << 10))
    report = check(SimpleNamespace(sigmoid=giving(lambda: vast)), cases=["sigmoid"])
    assert {outcome.outcome for outcome in report.cases} == {"fail"}
    assert "this kit" not in "".join(outcome.message for outcome in report.cases)


def test_a_message_names_the_candidates_own_line() -> None:
    (outcome,) = check(SimpleNamespace(sigmoid=LEAVING["os._exit"]), cases=[CASE]).cases
    assert outcome.message.startswith("sigmoid raised ProcessExit: os._exit(0) (test_leaving.py, line ")


@pytest.mark.parametrize("line", ["import os; os._exit(0)", "import sys; sys.exit(0)", "raise KeyboardInterrupt"])
def test_loading_is_guarded_too(tmp_path: Path, line: str) -> None:
    (tmp_path / "leaving.py").write_text(line)
    with pytest.raises(BrokenCandidate, match=r"leaving.py did not start: .*\(leaving.py, line 1\)"):
        check(str(tmp_path / "leaving.py"), cases=[CASE])


def test_attributes_are_asked_for_where_they_cannot_leave() -> None:
    class Leaving:
        def __getattr__(self, name: str) -> Any:
            os._exit(0)

    with pytest.raises(BrokenCandidate, match="did not start"):
        check(Leaving(), cases=[CASE])


def test_a_signature_that_leaves_is_no_answer() -> None:
    class Signed:
        @property
        def __signature__(self) -> Any:
            raise SystemExit(0)

        def __call__(self, *given: Any, **options: Any) -> Any:
            return np.zeros(1)

    report = check(SimpleNamespace(rnn_forward=Signed()), cases=["rnn_forward/reverse", "rnn_forward/generic"])
    assert [outcome.outcome for outcome in report.cases] == ["fail", "fail"]


@pytest.mark.filterwarnings("ignore:.*fork")  # said by JAX, where another test has loaded it
def test_a_fork_of_the_candidates_may_leave() -> None:
    def forking(x: Any) -> Any:
        if (child := os.fork()) == 0:
            os._exit(7)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        return sigmoid(x)

    assert check(SimpleNamespace(sigmoid=forking), cases=[CASE]).conformant


def test_what_others_call_is_theirs() -> None:
    """os._exit is taken away from the candidate alone, and only while it is called."""
    before, seen = os._exit, []

    def looking(x: Any) -> Any:
        seen.append(os._exit)
        return sigmoid(x)

    check(SimpleNamespace(sigmoid=looking), cases=[CASE])
    assert os._exit is before
    assert seen[0] is not before


def interrupted(x: Any) -> Any:
    os.kill(os.getpid(), signal.SIGINT)
    return sigmoid(x)


def interrupted_and_silent(x: Any) -> Any:
    try:
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass
    except BaseException:
        pass
    return sigmoid(x)


@pytest.mark.parametrize("function", [interrupted, interrupted_and_silent])
def test_the_users_own_interrupt_ends_the_run(function: Callable[..., Any]) -> None:
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        check(SimpleNamespace(sigmoid=function), cases=[CASE])
    assert signal.getsignal(signal.SIGINT) is handler


def test_in_a_thread_an_interrupt_is_the_candidates() -> None:
    found = []
    asked = threading.Thread(
        target=lambda: found.append(check(SimpleNamespace(sigmoid=raising(KeyboardInterrupt)), cases=[CASE]))
    )
    asked.start()
    asked.join()
    assert found[0].cases[0].outcome == "error"


def test_every_thread_has_its_own_guard() -> None:
    """Two checks at once, one of them of a candidate that leaves: each has its own verdict."""
    found: dict[str, Any] = {}

    def run(name: str, function: Callable[..., Any]) -> None:
        found[name] = check(SimpleNamespace(sigmoid=function), cases=["sigmoid"])

    threads = [
        threading.Thread(target=run, args=("leaving", LEAVING["os._exit"])),
        threading.Thread(target=run, args=("right", sigmoid)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not found["leaving"].conformant
    assert found["right"].conformant
