"""What makes a candidate of something that is none yet: a program, a name for a process of its own, an ONNX file.

from rnnspec.adapt import program
rnnspec.check(program(["./lstm", "--fast"]))
"""

from rnnspec.conformance import Last, isolated, program

__all__ = ["Last", "isolated", "program"]
