"""One process of a candidate's: asked in lines, each with a deadline, and ended with all that it has started."""

import queue
import time
import weakref
from collections.abc import Sequence
from queue import SimpleQueue

from .pipes import Answers, Line, Requests, Words
from .tree import Tree

GRACE = 2.0  # seconds that a candidate has to leave once it is told to
MOMENT = 0.5  # seconds for what has happened already to be noticed


class Died(Exception):
    """The process ended, or closed its stdout, before it answered; the message says how."""


class Late(Exception):
    """No answer by the deadline."""


class Flooded(Exception):
    """A line longer than any answer."""


class Process:
    """A running candidate. Raises OSError where it cannot be started."""

    def __init__(self, command: Sequence[str], memory: int | None = None) -> None:
        self._news: SimpleQueue[Line | str] = SimpleQueue()  # a line, or how the process has ended
        self._how = ""
        self._tree = Tree(command, memory, self._news.put)
        into, out, errors = self._tree.pipes
        self._requests, self._answers, self._words = Requests(into), Answers(out, self._news.put), Words(errors)
        self._over = weakref.finalize(self, _end, self._tree, self._requests, self._answers)

    @property
    def running(self) -> bool:
        return self._tree.alive

    @property
    def last_words(self) -> str:
        return self._words.last

    @property
    def words(self) -> str:
        """The end of all that it has written to stderr."""
        return self._words.kept

    def exchange(self, message: bytes, deadline: float, longest: int) -> bytes:
        """Send one line and wait for one. Raises Died, Late, Flooded; the process is good for nothing then."""
        self._requests.send(message)
        self._answers.ask(longest)
        line = self._line(deadline)
        if line.too_long:
            raise Flooded(f"has more than the {longest} bytes that there is need for")
        if line.text is None:
            raise Died(self._ending())
        if not self._requests.written.wait(max(0, deadline - time.monotonic())):
            raise Late
        return line.text

    def _line(self, deadline: float) -> Line:
        """What is read from it. Where it ends meanwhile, what it has left in the pipe is all that will be."""
        while True:
            try:
                news = self._news.get(timeout=max(0, deadline - time.monotonic()))
            except queue.Empty:
                if self._how:
                    return Line(None)
                raise Late from None
            if isinstance(news, Line):
                return news
            self._how = news
            self._tree.end()  # a grandchild may hold the pipes open, so that their ends do not come by themselves
            deadline = min(deadline, time.monotonic() + MOMENT)

    def _ending(self) -> str:
        if not self._how and not self._leaves(MOMENT):
            return "closed its stdout"
        self.kill()
        return self._how

    def _leaves(self, seconds: float) -> bool:
        """Whether the process ends within so many seconds."""
        deadline = time.monotonic() + seconds
        while not self._how:
            try:
                news = self._news.get(timeout=max(0, deadline - time.monotonic()))
            except queue.Empty:
                return False
            self._how = news if isinstance(news, str) else ""
        return True

    def stop(self, message: bytes) -> None:
        """Ask it to leave, by a message and the end of its input, and end it where it does not."""
        if self.running:
            self._answers.forget()  # it may have more to say than a pipe holds
            self._requests.send(message)
            self._requests.close()
            self._leaves(GRACE)
        self.kill()

    def kill(self) -> None:
        """End the process and all that it has started."""
        self._over()
        for pipe in (self._requests, self._answers, self._words):
            pipe.join(MOMENT)


def _end(tree: Tree, requests: Requests, answers: Answers) -> None:
    tree.end()
    requests.close()
    answers.forget()
