"""Finding a candidate: by a registered name, a module, a file, an object, a model's file or a program."""

import importlib
import importlib.util
import inspect
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from rnnspec.golden.entry import shown
from rnnspec.golden.spelling import meant
from rnnspec.reference import OPERATIONS

from .candidate import NOWHERE, BrokenCandidate, Candidate, Origin, UnknownCandidate, chunks_of
from .candidates.described.looking import looker, made
from .candidates.keras import backend
from .choices import BadChoice
from .properties.recurrence import is_recurrence
from .remote.program import Remote, program
from .run import names, shadows
from .run.guard import guarded
from .run.local import Local
from .run.telling import place, said, words

GROUP, KIT = "rnnspec.candidates", "rnnspec."
_loaded: set[str] = set()  # names of modules that are files of candidates
# what may stand before a colon and a file that is no Python: the function that makes a candidate of it
SCHEMES = {"onnx": ("rnnspec.conformance.candidates.onnx.file", "candidate")}


def registered() -> dict[str, str]:
    """Registered names and what they stand for."""
    return {point.name: point.value for point in entry_points(group=GROUP)}


def is_command(given: Any) -> bool:
    return isinstance(given, list | tuple) and bool(given) and all(isinstance(part, str) for part in given)


def is_apart(given: Any, isolate: bool = False) -> bool:
    """Whether a Python candidate is, or is to be, in a process of its own."""
    return isolate or (isinstance(given, Remote) and given.own)


def candidate_of(given: Any) -> Candidate:
    """A candidate from a name, a path, a module or any object; from texts, the program and arguments that they are.

    Raises UnknownCandidate where nothing of that name exists, BrokenCandidate where loading it fails, BadChoice for chunks that are none.
    """
    if isinstance(given, Candidate):
        return given
    if is_command(given):
        return program(given)
    name, origin = given if isinstance(given, str) else _name_of(given), origin_of(given)
    found = _named(given) if isinstance(given, str) else given
    if look := looker(found):
        found = _started(partial(look, name), name)
    if isinstance(found, Candidate):
        return replace(found, name=name, origin=origin)
    found = _started(lambda: _made(found, name) if inspect.isclass(found) else found, name)
    functions = _started(lambda: {n: f for n in OPERATIONS if names.is_operation(found, f := _member(found, n))}, name)
    misspelt, instead = _hints(found, name)
    return Local(
        name=name,
        version=_version_of(found),
        functions=functions,
        misspelt=misspelt,
        instead=() if functions else instead,
        chunks=_chunks_of(found, name) if any(is_recurrence(OPERATIONS[n]) for n in functions) else (),
        origin=origin,
    )


def origin_of(given: Any) -> Origin:
    """How another process finds what is given, where that is by a name or is a module. What the kit has is not asked for anew."""
    name = given if isinstance(given, str) and not registered().get(given, "").startswith(KIT) else ""
    if isinstance(given, ModuleType) and isinstance(file := getattr(given, "__file__", None), str):
        name = given.__name__ if given.__package__ else file
    file, colon, attribute = (name, "", "") if os.path.isfile(name) else name.partition(":")
    if os.path.isfile(file):
        name = f"{os.path.abspath(file)}{colon}{attribute}"
    try:
        return Origin(name, os.getcwd()) if name else NOWHERE
    except OSError:  # the folder is gone
        return NOWHERE


def _hints(thing: Any, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    try:
        asked = _started(lambda: made(thing, name), name)
        return _started(lambda: (names.misspelt(name, thing), (asked,) if asked else names.instead(name, thing)), name)
    except BrokenCandidate:  # what has names that cannot be looked at may work all the same
        return (), ()


def _made(kind: type, name: str) -> Any:
    """An object of a class. Raises BrokenCandidate where it needs what a candidate is not given."""
    try:
        parameters = inspect.signature(kind).parameters.values()
    except Exception:  # what cannot be asked may be made all the same
        return kind()
    if needed := [
        p.name for p in parameters if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]:
        file, _, own = name.rpartition(":")
        raise BrokenCandidate(
            f"{name} did not start: {own or name} needs {', '.join(needed)}, and a candidate is made without arguments:"
            f" make one, as in layer = {own or name}(…), and give {f'{file}:layer' if file else 'that'}"
        )
    return kind()


def _name_of(thing: Any) -> str:
    kind = _started(lambda: str(type(thing).__name__), "the candidate")
    name = _started(lambda: getattr(thing, "__name__", kind), kind)
    return shown(name, 200) if type(name) is str else kind


def _version_of(thing: Any) -> str:
    try:
        return _started(lambda: "" if (known := _member(thing, "__version__")) is None else shown(known, 200), "")
    except BrokenCandidate:  # a version is for the report alone
        return ""


def _chunks_of(thing: Any, name: str) -> tuple[int, ...]:
    """The chunks that it declares. Raises BadChoice for a declaration that is none; a helper or a file of that name declares nothing."""
    given = _started(lambda: _member(thing, "chunks"), name)
    if given is None or callable(given) or isinstance(given, ModuleType):
        return ()
    try:
        return chunks_of(given)
    except ValueError as error:
        raise BadChoice(f"{name}: {error}") from None


def _member(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


def _named(name: str) -> Any:
    scheme, colon, file = name.partition(":")
    if colon and file and scheme in SCHEMES:
        where, function = SCHEMES[scheme]
        return _started(lambda: getattr(_module(where), function)(file), name)
    if name in (known := registered()):
        name = known[name]
    target, colon, attribute = name.partition(":") if not os.path.isfile(name) else (name, "", "")
    if colon and not all((target, *attribute.split("."))):
        raise UnknownCandidate(f"no candidate {name!r}: a name is missing beside its colon, as in module:object")
    module = _file(Path(target)) if target.endswith(".py") else _module(target)
    return _started(lambda: _part(module, target, attribute), name) if attribute else module


def _part(module: Any, target: str, attribute: str) -> Any:
    for part in attribute.split("."):
        if not hasattr(module, part):
            near = meant(part, [name for name in dir(module) if not name.startswith("__")])
            raise UnknownCandidate(f"{target} has no {attribute!r}{near}")
        module = getattr(module, part)
    return module


def _file(path: Path) -> ModuleType:
    if not os.path.isfile(path):
        near = meant(path.name, _files(path.parent))
        raise UnknownCandidate(f"{path}: no such file{near}")
    # a name of its own where another module has it: nobody's numpy may be a candidate's
    taken = shadows.needed(path.stem) or path.stem in sys.modules.keys() - _loaded
    name = f"{path.stem}__candidate" if taken else path.stem
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    load = spec.loader.exec_module
    module = importlib.util.module_from_spec(spec)
    shadows.beside(path.parent)
    sys.modules[name] = module
    _loaded.add(name)
    _started(lambda: load(module), str(path))
    return module


def _module(name: str) -> ModuleType:
    here = shadows.here()
    if here and not {"", str(here)} & {*sys.path}:
        shadows.beside(here)
    elif here:
        shadows.keep_out(here)
    if os.path.isfile(f"{name}.py") and shadows.needed(name):
        raise UnknownCandidate(
            f"{name} is a module that Python or rnnspec needs; for the one beside, give its file: {name}.py"
        )
    if _started(lambda: _spec(name), name) is None:  # a parent package is imported on the way
        known = sorted(registered())
        near = meant(name, [*known, *(file.removesuffix(".py") for file in _files(Path.cwd()))])
        raise UnknownCandidate(
            f"no candidate {name!r}: neither a registered name ({', '.join(known)}), nor a module, nor a .py file{near}"
        )
    return _started(lambda: importlib.import_module(name), name)


def _files(folder: Path) -> list[str]:
    """What in a folder may be a candidate."""
    try:
        return [name for name in os.listdir(folder) if name.endswith(".py")]
    except OSError:
        return []


def _spec(name: str) -> Any:
    try:
        return importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None


def _started(start: Callable[[], Any], name: str) -> Any:
    """What a candidate's own code gives. Raises BrokenCandidate for all that it raises: SystemExit and worse."""
    try:
        with guarded():
            return start()
    except (KeyboardInterrupt, UnknownCandidate, BrokenCandidate):
        raise
    except BaseException as error:
        raise BrokenCandidate(_why(name, error)) from None


def _why(name: str, error: BaseException) -> str:
    passed = ", ".join(name for name in re.findall(r"'(\w+)'", words(error)) if shadows.passed_over(name))
    aside = (
        f"; {passed} beside it was passed over for the module that has this name everywhere: rename it"
        if passed
        else ""
    )
    if type(error) is ModuleNotFoundError:
        return f"{name} did not start: it needs {shown(error.name, 200)}, which is not installed{place(error)}{aside}{backend.instead(error)}"
    # a SyntaxError's own text names the place; its last frame is the importer's
    return (
        f"{name} did not start: {f'SyntaxError: {words(error)}' if type(error) is SyntaxError else said(error)}{aside}"
    )
