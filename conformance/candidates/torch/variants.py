"""How a module runs: as it is, compiled, or exported, saved, loaded and run."""

import io
import warnings
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import torch
from torch.func import functional_call
from torch.utils._pytree import tree_leaves

from ...candidate import Unsupported
from ..recurrent.layer import Named
from .framework import Tensor

Run = Callable[[Any, Named, list[Any], dict[str, Any]], Any]  # a module's call with weights by name
EAGER = "eager"
MANY = 1 << 20  # shapes that are compiled
WIDTHS = {"AVX2": 256, "AVX512": 512}  # of a processor's vectors, in bits, where the compiler takes one


def _buffers(layer: Any) -> dict[str, Tensor]:
    """What a module holds beside its weights, as it was made: no call leaves anything to the next."""
    return {name: buffer.clone() for name, buffer in layer.named_buffers()}


def _eager() -> Run:
    def run(layer: Any, weights: Named, given: list[Any], named: dict[str, Any]) -> Any:
        return functional_call(layer, {**_buffers(layer), **weights}, tuple(given), named, strict=True)

    return run


def _compiled() -> Run:
    """What breaks the graph, and so would run as it is, is not tested.

    The compiler keeps on disk what it wrote for a graph and its options, not for which processor: with vectors of another width that
    writes beyond its arrays. So the width is one of the options."""
    options = {"cpp.simdlen": WIDTHS.get(torch.backends.cpu.get_cpu_capability())}

    @cache
    def of(layer: Any) -> Any:
        called = partial(functional_call, layer, strict=True)
        return torch.compile(called, fullgraph=True, dynamic=False, options=options)

    def run(layer: Any, weights: Named, given: list[Any], named: dict[str, Any]) -> Any:
        try:
            with (
                torch._dynamo.config.patch(recompile_limit=MANY, accumulated_recompile_limit=MANY),
                warnings.catch_warnings(),
            ):
                warnings.filterwarnings("ignore", "The .grad attribute of a Tensor that is not a leaf", UserWarning)
                return of(layer)({**_buffers(layer), **weights}, tuple(given), named)
        except torch._dynamo.exc.Unsupported as error:
            raise Unsupported(f"torch.compile falls back to eager: {str(error).strip().splitlines()[0]}") from None

    return run


def _exported() -> Run:
    """Exported for the shapes of a call, saved, loaded."""
    loaded: dict[Any, Any] = {}

    def run(layer: Any, weights: Named, given: list[Any], named: dict[str, Any]) -> Any:
        key = layer, tuple(str(getattr(leaf, "shape", leaf)) for leaf in tree_leaves((given, named)))
        if key not in loaded:
            file = io.BytesIO()
            torch.export.save(torch.export.export(layer, tuple(given), named), file)
            file.seek(0)
            loaded[key] = torch.export.load(file).module()
        return functional_call(loaded[key], {**_buffers(layer), **weights}, tuple(given), named, strict=True)

    return run


VARIANTS: dict[str, Callable[[], Run]] = {EAGER: _eager, "compile": _compiled, "export": _exported}
