"""The reference of the Python interface, from what is exported, its signatures and its docstrings."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import rnnspec
from rnnspec import adapt, conformance
from rnnspec.conformance import Report
from rnnspec.golden import sized

from .writing import code, prose, text, wrapped

MODULES = {
    "rnnspec": rnnspec,
    "rnnspec.adapt": adapt,
    "rnnspec.conformance": conformance,
    "rnnspec.golden.sized": sized,
}

WORDS = """What a program may import. Each operation is a function of `rnnspec.reference` besides, and has a page
under [Operations](operations/index.md).
"""


def pages() -> Iterator[tuple[str, str]]:
    """The page's place, and its Markdown."""
    yield "api.md", "\n".join(page())


def page() -> Iterator[str]:
    """Every name that is promised, with what it says of itself."""
    yield from ("# Python", "", WORDS)
    told = set[int]()
    for name, module in MODULES.items():
        yield from (f"## {code(name)}", "")
        for own, value in _exported(module):
            if id(value) not in told:
                told.add(id(value))
                yield from _entry(name, own, value)


def _exported(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name in getattr(module, "__all__", ["Size"]):
        try:
            value = getattr(module, name)
        except ImportError:  # of a framework that is not installed here
            continue
        if callable(value) and not isinstance(value, ModuleType):
            yield name, value


def _entry(module: str, name: str, value: Any) -> Iterator[str]:
    yield from (f"### {code(name)}", "", f"{code(f'from {module} import {name}')}", "")
    yield from _told(f"class {name}" if inspect.isclass(value) else name, value)
    for method in ("load", "save", "rows", "compare") if value is Report else ():
        yield from (f"#### {code(f'Report.{method}')}", "", *_told(method, getattr(value, method)))


def _signature(value: Any) -> str:
    """Without the folder that a default is, which is another on each machine."""
    found = inspect.signature(value)
    named = [
        p.replace(default=_Named("FOLDER")) if isinstance(p.default, Path) else p for p in found.parameters.values()
    ]
    return str(found.replace(parameters=named))


class _Named(str):
    """A default that is said by its name."""

    __repr__ = str.__str__


def _told(name: str, value: Any) -> Iterator[str]:
    """A signature, and a docstring, which in this house is plain text."""
    signature = "" if inspect.isclass(value) and issubclass(value, Exception) else _signature(value)
    yield from wrapped("python", f"{name}{signature}")
    if said := inspect.getdoc(value):
        yield from prose(said)
    else:
        yield from (text("It has no words of its own."), "")
