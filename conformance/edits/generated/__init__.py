"""The edits of a trace, kind by kind."""
