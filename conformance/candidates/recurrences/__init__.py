"""Recurrences of named inputs as projects ship them: a description of conventions a project, over one adapter to PyTorch."""
