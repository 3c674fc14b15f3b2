"""What edits are made of: places and their groups, values that may stand there, forms and functions of these, and words."""
