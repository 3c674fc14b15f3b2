"""Reports as JUnit's XML, as continuous integration reads it: a suite a report, a test a case or property."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from rnnspec.golden.entry import shown

from ..run.outcome import Ending, Outcome
from . import wording
from .reasons import Reason
from .report import Report

LONGEST = 4000  # characters of a line
COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def junit(*reports: Report) -> str:
    """What fails is a failure; what raised, crashed, took too long or has no verdict an error; what is not tested is skipped.

    Where every failure is a known one, each is skipped and says so, as pytest has it of an expected failure.
    """
    root = Element("testsuites", name="rnnspec")
    for report in reports:
        root.append(_suite(report))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ElementTree.indent(root, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _suite(report: Report) -> Element:
    suite = Element("testsuite", name=_text(f"{report.candidate} [{report.at}]"))
    given = {"rnnspec": report.rnnspec, "goldens": report.goldens, "candidate": report.candidate}
    given |= {"version": report.version, **report.environment}
    properties = SubElement(suite, "properties")
    for name, value in given.items():
        if value:
            SubElement(properties, "property", name=_text(name), value=_text(value))
    reasons = {reason.operation: reason for reason in report.reasons}
    for outcome in report.cases:
        _judged(_test(suite, outcome.id), outcome, report, reasons.get(outcome.operation))
    for id in report.skipped:
        SubElement(_test(suite, id), "skipped", message=_text(f"not for {report.at}"))
    for id in report.missing:
        SubElement(_test(suite, id), "error", type="missing", message="promised by the manifest, and has no verdict")
    if problems := [line for line in report.record.problems if line.partition(":")[0] not in report.missing]:
        _says(SubElement(_test(suite, "rnnspec/record"), "failure", type="record"), problems)
    suite.set("tests", str(len(suite.findall("testcase"))))
    for name, kind in COUNTED.items():
        suite.set(name, str(len(suite.findall(f"testcase/{kind}"))))
    return suite


def _test(suite: Element, id: str) -> Element:
    """`lstm_forward/generic` is the test `generic` of the class `lstm_forward`."""
    operation, _, name = id.partition("/")
    return SubElement(suite, "testcase", classname=_text(operation), name=_text(name))


def _judged(test: Element, outcome: Outcome, report: Report, why: Reason | None) -> None:
    if outcome.outcome is Ending.UNSUPPORTED:
        SubElement(test, "skipped", message=_text(outcome.message))
    elif outcome.failed and report.record.excused:
        SubElement(test, "skipped", message=_text(f"a known failure: {wording.headline(outcome)}"))
    elif outcome.failed:
        kind = "failure" if outcome.outcome is Ending.FAIL else "error"
        known = why if why and outcome.id in why.cases else None
        told = wording.failure(outcome, report.candidate, report.at, known, report.spelled)
        _says(SubElement(test, kind, type=outcome.outcome), told.split("\n"), wording.headline(outcome))


def _says(element: Element, lines: list[str], message: str = "") -> None:
    element.set("message", _text(message or lines[0]))
    element.text = "\n".join(map(_text, lines))


def _text(words: str) -> str:
    """In characters that XML has: what cannot be printed is escaped, which is more than XML forbids."""
    return shown(words, LONGEST)
