"""What a database of examples keeps of a candidate: the problems that it failed, which the next hunt plays before all else."""

import json
from collections.abc import Iterator

from hypothesis.database import ExampleDatabase

from .problem import BadProblem, Problem, parsed


class Kept:
    """The problems of a candidate, by its name and what it computes at; without a database none."""

    def __init__(self, database: ExampleDatabase | None, candidate: str, at: str) -> None:
        self._database, self._key = database, f"rnnspec/{candidate}/{at}".encode(errors="backslashreplace")

    def problems(self) -> Iterator[Problem]:
        """In one order; what is none, by a version that knows another contract, is dropped."""
        for data in sorted(self._database.fetch(self._key)) if self._database else []:
            try:
                yield parsed(data)
            except BadProblem:
                self._database.delete(self._key, data)  # type: ignore[union-attr]  # it gave this

    def keep(self, problem: Problem) -> None:
        """Have it played again."""
        if self._database is not None:
            self._database.save(self._key, _written(problem))

    def drop(self, problem: Problem) -> None:
        """Have it played no more."""
        if self._database is not None:
            self._database.delete(self._key, _written(problem))


def _written(problem: Problem) -> bytes:
    return json.dumps(problem.as_json(), sort_keys=True).encode()
