"""Properties that need no golden: each holds a candidate against itself."""
