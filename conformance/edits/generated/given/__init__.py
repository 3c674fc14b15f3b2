"""Edits of what is given and in which order: inputs, states and gradients that belong together."""
