"""Two workers of Dask on this machine."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def two_workers() -> Iterator[Any]:
    from distributed import LocalCluster

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with LocalCluster(2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50) as started:
            yield started
