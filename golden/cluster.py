"""Workers of Dask: those of a scheduler, or of a cluster of this machine. In the extra `rnnspec[hunt]`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from .entry import shown

LOSSES = 100  # workers that one task may lose on this machine: who kills them is not the task; a scheduler elsewhere has a limit of its own
SET = {"distributed.scheduler.allowed-failures": LOSSES, "distributed.admin.tick.limit": "1h"}
CONNECTING = 20  # seconds


class LostWorkers(RuntimeError):
    """Workers were lost again and again under one task."""


@contextmanager
def cluster(jobs: int) -> Iterator[str]:
    """The address of a scheduler with so many processes of this machine."""
    import dask
    from distributed import LocalCluster

    dashboard = ":0" if find_spec("bokeh") else None
    with dask.config.set(SET):
        started: Any = LocalCluster(  # type: ignore[no-untyped-call]
            jobs, threads_per_worker=1, processes=True, dashboard_address=dashboard, silence_logs=50
        )
        with started:
            yield started.scheduler_address


@contextmanager
def connected(scheduler: str) -> Iterator[Any]:
    """A client of a scheduler; where its dashboard is, is printed. Raises ConnectionError where none answers, LostWorkers within it."""
    import dask
    from distributed import Client, KilledWorker

    with dask.config.set(SET):
        try:
            client = Client(scheduler, timeout=CONNECTING)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise ConnectionError(f"no scheduler answers at {scheduler}: {error}") from None
        with client:
            if find_spec("bokeh") and client.dashboard_link:
                print(f"dashboard: {client.dashboard_link}", file=sys.stderr)
            try:
                yield client
            except KilledWorker as error:
                raise LostWorkers(f"one task lost too many workers: {shown(error, 400)}") from None
