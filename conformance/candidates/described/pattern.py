"""Short patterns: `x, (h, c)` for what a layer is called with, `y, (h, c)` for what it returns, `btf` for the order of axes."""

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rnnspec.reference import ContractError
from rnnspec.reference.contract import described

AXES = {"b": "examples", "t": "steps", "f": "features or units"}


class BadDescription(ValueError):
    """A description is not one, or does not fit the layer; the message says what to change."""


PARTS = (
    ast.Call,
    ast.Name,
    ast.Tuple,
    ast.List,
    ast.Constant,
    ast.keyword,
    ast.Load,
)  # of a call, what a pattern may have


class Pattern:
    """Words in tuples and keywords, as they would be written in Python."""

    def __init__(self, text: str, known: Iterable[str], what: str) -> None:
        self.text, self.what, self.known = text, what, [*known]
        try:
            call = ast.parse(f"_({text})", mode="eval").body
        except (SyntaxError, ValueError):
            raise BadDescription(f"{what}={text!r} is no pattern such as 'x, (h, c)'") from None
        assert isinstance(call, ast.Call)
        if odd := [
            node
            for node in ast.walk(call)
            if not isinstance(node, PARTS) or (type(node) is ast.Call and node is not call)
        ]:
            raise BadDescription(
                f"{what}={text!r} has {ast.unparse(odd[0])!r}, want words in tuples, lists and keywords"
            )
        self._call = call
        self.words = [node.id for node in ast.walk(call) if isinstance(node, ast.Name) and node.id != "_"]
        if strange := [word for word in self.words if word not in known]:
            raise BadDescription(f"{what}={text!r} has {strange[0]!r}, want some of {', '.join(known)} and _")
        if twice := [word for word in self.words if self.words.count(word) > 1]:
            raise BadDescription(f"{what}={text!r} has {twice[0]!r} twice")

    def arguments(self, values: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Positional and keyword arguments with values in place of words; `_` is None."""
        positional = [_filled(node, values) for node in self._call.args]
        return positional, {str(keyword.arg): _filled(keyword.value, values) for keyword in self._call.keywords}

    def found(self, returned: Any) -> dict[str, Any]:
        """Values by word in what was returned: in a tuple by place, in a dict or an object by name, `out=y, state=(h, c)`.

        Raises ContractError where it is built otherwise.
        """
        parts, found = self._call.args, dict[str, Any]()
        for keyword in self._call.keywords:
            _match(keyword.value, _under(str(keyword.arg), returned, self), found, self)
        if not self._call.keywords:
            _match(parts[0] if len(parts) == 1 else ast.Tuple(parts, ast.Load()), returned, found, self)
        elif parts:
            raise BadDescription(f"{self.what}={self.text!r} has parts with and without a name, want either")
        return found


def _filled(node: ast.expr, values: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return values.get(node.id)
    if isinstance(node, ast.Tuple):
        return tuple(_filled(part, values) for part in node.elts)
    if isinstance(node, ast.List):
        return [_filled(part, values) for part in node.elts]
    return ast.literal_eval(node)


def _under(name: str, returned: Any, pattern: Pattern) -> Any:
    if isinstance(returned, Mapping) and name in returned:
        return returned[name]
    if not isinstance(returned, Mapping) and hasattr(returned, name):
        return getattr(returned, name)
    raise ContractError(f"returned {described(returned)}, which has no {name} as {pattern.what}={pattern.text!r} wants")


def _match(node: ast.expr, value: Any, found: dict[str, Any], pattern: Pattern) -> None:
    if isinstance(node, ast.Name):
        if node.id != "_":
            found[node.id] = value
        return
    if not isinstance(node, ast.Tuple | ast.List):
        raise BadDescription(f"{pattern.what}={pattern.text!r} has {ast.unparse(node)!r}, want words in tuples")
    if not isinstance(value, tuple | list) or len(value) != len(node.elts):
        raise ContractError(f"returned {described(value)} where {pattern.what}={pattern.text!r} has {len(node.elts)}")
    for part, one in zip(node.elts, value, strict=True):
        _match(part, one, found, pattern)


class Layout:
    """An order of axes by letters; `1` is an axis of one."""

    def __init__(self, letters: str, allowed: Iterable[str], what: str) -> None:
        self.letters, self.axes, self.what = letters, letters.replace("1", ""), what
        orders = [*allowed]
        if sorted(self.axes) not in [sorted(order) for order in orders]:
            said = ", ".join(f"{letter} {AXES[letter]}" for letter in max(orders, key=len))
            raise BadDescription(f"{what}={letters!r} is no order of {' or of '.join(orders)} ({said})")

    def of(self, array: Any, ours: str, xp: Any) -> Any:
        """An array in our order as the layer wants it."""
        turned = xp.transpose(array, tuple(ours.index(letter) for letter in self.axes))
        lengths = iter(turned.shape)
        return xp.reshape(turned, tuple(1 if letter == "1" else next(lengths) for letter in self.letters))

    def back(self, array: Any, ours: str, xp: Any, name: str) -> Any:
        """An array of the layer's in our order. Raises ContractError where it has other axes."""
        shape = tuple(getattr(array, "shape", ()))
        ones = [n for n, letter in zip(shape, self.letters, strict=False) if letter == "1"]
        if len(shape) != len(self.letters) or any(n != 1 for n in ones):
            raise ContractError(f"{name} is {described(array)}, where {self.what}={self.letters!r}")
        kept = tuple(n for n, letter in zip(shape, self.letters, strict=True) if letter != "1")
        return xp.transpose(xp.reshape(array, kept), tuple(self.axes.index(letter) for letter in ours))


Weights = Mapping[str, str] | Callable[[Mapping[str, Any]], Mapping[str, Any]]
