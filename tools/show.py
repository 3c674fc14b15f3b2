"""`rnnspec show`"""

from pathlib import Path
from typing import Any

import click

from . import options


@click.command()
@click.argument("name")
@click.option("--hex", "as_hex", is_flag=True, help="Print every value of a case, exactly.")
@options.JSON
@options.GOLDENS
def show(name: str, as_hex: bool, json_file: str | None, goldens: Path | None) -> None:
    """Show an operation, a case or a deviation by its NAME."""
    from rnnspec.conformance.deviations import CATALOGUE
    from rnnspec.golden import GoldenError, load, read_manifest
    from rnnspec.golden.manifest import contract
    from rnnspec.reference import OPERATIONS
    from rnnspec.reference.contract import docstring

    from . import describing

    with options.ending({GoldenError: 2}):
        if name in OPERATIONS:
            data, text = contract()[name], f"{name}\n\n{docstring(OPERATIONS[name])}"
        elif name in CATALOGUE:
            data, text = describing.deviation(CATALOGUE[name])
        elif name in read_manifest(options.folder(goldens)).cases:
            data, text = describing.case(load(name, options.folder(goldens)), as_hex)
        else:
            raise options.Ended(
                _unknown(name, [*OPERATIONS, *CATALOGUE, *read_manifest(options.folder(goldens)).cases]), 2
            )
    if not options.write_json(json_file, data):
        click.echo(text.rstrip())


def _unknown(name: str, known: list[str]) -> Any:
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=3)
    hint = f"did you mean {', '.join(near)}?" if near else "`rnnspec list operations|cases|deviations` names all"
    return f"no operation, case or deviation {name!r}; {hint}"
