"""The implementation under test: finding it, and asking what it offers."""

import importlib
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from rnnspec.reference import OPERATIONS, Operation

if TYPE_CHECKING:
    from .execution import Runner

GROUP = "rnnspec.candidates"
# what may stand before a colon and a file that is no Python: the function that makes a candidate of it
SCHEMES = {"onnx": ("rnnspec.conformance.candidates.onnx_file", "candidate")}
NOT_DEFINED = "not defined"
NOT_OFFERED = "not offered: "


class Unsupported(Exception):
    """What a candidate raises for something it does not offer: not tested, never a failure."""


class UnknownCandidate(ValueError):
    """Nothing of that name exists."""


class BrokenCandidate(RuntimeError):
    """The candidate exists and did not start."""


@dataclass(frozen=True)
class Candidate:
    name: str
    version: str = ""
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    spelled: str = ""  # how one {case} at one {dtype} is run again, where its name alone does not tell

    def lacks(self, operation: Operation, features: list[str]) -> str:
        """Why a case cannot be run, or "" where it can."""
        needed = [operation, *([operation.forward] if operation.forward else [])]
        if missing := [part.name for part in needed if part.name not in self.functions]:
            return NOT_DEFINED if missing[0] == operation.name else f"{missing[0]} is not defined"
        unknown = [
            option
            for part in needed
            for option in part.options
            if option in features and not _takes(self.functions[part.name], option)
        ]
        return f"{NOT_OFFERED}{', '.join(unknown)}" if unknown else ""

    def runner(self, dtype: str) -> "Runner":
        """What runs it at one dtype."""
        from .execution import Runner

        return Runner(self, dtype)


def _takes(function: Callable[..., Any], keyword: str) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # no signature to ask: the call will tell
        return True
    return any(p.name == keyword or p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)


def registered() -> dict[str, str]:
    """Registered names and what they stand for."""
    return {point.name: point.value for point in entry_points(group=GROUP)}


def candidate_of(given: Any) -> Candidate:
    """A candidate from a name, a path, a module or any object; from texts, the program and arguments that they are.

    Raises UnknownCandidate where nothing of that name exists, BrokenCandidate where loading it fails.
    """
    if isinstance(given, Candidate):
        return given
    if isinstance(given, list | tuple) and given and all(isinstance(part, str) for part in given):
        from .remote.candidate import program

        return program(given)
    name = given if isinstance(given, str) else _name_of(given)
    found = _named(given) if isinstance(given, str) else given
    if inspect.isclass(found):
        found = _started(found, name)
    functions = _started(lambda: {n: f for n in OPERATIONS if callable(f := _member(found, n))}, name)
    return Candidate(name, _version_of(found), functions)


def _name_of(thing: Any) -> str:
    kind = type(thing).__name__
    name = _started(lambda: getattr(thing, "__name__", kind), kind)
    return name if isinstance(name, str) else kind


def _version_of(thing: Any) -> str:
    try:
        version = _member(thing, "__version__")
        return "" if version is None else str(version)
    except Exception:  # a version is for the report alone
        return ""


def _member(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


def _named(name: str) -> Any:
    scheme, colon, file = name.partition(":")
    if colon and scheme in SCHEMES:
        where, function = SCHEMES[scheme]
        return _started(lambda: getattr(_module(where), function)(file), name)
    if name in (known := registered()):
        name = known[name]
    target, _, attribute = name.partition(":") if not Path(name).is_file() else (name, "", "")
    module = _file(Path(target)) if target.endswith(".py") else _module(target)
    for part in attribute.split(".") if attribute else ():
        if not hasattr(module, part):
            raise UnknownCandidate(f"{target} has no {attribute!r}")
        module = getattr(module, part)
    return module


def _file(path: Path) -> ModuleType:
    if not path.is_file():
        raise UnknownCandidate(f"{path}: no such file")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    load = spec.loader.exec_module
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.resolve().parent))  # a candidate may import what lies beside it
    sys.modules[path.stem] = module
    _started(lambda: load(module), str(path))
    return module


def _module(name: str) -> ModuleType:
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        spec = None
    except Exception as error:  # a parent package is imported on the way, and may raise anything
        raise BrokenCandidate(_why(name, error)) from error
    if spec is None:
        names = ", ".join(sorted(registered()))
        raise UnknownCandidate(
            f"no candidate {name!r}: neither a registered name ({names}), nor a module, nor a .py file"
        )
    return _started(lambda: importlib.import_module(name), name)


def _started(start: Callable[[], Any], name: str) -> Any:
    try:
        return start()
    except (KeyboardInterrupt, UnknownCandidate, BrokenCandidate):
        raise
    except BaseException as error:  # a candidate's own code: SystemExit and worse count as not starting
        raise BrokenCandidate(_why(name, error)) from error


def _why(name: str, error: BaseException) -> str:
    # a SyntaxError's own text names the place; its last frame is the importer's
    frame = [] if isinstance(error, SyntaxError) else traceback.extract_tb(error.__traceback__)[-1:]
    where = f" ({Path(frame[0].filename).name}, line {frame[0].lineno})" if frame else ""
    if isinstance(error, ModuleNotFoundError):
        return f"{name} did not start: it needs {error.name}, which is not installed{where}"
    return f"{name} did not start: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}{where}"
