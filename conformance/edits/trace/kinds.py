"""Of which kind a node is, of a group that has some kind of them alone."""

from collections.abc import Callable

from .gates import complemented, squashed
from .group import (
    ALL_WEIGHTED,
    BIASES,
    COLUMNS,
    HEADS_WEIGHTED,
    MATRICES,
    OF_VECTORS,
    OUTERS,
    OVER_EXAMPLES,
    OVER_KEYS,
    OVER_VALUES,
    OWN_BIASES,
    OWN_OUTERS,
    SIGMOIDS,
    UNCOUPLED,
    WEIGHTED,
    WEIGHTED_BACK,
)
from .shapes import is_matrix
from .sums import is_column_sum, is_of_a_matrix, is_of_head, is_of_vectors, is_outer, is_over_examples
from .trace import Trace

KINDS: dict[str, Callable[[Trace, int], bool]] = {
    COLUMNS: lambda trace, i: trace.shape(i)[1:] == (1,),
    MATRICES: lambda trace, i: is_matrix(trace.shape(i)),
    UNCOUPLED: lambda trace, i: i not in complemented(trace),
    SIGMOIDS: lambda trace, i: squashed(trace, i) == "sigmoid",
    OUTERS: lambda trace, i: is_outer(trace, i, True),
    OWN_OUTERS: lambda trace, i: is_outer(trace, i, False),
    BIASES: lambda trace, i: is_column_sum(trace, i, True),
    OWN_BIASES: lambda trace, i: is_column_sum(trace, i, False),
    OVER_KEYS: lambda trace, i: is_of_a_matrix(trace, i, 1),
    OVER_VALUES: lambda trace, i: is_of_a_matrix(trace, i, 2),
    OF_VECTORS: is_of_vectors,
    OVER_EXAMPLES: is_over_examples,
    WEIGHTED: lambda trace, i: trace.is_weighted(i) and not is_of_head(trace, i),
    HEADS_WEIGHTED: lambda trace, i: trace.is_weighted(i) and is_of_head(trace, i),
    ALL_WEIGHTED: lambda trace, i: trace.is_weighted(i),
    WEIGHTED_BACK: lambda trace, i: trace.is_back(i) and trace.is_weighted_back(i) and not is_of_head(trace, i),
}
