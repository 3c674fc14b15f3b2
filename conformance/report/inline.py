"""What a notebook shows of a report: some HTML of its own, in the colours of the page that it stands in.

Text is in the page's own colour, on its own ground, so that it can be read in light and dark; what is coloured beside it
stands out from white and from black, and says nothing that the words do not.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Protocol

from rnnspec.golden.entry import shown

from ..run.outcome import Ending, Outcome
from .reasons import Explanation

ROWS, CAUSES, LONGEST = 40, 8, 300  # operations, explanations, characters of a text
COLOURS = {"passed": "#2c8a72", "failed": "#d0493b", "not tested": "#8a7a5a"}  # 3 : 1 against white and black, at least
STYLE = (
    ".rnnspec-report{font-size:.92em;line-height:1.45;max-width:60rem}"
    ".rnnspec-report table{border-collapse:collapse;margin:.5em 0}"
    ".rnnspec-report th,.rnnspec-report td{text-align:right;padding:.1em .9em .1em 0;border:0;background:none;color:inherit}"
    ".rnnspec-report th:first-child{text-align:left;font-weight:inherit;font-family:monospace}"
    ".rnnspec-report p{margin:.4em 0;overflow-wrap:anywhere}"
    ".rnnspec-report i{display:inline-block;height:.6em}"
)


class Seen(Protocol):
    """What is shown of a report."""

    candidate: str
    cases: list[Outcome]
    explanations: list[Explanation]
    skipped: list[str]
    missing: list[str]
    partial: bool

    @property
    def at(self) -> str: ...
    @property
    def tested(self) -> int: ...
    @property
    def conformant(self) -> bool: ...
    def by_operation(self) -> Mapping[str, Sequence[Outcome]]: ...


class Inline:
    """A report that a notebook shows."""

    def _repr_html_(self: Seen) -> str:
        parts = [f"<style>{STYLE}</style>", _verdict(self), _bar(self), *_table(self), *_why(self)]
        return f'<div class="rnnspec-report">{"".join(parts)}</div>'


def _said(text: str) -> str:
    return escape(shown(text, LONGEST))


def _counts(outcomes: Sequence[Outcome], besides: int = 0) -> dict[str, int]:
    failed, untested = sum(o.failed for o in outcomes), sum(o.outcome is Ending.UNSUPPORTED for o in outcomes)
    return {"passed": len(outcomes) - failed - untested, "failed": failed, "not tested": untested + besides}


def _verdict(report: Seen) -> str:
    word = "conformant" if report.conformant else "not conformant" if report.tested else "not tested at all"
    part = ", as far as it was asked" if report.partial else ""
    return f"<p><b>{_said(report.candidate)}</b> is <b>{word}</b>{part} [{_said(report.at)}]</p>"


def _bar(report: Seen) -> str:
    counts = _counts(report.cases, len(report.skipped) + len(report.missing))
    total = max(1, sum(counts.values()))
    parts = (f'<i style="width:{30 * n / total:.2f}em;background:{COLOURS[kind]}"></i>' for kind, n in counts.items())
    return f"<p>{''.join(parts)}<br>{', '.join(f'{n} {kind}' for kind, n in counts.items())}</p>"


def _table(report: Seen) -> Iterator[str]:
    """Operations of which something was tested, those that fail first where there is no room for all."""
    counts = {name: (_counts(outcomes), outcomes) for name, outcomes in report.by_operation().items()}
    tried = {name: one for name, one in counts.items() if one[0]["passed"] + one[0]["failed"]}
    rows = sorted(tried, key=lambda name: not tried[name][0]["failed"])[:ROWS] if len(tried) > ROWS else [*tried]
    if rows:
        heads = "".join(f'<th scope="col">{head}</th>' for head in ("operation", *COLOURS, "closest to its budget"))
        yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
        for name in rows:
            passed = [o.worst for o in tried[name][1] if o.outcome is Ending.PASS and o.verdicts]
            closest = f"{max(passed):.2g}" if passed else "–"
            cells = "".join(f"<td>{cell}</td>" for cell in (*tried[name][0].values(), closest))
            yield f'<tr><th scope="row">{_said(name)}</th>{cells}</tr>'
        yield "</tbody></table>"
    if more := len(tried) - len(rows):
        yield f"<p>and {more} more operations</p>"
    if untried := len(counts) - len(tried):
        yield f"<p>{untried} operation{'s' * (untried > 1)} not tested</p>"


def _why(report: Seen) -> Iterator[str]:
    """What explains the failures, each set of deviations once; else the first failure."""
    told = {each.deviations: each.told for each in report.explanations}
    for names, deviations in list(told.items())[:CAUSES]:
        title = " with ".join(f"<code>{_said(name)}</code>" for name in names)
        yield f"<p><b>Explained by {title}</b>: {'; '.join(_said(one.summary) for one in deviations)}</p>"
    failures = [outcome for outcome in report.cases if outcome.failed]
    if failures and not told:
        yield f"<p><b><code>{_said(failures[0].id)}</code></b>: {_said(failures[0].message)}</p>"
    if len(told) > CAUSES:
        yield f"<p>and {len(told) - CAUSES} more explanations</p>"
