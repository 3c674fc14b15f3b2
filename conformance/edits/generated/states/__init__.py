"""Edits of states: as they enter a step and leave it, as they are kept and told, and of the gradients into them."""
