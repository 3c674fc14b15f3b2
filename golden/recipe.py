"""The provenance of a golden: the code that its operation and its proof run through, and its idea.

Regenerating passes over a case whose provenance is that of the golden in place, so that a new family costs only its own
cases. Code is digested as its syntax tree, without comments, docstrings and the names of files: a file that is
renamed, or explained better, costs no proof.
"""

import ast
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.util import find_spec, resolve_name
from pathlib import Path
from typing import Any

from rnnspec.reference import MODULES, Operation

from .case import Case
from .entry import GoldenError

MAKING = f"{__package__}.regenerate"  # what makes a golden of a case: everything else is what it imports
ARITHMETICS = tuple(
    f"rnnspec.reference.arithmetics.{name}" for name in ("ball", "dual", "noise", "local_model", "source")
)
# not followed: lists of all operations, ideas and sizes, of which a case has one of each in its recipe
IDEAS = f"{__package__}.ideas"
OWN = tuple(f"{__package__}.{name}" for name in ("case", "recipe", "sized", "regimes"))
FOR_FLOATS = "rnnspec.reference.replay.road"  # how floats alone are computed, of which no golden is made
LISTS = ("rnnspec.reference", *OWN, IDEAS, FOR_FLOATS)
UNTOLD = ("ctx", "kind", "type_comment", "type_ignores", "lineno", "end_lineno", "col_offset", "end_col_offset")


def recipe(case: Case) -> str:
    """A digest of everything that a golden follows from."""
    code = "".join(digest_of(module) for module in (home(case.operation), MAKING, *ARITHMETICS))
    return sha256(f"{code}|{case.idea}|{case.dims}|{case.features}|{case.dtypes}".encode()).hexdigest()[:16]


def home(operation: Operation) -> str:
    """The module that an operation is defined in."""
    return next(module.__name__ for module in MODULES if operation.name in module.__all__)


@cache
def digest_of(module: str) -> str:
    """Of a module's code and of all that it imports of this package."""
    spec = find_spec(module)
    assert spec
    assert spec.origin
    try:
        tree = ast.parse(Path(spec.origin).read_bytes())
    except (OSError, SyntaxError, ValueError):
        raise GoldenError(
            f"{module}: its source is needed to tell what a golden was made by, and this install has none"
        ) from None
    package = module if spec.submodule_search_locations is not None else module.rpartition(".")[0]
    behind = {name: (digest_of(target), member) for name, target, member in _imported(tree, package)}
    text = repr(_shape(tree, behind)) + "".join(sorted({digest for digest, _ in behind.values()}))
    return sha256(text.encode()).hexdigest()


def _imported(tree: ast.Module, package: str) -> Iterator[tuple[str, str, str]]:
    """Each name that an import binds to something of ours that is followed: its module, and what of that, "" for all."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or not _is_ours(node):
            continue
        base = resolve_name("." * node.level + (node.module or ""), package) if node.level else node.module or ""
        for alias in node.names:
            target = f"{base}.{alias.name}"
            module, member = (target, "") if _is_module(target) else (base, alias.name)
            if not _is_list(module):
                yield alias.asname or alias.name, module, member


def _is_ours(node: ast.ImportFrom) -> bool:
    return node.level > 0 or (node.module or "").partition(".")[0] == "rnnspec"


def _is_list(module: str) -> bool:
    return module in LISTS or module.rpartition(".")[0] == IDEAS


@cache
def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # its parent is no package
        return False


def _shape(node: Any, behind: dict[str, tuple[str, str]]) -> Any:
    """A syntax tree as plain data, the same in every version of Python that has it; a module goes by what it holds."""
    if isinstance(node, ast.ImportFrom) and _is_ours(node):
        return None
    if isinstance(node, ast.Name) and node.id in behind:
        return "imported", *behind[node.id]
    if isinstance(node, ast.AST):
        parts = ((name, _shape(value, behind)) for name, value in ast.iter_fields(node) if name not in UNTOLD)
        return type(node).__name__, *((name, part) for name, part in parts if part not in (None, [], ""))
    if isinstance(node, list):
        return [part for part in (_shape(each, behind) for each in node if not _is_text(each)) if part is not None]
    return repr(node)


def _is_text(node: Any) -> bool:
    """A docstring, or another text that stands by itself."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
