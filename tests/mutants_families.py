"""Bugs a person would plausibly write, each one replacement in the text of apart_families.py and what it imports.

As in mutants.py, `operations` lists every operation whose results a mutant makes wrong. The words to
replace stand once in all the texts together.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from mutants import Mutant, module
from mutants_cells import CELLS
from mutants_layers import CONTAINERS, NETWORKS
from mutants_lstms import LSTMS
from mutants_time import TIME

# in the order of their imports
NAMES = ("apart_cells", "apart_lstms", "apart_sequences", "apart_networks", "apart_containers", "apart_families")
MUTANTS: tuple[Mutant, ...] = CELLS + LSTMS + TIME + NETWORKS + CONTAINERS


def load(mutant: Mutant | None) -> ModuleType:
    """apart_families.py and what it imports, fresh, with the mutant's replacement made; as they stand for None."""
    texts = {name: Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8") for name in NAMES}
    if mutant is not None:
        found = {name: text.count(mutant.old) for name, text in texts.items() if mutant.old in text}
        if sum(found.values()) != mutant.count:
            raise ValueError(f"{mutant.id}: {mutant.old!r} occurs {found or 0} times")
        texts = {name: text.replace(mutant.old, mutant.new) for name, text in texts.items()}
    with _own_modules():
        for name, text in texts.items():
            sys.modules[name] = module(name, text)
        return sys.modules[NAMES[-1]]


@contextmanager
def _own_modules() -> Iterator[None]:
    """What is imported inside replaces nobody's modules outside."""
    before = {name: sys.modules[name] for name in NAMES if name in sys.modules}
    try:
        yield
    finally:
        for name in NAMES:
            sys.modules.pop(name, None)
        sys.modules.update(before)
