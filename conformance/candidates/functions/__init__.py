"""Functions with a backward of their own as candidates: of NumPy, and of a shared library written in C."""
