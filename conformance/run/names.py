"""Names of a candidate that are nearly those of operations."""

import inspect
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher, get_close_matches
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

from rnnspec.golden.entry import shown
from rnnspec.reference import OPERATIONS

from ..candidate import Candidate

FRAMEWORKS = {
    "equinox",
    "flax",
    "haiku",
    "jax",
    "keras",
    "numpy",
    "scipy",
    "tensorflow",
    "tf_keras",
    "tinygrad",
    "torch",
}
NEAR = 0.8  # of 1
KEYWORDS = ("chunk", "cu_seqlens")  # of a recurrence, beside the contract's
LETTERS = 2  # that differ, at most: all names end alike, so that a helper's, which is short, is near to one
MOST = 6


def is_operation(thing: Any, value: Any) -> bool:
    """Whether what has the name of one is one: a framework's function that a module imports is for the module's own use, and takes what the framework says."""
    if not isinstance(thing, ModuleType) or not callable(value):
        return callable(value)
    is_function = type(value) in (FunctionType, BuiltinFunctionType) or type(value).__module__.startswith("jaxlib")
    home = getattr(value, "__module__", None) if is_function else None  # of what wraps one, it is the wrapper's
    package = home.partition(".")[0] if type(home) is str else ""
    return package not in FRAMEWORKS or package == thing.__name__.partition(".")[0]


def own(thing: Any) -> dict[str, Any]:
    """What a candidate defines itself and may have meant to be called: nothing that it imports, and no attribute is asked for."""
    here = _home(thing)
    return {
        name: value
        for name, value in _held(thing).items()
        if not name.startswith("_") and callable(value) and (not here or getattr(value, "__module__", None) == here)
    }


def _held(thing: Any) -> dict[str, Any]:
    if isinstance(thing, Mapping):
        return {name: value for name, value in thing.items() if type(name) is str}
    return {**vars(thing if isinstance(thing, ModuleType) else type(thing))}


def _home(thing: Any) -> str | None:
    return thing.__name__ if isinstance(thing, ModuleType) else None


def misspelt(candidate: str, thing: Any) -> tuple[str, ...]:
    """For each of its names that is nearly an operation's, which it lacks, a line."""
    defined, lines = own(thing), list[str]()
    missing, used = [name for name in OPERATIONS if name not in defined], _used(thing)
    families = {family for name in defined if name in OPERATIONS and (family := OPERATIONS[name].family)}
    for name in (n for n, value in defined.items() if n not in OPERATIONS and not inspect.isclass(value)):
        near = get_close_matches(name.lower(), missing, 3, NEAR)
        meant = next((one for one in near if _is_meant(name.lower(), one)), None)
        # what others use is a helper of theirs, but of a family that is there
        if meant and (name not in used or OPERATIONS[meant].family in families):
            lines.append(f"{candidate} defines {shown(name, 80)}: did you mean {meant}?")
    lines += [line for name, value in defined.items() if name in OPERATIONS for line in _options(name, value)]
    return (*lines[:MOST], *_set_aside(thing))


def _set_aside(thing: Any) -> list[str]:
    """A line, where what has an operation's name is a framework's."""
    imported = [n for n, f in _held(thing).items() if n in OPERATIONS and callable(f) and not is_operation(thing, f)]
    what = f"{', '.join(imported)}: imported from a framework, so not judged"
    return [f"{what}; to have it judged, define a function of this name that calls it"] if imported else []


def _options(name: str, function: Any) -> Iterator[str]:
    """For each keyword that nobody gives and that is nearly an option, a line."""
    known = {*OPERATIONS[name].options, *OPERATIONS[name].arguments, "parameters", "cache", *KEYWORDS}
    parameters = inspect.signature(function).parameters if type(function) is FunctionType else {}
    missing = [option for option in OPERATIONS[name].options if option not in parameters]
    for keyword in (one for one, p in parameters.items() if p.default is not p.empty and one not in known):
        if near := get_close_matches(keyword.lower(), missing, 1, NEAR):
            yield f"{name} takes {shown(keyword, 80)}, which nobody gives: did you mean {near[0]}?"


def _used(thing: Any) -> set[str]:
    """The names that functions and methods of a candidate use, also those that are its own affair."""
    every = [*_held(thing).values()]
    classes = [one for one in every if type(one) is type and one.__module__ == _home(thing)]
    every += [held for one in classes for held in vars(one).values()]
    plain = [one.__func__ if type(one) in (staticmethod, classmethod) else one for one in every]
    functions = [one for one in plain if type(one) is FunctionType]
    functions += [f for one in functions if type(f := vars(one).get("__wrapped__")) is FunctionType]
    codes, found = [one.__code__ for one in functions], set[str]()
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
