"""Mistakes that no list has: edits generated from the equations themselves, and run on what a candidate gave."""

# each imports itself and those before it, beside them what a finding is; `explaining` imports them all
FOLDERS = ("trace", "generated", "held", "approximations", "search")
