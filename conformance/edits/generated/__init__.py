"""The edits of a trace, kind by kind: what a place of an equation may have in its place, and what has no one place."""

# each imports itself and those before it; `generating` imports them all
FOLDERS = ("making", "values", "terms", "given", "states", "parameters", "texts")
