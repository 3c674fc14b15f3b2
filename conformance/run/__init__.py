"""Running a candidate: the guarded call, the conversion of what came back, and the outcome."""
