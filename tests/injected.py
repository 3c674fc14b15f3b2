"""The catalogue's deviations as a developer would make them in tests/apart_*.py: edits of that text, not of the reference.

An entry of the catalogue may stand in several rows, one a form in which it occurs: a forward bug that the
backward follows, or does not. The words to replace stand once in all the texts together.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import injected_masked
import numpy as np
from mutants import module
from mutants_families import NAMES
from rnnspec.conformance.candidate import candidate_of
from rnnspec.conformance.deviations import CATALOGUE
from rnnspec.conformance.execution import Outcome, Runner
from rnnspec.conformance.explanation import explain
from rnnspec.conformance.kill_matrix import EQUIVALENT
from rnnspec.conformance.report import Explanation, Localisation
from rnnspec.golden import FOLDER, Golden, cases, load
from rnnspec.reference import OPERATIONS

Change = tuple[str, str] | tuple[str, str, int]  # with how often the words stand, if not once


@dataclass(frozen=True)
class Injected:
    """A deviation's id and the edits that make it; `operations` where a form shows in fewer than the entry affects.

    `masked` plants it into the masking walk of injected_masked.py. A bug of precision has a dtype and no edit.
    """

    id: str
    changes: tuple[Change, ...] = ()
    operations: tuple[str, ...] = ()
    masked: bool = False
    dtype: str = ""

    @property
    def affects(self) -> tuple[str, ...]:
        return self.operations or CATALOGUE[self.id].affects


@dataclass(frozen=True)
class Found:
    """What the kit says of one operation of a candidate."""

    failing: int
    explanation: Explanation | None = None
    localisation: Localisation | None = None

    def names(self, ids: Iterable[str]) -> bool:
        """Whether exactly these are named, or what no input tells from them."""
        if self.explanation is None:
            return False
        sets = (self.explanation.deviations, *self.explanation.alternatives)
        wanted = {_twin(id) for id in ids}
        return any({_twin(id) for id in named} == wanted for named in sets)


def candidate(*planted: Injected) -> dict[str, Any]:
    """The operations of apart_families.py with what is planted. Raises ValueError where an edit finds no place."""
    texts = {name: _text(name, any(i.masked for i in planted)) for name in NAMES}
    for injected in planted:
        for old, new, *times in injected.changes:
            if (found := sum(text.count(old) for text in texts.values())) != (times or [1])[0]:
                raise ValueError(f"{injected.id}: {old!r} occurs {found} times")
            texts = {name: text.replace(old, new) for name, text in texts.items()}
    with patch.dict(sys.modules):  # what is imported inside replaces nobody's modules outside
        for name, text in texts.items():
            sys.modules[name] = module(name, text)
        functions = vars(sys.modules[NAMES[-1]])
    narrow = next((i.dtype for i in planted if i.dtype), "")
    return {n: _narrowed(functions[n], narrow) if narrow else functions[n] for n in OPERATIONS}


@cache
def _text(name: str, masked: bool) -> str:
    text = Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
    if masked and name == "apart_sequences":
        walk = Path(injected_masked.__file__).read_text(encoding="utf-8")
        start, end = text.index("class Packing:"), text.index("def initial(")
        text = text[:start] + walk[walk.index("class Packing:") :] + "\n\n" + text[end:]
    return text


def _narrowed(function: Callable[..., Any], dtype: str) -> Callable[..., Any]:
    """Computes in another dtype and hands out float64."""

    def call(*args: Any, **options: Any) -> Any:
        given = {name: _cast(value, dtype) for name, value in options.items()}
        returned = function(*(_cast(a, dtype) for a in args), **given)
        if isinstance(returned, tuple):
            return (*(_cast(part, "float64") for part in returned[:-1]), returned[-1])
        return _cast(returned, "float64")

    return call


def _cast(value: Any, dtype: str) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(dtype)
    if isinstance(value, dict):
        return {name: _cast(part, dtype) for name, part in value.items()}
    return [_cast(part, dtype) for part in value] if isinstance(value, list) else value


def judged(functions: dict[str, Any] | ModuleType, operation: str) -> Found:
    """What the kit finds in one operation's goldens."""
    outcomes = ran(functions, operation)
    explanations, localisations = explain(outcomes, "float64", FOLDER)
    failing = sum(o.outcome not in ("pass", "unsupported") for o in outcomes)
    return Found(failing, next(iter(explanations), None), next(iter(localisations), None))


def ran(functions: dict[str, Any] | ModuleType, operation: str) -> list[Outcome]:
    runner = Runner(candidate_of(functions), "float64")
    return [runner.case(golden) for golden in _goldens(operation)]


@cache
def _goldens(operation: str) -> list[Golden]:
    return [load(entry.id) for entry in cases() if entry.operation.name == operation]


def _twin(id: str) -> str:
    """One name for all that no golden tells apart."""
    return next((one for one, other in EQUIVALENT if id == other), id)
