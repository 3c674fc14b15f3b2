"""`python -m rnnspec`: the command."""

import sys

if not sys.flags.safe_path:
    del sys.path[0]  # the current folder: what lies in it is a candidate's, and imported when that is asked for

from rnnspec.tools import main

main(prog_name="python -m rnnspec")
