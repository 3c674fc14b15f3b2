"""Edits of w n + (1 - w) a as people write it with one product: n + (1 - w) (a - n), or a + w (n - a)."""

from collections.abc import Callable, Iterator
from typing import Any

from ..trace.group import Group
from ..trace.replaying import Edit, Replay
from ..trace.tape import Id
from ..trace.trace import Trace
from ..trace.wording import labelled
from .editing import edit, named, other, others

Mixture = Callable[[Any, Any, Any], Any]  # of w, n and a

MIXTURES: dict[str, Mixture] = {
    "{n} - (1 - {w}) * ({a} - {n})": lambda w, n, a: n - (1 - w) * (a - n),
    "{n} + {w} * ({a} - {n})": lambda w, n, a: n + w * (a - n),
    "{n} + (1 - {w}) / ({a} - {n})": lambda w, n, a: n + (1 - w) / (a - n),
    "{n} + (1 - {w}) + ({a} - {n})": lambda w, n, a: 1 - w + a,
    "{a} + {w} / ({n} - {a})": lambda w, n, a: a + w / (n - a),
    "{n} + (1 - {w}) * ({a} + {n})": lambda w, n, a: n + (1 - w) * (a + n),
    "{n} + (1 - {w}) * {a}": lambda w, n, a: n + (1 - w) * a,
    "{n} + (1 - {w}) * {n}": lambda w, n, a: n + (1 - w) * n,
    "{a} + {w} * {a}": lambda w, n, a: a + w * a,
    "{a} - {w} * ({n} - {a})": lambda w, n, a: a - w * (n - a),
    "{a} + {w} * ({n} + {a})": lambda w, n, a: a + w * (n + a),
    "{a} + {w} * {n}": lambda w, n, a: a + w * n,
    "(1 - {w}) * ({a} - {n})": lambda w, n, a: (1 - w) * (a - n),
    "{w} * ({n} - {a})": lambda w, n, a: w * (n - a),
}
REPLACED: dict[str, Callable[[Any, Any, Any, Any], Any]] = {
    "{v} + (1 - {w}) * ({a} - {n})": lambda w, n, a, v: v + (1 - w) * (a - n),
    "{n} + (1 - {w}) * ({v} - {n})": lambda w, n, a, v: n + (1 - w) * (v - n),
    "{n} + (1 - {w}) * ({a} - {v})": lambda w, n, a, v: n + (1 - w) * (a - v),
    "{n} + {v} * ({a} - {n})": lambda w, n, a, v: n + v * (a - n),
    "{v} + {w} * ({n} - {a})": lambda w, n, a, v: v + w * (n - a),
    "{a} + {w} * ({v} - {a})": lambda w, n, a, v: a + w * (v - a),
    "{a} + {w} * ({n} - {v})": lambda w, n, a, v: a + w * (n - v),
}


def of_mixtures(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    if (parts := _parts(trace, first)) is None:
        return
    for text, of in MIXTURES.items():
        yield edit(
            group,
            lambda r, i, of=of: of(*_values(r, i)),
            "mixture",
            lambda r, i, t=text: t.format(**_labels(r, i)),
            1.1,
        )
    for key, _, rank in others(trace, first, trace.shape(parts[1]), shifts=False):
        for text, instead in REPLACED.items():
            yield edit(
                group,
                lambda r, i, k=key, of=instead: _replaced(of, _values(r, i), other(r, i, k)),
                "mixture",
                lambda r, i, k=key, t=text: t.format(v=named(r.trace, k), **_labels(r, i)),
                rank + 0.2,
            )


COMPLEMENTS: dict[str, Callable[[Any, Any, Any], Any]] = {  # of x, u and another, in the place of x u
    "{v} - {x} * (1 - {u})": lambda x, u, v: v - x * (1 - u),
    "{x} - {v} * (1 - {u})": lambda x, u, v: x - v * (1 - u),
    "{x} + {v} * (1 - {u})": lambda x, u, v: x + v * (1 - u),
    "-{x} - {v} * (1 - {u})": lambda x, u, v: -x - v * (1 - u),
}


def of_complements(trace: Trace, group: Group, first: int) -> Iterator[Edit]:
    """Of x u as people write it who keep 1 - u: x - x (1 - u)."""
    for a, u in enumerate(trace.tape.nodes[first].args):
        if trace.tape.nodes[first].name != "multiply" or u not in _with_complement(trace):
            continue
        for key, _, rank in others(trace, first, trace.shape(first), shifts=False):
            for text, of in COMPLEMENTS.items():
                yield edit(
                    group,
                    lambda r, i, k=key, a=a, of=of: _complemented(of, r, i, a, other(r, i, k)),
                    "mixture",
                    lambda r, i, k=key, a=a, t=text: t.format(
                        x=_label(r, i, 1 - a), u=_label(r, i, a), v=named(r.trace, k)
                    ),
                    rank + 0.2,
                )


def _with_complement(trace: Trace) -> set[Any]:
    """Values whose difference to 1 is used, too, and what is kept of them."""
    if not trace.complemented:
        own = {
            n.args[1] for n in trace.tape.nodes if n.name == "subtract" and n.args[0] == 1 and type(n.args[0]) is not Id
        }
        gates = {i for i in own if trace.tape.nodes[trace.origin(i)].name == "sigmoid"}
        origins = {trace.origin(i) for i in gates}
        trace.complemented |= {i for i in range(len(trace.tape.nodes)) if trace.origin(i) in origins}
    return trace.complemented


def _complemented(of: Callable[[Any, Any, Any], Any], r: Replay, i: int, a: int, value: Any) -> Any:
    return None if value is None else of(r.argument(i, 1 - a), r.argument(i, a), value)


def _label(r: Replay, i: int, a: int) -> str:
    return labelled(r.trace, r.trace.tape.nodes[i].args[a])


def _parts(trace: Trace, i: int) -> tuple[Id, Id, Id] | None:
    """w, n and a of w n + (1 - w) a."""
    nodes = trace.tape.nodes
    if nodes[i].name != "add":
        return None
    one, two = (nodes[arg] if type(arg) is Id else None for arg in nodes[i].args)
    if one is None or two is None or one.name != "multiply" or two.name != "multiply":
        return None
    w, n = one.args
    rest, a = two.args
    if not all(type(arg) is Id for arg in (w, n, rest, a)):
        return None
    complement = nodes[rest]
    is_rest = complement.name == "subtract" and complement.args[1] == w
    return (w, n, a) if is_rest else None


def _values(r: Replay, i: int) -> tuple[Any, Any, Any]:
    w, n, a = _parts(r.trace, i) or (Id(0), Id(0), Id(0))
    return r.values[w], r.values[n], r.values[a]


def _labels(r: Replay, i: int) -> dict[str, str]:
    return {letter: labelled(r.trace, part) for letter, part in zip("wna", _parts(r.trace, i) or (), strict=False)}


def _replaced(of: Callable[..., Any], parts: tuple[Any, Any, Any], value: Any) -> Any:
    return None if value is None else of(*parts, value)
