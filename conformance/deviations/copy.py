"""A private second copy of the reference, in which edits are made: what others run is never touched."""

import builtins
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec, resolve_name
from types import CodeType, ModuleType
from typing import Any

import numpy as np
from rnnspec.reference.arithmetics import primitives

from .deviation import Edit, Function, changed
from .text import text_of

ROOT = "rnnspec.reference"
OF_ELEMENTS = ("sigmoid_of_elements", "softplus_of_elements", "rsqrt_of_elements")
Changes = tuple[tuple[str, str], ...]
Place = tuple[Any, str]  # a namespace and a name in it


class Copy:
    """The reference's modules, run anew from their text. They keep their names, and only this copy knows them."""

    def __init__(self) -> None:
        self._modules: dict[str, ModuleType] = {}
        self._builtins = {**vars(builtins), "__import__": self._import}
        self.reference = self._loaded(ROOT)
        vars(self._modules[f"{ROOT}.replay.road"])["worth"] = lambda *_: False  # an edit may be of any step's equations
        own = vars(self._modules[f"{ROOT}.arithmetics.primitives"])
        own.update({name: getattr(primitives, name) for name in OF_ELEMENTS})  # by which a tape knows what is called
        self._deviants: dict[tuple[Function, Changes], Function] = {}
        self._places: dict[Function, list[Place]] = {}
        self._own: dict[Function, Function] = {}
        self._now: dict[Function, Function] = {}

    @property
    def functions(self) -> Mapping[str, Function]:
        """The operations, by name."""
        functions: Mapping[str, Function] = self.reference.FUNCTIONS
        return functions

    @contextmanager
    def computing_by(self, library: Any) -> Iterator[None]:
        """What knows number types asks `library` in place of NumPy for its functions."""
        own = vars(self._modules[f"{ROOT}.arithmetics.primitives"])
        numpy, own["np"] = own["np"], library
        try:
            yield
        finally:
            own["np"] = numpy

    @contextmanager
    def deviating(self, edits: Iterable[Edit]) -> Iterator[None]:
        """Wherever the copy says an edited function's name, it does as edited, else as before. Raises Clash."""
        by_function: dict[Function, list[tuple[str, str]]] = {}
        for edit in edits:
            by_function.setdefault(edit.function, []).append((edit.old, edit.new))
        deviants = {function: self._deviant(function, tuple(changes)) for function, changes in by_function.items()}
        before = {function: self._now.get(function, self._counterpart(function)) for function in deviants}
        try:
            for function, deviant in deviants.items():
                self._put(function, deviant)
            yield
        finally:
            for function, earlier in before.items():
                self._put(function, earlier)

    def _deviant(self, function: Function, changes: Changes) -> Function:
        if (function, changes) not in self._deviants:
            scope: dict[str, Any] = {}
            exec(_compiled(function, changes), vars(self._modules[function.__module__]), scope)
            self._deviants[function, changes] = scope[function.__name__]
        return self._deviants[function, changes]

    def _counterpart(self, function: Function) -> Function:
        """The copy's own function of that name."""
        if function not in self._own:
            found: Any = self._modules[function.__module__]
            for name in function.__qualname__.split("."):
                found = getattr(found, name)
            self._own[function] = found
        return self._own[function]

    def _put(self, function: Function, now: Function) -> None:
        self._now[function] = now
        for holder, name in self._places_of(function):
            if isinstance(holder, dict):
                holder[name] = now
            else:
                setattr(holder, name, now)

    def _places_of(self, function: Function) -> list[Place]:
        """Every name under which the copy knows a function."""
        if function not in self._places:
            own, root = self._counterpart(function), self.reference
            holders = [root.FUNCTIONS, *map(vars, self._modules.values()), *map(vars, root.FAMILIES), root.Family]
            self._places[function] = [
                (holder, name)
                for holder in holders
                for name, value in (holder if isinstance(holder, dict) else vars(holder)).items()
                if value is own
            ]
        return self._places[function]

    def _loaded(self, name: str) -> ModuleType:
        if name in self._modules:
            return self._modules[name]
        spec = find_spec(name)
        assert spec
        module = self._modules[name] = ModuleType(name)
        is_package = spec.submodule_search_locations is not None
        vars(module).update(__builtins__=self._builtins, __package__=name if is_package else name.rpartition(".")[0])
        exec(_module_code(name), vars(module))
        return module

    def _import(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """What `import` does inside the copy: a module of the reference is the copy's own."""
        full = resolve_name("." * level + name, (globals or {}).get("__package__")) if level else name
        if full != ROOT and not full.startswith(f"{ROOT}."):
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        module = self._loaded(full)
        for wanted in fromlist or ():
            if wanted != "*" and not hasattr(module, wanted):
                setattr(module, wanted, self._loaded(f"{full}.{wanted}"))
        return module


@cache
def _module_code(name: str) -> CodeType:
    return compile(text_of(name), f"<{name}, a copy>", "exec")


@cache
def _compiled(function: Function, changes: Changes) -> CodeType:
    return compile(changed(function, changes), f"<{function.__name__}, deviating>", "exec")


_held = threading.local()


def own_copy() -> Copy:
    """This thread's copy: two threads may deviate at once."""
    if not hasattr(_held, "copy"):
        _held.copy = Copy()
    copy: Copy = _held.copy
    return copy


@contextmanager
def deviating(edits: Iterable[Edit], library: Any = np) -> Iterator[Mapping[str, Callable[..., Any]]]:
    """The operations of this thread's copy, while it does as edited. Raises Clash."""
    copy = own_copy()
    with copy.computing_by(library), copy.deviating(edits):
        yield copy.functions
