"""A candidate's own outputs, recorded through pytest-regressions: whether a bit of them moved since.

A budget forgives what moves within it. A recording does not: outputs are compared bit for bit, per dtype.
"""

import errno
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rnnspec.golden import Golden, saving
from rnnspec.golden.entry import shown

from ..candidate import Foreign
from ..run.outcome import Outcome
from ..verdict.budget import of_golden, share
from ..verdict.part import part_of

EXACT = {"atol": 0.0, "rtol": 0.0}
FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


class BaselineError(ValueError):
    """A recording cannot be read or written; the message names the file."""


@dataclass
class Baseline:
    """What a comparison with a recording came to, case by case.

    `furthest` is the output whose numbers moved most, in budgets, `otherwise` says which are new, given no more or of another
    dtype or shape.
    """

    recorded: list[str] = field(default_factory=list)  # for the first time
    same: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  # recorded once, without outputs now
    furthest: tuple[float, str] = (0.0, "")
    otherwise: dict[str, list[str]] = field(default_factory=dict)  # cases

    @property
    def holds(self) -> bool:
        return not self.moved and not self.lost


def ready() -> Any:
    """What compares and records, pytest and pytest-regressions: imported where it is asked for, and before a candidate runs."""
    import pytest
    from pytest_regressions.ndarrays_regression import NDArraysRegressionFixture

    return NDArraysRegressionFixture, pytest.fail.Exception


class _Outside:
    """What pytest-regressions asks of pytest, where there is no pytest run: no option is set, a test has a name."""

    cls = None

    def __init__(self, name: str) -> None:
        self.config = self.node = self
        self.name = name

    def getoption(self, name: str) -> bool:
        return False


def compared(
    folder: Path, dtype: str, outcomes: list[Outcome], partial: bool, goldens: Callable[[str], Golden]
) -> Baseline:
    """Record the outputs that are not recorded yet, compare the others. Raises BaselineError."""
    found, root = Baseline(), folder / dtype
    try:
        with tempfile.TemporaryDirectory() as scratch:
            for outcome in outcomes:
                if arrays := _arrays(outcome):
                    _judge(found, outcome.id, arrays, root, Path(scratch))
                    if found.moved and found.moved[-1] == outcome.id:
                        _measure(found, root / f"{outcome.id}.npz", arrays, part_of(goldens(outcome.id), arrays), dtype)
    except OSError as error:
        raise BaselineError(f"{error.filename or folder}: cannot be written: {error.strerror}") from None
    if not partial:
        here = {*found.recorded, *found.same, *found.moved}
        found.lost = sorted(name for name in _recorded(root) if name not in here)
    return found


def _judge(found: Baseline, name: str, arrays: dict[str, Any], root: Path, scratch: Path) -> None:
    path, beside = root / f"{name}.npz", scratch / f"{name}.npz"
    beside.parent.mkdir(exist_ok=True)
    if (there := os.path.lexists(path)) and not path.is_file():  # a pipe would wait for ever
        raise BaselineError(f"{path}: cannot be used as a recording: is no file")
    regression, absent = ready()
    fixture = regression(beside.parent, root, _Outside(name))
    try:
        fixture.check(arrays, fullpath=path if there else beside, default_tolerance=EXACT)
    except absent:  # there was none: it is recorded now
        path.parent.mkdir(parents=True, exist_ok=True)
        saving.save(path, beside.read_bytes())
        found.recorded.append(name)
    except AssertionError:
        found.moved.append(name)
    except Exception as error:  # whatever a file that is no recording makes NumPy raise
        if isinstance(error, OSError) and error.errno in FULL:
            raise
        raise BaselineError(f"{path}: cannot be used as a recording: {shown(error, 200)}") from None
    else:
        found.same.append(name)


def _measure(found: Baseline, path: Path, arrays: dict[str, Any], golden: Golden, dtype: str) -> None:
    """How far outputs are from their recording, in budgets, or what else is not as recorded."""
    with np.load(path, allow_pickle=False) as file:
        kept = {name: file[name] for name in file.files}
    for name in dict.fromkeys([*arrays, *kept]):
        now, then = arrays.get(name), kept.get(name)
        if now is None or then is None:
            _note(found, f"{name} is {'given no more' if now is None else 'new'}", golden.id)
        elif (now.dtype, now.shape) != (then.dtype, then.shape):
            _note(found, f"{name} is {now.dtype} {now.shape}, was {then.dtype} {then.shape}", golden.id)
        elif name in golden.outputs and now.shape == golden.outputs[name].shape:
            far = _far(now, then, of_golden(golden, name, dtype))
            found.furthest = max(found.furthest, (far, f"{name} of {golden.id}"))


def _note(found: Baseline, words: str, id: str) -> None:
    found.otherwise.setdefault(words, []).append(id)


def _far(now: Any, then: Any, allowed: Any) -> float:
    with np.errstate(all="ignore"):
        shares = share(np.abs(now.astype(np.float64) - then.astype(np.float64)), allowed)
    return float(np.nan_to_num(shares, nan=np.inf).max(initial=0.0))


def _arrays(outcome: Outcome) -> dict[str, Any]:
    arrays = {name: a for name, a in outcome.arrays.items() if not isinstance(a, Foreign)}
    return {name: np.array(a) for name, a in arrays.items() if a.dtype.kind in "biuf"}


def _recorded(root: Path) -> list[str]:
    return [path.relative_to(root).with_suffix("").as_posix() for path in root.glob("*/*.npz")]
