"""Known ways to go wrong that are no entries of the catalogue, each with the reason."""

MEMORY = (
    "what is in uninitialised memory is not the same twice; the property `same call twice` and every golden catch it"
)
TWO_CALLS = "needs two calls; a property checks it, without a golden to explain from"
RAISES = "the candidate raises where shapes differ: the message names them, there is no output to explain"
RIGHT = "the values are right"
UNITS = "nothing of it is in the kit's contract"

LEFT_OUT: dict[str, str] = {
    "hin-used-for-hout": RAISES,
    "square-only-works": RAISES,
    "daprev-wrong-slice (rows of the matrix)": RAISES,
    "gru-lbr-nobias-uninit": MEMORY,
    "uninit-h0": MEMORY,
    "pad-output-uninit": MEMORY,
    "nondeterministic-kernel": MEMORY,
    "state-not-reset": TWO_CALLS,
    "state-wiped-when-stateful": f"{TWO_CALLS}; within one call it is a0-ignored with c0-ignored",
    "stale-graph-cache-key": TWO_CALLS,
    "input-mutated": TWO_CALLS,
    "accumulate-not-overwrite": TWO_CALLS,
    "hc-share-one-array": f"{TWO_CALLS}; within one call it is c0-from-a0",
    "none-vs-zeros": "gru-none-state-skips-bias is the form that has been seen",
    "h0-wrong-shape-accepted": "a refusal: the suite checks that a state of another shape is refused or raises",
    "bwd-da-T-mismatch": "a refusal, as above",
    "zeros-default-dtype": "the dtype of an output is compared before its values, and the message names it",
    "gru-nonzero-bias-wrong": "bias-ignored, bias-double-vs-single and bias-order-not-permuted are its forms",
    "batch-gt-1-wrong": "no formula; a pattern of failures that is reported as such",
    "softmax-sum-all": "the same as softmax-over-everything",
    "sigmoid-overflow-warning": RIGHT,
    "relu-kink-false-alarm": f"{RIGHT}: no golden has a rectifier at exactly 0",
    "gradcheck-uninit-false-alarm": f"{RIGHT}: no golden is huge without a reason",
    "da-only-carry": "the same as da-last-only",
    "c0 = a0, a0 <-> c0": "c0-from-a0 and a0-c0-swapped",
    "dcprev-partial (no da, no dc)": "dcprev-without-da and dcprev-without-dc",
    "a0-view-alias": "what is overwritten depends on where the buffer lies; c0-view-alias is the form that has been seen",
    "overflow of a rectifier": UNITS,
    "proj-clip": UNITS,
    "dropout-mask-not-in-backward": UNITS,
    "peephole-bwd-broadcast": "the broadcast that went wrong raises here; peephole-bwd-missing-c-prev is its value",
    "pack-unstable-sort": "frameworks promise no order among equal lengths, so no case has any",
}
