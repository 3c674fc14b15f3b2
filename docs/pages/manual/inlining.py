"""Functions of one line, which are read where they are called."""

import ast
import copy
from collections.abc import Mapping


def one_line(text: str) -> tuple[list[str], ast.expr] | None:
    """The arguments and the value of a function that is one line; None where it is more, or says which case it is."""
    (definition,) = ast.parse(text).body
    assert isinstance(definition, ast.FunctionDef)
    *before, last = definition.body
    if any(not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)) for s in before):
        return None
    if not isinstance(last, ast.Return) or last.value is None or definition.args.kwonlyargs or definition.args.defaults:
        return None
    apart = (ast.IfExp, ast.Tuple, ast.Dict, ast.ListComp, ast.DictComp, ast.GeneratorExp, ast.BoolOp)
    if any(isinstance(part, apart) for part in _outside_indices(last.value)):
        return None
    return [arg.arg for arg in definition.args.args], last.value


def _outside_indices(node: ast.AST) -> list[ast.AST]:
    """All of an expression but what stands in an index."""
    if isinstance(node, ast.Subscript):
        return [node, *_outside_indices(node.value)]
    return [node, *(part for child in ast.iter_child_nodes(node) for part in _outside_indices(child))]


class _Put(ast.NodeTransformer):
    def __init__(self, given: Mapping[str, ast.expr]) -> None:
        self.given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.given.get(node.id, node)

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.expr:
        put = self.visit(node.value)
        return put if isinstance(put, ast.Constant) else ast.FormattedValue(put, node.conversion, node.format_spec)


def put(line: ast.expr, given: Mapping[str, ast.expr]) -> ast.expr:
    """A line with its arguments put in, which stay the nodes that they are."""
    changed: ast.expr = _Put(given).visit(copy.deepcopy(line))
    return changed
