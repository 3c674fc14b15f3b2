"""A candidate's folder: from it a candidate may import what lies beside it, and neither the kit nor what the kit needs anything."""

import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from types import ModuleType

KIT = "rnnspec"
CODE = (".py", ".so", ".pyd")


class Aside:
    """A finder of modules that passes over what in some folders has the name of a module of Python's or of the kit's."""

    def __init__(self) -> None:
        self.folders: list[str] = []

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if path is not None or not PathFinder.find_spec(name, self.folders) or not needed(name):
            return None
        elsewhere = [place for place in sys.path if place not in self.folders]
        for finder in sys.meta_path:
            if finder is not self and (found := finder.find_spec(name, elsewhere, target)):
                return found
        return None


_aside = Aside()


def beside(folder: Path) -> None:
    """Let a candidate import what lies in its folder, before what is installed."""
    keep_out(folder)
    sys.path.insert(0, str(folder.resolve()))


def keep_out(folder: Path) -> None:
    """Let nothing in a folder, which may be in Python's path already, stand in for what the kit needs."""
    if _aside not in sys.meta_path:
        sys.meta_path.insert(0, _aside)
    _aside.folders += [str(folder.resolve()), *([""] if folder.resolve() == here() else [])]


def here() -> Path | None:
    """The current folder, None where it is gone: nothing lies in it."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return None


def passed_over(name: str) -> bool:
    """Whether a candidate's folder has a module of this name, and an import takes another."""
    return needed(name) and PathFinder.find_spec(name, _aside.folders) is not None


def needed(name: str) -> bool:
    """Whether Python, the kit or what the kit needs has a module of this name."""
    return name in sys.stdlib_module_names or name == KIT or name in _installed()


@cache
def _installed() -> frozenset[str]:
    """The modules of every package that the kit cannot do without."""
    packages, modules, left = set[str](), set[str](), [KIT]
    while left:
        if (name := _normal(left.pop())) not in packages:
            packages.add(name)
            with suppress(PackageNotFoundError):
                package = distribution(name)
                modules |= _modules(package)
                left += _requirements(package)
    return frozenset(modules)


def _modules(package: Distribution) -> set[str]:
    """What can be imported of a package: all that is installed is not asked, of which there may be much."""
    if declared := (package.read_text("top_level.txt") or "").split():
        return {*declared}
    names = {file.parts[0].partition(".")[0] for file in package.files or () if file.suffix in CODE}
    return {*filter(str.isidentifier, names)}


def _requirements(package: Distribution) -> list[str]:
    lines = package.requires or []
    return [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in lines if "extra ==" not in line]


def _normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()
