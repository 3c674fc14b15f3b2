"""What pyproject.toml cannot say: the reference's text travels beside its code, and CITATION.cff beside the command.

Deviations are edits of that text, and an install may have nothing but bytecode.
"""

import json
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
SHIPPED = Path("rnnspec", "conformance", "deviations", "reference.json")  # conformance/deviations/text.py reads it
CITATION = Path("rnnspec", "tools", "CITATION.cff")  # tools/citing.py reads it


def texts() -> dict[str, str]:
    """Every module of the reference, by its dotted name."""
    found = {}
    for path in sorted((ROOT / "reference").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(("rnnspec", *(part for part in parts if part != "__init__")))
        found[name] = path.read_text(encoding="utf-8")
    return found


class WithText(build_py):
    """Builds the package, and puts the reference's text and the citation into it."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            Path(self.build_lib, SHIPPED).write_text(json.dumps(texts(), indent=1), encoding="utf-8")
            shutil.copyfile(ROOT / CITATION.name, Path(self.build_lib, CITATION))

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        added = (str(Path(self.build_lib, path)) for path in (SHIPPED, CITATION))
        return [*super().get_outputs(include_bytecode), *added]


setup(cmdclass={"build_py": WithText})
