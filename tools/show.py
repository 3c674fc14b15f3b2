"""`rnnspec show`"""

from pathlib import Path
from typing import Any

import click

from . import options


@click.command()
@click.argument("name")
@click.option("--hex", "as_hex", is_flag=True, help="Print every value of a case, exactly.")
@options.JSON
@options.PLOT
@options.GOLDENS
def show(name: str, as_hex: bool, json_file: str | None, plot: str | None, goldens: Path | None) -> None:
    """Show an operation, a family, a case, a property or a deviation by its NAME."""
    from rnnspec.golden import GoldenError

    with options.ending({GoldenError: 2}):
        data, text = _shown(name, as_hex, options.folder(goldens))
        if plot is not None:
            from .plotting import write

            write(name, plot, options.folder(goldens))
    if not options.write_json(json_file, data):
        click.echo(text.rstrip())


def _shown(name: str, as_hex: bool, goldens: Path) -> tuple[dict[str, Any], str]:
    from rnnspec.conformance.deviations.catalogue import CATALOGUE
    from rnnspec.conformance.properties.table import PROPERTIES, property_in
    from rnnspec.conformance.selection import known_ids
    from rnnspec.golden import load
    from rnnspec.reference import FAMILIES, OPERATIONS

    from . import describing

    families = {family.name: family for family in FAMILIES}
    known = known_ids(goldens)
    if name in OPERATIONS:
        return describing.operation(OPERATIONS[name], goldens)
    if name in families:
        return describing.family(families[name])
    if name in CATALOGUE:
        return describing.deviation(CATALOGUE[name], goldens)
    if name in PROPERTIES:
        return describing.property_of(name)
    if name in known and (tried := property_in(name)):
        return describing.property_of(tried, OPERATIONS[known[name]])
    if name in known:
        return describing.case(load(name, goldens), as_hex)
    raise options.Ended(_unknown(name, [*OPERATIONS, *families, *CATALOGUE, *PROPERTIES, *known]), 2)


def _unknown(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    start, _, end = name.partition("/")
    meant = f"{start}/property/{end}"
    near = [meant] if meant in known else get_close_matches(name, known, n=3)
    kinds = "operations|families|cases|properties|deviations"
    hint = f"did you mean {', '.join(near)}?" if near else f"`rnnspec list {kinds}` names all"
    return f"no operation, family, case, property or deviation {name!r}; {hint}"
