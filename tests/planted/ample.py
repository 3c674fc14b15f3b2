"""How long what is to be found is looked for: a test is of whether it is found, benchmarks/ are of how soon."""

AMPLE = 240.0  # seconds of CPU time, also where a core is slow
