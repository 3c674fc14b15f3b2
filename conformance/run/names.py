"""Names of a candidate that are nearly those of operations."""

import inspect
from collections.abc import Mapping
from difflib import SequenceMatcher, get_close_matches
from itertools import chain
from types import CodeType, FunctionType, ModuleType
from typing import Any

from rnnspec.golden.entry import shown
from rnnspec.reference import OPERATIONS, Kind

from ..candidate import Candidate

NEAR = 0.8  # of 1
LETTERS = 2  # that differ, at most: all names end alike, so that a helper's, which is short, is near to one
MOST = 6


def own(thing: Any) -> dict[str, Any]:
    """What a candidate defines itself and may have meant to be called: nothing that it imports, and no attribute is asked for."""
    if isinstance(thing, Mapping):
        found = {name: value for name, value in thing.items() if type(name) is str}
    else:
        found = vars(thing if isinstance(thing, ModuleType) else type(thing))
    here = thing.__name__ if isinstance(thing, ModuleType) else None
    return {
        name: value
        for name, value in found.items()
        if not name.startswith("_") and callable(value) and (not here or getattr(value, "__module__", None) == here)
    }


def misspelt(candidate: str, thing: Any) -> tuple[str, ...]:
    """For each of its names that is nearly an operation's, which it lacks, a line."""
    defined, lines = own(thing), list[str]()
    missing, used = [name for name in OPERATIONS if name not in defined], _used(defined)
    for name in (n for n, value in defined.items() if n not in OPERATIONS and not inspect.isclass(value)):
        near = get_close_matches(name.lower(), missing, 3, NEAR)
        meant = next((one for one in near if _is_meant(name.lower(), one)), None)
        if meant and not (name in used and OPERATIONS[meant].kind is Kind.ELEMENTWISE):
            lines.append(f"{candidate} defines {shown(name, 80)}: did you mean {meant}?")
    return tuple(lines[:MOST])


def _used(defined: Mapping[str, Any]) -> set[str]:
    """The names that its functions and methods use: one that is nearly that of a function of numbers is a helper's."""
    classes = [vars(value).values() for value in defined.values() if inspect.isclass(value)]
    codes = [f.__code__ for f in chain(defined.values(), *classes) if type(f) is FunctionType]
    found = set[str]()
    while codes:
        code = codes.pop()
        found |= {*code.co_names}
        codes += [one for one in code.co_consts if type(one) is CodeType]
    return found


def _is_meant(name: str, operation: str) -> bool:
    """Few letters are other ones; and not its derivative, as `dsigmoid`."""
    return _apart(name, operation) <= LETTERS and name not in (f"d{operation}", f"d_{operation}")


def _apart(one: str, two: str) -> int:
    """How many letters are other ones, too many or missing."""
    changes = SequenceMatcher(None, one, two, autojunk=False).get_opcodes()
    return sum(max(b - a, d - c) for tag, a, b, c, d in changes if tag != "equal")


def instead(candidate: str, thing: Any) -> tuple[str, ...]:
    """What one does with a candidate that defines no operation."""
    defined = own(thing)
    names = sorted(shown(name, 80) for name in defined)
    classes = sorted(name for name, value in defined.items() if inspect.isclass(value))
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    lines = [f"it defines {', '.join(names[:MOST])}{more}, and none of these is an operation"] if names else []
    held = vars(thing) if isinstance(thing, ModuleType) else {}
    made = [name for name, value in held.items() if name[0] != "_" and issubclass(type(value), Candidate)]
    if made:
        lines.append(f"a candidate is given by its name: rnnspec check {candidate}:{shown(made[0], 80)}")
    if classes and held:
        lines.append(f"a class is given by its name: rnnspec check {candidate}:{shown(classes[0], 80)}")
    lines.append(
        "an operation is a function such as rnn_forward(x, a0, parameters): `rnnspec show rnn_forward` says what it"
        " takes and returns, `rnnspec list` names all, `rnnspec init` writes a candidate that runs"
    )
    return tuple(lines)
