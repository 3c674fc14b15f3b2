"""A program as a candidate: its operations are messages, its backward's cache never leaves this process."""

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from rnnspec.golden import FOLDER
from rnnspec.reference import ContractError, Operation

from ..candidate import (
    NOT_DEFINED,
    NOT_OFFERED,
    NOWHERE,
    Arrays,
    BrokenCandidate,
    Cache,
    Calls,
    Candidate,
    Got,
    Origin,
    UnknownCandidate,
    Unsupported,
    unoffered,
)
from ..verdict.part import lasts, omissible, surplus
from . import protocol
from .need import need
from .peer import Peer

TIMEOUT = 10.0  # seconds a case
MEMORY = 4096  # MB a process
FEW = 4  # names that are told one by one
WORKER = "rnnspec.conformance.worker"
OF_MEMORY = ("inputs-untouched", "options-untouched", "any-layout", "outputs-own-memory")  # which is not shared here


@dataclass(frozen=True, kw_only=True)
class Remote(Candidate):
    """A candidate whose operations run in a process of its own; `close` ends that."""

    peer: Peer = field()
    offered: protocol.Capabilities = field()
    own: bool = False  # the process is the kit's worker, never on a program's word

    def at(self, dtype: str) -> Calls:
        return _Calls(self.peer, self.offered, dtype, self.own)

    def close(self) -> None:
        self.peer.close()

    def __enter__(self) -> "Remote":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True)
class _Calls:
    """A cache is what forward was given, and backward is asked for with all of it."""

    peer: Peer
    offered: protocol.Capabilities
    dtype: str
    own: bool

    def lacks(self, operation: Operation, features: Sequence[str]) -> str:
        if self.dtype not in self.offered.dtypes:
            return f"{NOT_OFFERED}{self.dtype}"
        if operation.name not in self.offered.operations:
            return NOT_DEFINED
        known = [*operation.options, *(operation.forward.options if operation.forward else ())]
        return unoffered(known, features, self.offered.operations[operation.name])

    def call(self, operation: Operation, inputs: Arrays, parameters: Arrays, case: str = "") -> dict[str, Got]:
        if operation.name not in self.offered.operations:
            raise Unsupported(f"{operation.name} is not defined")
        if self.offered.as_list and not all(np.isfinite(a).all() for a in (*inputs.values(), *parameters.values())):
            raise Unsupported("lists do not tell what is no finite number")
        message = protocol.run(operation, self.dtype, inputs, parameters, self.offered.as_list)
        given = {**protocol.taken(operation, inputs), **parameters}
        want = operation.expected(given)
        outputs = self.peer.ask(message, operation.name, need(operation, given, want))
        return _named(operation, outputs, list(want))

    def cache(self, forward: Operation, inputs: Arrays, parameters: Arrays) -> Cache:
        return {name: inputs[name] for name in protocol.taken(forward, inputs)}, parameters

    def backward(self, operation: Operation, inputs: Arrays, cache: Cache) -> dict[str, Got]:
        assert isinstance(cache, tuple)  # as it was made above
        given, parameters = cache
        own = {name: inputs[name] for name in (*operation.arguments, *operation.options) if name in inputs}
        return self.call(operation, {**given, **own}, parameters)

    def tried(self, name: str, operation: Operation, case: str) -> str | None:
        """Tried in the candidate's process by the kit's worker there, which shares its memory; a program's arrays are judged here."""
        if self.own:
            self.peer.ask(protocol.hold(name, case, self.dtype), f"{operation.name}, {name}")
            return ""
        if name in OF_MEMORY:
            raise Unsupported("no memory is shared over a pipe")
        return None


def _named(operation: Operation, outputs: Mapping[str, Any], want: list[str]) -> dict[str, Got]:
    told = lasts(operation).values()
    if missing := [name for name in want if name not in outputs and name not in omissible(operation)]:
        others = f" and {len(outputs) - FEW} more" if len(outputs) > FEW else ""
        came = f"{', '.join([*outputs][:FEW])}{others}, " if outputs else ""
        raise ContractError(f"answered {came}without {', '.join(missing)}; want {', '.join(want)}")
    if more := surplus(operation, want, outputs):
        raise ContractError(f"answered {', '.join(more[:FEW])}, which {operation.name} does not have")
    return {name: outputs[name] for name in (*want, *told) if name in outputs}


def program(
    command: Sequence[str], timeout: float = TIMEOUT, memory: int | None = MEMORY, name: str = "", spelled: str = ""
) -> Remote:
    """A candidate that speaks the protocol over its stdin and stdout. Raises UnknownCandidate, BrokenCandidate."""
    if not any(command[:1]):
        raise UnknownCandidate("the name of the program is empty: there is nothing to check")
    said = shlex.join(command)
    peer = Peer(command, name or said, timeout, memory)
    try:
        offered = peer.start()
    except protocol.Unknown as error:  # which the kit's worker says of a name, and any program may
        raise UnknownCandidate(str(error)) if name else BrokenCandidate(f"{said} did not start: {error}") from None
    limits = f"--timeout {timeout:g} " if timeout != TIMEOUT else ""
    limits += f"--memory {memory or 0} " if memory != MEMORY else ""
    spelled = f"check{{dtype}} {limits}--case {{case}} {spelled or f'-- {said}'}"
    return Remote(
        name=name or said,
        version=" ".join(filter(None, (offered.name, offered.version))),
        frameworks=offered.frameworks,
        chunks=offered.chunks,
        spelled=spelled,
        peer=peer,
        offered=offered,
    )


def isolated(
    candidate: str,
    timeout: float = TIMEOUT,
    memory: int | None = MEMORY,
    folder: Path = FOLDER,
    device: str | None = None,
) -> Remote:
    """A Python candidate, by name, in a process of its own. Raises UnknownCandidate, BrokenCandidate."""
    # -P: what lies in the current folder must not stand in for a module of the worker's own
    command = [sys.executable, "-P", "-m", WORKER, candidate, str(folder.resolve()), *([device] if device else [])]
    where = f"--device {shlex.quote(device)} " if device else ""
    found = program(command, timeout, memory, candidate, f"{where}--isolate {shlex.quote(candidate)}")
    return replace(found, own=True, origin=NOWHERE if device else Origin(candidate, os.getcwd()))
