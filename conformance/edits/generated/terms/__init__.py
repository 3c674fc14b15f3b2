"""Edits of sums and products together: of terms and factors, and of how people write them."""
