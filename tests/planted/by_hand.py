"""Mistakes that somebody wrote by hand into a writing: one text for another, and what is told of that."""

from functools import reduce
from types import ModuleType

from planted import modules
from planted.ample import AMPLE
from planted.judging import loaded, ran
from planted.planting import FAMILIES, FOLDER, Functions
from rnnspec.conformance.explanation.naming import explain
from rnnspec.conformance.report.reasons import Explanation
from rnnspec.reference import OPERATIONS

KERNELS = ("in_a_buffer", "by_unit", "by_head")  # in the order of their imports


def written(module: str, old: str, new: str, *more: tuple[str, str]) -> Functions:
    """All families, written apart, with another text in one of their modules, or several."""
    texts = {name: _text(name) for name in FAMILIES}
    texts[module] = reduce(lambda text, change: _replaced(text, *change), ((old, new), *more), texts[module])
    return _operations(modules.loaded(texts)[FAMILIES[-1]])


def alone(module: str, *changes: tuple[str, str]) -> Functions:
    """One of the kernels, or of what stands by itself, with other texts in it."""
    texts = {name: _text(name) for name in (KERNELS if module in KERNELS else (module,))}
    texts[module] = reduce(lambda text, change: _replaced(text, *change), changes, texts[module])
    return _operations(modules.loaded(texts)[module])


def told(functions: Functions, names: list[str]) -> tuple[set[str], list[Explanation]]:
    """Which of these operations fail, and what is said of them."""
    outcomes = [outcome for name in names for outcome in ran(functions, name)]
    explanations, _ = explain(outcomes, "float64", loaded, AMPLE)
    return {outcome.operation for outcome in outcomes if outcome.failed}, explanations


def _text(name: str) -> str:
    return (FOLDER / f"{name}.py").read_text(encoding="utf-8")


def _replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


def _operations(module: ModuleType) -> Functions:
    return {name: function for name, function in vars(module).items() if name in OPERATIONS}
