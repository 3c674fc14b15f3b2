"""A text's changes at work in the program: which lines a compiler refuses is found out, and each is asked by its number."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rnnspec.golden import Golden, load

from ..candidate import Got
from ..checks import Checks
from ..properties.table import property_in
from ..repair.wanted import is_whole
from ..run.outcome import Ending, Outcome, attempt
from ..run.runner import Runner
from .blaming import Blame, Placed
from .changes.change import Change
from .marking import before_crash, marked, marks_in, recency
from .refused import lines_of
from .slots import Slot, slots
from .switching import Switched, switched
from .text import Text
from .workshop import NoTime, Unbuilt, Workshop

PATIENT, ROUNDS = 16, 26  # builds until no line is refused any more
SLOWER, LEAST = 20, 0.1  # how many times what it took a case may take with a change, and seconds that any may
OF_PROPERTY = 2.0  # seconds that any may of a property, which asks for more where it holds than where it fails


class Trying:
    """The sources of a program, and cases of it with and without changes of them."""

    def __init__(self, workshop: Workshop, texts: Mapping[Path, Text], dtype: str, goldens: Path) -> None:
        self.texts, self._workshop, self._dtype, self._goldens = texts, workshop, dtype, goldens
        self.slots: Mapping[Path, Sequence[Slot]] = {path: slots(text) for path, text in texts.items()}
        self._loaded: dict[str, Golden] = {}
        self._limit = workshop.longest
        self._checks: Checks | None = None
        self._blame = Blame(texts)
        self._is_plain = False  # what stands beside changes, as a compiler takes nothing else
        self.lacking: Mapping[str, Sequence[str]] = {}  # outputs that a case leaves out as it is
        self.asked = set[int]()  # changes of what is built
        self.later: dict[int, Placed] = {}  # what no build was blamed for, and that was in none

    @property
    def refused(self) -> set[Placed]:
        """By a compiler, as they would be again."""
        return self._blame.refused

    def hurry(self) -> None:
        """Raises NoTime behind the deadline."""
        if time.monotonic() > self._workshop.deadline:
            raise NoTime

    def until(self, deadline: float) -> None:
        """How long there is time, by the clock that only goes on."""
        self._workshop.deadline = deadline

    def copied(self) -> None:
        """The folder, to build in. Raises BadChoice or Unbuilt where it cannot be."""
        self._workshop.copied()

    def built(self, changes: Mapping[int, Placed]) -> set[int]:
        """Those, by number, that the program can make now. Raises Unbuilt where it is refused also without all that its lines are blamed for, NoTime."""
        left, self.later = {n: one for n, one in changes.items() if one not in self.refused}, {}
        self.asked = set()
        for turn in range(1, 1 + ROUNDS):
            self.hurry()
            own = {path: {n: one for n, (place, one) in left.items() if place == path} for path in self.texts}
            made = {
                path: switched(text, self.slots[path], own[path], self._is_plain)
                for path, text in self.texts.items()
                if own[path]
            }
            try:
                self._workshop.build(
                    {path: text.whole for path, text in self.texts.items()}
                    | {path: one.text for path, one in made.items()}
                )
                self._workshop.candidate()
                return {number for one in made.values() for several in one.numbers.values() for number in several}
            except Unbuilt as refused:
                if not left:
                    raise
                if not self._is_plain and any(_is_behind(str(refused), path.name, one) for path, one in made.items()):
                    self._is_plain = True
                    continue
                left, rest = self._blame.parted(str(refused), made, left, turn >= PATIENT)
                self.later = rest | self.later
        raise Unbuilt("too many changes are refused")

    def last_begun(self, id: str) -> dict[Path, list[int | None]]:
        """Of the rows of each source how many others were begun after it when a case crashed, or may have been, None for those that were not; no rows where that is not known. Raises Unbuilt."""
        made, without = self._marked(()), set[int]()
        for _ in range(ROUNDS):
            self.hurry()
            try:
                # which does nothing more behind a crash
                self._workshop.build({path: whole for path, (whole, _) in made.items()}, may_serve=False)
                self._workshop.candidate()
                break
            except Unbuilt as why:
                refused = {
                    n for path, (whole, _) in made.items() for n in marks_in(whole, lines_of(str(why), path.name))
                }
                if refused <= without:
                    self.built({})  # not for its own sake
                    break
                without |= refused
                made = self._marked(without)
        else:
            self.built({})
        said, stamps = self._runner.case(self.golden(id)).message, self._workshop.stamps()
        found = {path: recency(numbers, stamps) for path, (_, numbers) in made.items()}
        return found | {path: one for path, text in self.texts.items() if (one := before_crash(text, said))}

    def _marked(self, without: Collection[int]) -> dict[Path, tuple[str, list[int]]]:
        made, first = dict[Path, tuple[str, list[int]]](), 0
        for path, text in self.texts.items():
            made[path] = marked(text, first, without)
            first = max(made[path][1], default=first) + 1
        return made

    def rebuilt(self, path: Path, change: Change) -> None:
        """With this change alone. Raises Unbuilt."""
        self._workshop.build(
            {place: change.of(text.whole) if place == path else text.whole for place, text in self.texts.items()}
        )
        self._workshop.candidate()

    @contextmanager
    def unlimited(self) -> Iterator[None]:
        """Meanwhile a case may take all that one has."""
        self._workshop.limit(self._workshop.longest)
        try:
            yield
        finally:
            self._workshop.limit(self._limit)

    def unfilled(self) -> None:
        """Memory that a program has not written to is what it happens to be, from now on."""
        self._workshop.unfilled()

    @property
    def begins_anew(self) -> bool:
        """Whether it does before each change, and so remembers none."""
        return self._workshop.begins_anew

    def begin_again(self) -> None:
        """The same program, which remembers nothing."""
        self._workshop.begin_again()

    def pick(self, number: int) -> None:
        self._workshop.pick(number)

    def golden(self, id: str) -> Golden:
        if id not in self._loaded:
            self._loaded[id] = load(id, self._goldens)
        return self._loaded[id]

    @property
    def _runner(self) -> Runner:
        return Runner(self._workshop.candidate(), self._dtype)

    def timed(self, id: str) -> bool:
        """What a change may take goes by how long this case takes without; whether it passes. What clashed while another operation was looked at may do so once
        more.
        """
        self._blame.forget()
        self.pick(0)
        self.passes(id)  # the second time it finds what the first has left in memory
        begun = time.monotonic()
        is_right = self.passes(id)
        self._limit = max(OF_PROPERTY if property_in(id) else LEAST, SLOWER * (time.monotonic() - begun))
        self._workshop.limit(self._limit)
        return is_right

    def passes_unchanged(self, id: str) -> bool:
        """Built as it stands. Raises Unbuilt."""
        self.built({})
        with self.unlimited():
            return self.passes(id) and self.passes(id)

    def passes_again(self, id: str, times: int) -> bool:
        """In so many more processes."""
        for _ in range(times):
            self._workshop.begin_again()
            if not (self.passes(id) and self.passes(id)):
                return False
        return True

    def repairs(self, number: int, ids: Sequence[str]) -> bool:
        """Whether all of these cases pass with a change: the first in the time that is known for it, the others in all that a case has. Raises NoTime."""
        self.hurry()
        self.pick(number)
        self.asked.add(number)
        first, *others = ids
        if not self.passes(first):
            return False
        with self.unlimited():
            return all(map(self.passes, (*others, first)))  # also where it has done something before

    def passes(self, id: str) -> bool:
        """A case, or a property."""
        if property_in(id):
            candidate = self._workshop.candidate()
            if (
                self._checks is None or self._checks.runner.candidate is not candidate
            ):  # which it takes longer to make than to ask
                self._checks = Checks(candidate, self._dtype, None, self._goldens)
            return self._checks.run(id).outcome is Ending.PASS
        outcome = self._runner.case(self.golden(id))
        return outcome.outcome is Ending.PASS and is_whole(outcome, self.lacking)

    def answers(self, id: str) -> bool:
        """Whether it comes to an answer, of whatever outputs."""
        return self._runner.case(self.golden(id)).outcome in (Ending.PASS, Ending.FAIL)

    def outputs(self, id: str) -> dict[str, Got]:
        """What it gives, nothing where it does not."""
        golden, found, runner = self.golden(id), dict[str, Got](), self._runner
        given = (runner.fresh(golden.inputs), runner.fresh(golden.parameters))
        attempt(
            Outcome(id, golden.entry.operation.name),
            lambda: found.update(runner.call(golden.entry.operation, *given, id)),
        )
        return found


def _is_behind(said: str, name: str, made: Switched) -> bool:
    """Whether a compiler refuses what is behind a text, and so no change of it."""
    return any(line > made.behind for line in lines_of(said, name))
