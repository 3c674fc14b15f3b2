"""The result of `check`: outcomes, what explains them, and what one asks of both."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from rnnspec.golden import Golden
from rnnspec.golden.entry import shown
from rnnspec.golden.precision import said

from ..run.outcome import Ending, Outcome
from . import format, rows
from .comparison import Comparison, compared
from .environment import kit_version
from .exhibit import Exhibit
from .format import ReportError
from .inline import Inline
from .reasons import Explanation, Localisation, Reason


@dataclass
class Record:
    """What came of holding a report against what is on record: problems make the run fail, notes do not."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    excused: bool = False  # every failure is a known one


@dataclass(eq=False)
class Report(Inline):
    """What came of every case and property of a candidate at one dtype.

    `skipped` are cases whose inputs the dtype cannot hold, `missing` those that the manifest promises for what the candidate offers and
    that have no outcome; a `partial` report was asked for some cases alone. `spelled` says how one {case} at one {dtype} is run
    again, `rnnspec` is the version that wrote it, `truths` what cases of a size were held against, which no file has.
    """

    candidate: str
    version: str
    dtype: str
    goldens: str
    cases: list[Outcome] = field(default_factory=list)
    explanations: list[Explanation] = field(default_factory=list)
    localisations: list[Localisation] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    spelled: str = ""
    missing: list[str] = field(default_factory=list)
    partial: bool = False
    precision: str = ""  # in words; the dtype is what carried it
    rnnspec: str = field(default_factory=kit_version)
    environment: dict[str, str] = field(default_factory=dict)
    record: Record = field(default_factory=Record)
    exhibit: Exhibit = field(default_factory=Exhibit, repr=False)
    truths: dict[str, Golden] = field(default_factory=dict, repr=False)

    @property
    def at(self) -> str:
        """The dtype, or the precision."""
        return said(self.precision) if self.precision else self.dtype

    def __iter__(self) -> Iterator[Outcome]:
        return iter(self.cases)

    def __len__(self) -> int:
        return len(self.cases)

    def __bool__(self) -> bool:
        return True  # a report without outcomes is one, too

    def __contains__(self, id: object) -> bool:
        return any(id in (outcome.id, outcome) for outcome in self.cases)

    def __getitem__(self, id: str) -> Outcome:
        """The outcome of a case or property. Raises KeyError, which says what there is."""
        if found := next((outcome for outcome in self.cases if outcome.id == id), None):
            return found
        raise KeyError(f"no case or property {id!r} among the {len(self)} of this report")

    def __eq__(self, other: object) -> bool:
        return self.as_json() == other.as_json() if isinstance(other, Report) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it grows while a check runs

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {ending}" for ending, count in self.totals.items() if count)
        verdict = f"{'' if self.conformant else 'not '}conformant{', a part' if self.partial else ''}"
        return f"<Report of {self.candidate} [{self.at}]: {verdict}\n {counts or 'no outcomes'}>"

    @property
    def totals(self) -> dict[str, int]:
        return counted(self.cases)

    @property
    def failures(self) -> list[Outcome]:
        return [outcome for outcome in self.cases if outcome.failed]

    @property
    def untested(self) -> list[Outcome]:
        """What the candidate does not offer; the message of each says why."""
        return [outcome for outcome in self.cases if outcome.outcome is Ending.UNSUPPORTED]

    @property
    def tested(self) -> int:
        return len(self.cases) - len(self.untested)

    @property
    def conformant(self) -> bool:
        """Whether something was tested and all of it passed."""
        return self.tested > 0 and not self.failures and not self.missing

    @property
    def accepted(self) -> bool:
        """Conformant, or failing just as the list of known failures says, and nothing else on record is against it."""
        return self.tested > 0 and (self.conformant or self.record.excused) and not self.record.problems

    @property
    def closest(self) -> Outcome | None:
        """The passing case that used most of its budget."""
        passed = [outcome for outcome in self.cases if outcome.outcome is Ending.PASS and outcome.verdicts]
        return max(passed, key=lambda outcome: outcome.worst, default=None)

    @property
    def reasons(self) -> list[Reason]:
        """What is known of each operation's failures."""
        return [*self.explanations, *self.localisations]

    def by_operation(self) -> dict[str, list[Outcome]]:
        grouped: dict[str, list[Outcome]] = {}
        for outcome in self.cases:
            grouped.setdefault(outcome.operation, []).append(outcome)
        return grouped

    def rows(self) -> list[dict[str, Any]]:
        """A dict an output of a case, and one a case or property without outputs: rows of a data frame."""
        return [row for outcome in self.cases for row in rows.of_outcome(outcome)]

    def as_json(self) -> dict[str, Any]:
        """The report as plain data, as `schema.json` beside this file has it."""
        data = {
            "schema": format.SCHEMA,
            "rnnspec": self.rnnspec,
            "goldens": self.goldens,
            "candidate": {
                "name": shown(self.candidate),
                "version": shown(self.version),
                "spelled": shown(self.spelled),
            },
            "dtype": self.dtype,
            "precision": self.precision or None,
            "environment": {**self.environment},
            "partial": self.partial,
            "totals": self.totals,
            "skipped": [*self.skipped],
            "missing": [*self.missing],
            "cases": [format.case(outcome) for outcome in self.cases],
            "explanation": None,
            "explanations": [data for explanation in self.explanations for data in format.explanation(explanation)],
            "localisations": [format.localisation(place) for place in self.localisations],
            "record": asdict(self.record),
        }
        return self.exhibit.put(data)

    @classmethod
    def of_json(cls, data: Any) -> "Report":
        """The report that plain data holds. Raises ReportError where it is none, or of another schema."""
        format.check(data)
        if twice := [id for id, n in Counter(case["id"] for case in data["cases"]).items() if n > 1]:
            raise ReportError(f"has {twice[0]} more than once")
        return cls(
            rnnspec=data["rnnspec"],
            partial=data["partial"],
            candidate=data["candidate"]["name"],
            version=data["candidate"]["version"],
            dtype=data["dtype"],
            precision=data.get("precision") or "",
            goldens=data["goldens"],
            cases=[format.case_of(case) for case in data["cases"]],
            explanations=format.explanations_of(data["explanations"]),
            localisations=[format.localisation_of(place) for place in data["localisations"]],
            skipped=data["skipped"],
            spelled=data["candidate"]["spelled"],
            missing=data["missing"],
            environment=data["environment"],
            record=Record(data["record"]["problems"], data["record"]["notes"], data["record"]["excused"]),
            exhibit=Exhibit.of_json(data),
        )

    def save(self, path: str | Path) -> None:
        """Write the report as JSON, whole or not at all. Raises ReportError."""
        format.save(self.as_json(), Path(path))

    @classmethod
    def load(cls, path: str | Path) -> "Report":
        """A report that was saved. Raises ReportError, which names the file."""
        try:
            return cls.of_json(format.read(Path(path)))
        except ReportError as error:
            raise ReportError(f"{path}: {error}") from None

    def compare(self, later: "Report") -> Comparison:
        """What has changed from this report to a later one. Raises ReportError where they are of different dtypes."""
        if self.at != later.at:
            raise ReportError(f"a report at {self.at} and one at {later.at} are of different budgets")
        return compared(self.cases, later.cases)

    @classmethod
    def merge(cls, reports: Iterable["Report"]) -> "Report":
        """Parts of one run put together. Raises ReportError where they are of different goldens, candidates or dtypes."""
        if not (parts := [*reports]):
            raise ReportError("there is no report to merge")
        first, *others = parts
        for name in ("goldens", "candidate", "version", "dtype", "precision"):
            one = getattr(first, name)
            if differing := {value for report in others if (value := getattr(report, name)) != one}:
                raise ReportError(f"reports of different {name}: {one} and {', '.join(sorted(differing))}")
        whole = replace(first, cases=[*first.cases], explanations=[*first.explanations])
        for report in others:
            whole.take(report)
        whole.partial = all(part.partial for part in parts)
        whole.exhibit = Exhibit.merge(part.exhibit for part in parts)
        whole.record = Record(
            list(dict.fromkeys(problem for part in parts for problem in part.record.problems)),
            list(dict.fromkeys(note for part in parts for note in part.record.notes)),
            excused=all(part.record.excused or not part.failures for part in parts),
        )
        return whole

    def take(self, part: "Report") -> None:
        """Add another part of the same run. Raises ReportError for a case that came to something else there."""
        here = {outcome.id: outcome for outcome in self.cases}
        for outcome in part.cases:
            if outcome.id not in here:
                self.cases.append(outcome)
            elif format.case(was := here[outcome.id]) != format.case(outcome):
                raise ReportError(f"{outcome.id} came to {was.outcome} in one report, {outcome.outcome} in another")
        self.truths = {**part.truths, **self.truths}
        self.explanations += [e for e in part.explanations if e not in self.explanations]
        self.localisations = [*self.localisations, *(p for p in part.localisations if p not in self.localisations)]
        self.missing = sorted({*self.missing, *part.missing} - {outcome.id for outcome in self.cases})
        self.skipped = list(dict.fromkeys((*self.skipped, *part.skipped)))


def counted(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many ended in each way."""
    counts = Counter(outcome.outcome for outcome in outcomes)
    return {str(ending): counts[ending] for ending in Ending}
