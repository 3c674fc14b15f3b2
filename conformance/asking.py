"""What is asked of a candidate: goldens of a folder, at a dtype or at a precision, or cases of a size."""

from collections.abc import Collection
from pathlib import Path

from rnnspec.golden.precision import Precision
from rnnspec.golden.sized import Size

from .at_precision import AtPrecision, stored
from .candidate import DTYPES
from .choices import BadChoice
from .report.report import Report
from .selection import known_ids
from .sources import ESTIMATED_DIGEST, Source, at, is_sized, past_usual_blocks, spelled

NOT_STORED = "known failures and a baseline are of stored goldens: leave them out at a size or a precision"
# a folder or what stands for one, names, and the dtype of the run
Asked = tuple[Path | Source, Collection[str] | None, str]


def asked(
    folder: Path,
    dtype: str,
    cases: Collection[str] | None,
    size: Size | None,
    sizes: bool,
    precision: str | None,
    apart: bool,
) -> Asked:
    """Of a candidate that may be a Python one in a process `apart`. Raises BadChoice for choices that do not go together, BadSize, BadPrecision or UnknownCase, or TypeError for a size that is none."""
    if dtype not in DTYPES:
        raise BadChoice(f"dtype {dtype!r} is not one of {', '.join(DTYPES)}")
    if size is not None and not isinstance(size, Size):
        raise TypeError(f"at is {size!r}, want a Size, as rnnspec.golden.sized.Size({{'n_a': 64}})")
    if size and sizes:
        raise BadChoice("give a size of your own or those past the usual blocks, not both")
    at_dtype, policy = of_policy(dtype, precision, apart)
    return *_of(folder, at_dtype, cases, size, sizes, policy), at_dtype


def of_policy(dtype: str, precision: str | None, apart: bool) -> tuple[str, Precision | None]:
    """The dtype that carries a precision and that, or a dtype alone. Raises BadChoice for what does not go together, BadPrecision."""
    if precision is None:
        return dtype, None
    policy = Precision.named(precision)
    plain = next((one for one in DTYPES if Precision.named(one) == policy), None)
    if dtype != DTYPES[0] or (apart and not plain):
        other = "a dtype" if dtype != DTYPES[0] else "a process of its own"
        raise BadChoice(f"a precision is judged in this process, and says all of a dtype: leave out {other}")
    if plain:
        return plain, None
    return policy.carrier, policy


def _of(
    folder: Path,
    dtype: str,
    cases: Collection[str] | None,
    size: Size | None,
    sizes: bool,
    precision: Precision | None,
) -> tuple[Path | Source, Collection[str] | None]:
    if size:
        return at(size, cases, dtype, precision).fitting(), None
    if sizes:
        return past_usual_blocks(cases, dtype, precision).fitting(), None
    listed = [] if cases is None or isinstance(cases, str | bytes) or _are_stored(folder, cases) else cases
    if found := spelled(listed, dtype, precision):
        return found.fitting(), None
    return AtPrecision(folder, precision) if precision else folder, cases


def _are_stored(folder: Path, cases: Collection[str]) -> bool:
    """Whether what is asked for at a size are goldens by now."""
    told = {name for name in cases if is_sized(name)}
    return bool(told) and told <= {*known_ids(folder)}


def of_report(folder: Path, report: Report) -> Source:
    """What a report was held against. Raises BadPrecision for the words of another version."""
    precision = Precision.named(report.precision) if report.precision else None
    sized = [outcome.id for outcome in report.cases] if report.goldens == ESTIMATED_DIGEST else []
    found = spelled(sized, report.dtype, precision, report.truths)
    return found or stored(folder, precision)
