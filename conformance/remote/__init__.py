"""Candidates that are not in this process: programs over a pipe, Python in a process of its own, results in files."""
