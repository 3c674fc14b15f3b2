"""The judgement: check a candidate against the goldens, and name what is wrong with it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .candidate import Unsupported
    from .checking import check
    from .parametrizing import parametrize
    from .report import Report

# The pytest plugin lies in this package, and every pytest run of every project imports that: so what
# needs NumPy is imported when it is asked for.
_HOMES = {"Report": "report", "Unsupported": "candidate", "check": "checking", "parametrize": "parametrizing"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


__all__ = ["Report", "Unsupported", "check", "parametrize"]
