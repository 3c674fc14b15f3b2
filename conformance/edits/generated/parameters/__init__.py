"""Edits of parameters, of all gates at once, and of the gradients into both."""
