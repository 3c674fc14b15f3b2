"""The bug in a program's own source, in whatever language: one change of its text with which, built anew, everything passes."""
