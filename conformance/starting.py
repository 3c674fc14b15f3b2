"""Starting a candidate as it is asked for: in this process or one of its own, on a device."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rnnspec.golden import FOLDER

from .candidate import Candidate
from .candidates.described.pattern import BadDescription
from .choices import BadChoice, parsed
from .finding import candidate_of, is_command
from .remote.program import MEMORY, TIMEOUT, Remote, isolated, program


@contextmanager
def started(
    given: Any,
    isolate: bool = False,
    timeout: float | None = None,
    memory: int | None = None,
    goldens: Path = FOLDER,
    device: str | None = None,
) -> Iterator[Candidate]:
    """The candidate as `check` is asked for it; a process of its own ends with the context.

    Raises UnknownCandidate, BrokenCandidate, or BadChoice for choices that do not go together.
    """
    found = _begun(given, isolate, timeout, memory, goldens, device)
    try:
        yield found
    finally:
        if isinstance(found, Remote) and found is not given:
            found.close()


def _begun(
    given: Any, isolate: bool, timeout: float | None, memory: int | None, goldens: Path, device: str | None
) -> Candidate:
    seconds = TIMEOUT if timeout is None else parsed("timeout", timeout, "check")
    most = MEMORY if memory is None else parsed("memory", memory, "check") or None
    isolate = isolate and not is_command(given)  # which is isolated anyhow
    if isolate and not isinstance(given, str):
        raise BadChoice("isolation needs a candidate that is given by name: a process of its own finds it anew")
    if isolate:
        return isolated(given, seconds, most, goldens, device)
    if is_command(given) and device:
        raise BadChoice("device: a program chooses its own; give it as an argument of the program's")
    if is_command(given):
        return program(given, seconds, most)
    if timeout is not None or memory is not None:
        raise BadChoice("timeout and memory need --isolate (isolate=True) or a program: this process cannot be limited")
    return moved(candidate_of(given), device)


def moved(candidate: Candidate, device: str | None) -> Candidate:
    """The candidate on a device, as it is for none. Raises BadChoice for one that it cannot compute on."""
    try:
        return candidate.on(device) if device else candidate
    except BadDescription as error:
        raise BadChoice(str(error)) from None
