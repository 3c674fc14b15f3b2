"""Is my recurrent layer right? `rnnspec.check(layer)` answers with a proof instead of an opinion.

Every name is imported when it is asked for: `import rnnspec` costs nothing, in a pytest run of any project least of all.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rnnspec import adapt, conformance, golden, reference
    from rnnspec.conformance import Unsupported, check, explain, hunt, parametrize
    from rnnspec.golden import cases, load
    from rnnspec.reference import OPERATIONS

    __version__: str

_HOMES = {
    "OPERATIONS": "rnnspec.reference",
    "Unsupported": "rnnspec.conformance",
    "cases": "rnnspec.golden",
    "check": "rnnspec.conformance",
    "explain": "rnnspec.conformance",
    "hunt": "rnnspec.conformance",
    "load": "rnnspec.golden",
    "parametrize": "rnnspec.conformance",
}
_ROOMS = ("adapt", "conformance", "golden", "reference")


if not TYPE_CHECKING:  # to a type checker, only what is imported above is there

    def __getattr__(name: str) -> Any:
        from importlib import import_module, metadata

        if name in _HOMES:
            return getattr(import_module(_HOMES[name]), name)
        if name in _ROOMS:
            return import_module(f"{__name__}.{name}")
        if name == "__version__":
            return metadata.version("rnnspec")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "OPERATIONS",
    "Unsupported",
    "__version__",
    "adapt",
    "cases",
    "check",
    "conformance",
    "explain",
    "golden",
    "hunt",
    "load",
    "parametrize",
    "reference",
]
