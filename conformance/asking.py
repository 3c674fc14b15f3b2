"""What is asked of a candidate: goldens of a folder, at a dtype or at a precision, or cases of a size."""

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from rnnspec.golden.precision import Precision
from rnnspec.golden.sized import Size

from .at_precision import AtPrecision
from .candidate import DTYPES
from .choices import BadChoice
from .selection import known_ids
from .sources import Source, at, is_sized, past_usual_blocks, spelled

NOT_STORED = "known failures and a baseline are of stored goldens: leave them out at a size or a precision"
PIPED = ("f64", "f32", "f16")  # formats of arrays that the protocol knows
# a folder or what stands for one, names, and the dtype of the run
Asked = tuple[Path | Source, Collection[str] | None, str]


class Own(NamedTuple):
    """Whether a candidate is to have a process of its own, and whether it is a program, which has one."""

    process: bool
    program: bool


def asked(
    folder: Path,
    dtype: str,
    cases: Collection[str] | None,
    size: Size | None,
    sizes: bool,
    precision: str | None,
    own: Own,
) -> Asked:
    """Raises BadChoice for choices that do not go together, BadSize, BadPrecision or UnknownCase."""
    if dtype not in DTYPES:
        raise BadChoice(f"dtype {dtype!r} is not one of {', '.join(DTYPES)}")
    if size and sizes:
        raise BadChoice("give a size of your own or those past the usual blocks, not both")
    source, names = _of_a_dtype(folder, dtype, cases, size, sizes)
    if precision is None:
        return source, names, dtype
    if source is not folder or own.process or dtype != DTYPES[0]:
        other = "a process of its own" if own.process else "a dtype" if source is folder else "a size"
        raise BadChoice(f"precision is of the goldens, in this process, and says all of a dtype: leave out {other}")
    return _at(Precision.named(precision), folder, names, own)


def _of_a_dtype(
    folder: Path, dtype: str, cases: Collection[str] | None, size: Size | None, sizes: bool
) -> tuple[Path | Source, Collection[str] | None]:
    if size:
        return at(size, cases, dtype), None
    if sizes:
        return past_usual_blocks(cases, dtype), None
    if cases is None or isinstance(cases, str | bytes) or _are_stored(folder, cases):
        return folder, cases
    return (found, None) if (found := spelled(cases, dtype)) else (folder, cases)


def _at(precision: Precision, folder: Path, names: Collection[str] | None, own: Own) -> Asked:
    if plain := next((dtype for dtype in DTYPES if Precision.named(dtype) == precision), None):
        return folder, names, plain
    if own.program and precision.arrays not in PIPED:
        otherwise = f"arrays f32, {precision.words.partition(', ')[2]}"
        raise BadChoice(f"a program is given no arrays of {precision.arrays}: say '{otherwise}'")
    return AtPrecision(folder, precision), names, precision.carrier


def _are_stored(folder: Path, cases: Collection[str]) -> bool:
    """Whether what is asked for at a size are goldens by now."""
    told = {name for name in cases if is_sized(name)}
    return bool(told) and told <= {*known_ids(folder)}
