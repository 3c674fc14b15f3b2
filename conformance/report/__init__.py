"""What a check found: the report, what explains it, its words, its JSON, and what is on record beside it."""
