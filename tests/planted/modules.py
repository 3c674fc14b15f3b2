"""Texts of writings as modules of their own, which import each other and replace nobody's modules outside."""

import builtins
from collections.abc import Mapping
from functools import lru_cache
from importlib.abc import ExecutionLoader
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from types import CodeType, ModuleType
from typing import Any

PACKAGE = "writings"


class _Text(ExecutionLoader):
    """Source from memory; unlike exec alone, tracebacks show the changed line."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_source(self, fullname: str) -> str:
        return self.text

    def get_filename(self, fullname: str) -> str:
        return _file(fullname, self.text)


def loaded(texts: Mapping[str, str]) -> dict[str, ModuleType]:
    """The modules of these texts, in the order of their imports: what one imports of the package is one before it."""
    modules: dict[str, ModuleType] = {}

    def imported(name: str, *context: Any) -> Any:
        package, _, module = name.partition(".")
        if package != PACKAGE:
            return builtins.__import__(name, *context)
        return modules[module] if module else own

    own = ModuleType(PACKAGE)
    for name, text in texts.items():
        modules[name] = module = module_from_spec(ModuleSpec(f"{PACKAGE}.{name}", _Text(text)))
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": imported}
        exec(_compiled(module.__name__, text), vars(module))
        setattr(own, name, module)
    return modules


@lru_cache(maxsize=64)
def _compiled(name: str, text: str) -> CodeType:
    return compile(text, _file(name, text), "exec")


def _file(name: str, text: str) -> str:
    return f"{name}, planted {hash(text) & 0xFFFFFF:06x}.py"  # a name a text: tracebacks remember lines by it
