"""Biases: doubled, dropped, in the wrong place, and their gradients."""

from rnnspec.reference import family, gate, network
from rnnspec.reference.arithmetics import primitives as arithmetic
from rnnspec.reference.families import gru_reset_after, lstm, lstm_peephole, rnn

from .deviation import BUG, CONVENTION, Deviation, Edit, Way
from .scope import ALL, BACKWARD, FOUR_GATES, OVER_TIME, each, of

DOUBLED: Way = (
    Edit(gate.affine, '+ p[f"b{gate}"]', '+ 2 * p[f"b{gate}"]'),
    Edit(rnn.preactivation, '+ p["ba"]', '+ 2 * p["ba"]'),
    Edit(gru_reset_after.forward, '+ p["bc"]', '+ 2 * p["bc"]'),
)
DROPPED: Way = (
    Edit(gate.affine, ' + p[f"b{gate}"]', ""),
    Edit(rnn.preactivation, ' + p["ba"]', ""),
    Edit(gru_reset_after.forward, ' + p["bc"]', ""),
)
OUTSIDE: Way = (
    Edit(gru_reset_after.forward, '@ a_prev + p["bca"]', "@ a_prev"),
    Edit(gru_reset_after.forward, '+ p["bc"] + r * h', '+ p["bc"] + p["bca"] + r * h'),
)
OFFSET: Way = (
    *each([f for f in FOUR_GATES if f is not lstm_peephole], "forward", 'affine("f", v, p)', 'affine("f", v, p) + 1'),
    Edit(lstm_peephole.forward, 'affine("f", v, p)', 'affine("f", v, p) + 1'),
)
BEHIND: Way = (
    Edit(lstm.remember, "c_prev: Array)", "c_prev: Array, bf: Any = 0)"),
    Edit(lstm.remember, "sigmoid(zf)", "sigmoid(zf - bf) + bf"),
    *each(FOUR_GATES, "forward", "p), c_prev)", 'p), c_prev, p["bf"])'),
)
RESET_AFTER = (gru_reset_after,)

DEVIATIONS = (
    Deviation(
        id="bias-double-vs-single",
        summary="the bias is added twice: one bias was loaded into both of a layer that has two",
        kind=BUG,
        affects=of(ALL),
        exposed_by="biases that are not zero",
        seen_in=("keras-team/keras#8860", "OpenNMT/OpenNMT#127", "google/flax#3746", "apache/mxnet#15745"),
        ways=(DOUBLED,),
    ),
    Deviation(
        id="bias-ignored",
        summary="the gates' biases are left out: right for a zero bias only",
        kind=BUG,
        affects=of(ALL),
        exposed_by="biases that are not zero",
        seen_in=("fastmachinelearning/hls4ml#594",),
        ways=(DROPPED,),
    ),
    Deviation(
        id="gru-bhn-outside-reset",
        summary="tanh(Wx + bc + bca + r * (U a)): the recurrent bias stands outside the reset",
        kind=BUG,
        affects=of(RESET_AFTER),
        exposed_by="bca that is not zero",
        seen_in=("apple/coremltools#1124",),
        ways=(
            (
                *OUTSIDE,
                Edit(gru_reset_after.backward, "column_sum(dzc), column_sum(dh)", "column_sum(dzc), column_sum(dzc)"),
            ),
            OUTSIDE,
        ),
    ),
    Deviation(
        id="gru-missing-bhn",
        summary="the recurrent bias bca does not exist",
        kind=BUG,
        affects=of(RESET_AFTER),
        exposed_by="bca that is not zero; a zero default hides it",
        seen_in=("google/flax#5594",),
        ways=(
            (
                OUTSIDE[0],
                Edit(
                    gru_reset_after.backward, "column_sum(dzc), column_sum(dh)", "column_sum(dzc), 0 * column_sum(dh)"
                ),
            ),
            OUTSIDE[:1],
        ),
    ),
    Deviation(
        id="gru-none-state-skips-bias",
        summary="with a0 = None the first step skips all of the recurrent path, r * bca too",
        kind=BUG,
        affects=of(RESET_AFTER, OVER_TIME),
        exposed_by="no state, bca that is not zero, compared with explicit zeros",
        seen_in=("ml-explore/mlx#3249", "ml-explore/mlx#3252"),
        ways=(
            (
                # the sign of a zero tells a state that was left out from one of zeros
                Edit(family.initial_state, "zeros(like, *(", "-zeros(like, *("),
                Edit(network._initial, "return zeros(", "return -zeros("),
                Edit(gru_reset_after.forward, '+ p["bca"]', '+ p["bca"] * ~np.signbit(a_prev).all()'),
            ),
        ),
    ),
    Deviation(
        id="forget-bias-after-sigmoid",
        summary="f = sigmoid(z) + bf in place of sigmoid(z + bf)",
        kind=BUG,
        affects=of(FOUR_GATES),
        exposed_by="bf that is not zero",
        seen_in=("apache/tvm#3410",),
        ways=(BEHIND,),
    ),
    Deviation(
        id="forget-bias-offset",
        summary="the forget gate has an implicit + 1 in its pre-activation",
        kind=CONVENTION,
        affects=of(FOUR_GATES),
        exposed_by="any values",
        seen_in=("tensorflow/tensorflow#5090", "clab/dynet#1097"),
        ways=(OFFSET,),
    ),
    Deviation(
        id="bias-grad-zero-upper-layers",
        summary="the bias gradients of every layer but the first are zero",
        kind=BUG,
        affects=of(ALL, ("network_backward",)),
        exposed_by="two or more layers, every layer's db compared",
        seen_in=("apache/mxnet#17872", "apache/mxnet#17818"),
        ways=(
            (
                Edit(
                    network._backward,
                    "[dparameters, *gradients]",
                    '[[{n: d * (layer == 0 or n[:2] != "db") for n, d in p.items()} for p in dparameters], *gradients]',
                ),
            ),
        ),
    ),
    Deviation(
        id="bias-grad-not-flowing",
        summary="the biases are detached from the graph: their gradients are zero",
        kind=BUG,
        affects=of(ALL, BACKWARD),
        exposed_by="comparing db",
        seen_in=("tracel-ai/burn#5235",),
        ways=((Edit(arithmetic.column_sum, "return d.sum", "return 0 * d.sum"),),),
    ),
    Deviation(
        id="db-mean-over-batch",
        summary="db is a mean over the examples in place of a sum",
        kind=BUG,
        affects=of(ALL, BACKWARD),
        exposed_by="two or more examples",
        seen_in=("known student error",),
        ways=((Edit(arithmetic.column_sum, "d.sum", "d.mean"),),),
    ),
    Deviation(
        id="db-wrong-axis",
        summary="db is summed over units in place of examples: its shape is (1, m)",
        kind=BUG,
        affects=of(ALL, BACKWARD),
        exposed_by="n_a != m, or a check of shapes",
        seen_in=("known student error",),
        ways=((Edit(arithmetic.column_sum, "axis=1", "axis=0"),),),
    ),
    Deviation(
        id="db-not-summed",
        summary="db keeps a column an example: its shape is (n_a, m)",
        kind=BUG,
        affects=of(ALL, BACKWARD),
        exposed_by="two or more examples, or a check of shapes",
        seen_in=("known student error",),
        ways=((Edit(arithmetic.column_sum, "d.sum(axis=1, keepdims=True)", "d"),),),
    ),
)
