"""What a row of a program's source may be instead."""
