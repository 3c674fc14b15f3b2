"""The command `rnnspec`, one module a verb.

They are imported when the command is asked for: the process that watches a check, which is what starts first, runs none.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .verbs import main
else:

    def __getattr__(name: str) -> Any:
        if name != "main":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from .verbs import main

        return main


__all__ = ["main"]
