"""Names that are nearly others: a typing error gets those that may be meant."""

from collections.abc import Iterable
from difflib import get_close_matches

from .entry import shown


def meant(name: str, known: Iterable[str], nearness: float = 0.6) -> str:
    """`; did you mean reference?`, "" where nothing is near."""
    near = get_close_matches(name, {*known}, n=3, cutoff=nearness)
    return f"; did you mean {', '.join(shown(one, 80) for one in sorted(near, key=near.index))}?" if near else ""
