"""What layers of frameworks get wrong, of docs/frameworks.toml: the older half of the hall of defects."""

from collections.abc import Collection, Iterator

import newest
from frameworks import DTYPES, STORED, explained, reasons, rows_of
from rnnspec.conformance.candidate import BrokenCandidate
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.run.outcome import Ending


def command(shown: dict[str, str]) -> str:
    dtype = "" if shown["dtype"] == "float64" else f" --dtype {shown['dtype']}"
    return f"rnnspec check {shown['candidate']}{dtype} --case {shown['case']}"


def shown() -> Iterator[tuple[str, str, dict[str, str]]]:
    """What is wrong, in which version it was seen, and what shows it: once for each candidate."""
    rows = rows_of(STORED)
    for reason in reasons():
        for name in reason["candidates"]:
            for dtype in reason.get("dtypes", DTYPES):
                one = rows.get(name, {}).get(dtype, {"failing": []})
                if told := explained(one["failing"], name, dtype, reasons()).get(reason["title"]):
                    yield reason["title"], one["version"], {"candidate": name, "dtype": dtype, "case": told[0]}
                    break


def table() -> Iterator[str]:
    yield from ("## Layers of frameworks", "")
    yield from ("With a reproduction each in [frameworks.md](frameworks.md#what-fails-and-why).", "")
    yield from ("| what is wrong | seen in | shown by | fixed since? |", "|---|---|---|---|")
    known = newest.read()["layers"]
    for title, version, one in shown():
        told = {name: said for name, said in known.get(title, {}).items() if name == one["candidate"]}
        yield f"| {title} | {version} | `{command(one)}` | {newest.fixed(told)} |"
    yield ""


def asked(names: Collection[str] = ()) -> dict[str, newest.Told]:
    """What the versions that are installed here give, of those that are named or of all: whether what shows it fails still."""
    found = dict[str, newest.Told]()
    for title, _, one in (one for one in shown() if one[2]["candidate"] in names or not names):
        try:
            checks = Checks(candidate_of(one["candidate"]), one["dtype"], [one["case"]])
            (ended,) = (checks.run(id).outcome for id in checks.ids)
        except BrokenCandidate as error:
            print(f"{one['candidate']}: {error}")
            continue
        state = f"{newest.FIXED}: {one['case']} passes" if ended is Ending.PASS else "as recorded"
        version = checks.runner.candidate.version
        print(f"{one['candidate']} ({version}): {title}: {state}", flush=True)
        found.setdefault(title, {})[one["candidate"]] = newest.answer(version, state)
    return found
