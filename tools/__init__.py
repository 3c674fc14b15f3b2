"""The command `rnnspec`, one module a verb."""

import click

from .check import check
from .export import export
from .init import init
from .judge import judge
from .list import list_
from .regenerate import regenerate
from .show import show
from .verify import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rnnspec")
def main() -> None:
    """Is my recurrent layer right? Check it against proven goldens, and name what is wrong."""


for verb in (check, list_, show, init, export, judge, regenerate, verify):
    main.add_command(verb)

__all__ = ["main"]
