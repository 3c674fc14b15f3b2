"""Naming the bug: what reproduces a candidate's failures, or where they begin."""
