"""A hunt on many processes or machines, by Dask: rounds are what is handed out, and what comes back is taken in their order.

So a hunt by many finds what one finds in isolation from the same seed, without layouts and calls at once, which need one memory. A worker that is lost takes no round with it: another does it again.
"""

import time
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from hypothesis.errors import HypothesisDeprecationWarning
from rnnspec.golden.cluster import LOSSES, LostWorkers, cluster, connected

from ..asking import of_policy
from ..candidate import DTYPES, BrokenCandidate, UnknownCandidate
from ..choices import EXPLAIN_SECONDS, BadChoice
from ..starting import started
from .found import NEVER, Round
from .hunted import Hunted, bounded, ending, named
from .rounds import Hunter

Absent = UnknownCandidate | BrokenCandidate
AHEAD = 2  # rounds that wait for each worker


def hunt(
    candidate: Any,
    dtype: str = DTYPES[0],
    *,
    precision: str | None = None,
    jobs: int = 1,
    scheduler: str | None = None,
    seconds: float | None = 60.0,
    count: int | None = None,
    seed: int = 0,
    keep_going: bool = False,
    cases: Collection[str] | None = None,
    explain_seconds: float = EXPLAIN_SECONDS,
    heard: Callable[[int], None] = lambda n: None,
    running: Callable[[str], object] = lambda id: None,
    **choices: Any,
) -> Hunted:
    """As `hunted.hunt`, in so many processes of this machine or on the workers of a scheduler. Raises BadChoice where these cannot be had."""
    if not isinstance(candidate, str | tuple | list):
        raise BadChoice("many processes need a candidate that is given by name or command: each finds it anew")
    dtype, policy = of_policy(dtype, precision, apart=False)
    if policy:
        raise BadChoice("a precision is hunted by one process: leave out --jobs and --scheduler")
    choices["isolate"] = isinstance(candidate, str)  # what hangs costs a time limit, and not a worker
    bounded(seconds, count, seed)
    names = named(cases, dtype)
    with started(candidate, **choices) as found, _client(jobs, scheduler) as client:
        hunted = Hunted(found.name, dtype, seed, len(Hunter(found, dtype, names, running=running).operations))
        done = _in_order(client, (candidate, dtype, names, choices, keep_going), seed, ending(seconds))
        return hunted.through(_until(done, hunted.operations, count, keep_going, heard), found, explain_seconds)


def _until(
    done: Iterator[Round], operations: int, count: int | None, keep_going: bool, heard: Callable[[int], None]
) -> Iterator[Round]:
    """These rounds until one process would end, each without what was found before."""
    judged, passed, most = 0, set[str](), count or NEVER
    for one in done:
        kept = one.within(most - judged, passed)
        passed |= {find.problem.operation for find in kept.finds}
        judged += kept.judged
        heard(judged)
        yield kept
        if (kept.finds and not keep_going) or judged >= most or len(passed) == operations:
            return


def _round(
    candidate: Any, dtype: str, cases: Collection[str], choices: dict[str, Any], keep_going: bool, seed: int
) -> Round | Absent:
    """One round, where a worker is; why there is none is given back, since what is raised Dask would have tried anew."""
    try:
        with warnings.catch_warnings(), started(candidate, **choices) as found:
            warnings.filterwarnings(
                "ignore", "Do not use the `random` module", HypothesisDeprecationWarning
            )  # Dask does, beside it
            return Hunter(found, dtype, cases).round(seed, keep_going=keep_going)
    except (UnknownCandidate, BrokenCandidate) as error:
        return error


def _in_order(client: Any, given: tuple[Any, ...], seed: int, until: float) -> Iterator[Round]:
    """The rounds from a seed on, in their order, whoever does them, until time is up."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed import TimeoutError as Late

    handed_out = partial(client.submit, _round, *given, pure=False, retries=LOSSES)
    waiting, first, given_up = list[Any](), seed, 0
    while time.monotonic() < until:
        most = AHEAD * max(len(client.scheduler_info()["workers"]), 1)
        waiting += [handed_out(first + k) for k in range(len(waiting), most)]
        try:
            done = waiting[0].result(timeout=min(1.0, max(until - time.monotonic(), 0.01)))
        except (Late, TimeoutError):
            continue
        except KilledWorker:  # the scheduler has given it up: who kills workers is not the round, so another has it
            given_up += 1
            if given_up > LOSSES:
                raise
            waiting[0] = handed_out(first)
            continue
        except CancelledError:
            break
        if isinstance(done, Absent):  # here it was found and did start
            raise type(done)(f"on a worker: {done}")
        waiting.pop(0)
        first += 1
        yield done
    client.cancel(waiting)


@contextmanager
def _client(jobs: int, scheduler: str | None) -> Iterator[Any]:
    try:
        with ExitStack() as stack:
            address = stack.enter_context(cluster(jobs)) if scheduler is None else scheduler
            try:
                client = stack.enter_context(connected(address))
            except ConnectionError as error:
                raise BadChoice(str(error)) from None
            yield client
    except LostWorkers as error:
        raise BadChoice(str(error)) from None
