"""The process in which a candidate's own source is changed: `conformance/repair` asks it.

python -m rnnspec.conformance.mending
"""

import ast
import os
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy.ma  # noqa: F401  # what looks at odd arrays imports it, which must not end in the middle
from rnnspec.golden import load

from .candidate import BrokenCandidate, UnknownCandidate
from .checks import Checks
from .choices import BadChoice
from .finding import candidate_of
from .remote import protocol
from .remote.encoding import parsed
from .repair.accusing import Accused
from .repair.bounds import bounded
from .repair.observing import own
from .repair.reading import read_as
from .repair.searching import Search
from .repair.stage import Repaired
from .repair.standing import standing
from .repair.telling import called_from, lines, place
from .repair.trying import Trying
from .worker import taken_away

OF_ACCUSED = 0.2  # of the time is to tell where to look where nothing repairs


def main() -> None:
    asked, answers = taken_away()
    found = _found(parsed(asked.readline()))
    _answer(answers, _next(found))
    while asked.readline():
        _answer(answers, _next(found))


def _next(found: Iterator[dict[str, Any]]) -> dict[str, Any] | None:
    """None where there is no more, also by what a candidate's text or its loading raises: to be read in the last words."""
    try:
        return next(found, None)
    except Exception:
        traceback.print_exc()
        return None


def _answer(answers: BinaryIO, found: dict[str, Any] | None) -> None:
    answers.write(protocol.line({"found": found}))
    answers.flush()


def _found(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What repairs the candidate of a job, until its CPU time is up; where its files are given as they are to be, which cases fail so."""
    sys.path[:] = [*job["path"], *(place for place in sys.path if place not in job["path"])]
    sys.dont_write_bytecode = True
    os.chdir(job["folder"])
    bounded()
    read_as(job["texts"])
    began = time.process_time()
    try:
        checks = Checks(candidate_of(job["name"]), job["dtype"], None, Path(job["goldens"]))
    except (UnknownCandidate, BrokenCandidate, BadChoice):  # it is not as it was
        return
    loading = time.process_time() - began  # a framework's seconds are not the search's
    own(job["name"].partition(":")[0])
    trying = Trying(checks.runner, lambda id: load(id, Path(job["goldens"])), checks.run, job["lacking"])
    if job["texts"]:
        ids = [id for group in ("failing", "passing") for several in job[group].values() for id in several]
        yield {"fails": [id for id in ids if not trying.passes(id)]}
        return
    by_operation = {name: job[name] for name in ("failing", "passing", "properties", "done")}
    skip, seconds, kept = tuple(job["skip"]), job["seconds"] + loading, OF_ACCUSED * job["seconds"]
    search = Search(trying, **by_operation, seconds=seconds, skip=skip, reached=_reached, kept=kept)
    yield from (_told(repaired, job["folder"]) for repaired in search.repaired())
    for operation, several in search.accused():
        yield {"operation": operation, "accused": [_placed(one, job["folder"]) for one in several]}


def _placed(one: Accused, folder: str) -> dict[str, Any]:
    place = f"{called_from(one.line.path, folder)}:{one.line.number}"
    return {"place": place, "value": one.value, "share": one.share, "cases": one.cases}


def _reached(place: int, change: int) -> None:
    os.write(2, f"\n@{place} {change}\n".encode())


def _told(repaired: Repaired, folder: str) -> dict[str, Any]:
    with standing(repaired.made):
        texts = {file.path: ast.unparse(file.tree) for file, _ in repaired.made}
    return {
        "places": [place(file, change, folder) for file, change in repaired.made],
        "lines": lines(repaired.made),
        "cases": {name: list(ids) for name, ids in repaired.cases.items()},
        "texts": texts,
    }


if __name__ == "__main__":
    main()
