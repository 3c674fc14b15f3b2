"""Edits of one value: another operand, function, number, mask or sum."""
