"""PyTorch: torch.nn as a candidate, anybody's module as one, and modules that are looked at."""
