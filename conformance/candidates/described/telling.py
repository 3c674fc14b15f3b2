"""What an exception of a layer is told with: the shapes that it was given, and which part of the description decides each."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rnnspec.golden.entry import shown

from .description import Description
from .pattern import BadDescription

LONGEST = 200  # characters of what a framework says
HERE = "; it "  # begins what is told here, apart from a framework's own notes


def said(error: Exception) -> str:
    """Its kind and the first line of what it says."""
    first = next((line for line in str(error).splitlines() if line.strip()), "nothing").strip()
    return f"{type(error).__name__}: {shown(first, LONGEST).rstrip('.:')}"


def whole(error: Exception) -> str:
    """With what was told of it here."""
    notes = [note for note in getattr(error, "__notes__", ()) if note.startswith(HERE)]
    return f"{said(error)}{notes[0] if notes else ''}"


@contextmanager
def called(d: Description, values: Mapping[str, Any]) -> Iterator[None]:
    """A call of a layer by the values of words."""
    try:
        yield
    except BadDescription:
        raise
    except Exception as error:
        error.add_note(f"{HERE}was given {', '.join(_given(d, values))}, as takes={d.pattern.text!r}")
        raise


@contextmanager
def made(names: tuple[str, ...], sizes: tuple[int, ...]) -> Iterator[None]:
    """A call of what makes a layer."""
    try:
        yield
    except Exception as error:
        error.add_note(f"{HERE}is made with ({', '.join(names)}), here {sizes}")
        raise


def _given(d: Description, values: Mapping[str, Any]) -> Iterator[str]:
    words = d.pattern.words
    own = values["weights"] if "weights" in words else {word: values[word] for word in words if word in d.names}
    ways = (
        (own, "weights"),
        ({word: values[word] for word in words if word == "x"}, f"layout={d.layout!r}"),
        ({word: values[word] for word in d.letters if word in words}, f"state={d.state!r}"),
    )
    for arrays, part in ways:
        if arrays:
            yield ", ".join(f"{name} {tuple(getattr(a, 'shape', ()))}" for name, a in arrays.items()) + f" by {part}"
