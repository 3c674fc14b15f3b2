"""What a golden is made from: the code that its operation runs through, and its idea.

Regenerating passes over a case whose recipe is that of the golden in place, so that a new family costs
only its own cases.
"""

import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from rnnspec.reference import MODULES, Operation

from .cases import Case

OWN = ("drawing", "proof", "refusal")  # the modules of this package that decide what a golden is
ARITHMETICS = ("ball", "dual", "noise", "local_model", "source")


def recipe(case: Case) -> str:
    """A digest of everything that a golden follows from."""
    text = f"{_code(home(case.operation))}|{case.idea}|{case.dims}|{case.features}"
    return sha256(text.encode()).hexdigest()[:16]


def home(operation: Operation) -> Path:
    """The file that an operation is defined in."""
    module = next(module for module in MODULES if operation.name in getattr(module, "__all__", ()))
    return Path(str(module.__file__))


@lru_cache(maxsize=64)
def _code(path: Path) -> str:
    here = Path(__file__).parent
    files = {here / f"{name}.py" for name in OWN} | _behind(path)
    for name in ARITHMETICS:
        files |= _behind(path.parent / f"{name}.py")
    return sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()


def _behind(path: Path) -> set[Path]:
    """A file and all that it imports from beside it."""
    found, todo = set[Path](), [path]
    while todo:
        file = todo.pop()
        if file in found or not file.is_file():
            continue
        found.add(file)
        text = file.read_text(encoding="utf-8")
        names = re.findall(r"^from \.(\w+) import", text, re.M)
        for group in re.findall(r"^from \. import (.+)$", text, re.M):
            names += re.findall(r"\w+", group)
        todo += [file.parent / f"{name}.py" for name in names]
    return found
