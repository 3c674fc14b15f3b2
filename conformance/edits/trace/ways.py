"""How a backward goes with a forward that is edited, and how that is told."""

WAYS = CACHED, FOLLOWED, RECOMPUTED, STATES, NEW_STATES, STABILISED, ANEW, BESIDE = (
    "",  # it has what the forward left
    "differentiated",  # it follows from that, as automatic differentiation has it
    "recomputed",  # it has what is right in its place
    "states",  # it has the states that the forward left, and of each step what is right of those
    "new states",  # so, and of each step also those that it made, which it is computed from
    "stabilised anew",  # so, but for what its gates are stabilised by, which it computes again with them
    "anew",  # it computes the forward itself, each step from what enters it, and the forward is right
    "beside",  # it does so for all but the gradients into states, which go by what the forward left; without states for all
)
WHOLE = "whole"  # it computes the forward itself, as "anew", and has also what that gives of it
OUTPUTS = "outputs"  # it has the states that the forward left, and what that gave in each step
# it has the state that the forward left at the begin of so many steps, and computes the others again, as a kernel with checkpoints does
BLOCKS = {f"in blocks of {n}": n for n in (1, 2, 4, 8, 16)}
OF_WHAT_IS_LEFT = (STATES, NEW_STATES, STABILISED, OUTPUTS, *BLOCKS)
# it computes the forward itself from the first step on, or from the state that the forward, which is right, left at the begin of so many
FROM_FIRST = "anew from the first step"
REMADE = {FROM_FIRST: 0, **{f"anew in blocks of {n}": n for n in (4, 2, 8, 16)}}
OF_ANEW = (ANEW, BESIDE, WHOLE, *REMADE)  # with a forward that is right
# it has what the forward left, and masks by lengths of its own, in an order of its own; where the forward has skipped steps, zeros
OF_LOOPS = MASKED, SKIPPED = "masked", "skipped"

TOLD_OF_WAYS = {
    FOLLOWED: "and the backward follows from that",
    RECOMPUTED: "in the forward alone",
    **dict.fromkeys((STATES, NEW_STATES, STABILISED), "in the forward alone, whose states the backward has"),
    OUTPUTS: "in the forward alone, whose states and outputs the backward has",
    **{
        way: f"in the forward alone, of which the backward has the state {f'of every {n} steps' if n > 1 else 'before each step'}"
        for way, n in BLOCKS.items()
    },
    **dict.fromkeys((ANEW, WHOLE), "in what the backward computes anew"),
    **{way: f"in what the backward computes {way}{' steps' if n else ''}" for way, n in REMADE.items()},
    BESIDE: "in what the backward computes anew, beside the gradients into states",
    MASKED: "in the forward alone: the backward has the steps that each example has",
    SKIPPED: "in the forward alone, which keeps zeros of a step that it skips: the backward has the steps that each example has",
}
