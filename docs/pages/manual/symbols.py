"""Names of the code as symbols of MathML: `a_prev` is a with the index t - 1, `Wf` W with the index f, `dzo` d z with the index o."""

import re
from html import escape

GREEK = {"alpha": "α", "beta": "β", "delta": "δ", "eps": "ε"}
NO_GRADIENTS = {
    "d",
    "delta",
    "dot",
    "dims",
    "directions",
}  # every other name that begins with d is the gradient into the rest
STEPS = {"prev": "<mrow><mi>t</mi><mo>−</mo><mn>1</mn></mrow>", "next": "<mi>t</mi>", "t": "<mi>t</mi>"}
INDEXED = re.compile(r"([WRPb])([a-z]{1,2})|(z)([a-z])|([a-z])(t)")  # weights, biases, pre-activations, steps


def element(name: str, *inside: str, **attributes: str) -> str:
    told = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{told}>{''.join(inside)}</{name}>"


def row(*inside: str) -> str:
    return inside[0] if len(inside) == 1 else element("mrow", *inside)


def sign(text: str) -> str:
    return element("mo", escape(text))


def word(text: str) -> str:
    """An upright name of more than one letter."""
    return element("mi", escape(text)) if len(text) > 1 else element("mi", escape(text), mathvariant="normal")


def said(text: str) -> str:
    return element("mtext", escape(text.replace(" ", "\u00a0")))  # a space at an end is no space in MathML


def fenced(inside: str, left: str = "(", right: str = ")") -> str:
    grows = "true" if "<mfrac>" in inside or "<mtable>" in inside else "false"
    return row(element("mo", left, stretchy=grows), inside, element("mo", right, stretchy=grows))


def joined(parts: list[str], by: str = ",") -> str:
    return row(*(p for i, part in enumerate(parts) for p in ([sign(by)] if i else []) + [part])) if parts else ""


def gradient(of: str) -> str:
    return row(word("d"), of)


def symbol(name: str) -> str:
    """A name as a symbol: what stands behind `_` is an index, `prev` and `next` are steps."""
    base, *indices = name.strip("_").split("_")
    if base == "":
        return said("_")
    if base.startswith("d") and len(base) > 1 and base not in NO_GRADIENTS:
        return gradient(symbol("_".join([base[1:], *indices])))
    if found := INDEXED.fullmatch(base):
        base, own = filter(None, found.groups())
        indices = [own, *indices]
    first = element("mi", GREEK.get(base, base)) if len(GREEK.get(base, base)) == 1 else word(base)
    return element("msub", first, joined([_index(i) for i in indices])) if indices else first


def _index(text: str) -> str:
    if text.isdigit():
        return element("mn", text)
    return STEPS.get(text) or (element("mi", text) if len(text) == 1 else word(text))
