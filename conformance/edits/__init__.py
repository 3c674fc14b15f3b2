"""Mistakes that no list has: edits generated from the equations themselves, and run on what a candidate gave."""
