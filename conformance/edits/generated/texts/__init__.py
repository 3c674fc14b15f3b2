"""Edits of a loop's own text."""
