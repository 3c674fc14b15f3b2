"""The conventions of every framework in one table, which the adapters read too."""

from collections.abc import Iterator

from rnnspec.conformance.candidates.described.conventions import CONVENTIONS, Convention

from .writing import code, table, text

BEFORE = """The same equation is kept in as many orders as there are frameworks, and weights that are loaded in another's order give a
layer that runs and is wrong. The adapters of rnnspec read this table; what it says is tested by every golden they pass.
"""
BEHIND = """A gate `-u` weighs the old state where the contract's u weighs the new one: its weights and bias are negated, since
1 - σ(z) is σ(-z). The contract's matrices act on \\[a_prev; x\\], so what acts on the input stands right of what acts on the state.

Projects that ship recurrences have conventions of other kinds, of axes, decays and scales:
[their table](frameworks.md#conventions-of-projects-that-ship-recurrences) is made from their adapters as well.
"""


def pages() -> Iterator[tuple[str, str]]:
    """The page's place, and its Markdown."""
    yield "conventions.md", "\n".join(page())


def page() -> Iterator[str]:
    """What each layer of a framework keeps, and in which order."""
    heads = ["layer", "family", "gates, in its letters", "in the contract's", "kernels", "biases", "besides"]
    yield from ("# Conventions of frameworks", "", BEFORE)
    yield from table(heads, ([*_cells(one)] for one in CONVENTIONS))
    yield BEHIND


def _cells(one: Convention) -> Iterator[str]:
    yield from (code(one.layer), f"[{code(one.family)}](families/{one.family}.md)", code(" ".join(one.gates)))
    yield from (code(" ".join(one.meant)), one.kernels, text(one.biases), text(one.besides))
