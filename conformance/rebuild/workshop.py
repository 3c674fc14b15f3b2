"""A copy of a folder in which a changed source is built and run, so that nothing of the user's is touched."""

import math
import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..candidate import BrokenCandidate, Crashed
from ..choices import BadChoice
from ..remote.peer import Peer
from ..remote.process import Died, Flooded, Late, Process
from ..remote.program import Remote, program
from .copying import copied, is_text, stamps, written
from .hearing import heard
from .languages import ENDINGS
from .shared import Shared

LONGEST = 60.0  # seconds of a build
PLAIN = {"LC_ALL": "C", "CARGO_TERM_COLOR": "never", "NO_COLOR": "1"}  # as what a compiler says is read
PIPES: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
# of glibc: what is read beyond an array, or before it is written, is a large number and the same in each run
FILLED = "MALLOC_PERTURB_=1"
NEAR = "it has to name files from the current one"
START, START_LINE = 5.0, 1 << 16  # seconds and bytes for what an interpreter says


class Unbuilt(Exception):
    """A build, or the program that it made, did not come to an end; the message is what was said."""


class NoTime(Exception):
    """It is up."""


class Workshop:
    """Ends with `close`. Raises BadChoice for sources, or a program, that a copy of the current folder does not hold."""

    def __init__(
        self, command: Sequence[str], sources: Sequence[Path], build: str | None, timeout: float, memory: int | None
    ) -> None:
        self._here = Path.cwd()
        self.longest, self._limits = timeout, (timeout, memory)
        self._build, self.deadline = shlex.split(build or ""), math.inf
        self.sources = {path: self._inside(path) for path in sources}
        self._own = [self._of_command(word, not n) for n, word in enumerate(command)]
        if not any(isinstance(word, Path) for word in self._own):
            raise BadChoice(
                f"source: {shlex.join(command)} names no file in the current folder, in a copy of which it would be built"
            )
        self._home = TemporaryDirectory(prefix="rnnspec-")
        self.folder = Path(self._home.name) / (self._here.name or "folder")
        self._candidate: Remote | None = None
        self._is_known = False  # that a build touches the copy alone
        moment = max(ENDINGS[path.suffix].moment for path in sources)
        self._shared = Shared(Path(self._home.name) / "pick", moment)
        self._words, self._may_serve = [*self._shared.words, FILLED], True

    def _inside(self, path: Path) -> Path:
        """As it is called from the current folder."""
        try:
            return path.resolve().relative_to(self._here.resolve())
        except ValueError:
            raise BadChoice(
                f"source: {path} does not lie in the current folder, which is copied: run this from one that holds it"
            ) from None

    def _of_command(self, word: str, is_first: bool) -> Path | str:
        """A file that lies in the folder, or will once it is built, as it is called from there; what has no folder before it is a command."""
        path = Path(word)
        if word.startswith("-") or (os.sep not in word and (is_first or not path.is_file())) or path.is_dir():
            return word
        try:
            return path.resolve().relative_to(self._here.resolve())
        except ValueError:
            return word

    def copied(self) -> None:
        """Raises BadChoice for a folder that is too large, Unbuilt where it cannot be copied."""
        try:
            copied(self._here, self.folder)
        except (OSError, shutil.Error, RuntimeError) as error:  # the last of a link that leads to itself
            raise Unbuilt(f"the current folder cannot be copied: {error}") from None

    def build(self, texts: Mapping[Path, str], may_serve: bool = True) -> None:
        """With these sources, of a program that may stand by to begin anew. Raises Unbuilt, also where the program is not there then, or where it
        is not the copy that is built.
        """
        self._drop()
        self._may_serve = may_serve
        for path, text in texts.items():
            (self.folder / path).unlink(missing_ok=True)  # it may be one that nobody may write to
            (self.folder / path).write_text(text)
            shutil.copymode(self._here / path, self.folder / path)
        if not self._build:
            return
        made = next((self.folder / word for word in self._own if isinstance(word, Path) and self._is_made(word)), None)
        if made:
            made.unlink(missing_ok=True)
        before = None if self._is_known else stamps(self._here)
        self._run()
        if before is not None and (others := written(self._here, before)):
            raise Unbuilt(f"{shlex.join(self._build)} writes to {others[0]}, and not in a copy of the folder: {NEAR}")
        self._is_known = True
        if made and not made.exists():
            raise Unbuilt(
                f"{shlex.join(self._build)} makes no {made.name} in a copy of the folder{self._unread or f': {NEAR}'}"
            )

    def _is_made(self, word: Path) -> bool:
        """Whether it is what a build makes: no source, and no text."""
        return word not in self.sources.values() and not is_text(self._here / word)

    def _run(self) -> None:
        """The build, with all that it starts, until its time is up. Raises NoTime where it is, Unbuilt where a first build does not end before."""
        seconds = max(0.1, min(LONGEST, self.deadline - time.monotonic()))
        try:
            work = subprocess.Popen(
                self._build, cwd=self.folder, env=self._environment, **PIPES, start_new_session=True
            )
        except OSError as error:
            raise Unbuilt(f"{shlex.join(self._build)}: {error.strerror}{self._unread}") from None
        try:
            said = heard(work, seconds)
        except subprocess.TimeoutExpired:
            if self._is_known and seconds < LONGEST:
                raise NoTime from None  # which is not the build's fault
            raise Unbuilt(f"{shlex.join(self._build)}: no end within {seconds:.0f} s") from None
        finally:
            with suppress(OSError):
                os.killpg(work.pid, signal.SIGKILL)
            work.wait()
        if work.returncode:
            failed = f"{shlex.join(self._build)} failed with exit code {work.returncode}"
            raise Unbuilt(said.decode(errors="replace") or f"{failed} and says nothing{self._unread}")

    @property
    def _environment(self) -> dict[str, str]:
        """Of a build: what a compiler that is ended leaves goes with the copy."""
        return {**os.environ, **PLAIN, "TMPDIR": self._home.name}

    @property
    def _unread(self) -> str:
        """What may be meant for a shell."""
        is_meant = any(re.search(r"^(&&|[|;<>]|2>&1|\w+=.*)$|[$*]", word) for word in self._build)
        return ": no shell runs it, for which there is sh -c '…'" if is_meant else ""

    def unfilled(self) -> None:
        """From now on memory is what it happens to be, in another process."""
        self._words = [word for word in self._words if word != FILLED]
        self.begin_again()

    @property
    def begins_anew(self) -> bool:
        """Whether the program can, and does before each change."""
        self.candidate()
        return self._shared.serves

    def begin_again(self) -> None:
        """The same program in another process."""
        self._drop()
        self.candidate()

    def candidate(self) -> Remote:
        """The program, as it was built last. Raises Unbuilt where it does not start."""
        if not self._candidate:
            words = [str(self.folder / word) if isinstance(word, Path) else word for word in self._own]
            timeout, memory = self._limits
            try:
                self._shared.pick(0)  # it may have been another build's
                with self._shared.begins(self._may_serve):
                    self._candidate = program([*self._words, *words], timeout, memory)
            except BrokenCandidate as error:
                raise Unbuilt(f"{error}\n{_said([*self._words, *words], memory)}") from None
            self._candidate.peer.asking = self._shared.asking
            if not self._shared.serves:
                self._candidate.peer.keep_ready()
        elif not self._candidate.peer.is_well or self._shared.has_crashed:
            self._anew(self._candidate.peer)
        return self._candidate

    def limit(self, seconds: float) -> None:
        """What a case may take from now on."""
        self._limits = (seconds, self._limits[1])
        self.candidate().peer.timeout = seconds

    def pick(self, number: int) -> None:
        """The change to be made from now on, by a program that remembers no other where it can begin anew."""
        if self._candidate and (self._shared.serves or not self._candidate.peer.is_well):
            self._anew(self._candidate.peer)
        self._shared.pick(number)

    def _anew(self, peer: Peer) -> None:
        """It begins without any change: one that it cannot begin with would end the search."""
        number = self._shared.number
        self._shared.pick(0)
        if not (peer.is_well and self._shared.anew() and peer.hear_again()):
            peer.end()
            with suppress(Crashed), self._shared.begins(self._may_serve):
                peer.begin_again()
        self._shared.pick(number)

    def stamps(self) -> tuple[int, ...]:
        """When each marked statement was begun last, by a clock that counts them; 0 where it never was."""
        return self._shared.stamps()

    def _drop(self) -> None:
        if self._candidate:
            self._candidate.close()
            self._candidate = None

    def close(self) -> None:
        self._drop()
        self._shared.close()
        self._home.cleanup()


def _said(command: Sequence[str], memory: int | None) -> str:
    """All that a program that does not start has to say: an interpreter where it is that no source is."""
    with suppress(OSError):
        process = Process(command, memory)
        try:
            with suppress(Died, Late, Flooded):
                process.exchange(b"{}\n", time.monotonic() + START, START_LINE)
            return process.words
        finally:
            process.kill()
    return ""
