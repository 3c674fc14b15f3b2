"""A finding held against what a candidate gave: a case, and what it is of implementations that are right and written otherwise."""
