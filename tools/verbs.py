"""The verbs of the command, and what ends each alike."""

from typing import Any

import click

from . import options, streams
from .check import check
from .cite import cite
from .compare import compare
from .export import export
from .hunt import hunt
from .init import init
from .judge import judge
from .list import list_
from .promote import promote
from .regenerate import regenerate
from .report import report
from .scoreboard import scoreboard
from .show import show
from .verify import verify

INTERRUPTED = 130


class Verbs(streams.Group):
    """The verbs of the command. The user's interrupt ends each with 130, as a shell has it."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(INTERRUPTED)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rnnspec")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Is my recurrent layer right? Check it against proven goldens, and name what is wrong."""
    chosen = options.of_project()
    # `show`, `list`, `verify` and `regenerate` are of goldens, wherever those of a check lie
    exported = {name: chosen[name] for name in ("goldens", "dtype", "cases") if name in chosen}
    judged = {name: value for name, value in exported.items() if name != "dtype"}
    ctx.default_map = {"check": chosen, "export": exported, "judge": judged}


for verb in (
    check,
    hunt,
    list_,
    show,
    init,
    export,
    judge,
    report,
    compare,
    scoreboard,
    promote,
    regenerate,
    verify,
    cite,
):
    main.add_command(verb)
