"""Which nodes an edit changes: a place of the source at every step, at one end of the loop, or with all that are like it."""

from dataclasses import dataclass
from functools import cached_property

from .places import Place

EACH, ALL, ALIKE, SAME, LIKE, NAMED, ENTERING, EVERYTHING = (
    "each",
    "all",
    "alike",
    "same",
    "like",
    "named",
    "entering",
    "everything",
)
BEGINNING, RESTS, HANDED, TOLD, LOOP, MADE = "beginning", "rests", "handed", "told", "loop", "made"
WORKSPACE, GATES = "workspace", "gates"
OWN, LEFT = "own", "left"
USES, FROM, UNTIL, OUTSIDE, AMONG, TURNED = "uses", "from", "until", "outside", "among", "turned"
EVERY, FIRST, LAST, COLUMNS, AHEAD, SIGMOIDS = "every", "first", "last", "columns", "ahead", "sigmoids"
LOWER, SECOND, SECOND_BACK, FURTHER, BEHIND = "lower", "second", "second back", "further", "behind"
AT_ZERO = "at t = 0"
UNCOUPLED, STEP, STEP_AHEAD = "uncoupled", "step", "step ahead"
HEADS, RETURNED, OVER_TIME, ENDS = "heads", "returned", "over time", "ends"
OUTERS, OWN_OUTERS = "outers", "own outers"
BIASES, OWN_BIASES, MATRICES = "biases", "own biases", "matrices"
OVER_KEYS, OVER_VALUES, OF_VECTORS = "over keys", "over values", "of vectors"
OVER_EXAMPLES = "over examples"
WEIGHTED, HEADS_WEIGHTED, ALL_WEIGHTED = "weighted", "the head's weighted", "all weighted"
WEIGHTED_BACK = "weighted on the way back"
IN_SLOPES = "in slopes, too"
BOTH, OF_STEPS = "both", "of steps"
ALL_OF_IT = (EVERY, STEP, BOTH, OF_STEPS)  # which leave nothing out of what there is of a group

STATE, GRADIENT = "state", "gradient"  # in the place of a name: any of them …
AND = " and "  # … or those of several names


@dataclass(frozen=True)
class Group:
    """`extent` is the k-th of a place (each), all of a place, all of its innermost expression (alike), all nodes of a primitive
    (same), what is given and begins and is shaped alike (like), or is of these names (named), all that a state of this name enters, or any (entering), all with which runs begin (beginning), all that is left of gates (rests), what a step of a backward hands on of the gradient into a state of this name, or into any (handed), what is returned of a state of this name, or of any, and predicted from it (told), what a step and its backward make of a state of this name, or of several, as the step made it (made), all that a loop computes (loop), what uses gates that are overwritten in an order (workspace), what all gates have of a role (gates), all that is computed (everything), or what is
    made of the k-th of a place (uses), in a function, or from one use on, or until one, or at some of the places that use it, or in the gradients into matrices (turned), or outside of the step's equations, the head's and other steps' with it, or of a gate in all but what is left of it (own), or in that alone (left): that comes first in the place then; `only` are steps, all but the first of a run, those of t = 0, what is one column wide, what comes before a backward, or is of it, what comes into a lower layer of a network, what its second direction gives over time, forth or back, what belongs to gates that are sigmoids, gates of which nothing takes what is left, what is predicted (heads) or returned over time, or either, or returned of the end, what is in a step's own equations and not the head's, or the products that are gradients into matrices, with or without the head's, or the sums over examples that are gradients into biases, or what is shaped as a gate's matrix is, or products of a matrix of states and a vector that are summed over one of its axes, or products of two vectors that are such a matrix, or products that are summed over examples, or products with weights, the head's or others or all, or what goes back through weights but the head's, or what is left of any sigmoid, also in its slope, or, of a partner, what is told as the same, or all of it in a loop, where steps are taken for each other.
    """

    place: Place
    k: int = 0
    extent: str = EACH
    only: str = EVERY

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Once: a group is looked up for each edit of it in each case."""
        return hash((self.place, self.k, self.extent, self.only))
