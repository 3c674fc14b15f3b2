"""Every report follows the schema at its strictest, and gives nothing away; a file that is no report is refused."""

import copy
import getpass
import json
import re
import socket
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from planted.fakes import changed, fake
from rnnspec.conformance import Report, ReportError, Unsupported, check
from rnnspec.conformance.report.format import LARGEST, SCHEMA, schema

HOSTILE_TEXT = "\x1b[31mred\x1b[0m\x07\r\nnext line\n\t\x00\u2028\u202e\udcff\x9b" + "x" * 10_000
CRASHES = """
import os
from rnnspec.reference import sigmoid

def softmax(x):
    os.abort()
"""
Data = dict[str, Any]


def raising(error: Exception) -> Callable[..., Any]:
    def function(*_: Any, **__: Any) -> Any:
        raise error

    return function


HOSTILE = {
    "raises": {"softmax": raising(ValueError(HOSTILE_TEXT))},
    "raises by another name": {"softmax": raising(type(HOSTILE_TEXT[:40].replace("\0", "").replace("\udcff", ""), (Exception,), {})())},
    "refuses": {"softmax": raising(Unsupported(HOSTILE_TEXT))},
    "returns a foreign type": {"softmax": lambda x: type("Odd\x1b[2J\n", (), {})()},
    "returns a foreign dtype": {"softmax": lambda x: np.zeros(x.shape, [("\x1b[2J\n", "f8")])},
    "returns other gradients": {**vars(fake()), **vars(changed("rnn_cell_backward", lambda r: {**r, "\x1b[2J\n": 1}))},
    "has such a version": {"softmax": fake().softmax, "__version__": HOSTILE_TEXT},
    "has such a name": type("Odd", (), {"__name__": "\x1b[2J\nodd", "softmax": staticmethod(lambda x: None)})(),
}  # fmt: skip


@cache
def strict() -> Draft202012Validator:
    """The schema, in which no object may have a key that it does not name."""
    strictest = copy.deepcopy(schema())

    def tighten(part: Any) -> None:
        for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            tighten(each)
        if isinstance(part, dict) and "properties" in part and part.get("type") == "object":
            part.setdefault("additionalProperties", False)

    tighten(strictest)
    assert strictest["additionalProperties"] is False
    return Draft202012Validator(strictest)


def texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    for part in data.items() if isinstance(data, dict) else data if isinstance(data, list | tuple) else ():
        yield from texts(part)


def held_to_the_schema(report: Report) -> Data:
    """The report as JSON has it, once all that holds for every report is asserted."""
    data: Data = json.loads(json.dumps(report.as_json(), allow_nan=False))
    assert [f"{error.json_path}: {error.message[:200]}" for error in strict().iter_errors(data)] == []
    assert data["schema"] == SCHEMA
    assert [text[:80] for text in texts(data) if not text.isprintable()] == []
    assert max(map(len, texts(data))) < 4500
    return data


def private() -> list[str]:
    home, here = Path.home(), Path(__file__).resolve().parents[2]
    return [re.escape(str(path)) for path in (here, Path.cwd(), home) if path != Path("/")] + [
        rf"\b{re.escape(name)}\b" for name in (socket.gethostname(), getpass.getuser()) if len(name) > 2
    ]


def told(data: Data, words: list[str]) -> list[str]:
    return [text for text in {*texts(data)} if re.search("|".join(words), text)]


@pytest.mark.parametrize(
    ("candidate", "asked"), [("reference", ["lstm", "softmax", "pad_sequence"]), ("notebook", None)]
)
def test_a_report_follows_the_schema_and_says_nothing_of_this_machine(candidate: str, asked: list[str] | None) -> None:
    data = held_to_the_schema(check(candidate, cases=asked))

    assert bool(data["explanations"]) == (candidate == "notebook")
    assert told(data, private()) == []


def test_of_a_crash_and_of_an_exception_no_path_is_told_that_was_not_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "crashing.py").write_text(CRASHES + "\ndef sigmoid(x):\n    raise RuntimeError('no luck')\n")
    monkeypatch.chdir(tmp_path)

    report = check("crashing.py", isolate=True, cases=["softmax/zero", "sigmoid/zero", "softmax/property/repeatable"])

    data = held_to_the_schema(report)
    assert data["totals"] | {"crash": 2, "error": 1} == data["totals"]
    assert data["candidate"]["spelled"] == "check{dtype} --case {case} --isolate crashing.py"
    assert report["sigmoid/zero"].message == "sigmoid raised RuntimeError: no luck (crashing.py, line 9)"
    assert told(data, [*private(), str(tmp_path)]) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_candidate_says_is_one_line_of_plain_text(tmp_path: Path, name: str) -> None:
    report = check(HOSTILE[name], cases=["softmax", "rnn_cell_backward"])

    held_to_the_schema(report)
    report.save(tmp_path / "report.json")
    assert Report.load(tmp_path / "report.json") == report


def test_a_candidate_in_a_process_of_its_own_says_no_more(tmp_path: Path) -> None:
    path = tmp_path / "saying.py"
    path.write_text(f"__version__ = {HOSTILE_TEXT!r}\ndef softmax(x):\n    raise ValueError({HOSTILE_TEXT!r})\n")

    report = check(str(path), isolate=True, cases=["softmax"])

    held_to_the_schema(report)
    assert report.totals["error"] == len(report)


def test_a_command_of_several_lines_is_told_in_one(tmp_path: Path) -> None:
    (tmp_path / "odd\nname.py").write_text("from rnnspec.reference import softmax\n")

    report = check(str(tmp_path / "odd\nname.py"), isolate=True, cases=["softmax/zero"])

    held_to_the_schema(report)


def test_what_a_list_of_known_failures_says_of_a_candidate_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text('{"failing": {"float64": {"softmax/zero": {"reason": "x", "why": ""}}}}')
    candidate = {"softmax": raising(Unsupported(HOSTILE_TEXT))}

    report = check(candidate, cases=["softmax/zero", "sigmoid"], known_failing=tmp_path / "known.json")

    held_to_the_schema(report)
    assert "is not tested any more" in report.record.problems[0]


def saved() -> Data:
    data: Data = check("notebook", cases=["softmax"]).as_json()
    return data


def changed_data(change: Callable[[Data], object]) -> bytes:
    data = saved()
    change(data)
    return json.dumps(data).encode()


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "no JSON": (lambda: b"report: 1\n", "cannot be read as JSON: "),
    "no text": (lambda: b"\xff\xfe\xfd", "cannot be read as JSON: "),
    "nested": (lambda: b"[" * 100_000, "cannot be read as JSON: "),
    "NaN": (lambda: changed_data(lambda d: d["cases"][0]["outputs"]["p"].update(worst=float("nan"))), "cannot be read as JSON: NaN is no JSON"),
    "a list": (lambda: b"[]", "is no report: it has no text `schema`"),
    "no schema": (lambda: changed_data(lambda d: d.pop("schema")), "is no report: it has no text `schema`"),
    "a schema that is a number": (lambda: changed_data(lambda d: d.update(schema=1.0)), "is no report: it has no text `schema`"),
    "another major schema": (lambda: changed_data(lambda d: d.update(schema="2.0")), f"is a report of schema 2.0, and this version reads {SCHEMA}; update rnnspec"),
    "a schema of two lines": (lambda: changed_data(lambda d: d.update(schema="9\n\x1b[2J.0")), r"is a report of schema 9\n\x1b[2J.0, and"),
    "a minor that is none": (lambda: changed_data(lambda d: d.update(schema="1.x")), f"is no report of schema {SCHEMA}: ['schema']: "),
    "no cases": (lambda: changed_data(lambda d: d.pop("cases")), "it: 'cases' is a required property"),
    "a case without an outcome": (lambda: changed_data(lambda d: d["cases"][3].pop("outcome")), "['cases'][3]: 'outcome' is a required property"),
    "a case of another outcome": (lambda: changed_data(lambda d: d["cases"][3].update(outcome="fine")), "['cases'][3]['outcome']: 'fine' is not one of"),
    "an output without a place": (lambda: changed_data(lambda d: d["cases"][0]["outputs"]["p"].pop("place")), "['cases'][0]['outputs']['p']: 'place' is a required property"),
    "cases by name": (lambda: changed_data(lambda d: d.update(cases={})), "['cases']: {} is not of type 'array'"),
    "a count below 0": (lambda: changed_data(lambda d: d["totals"].update({"pass": -1})), "['totals']['pass']: -1 is less than the minimum"),
    "a case twice": (lambda: changed_data(lambda d: d["cases"].append(d["cases"][0])), "more than once"),
    "a message of two lines": (lambda: changed_data(lambda d: d["cases"][0].update(message="a\nb")), "['cases'][0]['message']: "),
    "a number in words": (lambda: changed_data(lambda d: d["cases"][0]["outputs"]["p"].update(got="much")), "['cases'][0]['outputs']['p']['got']: "),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_report_is_refused_in_one_line_that_names_the_file_and_the_place(tmp_path: Path, name: str) -> None:
    contents, words = REFUSED[name]
    path = tmp_path / "report.json"
    path.write_bytes(contents())

    with pytest.raises(ReportError) as refused:
        Report.load(path)

    assert str(refused.value).startswith(f"{path}: ")
    assert words in str(refused.value)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 600


def test_no_file_a_folder_or_one_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with (tmp_path / "large").open("wb") as stream:
        stream.truncate(LARGEST + 1)

    for name, words in {"none": "no such file", "folder": "is no file", "large": "is larger than"}.items():
        with pytest.raises(ReportError, match=rf"^{re.escape(str(tmp_path / name))}: {words}"):
            Report.load(tmp_path / name)


def test_a_minor_step_is_read_and_what_it_adds_is_passed_over(tmp_path: Path) -> None:
    report = check("notebook", cases=["softmax"])
    data = report.as_json() | {"schema": "1.7", "mood": {"of": "the day"}}
    data["cases"][0] |= {"later": [1]}
    data["cases"][0]["outputs"]["p"] |= {"hue": "red"}
    data["candidate"] |= {"home": None}
    (tmp_path / "report.json").write_text(json.dumps(data))

    assert Report.load(tmp_path / "report.json") == report


def test_a_case_says_of_which_property_it_is(tmp_path: Path) -> None:
    check("reference", cases=["sigmoid"]).save(tmp_path / "report.json")

    cases = json.loads((tmp_path / "report.json").read_bytes())["cases"]

    told = {case["id"]: case["property"] for case in cases}
    assert told["sigmoid/generic"] == ""
    assert told["sigmoid/property/repeatable"] == "repeatable"
    assert all(id.endswith(f"/property/{name}") if name else "/property/" not in id for id, name in told.items())


def test_a_report_is_saved_whole_or_not_at_all(tmp_path: Path) -> None:
    report = check("notebook", cases=["softmax/zero"])

    with pytest.raises(ReportError, match=r"report\.json: cannot be written: No such file"):
        report.save(tmp_path / "none" / "report.json")
    (tmp_path / "report.json").mkdir()
    with pytest.raises(ReportError, match=r"report\.json: cannot be written"):
        report.save(tmp_path / "report.json")
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]
