"""A candidate in another process, as `check` takes it."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rnnspec.golden import FOLDER, Golden
from rnnspec.reference import ContractError, Operation

from ..candidate import NOT_DEFINED, NOT_OFFERED, Candidate, UnknownCandidate, Unsupported
from ..execution import Arrays, Runner
from ..properties import PROPERTIES
from ..trial import Trial
from . import protocol
from .peer import Peer

TIMEOUT = 10.0  # seconds a case
MEMORY = 4096  # MB a process
OF_MEMORY = ("inputs-untouched", "options-untouched", "any-layout", "outputs-own-memory")  # which is not shared here


@dataclass(frozen=True)
class Remote(Candidate):
    """A candidate whose operations run in a process of its own; `close` ends that."""

    peer: Peer = field(kw_only=True)
    offered: protocol.Capabilities = field(kw_only=True)
    refusal: str = ""

    def lacks(self, operation: Operation, features: list[str]) -> str:
        if self.refusal or operation.name not in self.offered.operations:
            return self.refusal or NOT_DEFINED
        known = [*operation.options, *(operation.forward.options if operation.forward else [])]
        offered = self.offered.operations[operation.name]
        missing = [name for name in known if name in features and name not in offered]
        return f"{NOT_OFFERED}{', '.join(missing)}" if missing else ""

    def runner(self, dtype: str) -> Runner:
        known = dtype in self.offered.dtypes
        return RemoteRunner(self if known else replace(self, refusal=f"{NOT_OFFERED}{dtype}"), dtype)

    def close(self) -> None:
        self.peer.close()

    def __enter__(self) -> "Remote":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class RemoteRunner(Runner):
    """An operation is one message: backward's cache is what forward was given, and never leaves this process."""

    candidate: Remote

    def call(self, operation: Operation, inputs: Arrays, parameters: Arrays) -> dict[str, Any]:
        offered = self.candidate.offered
        if operation.name not in offered.operations:
            raise Unsupported(f"{operation.name} is not defined")
        message = protocol.run(operation, self.dtype, inputs, parameters, offered.as_list)
        outputs = self.candidate.peer.ask(message, operation.name)
        want = list(operation.expected([*protocol.taken(operation, inputs), *parameters]))
        return _named(operation, outputs, want)

    def cache(self, forward: Operation, inputs: Arrays, parameters: Arrays) -> Any:
        return {name: inputs[name] for name in protocol.taken(forward, inputs)}, parameters

    def backward(self, operation: Operation, inputs: Arrays, cache: Any) -> dict[str, Any]:
        given, parameters = cache
        own = {name: inputs[name] for name in (*operation.arguments, *operation.options) if name in inputs}
        return self.call(operation, {**given, **own}, parameters)

    def elsewhere(self, name: str, golden: Golden) -> str:
        """A property, tried in the candidate's process where the kit is there too: this one shares no memory with it."""
        if self.candidate.offered.holds:
            what = f"{golden.entry.operation.name}, {name}"
            self.candidate.peer.ask(protocol.hold(name, golden.id, self.dtype), what)
            return ""
        if name in OF_MEMORY:
            raise Unsupported("no memory is shared over a pipe")
        return PROPERTIES[name].holds(Trial(self, golden))


def _named(operation: Operation, outputs: Mapping[str, Any], want: list[str]) -> dict[str, Any]:
    if missing := [name for name in want if name not in outputs]:
        raise ContractError(f"answered without {', '.join(missing)}; want {', '.join(want)}")
    if surplus := [name for name in outputs if name not in want and name not in operation.optional_outputs]:
        raise ContractError(f"answered {', '.join(surplus[:4])}, which {operation.name} does not have")
    return {name: outputs[name] for name in want}


def program(
    command: Sequence[str], timeout: float = TIMEOUT, memory: int | None = MEMORY, name: str = "", spelled: str = ""
) -> Remote:
    """A candidate that speaks the protocol over its stdin and stdout. Raises BrokenCandidate."""
    said = shlex.join(command)
    peer = Peer(command, name or said, timeout, memory)
    offered = peer.start()
    limits = f"--timeout {timeout:g} " if timeout != TIMEOUT else ""
    limits += f"--memory {memory or 0} " if memory != MEMORY else ""
    spelled = f"check{{dtype}} {limits}--case {{case}} {spelled or f'-- {said}'}"
    return Remote(name or said, offered.version, spelled=spelled, peer=peer, offered=offered)


def isolated(candidate: str, timeout: float = TIMEOUT, memory: int | None = MEMORY, folder: Path = FOLDER) -> Remote:
    """A Python candidate, by name, in a process of its own. Raises UnknownCandidate, BrokenCandidate."""
    worker = "rnnspec.conformance.remote.worker"
    # -P: what lies in the current folder must not stand in for a module of the worker's own
    command = [sys.executable, "-P", "-m", worker, candidate, str(folder.resolve())]
    try:
        return program(command, timeout, memory, candidate, f"--isolate {shlex.quote(candidate)}")
    except protocol.Unknown as error:
        raise UnknownCandidate(str(error)) from None
