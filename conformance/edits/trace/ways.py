"""How a backward goes with a forward that is edited."""

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
