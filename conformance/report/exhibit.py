"""What a report has besides its verdicts, so that a page can be made of the JSON alone.

What each case shows, the equations of the operations, and, of failing cases, all that went in and came out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import arrays

MOST = 2 << 20  # characters that the arrays of one report take
AROUND = 90  # of them for an array's name, dtype, shape and axes
GOT = "got/"  # what a candidate gave, which stands with its verdict
TOLD = ("shows", "dims")
Encoded = dict[str, Any]


@dataclass
class Exhibit:
    """By id what each case is, and the arrays of those that fail; by name operations, and the functions that they are.

    Arrays have the keys that they have in a golden's file: inputs/x, parameters/Wf, outputs/a; and budget/a, got/a.
    """

    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    arrays: dict[str, dict[str, Encoded]] = field(default_factory=dict)
    operations: dict[str, dict[str, Any]] = field(default_factory=dict)
    equations: dict[str, list[str]] = field(default_factory=dict)
    room: int = MOST

    def put(self, data: dict[str, Any]) -> dict[str, Any]:
        """Put all of it where a report's JSON has it."""
        for case in data["cases"]:
            case |= self.cases.get(case["id"], {})
            known = self.arrays.get(case["id"], {})
            if kept := {key: array for key, array in known.items() if not key.startswith(GOT)}:
                case["arrays"] = kept
            for name, output in case["outputs"].items():
                if f"{GOT}{name}" in known:
                    output["array"] = known[f"{GOT}{name}"]
        return {**data, "operations": self.operations, "equations": self.equations}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> "Exhibit":
        """Raises ReportError."""
        found = cls(operations=data.get("operations", {}), equations=data.get("equations", {}))
        for case in data["cases"]:
            if told := {key: case[key] for key in TOLD if key in case}:
                found.cases[case["id"]] = told
            gave = {f"{GOT}{name}": one["array"] for name, one in case["outputs"].items() if "array" in one}
            if known := {**case.get("arrays", {}), **gave}:
                found.arrays[case["id"]] = known
            for key, array in known.items():
                arrays.check(array, f"{case['id']}: {key}")
        return found

    @classmethod
    def merge(cls, parts: Iterable["Exhibit"]) -> "Exhibit":
        """Those of several parts of a run, within the bound of one."""
        whole = cls()
        for part in parts:
            for name in ("cases", "operations", "equations"):
                getattr(whole, name).update(getattr(part, name))
            for id, known in part.arrays.items():
                if id not in whole.arrays:
                    whole.take(id, known)
        return whole

    def take(self, id: str, known: dict[str, Encoded]) -> bool:
        """Add a case's arrays; False where there is no room for all of them."""
        size = sum(AROUND + arrays.length(array) for array in known.values())
        if fits := size <= self.room:
            self.arrays[id] = known
            self.room -= size
        return fits
