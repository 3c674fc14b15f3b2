"""Many goldens at once: by processes of this machine, or by the workers of a scheduler."""

from collections.abc import Collection, Iterator
from concurrent.futures import CancelledError, Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context

from .cluster import LostWorkers as LostWorkers
from .cluster import connected
from .entry import GoldenError
from .parent import end_with_parent
from .recipe import recipe
from .refusal import Refused
from .regenerate import Made, make
from .sized import case_of


class Refusals(GoldenError):
    """Cases that are not fit to be goldens, each with its reason."""


@contextmanager
def executor(workers: int, scheduler: str | None = None) -> Iterator[Executor]:
    """So many processes, or the workers of a scheduler of Dask. Raises ConnectionError where none answers."""
    if scheduler is None:
        # spawned, not forked: whoever calls this may have threads, as JAX has
        with ProcessPoolExecutor(workers, get_context("spawn"), end_with_parent) as pool:
            yield pool
        return
    with connected(scheduler) as client:
        pool = client.get_executor(pure=False)
        try:
            yield pool
        finally:
            pool.shutdown(wait=False)  # which takes back what nobody waits for


def make_all(case_ids: Collection[str], pool: Executor) -> Iterator[Made]:
    """Every case, as they finish. Raises Refusals, after all have been tried, with every reason; GoldenError where a worker has other code
    or lacks some, ConnectionError where its scheduler is gone."""
    refused: list[str] = []
    running = {pool.submit(make, case_id): case_id for case_id in case_ids}
    for done in as_completed(running):
        case_id = running[done]
        try:
            made = done.result()
        except Refused as why:
            refused.append(f"{case_id}: {why}")
            continue
        except ModuleNotFoundError as error:
            raise GoldenError(f"a worker lacks {error.name}: pip install 'rnnspec[regenerate]' there") from None
        except CancelledError:
            raise ConnectionError("the scheduler is gone; nothing was changed") from None
        if made.entry.recipe != recipe(case_of(case_id)):
            raise GoldenError(f"{case_id} was made by other code than this: install the same rnnspec on every worker")
        yield made
    if refused:
        raise Refusals("\n".join(sorted(refused)))
