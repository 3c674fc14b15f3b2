"""The report as JSON and back: `schema.json` beside this file is the format, a file is hostile until it has passed it."""

import json
import math
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, fields, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from rnnspec.golden import saving
from rnnspec.golden.entry import shown

from ..properties.table import property_in
from ..run.outcome import Ending, Outcome
from ..verdict.comparing import Verdict
from .reasons import Explanation, Localisation, Told

SCHEMA = "1.2"  # a minor step adds keys, and readers ignore those that they do not know; a major one is refused
LARGEST = 1 << 28  # bytes of a file
GZIP = b"\x1f\x8b"  # how its files begin
NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class ReportError(ValueError):
    """A report cannot be read, written or put together; the message says why."""


def case(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.id,
        "operation": outcome.operation,
        "property": property_in(outcome.id),
        "features": [*outcome.features],
        "outcome": str(outcome.outcome),
        "message": outcome.message,
        "budget": outcome.budget,
        "outputs": {name: _output(verdict) for name, verdict in outcome.verdicts.items()},
        "left_out": [*outcome.left_out],
    }


def _output(verdict: Verdict) -> dict[str, Any]:
    return {
        "worst": number(verdict.worst),
        "at": list(verdict.at),
        "place": verdict.place,
        "problem": verdict.problem,
        "got": number(verdict.got),
        "want": number(verdict.want),
        "outside": verdict.outside,
        "size": verdict.size,
        "shape": None if verdict.shape is None else list(verdict.shape),
        **({} if verdict.stepwise is None else {"stepwise": number(verdict.stepwise)}),
    }


def number(value: float | None) -> float | str | None:
    """A number as JSON has it, which has none that is not finite: those are texts."""
    if value is None or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _number_of(data: Any) -> float | None:
    return NOT_FINITE[data] if isinstance(data, str) else None if data is None else float(data)


def case_of(data: Mapping[str, Any]) -> Outcome:
    verdicts = {
        name: Verdict(
            output=name,
            problem=one["problem"],
            worst=_number_of(one["worst"]),
            at=tuple(one["at"]),
            place=one["place"],
            got=_number_of(one["got"]),
            want=_number_of(one["want"]),
            outside=one["outside"],
            size=one["size"],
            shape=None if one["shape"] is None else tuple(one["shape"]),
            stepwise=_number_of(one.get("stepwise")),
        )
        for name, one in data["outputs"].items()
    }
    ending = Ending(data["outcome"])
    left_out = data.get("left_out", [])
    found = Outcome(
        data["id"], data["operation"], ending, data["features"], verdicts, data["message"], left_out=left_out
    )
    found.budget = data.get("budget", found.budget)
    return found


def explanation(found: Explanation) -> Iterator[dict[str, Any]]:
    """One object for the deviations, and one for each set that cannot be told from them."""
    told = [asdict(deviation) for deviation in found.told]
    for place, names in enumerate((found.deviations, *found.alternatives)):
        yield {
            "operation": found.operation,
            "deviations": list(names),
            "cases": list(found.cases),
            "failing": found.failing,
            "alternative": place > 0,
            "told": [] if place else told,
            "difference": [] if place else list(found.difference),
            "passing": found.passing,
            **({"roundings": found.roundings} if found.roundings else {}),
            "telling": list(found.telling[place - 1 : place] if place else ()),
        }


def explanations_of(data: Iterable[Mapping[str, Any]]) -> list[Explanation]:
    found: list[Explanation] = []
    for one in data:
        names = tuple(one["deviations"])
        if one["alternative"] and found:
            last = found.pop()
            alternatives = (*last.alternatives, names)
            found.append(replace(last, alternatives=alternatives, telling=(*last.telling, *one.get("telling", ()))))
        else:
            told = tuple(Told(**{f.name: d[f.name] for f in fields(Told) if f.name in d}) for d in one["told"])
            difference = tuple(one.get("difference", ()))
            found.append(
                Explanation(
                    one["operation"],
                    names,
                    tuple(one["cases"]),
                    one["failing"],
                    told=told,
                    difference=difference,
                    passing=one.get("passing", 0),
                    roundings=one.get("roundings", 0.0),
                )
            )
    return found


def localisation(place: Localisation) -> dict[str, Any]:
    return {"operation": place.operation, "cases": list(place.cases), "lines": [shown(line) for line in place.lines]}


def localisation_of(data: Mapping[str, Any]) -> Localisation:
    return Localisation(data["operation"], tuple(data["cases"]), tuple(data["lines"]))


@cache
def schema() -> Any:
    """The JSON Schema that every report follows."""
    return json.loads((files(__package__) / "schema.json").read_text(encoding="utf-8"))


@cache
def _compiled() -> Callable[[Any], Any]:
    """The schema as code, which takes a fifteenth of the time; what it says is the same in draft 7."""
    import fastjsonschema

    return fastjsonschema.compile({**schema(), "$schema": "http://json-schema.org/draft-07/schema", "$id": ""})


def _follows(data: Any) -> bool:
    from fastjsonschema import JsonSchemaValueException

    try:
        _compiled()(data)
    except JsonSchemaValueException:
        return False
    return True


def check(data: Any) -> None:
    """Raises ReportError where this is no report that this version can read; the message says what and where."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    version = data.get("schema") if isinstance(data, dict) else None
    if not isinstance(version, str):
        raise ReportError("is no report: it has no text `schema`")
    if version.partition(".")[0] != SCHEMA.partition(".")[0]:
        raise ReportError(
            f"is a report of schema {shown(version, 20)}, and this version reads {SCHEMA}; update rnnspec"
        )
    if _follows(data):
        return
    try:
        error = best_match(Draft202012Validator(schema()).iter_errors(data))
    except RecursionError:
        raise ReportError(f"is no report of schema {SCHEMA}: it is nested too deep") from None
    if error:
        place = "".join(f"[{part!r}]" for part in error.absolute_path)
        raise ReportError(f"is no report of schema {SCHEMA}: {place or 'it'}: {shown(error.message, 200)}")


def written(data: Any) -> bytes:
    """JSON in UTF-8; what is no Unicode, as a part of a file's name may be, is in it by JSON's own escapes."""
    return (json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8", "backslashreplace")


def save(data: Any, path: Path) -> None:
    """Write JSON, whole or not at all. Raises ReportError."""
    put(written(data), path)


def put(contents: bytes, path: Path) -> None:
    """Write a file, whole or not at all. Raises ReportError."""
    if not path.name:
        raise ReportError(f"{str(path)!r} is no name of a file")
    try:
        saving.save(path, contents)
    except (OSError, ValueError) as error:  # the second is a name's
        raise ReportError(f"{path}: cannot be written: {getattr(error, 'strerror', None) or error}") from None


def read(path: Path) -> Any:
    """A file's JSON, as it is or in gzip. Raises ReportError."""
    try:
        return json.loads(_plain(saving.read(path, LARGEST)), parse_constant=_refused)
    except FileNotFoundError:
        raise ReportError("no such file") from None
    except OSError as error:
        raise ReportError(str(error.strerror)) from None
    except zlib.error as error:
        raise ReportError(f"cannot be read as gzip: {shown(error)}") from None
    except (ValueError, RecursionError) as error:
        raise ReportError(f"cannot be read as JSON: {shown(error)}") from None


def _plain(data: bytes) -> bytes:
    """What a file of gzip holds, else itself; a small file that grows without an end is refused. Raises zlib.error."""
    if not data.startswith(GZIP):
        return data
    stream = zlib.decompressobj(wbits=31)
    found = stream.decompress(data, LARGEST)
    if stream.unconsumed_tail:
        raise zlib.error(f"it is larger than {LARGEST} bytes, once unpacked")
    if not stream.eof or stream.unused_data:
        raise zlib.error("it has no end" if not stream.eof else "something follows its end")
    return found


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
