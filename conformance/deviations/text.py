"""The reference's text, from which deviations are made: also in a zip, and where only bytecode is installed."""

import ast
import json
import textwrap
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

SHIPPED = "reference.json"  # module -> text, put beside this file when a wheel is built


@cache
def text_of(module: str) -> str:
    """The text of a module of the reference. Raises ModuleNotFoundError."""
    spec = find_spec(module)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"no module {module!r}", name=module)
    text = getattr(spec.loader, "get_source", lambda _: None)(module)
    return _shipped()[module] if text is None else text


@cache
def _shipped() -> dict[str, str]:
    texts: dict[str, str] = json.loads((files(__package__) / SHIPPED).read_text(encoding="utf-8"))
    return texts


def source(function: Callable[..., Any]) -> str:
    """The text of a function, or of a class's method, from the left margin."""
    return _source(function.__module__, function.__qualname__)


@cache
def _parsed(module: str) -> Any:
    return ast.parse(text_of(module))


@cache
def _source(module: str, qualname: str) -> str:
    text, node = text_of(module), _parsed(module)
    for name in qualname.split("."):
        node = next(n for n in node.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == name)
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return textwrap.dedent("".join(text.splitlines(keepends=True)[first - 1 : node.end_lineno]))
