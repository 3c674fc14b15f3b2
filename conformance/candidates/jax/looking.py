"""Modules of Flax and of Equinox looked at: how one is made, its weights, and a call."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from rnnspec.golden.entry import shown

from ..described.calling import tree
from ..described.candidate import Described
from ..described.guessing import N_A, N_X, Shapes
from ..described.pattern import BadDescription
from ..described.proposing import Way, proposed
from ..described.writing import failing, making, meant
from .function import jax_function

Weights = Callable[[list[Any]], Shapes]  # of a call
TAKES = ("x, (h, c)", "x, (c, h)", "x, h, c", "(h, c), x", "(c, h), x", "h, c, x", "x, h", "h, x", "x")
PLACE = r"(\.[^\W\d]\w*|\[\d+\]|\['\w+'\])+"  # of a weight in a module of Equinox, as it is written
RUN = "def run(weights, n_x, n_a, *given):"


def linen(module: Any) -> Described:
    """Raises BadDescription where a module tells too little, as the others here do."""
    made = making(module, {})
    own = _made(module, made, ())

    def weights(given: list[Any]) -> Shapes:
        from flax.traverse_util import flatten_dict

        variables = jax.eval_shape(own.init, jax.random.key(0), *given)
        return {name: leaf.shape for name, leaf in flatten_dict(variables["params"], sep="/").items()}

    return _proposed(module, weights, (RUN, f'    return {made}.apply({{"params": weights}}, *given)'))


def nnx(module: Any) -> Described:
    from flax import nnx

    made = making(module, {"rngs": "nnx.Rngs(0)"})
    blank = f"nnx.eval_shape(lambda: {made})"
    lines = ("from flax import nnx", RUN, f"    layer = {blank}", "    nnx.update(layer, weights)")
    own = nnx.to_flat_state(nnx.state(_made(module, made, lines[:1]), nnx.Param))
    shapes = {"/".join(map(str, path)): tuple(leaf.shape) for path, leaf in own}
    return _proposed(module, lambda _: shapes, (*lines, "    return layer(*given)"))


def equinox(module: Any) -> Described:
    """One example at a time, or all."""
    imports = ("import equinox as eqx", "import jax")
    made = making(module, {"key": "jax.random.key(0)"})
    blank = f"eqx.filter_eval_shape({made.replace('(', ', ', 1)}"
    leaves, _ = jax.tree_util.tree_flatten_with_path(_made(module, blank, imports))
    places = {jax.tree_util.keystr(path): leaf for path, leaf in leaves if isinstance(leaf, jax.ShapeDtypeStruct)}
    if odd := [place for place in places if not re.fullmatch(PLACE, place)]:
        raise BadDescription(f"a weight stands where no attribute or index leads: {shown(odd[0], 200)}")
    shapes = {".".join(re.findall(r"\w+", place)): leaf.shape for place, leaf in places.items()}
    lines = (
        *imports,
        RUN,
        "    layer = eqx.tree_at(",
        f"        lambda layer: [{', '.join(f'layer{place}' for place in places)}],",
        f"        {blank},",
        f"        [{', '.join(_read(name) for name in shapes)}],",
        "    )",
    )
    returning = ("    return jax.vmap(layer)(*given)", "    return layer(*given)")
    return _proposed(module, lambda _: shapes, *((*lines, last) for last in returning))


def _read(name: str) -> str:
    return "weights" + "".join(f"[{part!r}]" for part in name.split("."))


def _made(module: Any, made: str, imports: Sequence[str]) -> Any:
    try:
        return meant(module, f"(lambda n_x, n_a: {made})({N_X}, {N_A})", imports)
    except BadDescription:
        raise
    except Exception as error:
        raise failing(made, error) from None


def _proposed(module: Any, weights: Weights, *ways: tuple[str, ...]) -> Described:
    def probe(run: Any, given: list[Any], named: dict[str, Any]) -> tuple[Any, Shapes]:
        shapes = weights(given)
        arrays = tree({name: jnp.zeros(shape) for name, shape in shapes.items()})
        return jax.eval_shape(lambda *arrays: run(arrays[0], N_X, N_A, *arrays[1:], **named), arrays, *given), shapes

    return proposed([_way(module, probe, lines) for lines in ways], jax.disable_jit)


def _way(module: Any, probe: Any, lines: tuple[str, ...]) -> Way:
    return Way(
        kind=module,
        describe=jax_function,
        first="run",
        lines=lines,
        zeros=jnp.zeros,
        probe=probe,
        takes=TAKES,
        before="weights, n_x, n_a, ",
    )
