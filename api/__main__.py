"""`python -m rnnspec`: the command."""

from rnnspec.tools import main

main(prog_name="python -m rnnspec")
