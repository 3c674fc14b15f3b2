"""How much memory it takes to estimate a case, about, and how much there is."""

from contextlib import suppress
from pathlib import Path

from .case import Case
from .sized import counts

NUMBER = 8  # bytes
# arrays that are alive at once, measured: of the size of what is taken, of what is given, and of all features at each step
TAKEN, GIVEN, WALKED = 2, 7, 8
STEP = 4096  # bytes of a step in a layer, however few its numbers
OF_GROUP = Path("/sys/fs/cgroup/memory.max")  # of all processes that share a container


def needed(case: Case) -> int:
    """Bytes that estimating a case takes, within a factor of 3."""
    taken, given = counts(case)
    dims = {"n_l": 1, "n_d": 1, "m": 1, "T_x": 1} | case.dims
    steps = dims["n_l"] * dims["n_d"] * dims["T_x"]
    features = sum(n for axis, n in case.dims.items() if axis not in ("n_l", "n_d", "m", "T_x"))
    return NUMBER * (TAKEN * taken + GIVEN * given + WALKED * steps * dims["m"] * features) + STEP * steps


def free() -> int:
    """Bytes that this process can have: of the machine's that are free, of its container's, and of its own limit."""
    import psutil  # asked where a size is, which few runs have

    found = [psutil.virtual_memory().available]
    with suppress(OSError, ValueError):  # no container, or one that has no limit
        found.append(int(OF_GROUP.read_text()))
    with suppress(ImportError):  # on Windows
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        found += [limit] if limit != resource.RLIM_INFINITY else []
    return min(found)
