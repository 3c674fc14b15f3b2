"""Which known failures a processor's own sums may hide."""

import re

OF_PADDING = re.compile(r"\S+/property/(embedded|many-examples)(: passes now; take it off the list)?")


def goes_by_sums(told: str) -> bool:
    """Whether it is an id, or what a list says of one, of a larger problem's padding: with lengths ignored, only roundings differ there."""
    return OF_PADDING.fullmatch(told) is not None
