"""Functions that approximate tanh or a sigmoid: told from what a candidate gave of them, step by step."""
