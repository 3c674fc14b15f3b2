"""Adds a family of a file beside it to a process, proves some goldens of it, and prints what the kit says of a mistake in it.

python new_family.py FILE OLD NEW, with OLD and NEW texts of FILE, prints JSON: what is said, by operation.
"""

import json
import sys
from collections.abc import Iterable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import rnnspec.reference as reference

PATH = Path(__file__).with_name("light.py")
OWN = "rnnspec.reference.families.own"
CASES = ("generic", "two-steps", "batch-of-one", "every-gradient", "ragged", "reverse")


def loaded(text: str, name: str) -> ModuleType:
    module = ModuleType(name)
    module.__file__ = str(PATH)
    exec(compile(text, str(PATH), "exec"), vars(module))
    return module


def added() -> None:
    """As its line in reference/__init__.py would."""
    spec = spec_from_file_location(OWN, PATH)
    assert spec
    assert spec.loader
    sys.modules[OWN] = family = module_from_spec(spec)
    spec.loader.exec_module(family)
    reference.MODULES = (*reference.MODULES, family)
    reference.FAMILIES = (*reference.FAMILIES, family.FAMILY)
    for name in family.__all__:
        reference.FUNCTIONS[name] = getattr(family, name)
        reference.OPERATIONS[name] = getattr(family, name).operation
    if family.FAMILY.outputs:  # which no layer has: its line in golden/ideas/recurrences.py
        from rnnspec.golden.ideas.attention import ATTENTION
        from rnnspec.golden.ideas.recurrences import OF_FAMILY

        OF_FAMILY[family.FAMILY.name] = ATTENTION


def goldens(functions: Iterable[str]) -> dict[str, Any]:
    """Its goldens by id, proven here."""
    from rnnspec.golden.case import CASES as KNOWN
    from rnnspec.golden.regenerate import Made, make
    from rnnspec.golden.store import Golden

    def golden(made: Made) -> Golden:
        groups: dict[str, dict[str, Any]] = {}
        for key, array in made.arrays.items():
            group, name = key.split("/", 1)
            groups.setdefault(group, {})[name] = array
        names = ("inputs", "parameters", "outputs", "sensitivity", "sensitivity16", "underflow")
        return Golden(made.entry, *(groups.get(name, {}) for name in names))

    wanted = [f"{operation}/{case}" for operation in functions for case in CASES]
    return {id: golden(make(id)) for id in wanted if id in KNOWN}


def judged(functions: dict[str, Any], proven: dict[str, Any]) -> list[Any]:
    from rnnspec.conformance.finding import candidate_of
    from rnnspec.conformance.run.runner import Runner

    runner = Runner(candidate_of(functions), "float64")
    outcomes = [runner.case(one) for one in proven.values()]
    assert {o.operation for o in outcomes} == {*functions}
    return outcomes


def explained(functions: dict[str, Any]) -> dict[str, list[str]]:
    from rnnspec.conformance.explanation.naming import explain

    proven = goldens(functions)
    explanations, localisations = explain(judged(functions, proven), "float64", proven.__getitem__)
    return {one.operation: list(one.difference) for one in explanations} | {
        one.operation: list(one.lines) for one in localisations
    }


if __name__ == "__main__":
    file, old, new = sys.argv[1:]
    PATH = Path(__file__).with_name(file)
    added()
    text = PATH.read_text(encoding="utf-8")
    assert text.count(old) == 1
    wrong = loaded(text.replace(old, new), "wrong")
    print(json.dumps(explained({name: getattr(wrong, name) for name in wrong.__all__})))
