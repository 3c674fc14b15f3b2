"""What else may be meant where a layer fails as it is described: other descriptions, each with the question that it is."""

import re
from collections.abc import Iterator
from dataclasses import replace

from .description import Description
from .packing import orders
from .pattern import BadDescription

ALIKE = {"gru": "gru_reset_after", "gru_reset_after": "gru"}
Said = dict[str, str]  # values by part


def others(own: Description) -> Iterator[tuple[Description, str, str]]:
    """With what is said otherwise, and the question."""
    for parts, question in _otherwise(own):
        try:
            yield (
                replace(own, **parts),  # type: ignore[arg-type]
                " and ".join(f"{part}={value!r}" for part, value in parts.items()),
                question,
            )
        except BadDescription:  # that cannot be meant
            continue


def _otherwise(own: Description) -> Iterator[tuple[Said, str]]:
    if not callable(own.weights):
        yield from (
            ({"gates": gates}, "is that your order")
            for gates in orders(own.like, own.gates, own.names)
            if gates != own.gates
        )
    patterns = {"returns": own.result, "takes": own.pattern}
    exchanged = {
        part: re.sub(r"\b[hc]\b(?!\s*=)", lambda word: "hc"[word[0] == "h"], pattern.text)
        for part, pattern in patterns.items()
        if {"h", "c"} <= {*pattern.words}
    }
    yield from (({part: text}, f"is that what it {part}") for part, text in exchanged.items())
    if len(exchanged) > 1:
        yield exchanged, "is that what it returns and takes"
    if own.like in ALIKE:
        yield {"like": ALIKE[own.like]}, "is that its family"
