"""The kit's own program behind `--isolate`: it speaks the protocol for any candidate written in Python.

python -m rnnspec.conformance.worker CANDIDATE [GOLDENS [DEVICE]]
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from rnnspec.golden import FOLDER, load
from rnnspec.reference import OPERATIONS, ContractError

from .candidate import DTYPES, BrokenCandidate, Candidate, Foreign, Got, UnknownCandidate
from .choices import BadChoice
from .finding import candidate_of
from .properties.holding import hold
from .remote import protocol
from .remote.encoding import NAMES, encode, named, parsed
from .report.environment import loaded
from .run.outcome import Ending, Outcome, attempt
from .run.runner import Runner
from .starting import moved

PIPE = 1 << 20  # a buffer for a whole message


def main(name: str, goldens: str = str(FOLDER), device: str = "") -> None:
    asked, answers = taken_away()
    candidate: Candidate | None = None
    for line in asked:
        message = parsed(line)
        if message["command"] == "stop":
            return
        if message["command"] == "start":
            candidate, answer = _started(name, device)
        else:
            assert candidate
            answer = _answered(candidate, message, Path(goldens))
        answers.write(protocol.line(answer))
        answers.flush()


def taken_away() -> tuple[BinaryIO, BinaryIO]:
    """The pipe, out of reach of a candidate that prints or reads: its stdout is stderr, its stdin is empty."""
    asked, answers = os.fdopen(os.dup(0), "rb", PIPE), os.fdopen(os.dup(1), "wb", PIPE)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return asked, answers


def _started(name: str, device: str) -> tuple[Candidate | None, dict[str, Any]]:
    try:
        candidate = moved(candidate_of(name), device)
    except (UnknownCandidate, BadChoice) as error:
        return None, {"error": _printable(error), "unknown": True}
    except BrokenCandidate as error:
        return None, {"error": _printable(error)}
    calls = candidate.at(DTYPES[0])  # a candidate in this process offers the same at each
    offered = {
        operation.name: [option for option in operation.all_options if not calls.lacks(operation, [option])]
        for operation in OPERATIONS.values()
        if not calls.lacks(operation, [])
    }
    return candidate, {
        "protocol": protocol.VERSION,
        "version": _printable(candidate.version),
        "dtypes": list(DTYPES),
        "operations": offered,
        "frameworks": loaded(),
        **({"chunks": list(candidate.chunks)} if candidate.chunks else {}),
    }


def _answered(candidate: Candidate, message: Mapping[str, Any], goldens: Path) -> dict[str, Any]:
    runner = Runner(candidate, message["dtype"])
    outcome, outputs = (_held if message["command"] == "hold" else _ran)(runner, message, goldens)
    if outcome.raised:  # whether it has declined by that, the kit decides
        outcome.ended(Ending.ERROR, outcome.raised)
    if outcome.outcome is Ending.PASS:
        return {"id": message["id"], "outputs": outputs}
    return {"id": message["id"], outcome.outcome: _printable(outcome.message)}


def _held(runner: Runner, message: Mapping[str, Any], goldens: Path) -> tuple[Outcome, dict[str, Any]]:
    return hold(runner, message["property"], load(message["case"], goldens)), {}


def _ran(runner: Runner, message: Mapping[str, Any], _: Path) -> tuple[Outcome, dict[str, Any]]:
    operation = OPERATIONS[message["operation"]]
    inputs, parameters = (named(message[group], runner.dtype) for group in ("inputs", "parameters"))
    outcome, outputs = Outcome("", operation.name), dict[str, Any]()

    def work() -> None:
        for name, value in runner.call(operation, inputs, parameters).items():
            outputs[name] = _encoded(name, value, runner.dtype)

    return attempt(outcome, work), outputs


def _encoded(name: str, value: Got, dtype: str) -> Any:
    if isinstance(value, Foreign):
        raise ContractError(f"{name} is {value.instead_of('an array')}")
    if value.dtype not in NAMES:
        raise ContractError(f"{name} has dtype {value.dtype}, want {dtype}")
    return encode(value)


def _printable(text: object) -> str:
    return str(text)[: protocol.TEXT].encode("utf-8", "replace").decode()


if __name__ == "__main__":
    main(*sys.argv[1:])
