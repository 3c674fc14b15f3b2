"""What a call of a layer that is looked at gives, by its shapes: which part is the output, and which are states."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from .guessing import BATCH, N_A, STEPS
from .pattern import BadDescription

OUTPUTS = {(BATCH, STEPS, N_A): "btf", (STEPS, BATCH, N_A): "tbf"}
STATES = ((BATCH, N_A), (1, BATCH, N_A))


def returned(value: Any, layout: str, given: tuple[str, ...] = ()) -> str:
    """The pattern of what a call gave that was given its input in a layout, and these states, in whose order they come back.

    Raises BadDescription where it is not what a layer gives.
    """
    seen = Seen([*(given or ("h", "c"))])
    named = by_name(value)
    if named:
        words = {name: seen.word(part, name=name) for name, part in named.items() if name.isidentifier()}
        pattern = ", ".join(f"{name}={word}" for name, word in words.items() if word.strip("_(), "))
    else:
        grouped = isinstance(value, tuple | list) and any(isinstance(part, tuple | list) for part in value)
        pattern = seen.word(value, outside=grouped)  # the states, and beside them a cell's output
        pattern = pattern[1:-1] if pattern.startswith("(") else pattern
    states_alone = 0 < seen.states <= 2 if "t" in layout else bool(seen.states)  # the last, or a cell's
    if seen.layouts != [layout] and (seen.layouts or not states_alone):
        raise BadDescription(f"it gave {shapes(value)}")
    return pattern


@dataclass
class Seen:
    """What has been seen of what a call gave."""

    left: list[str]
    layouts: list[str] = field(default_factory=list)
    states: int = 0

    def word(self, part: Any, *, name: str = "", outside: bool = False) -> str:
        """What a part is; beside states that stand together, what is no sequence is none."""
        if isinstance(part, tuple | list):
            inside = [self.word(one, outside=outside and not isinstance(one, tuple | list)) for one in part]
            return f"({', '.join(inside)}{',' if len(inside) == 1 else ''})"
        shape = tuple(getattr(part, "shape", ()))
        if shape in OUTPUTS and not self.layouts:
            self.layouts.append(OUTPUTS[shape])
            return "y"
        if shape not in STATES or outside:
            return "_"
        self.states += 1
        return self.left.pop(self.left.index(name) if name in self.left else 0) if self.left else "_"


def by_name(value: Any) -> Mapping[str, Any]:
    """The parts of what has them by name, and not by place."""
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: getattr(value, part.name) for part in fields(value)}
    return {str(name): part for name, part in value.items()} if isinstance(value, Mapping) else {}


def shapes(value: Any) -> str:
    """Of whatever was given or came back, for a message."""
    if named := by_name(value):
        return ", ".join(f"{name} {shapes(part)}" for name, part in named.items())
    if isinstance(value, tuple | list):
        found = [shapes(part) for part in value]
        alike = isinstance(value, list) and len({*found}) == 1 and len(found) > 1
        return f"{len(found)} × {found[0]}" if alike else f"({', '.join(found)})"
    shape = getattr(value, "shape", None)
    return type(value).__name__ if shape is None else str(tuple(shape))
