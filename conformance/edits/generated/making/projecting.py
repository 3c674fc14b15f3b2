"""What one part of what is joined gives in a product with a matrix."""

from typing import Any

from ...trace.replaying import Replay


def of_part(r: Replay, product: int, part: int) -> Any:
    matrix, joined = r.trace.tape.nodes[product].args
    parts = [r.argument(joined, p) for p in range(len(r.trace.tape.nodes[joined].args) - 1)]
    begin = sum(len(one) for one in parts[:part])
    return r.values[matrix][:, begin : begin + len(parts[part])] @ parts[part]
