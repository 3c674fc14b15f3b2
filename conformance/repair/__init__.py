"""The bug in the candidate's own source: one change of an expression or a statement with which everything passes."""
