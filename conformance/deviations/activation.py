"""Activations and the softmax head."""

from rnnspec.reference import layer, unroll
from rnnspec.reference.arithmetics import primitives as arithmetic
from rnnspec.reference.families import lstm, rnn_relu

from .deviation import BUG, CONVENTION, Deviation, Edit, Way
from .scope import ALL, BACKWARD, GATED, LSTMS, ONE_MINUS_INPUT, PREDICTED, of

SIGMOID = "np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))"
RELU = "select(positive, z, 0), positive"


def _hard(slope: str) -> tuple[Way, Way]:
    forward = Edit(arithmetic.sigmoid, SIGMOID, f"np.clip({slope} * x + 0.5, 0, 1).astype(x.dtype)")
    return (forward, Edit(arithmetic.sigmoid_slope, "y * (1 - y)", f"{slope} * ((y > 0) & (y < 1))")), (forward,)


DEVIATIONS = (
    Deviation(
        id="hard-sigmoid-default",
        summary="gates use clip(0.2 x + 0.5, 0, 1) in place of the sigmoid",
        kind=CONVENTION,
        affects=of(GATED, more=("sigmoid",)),
        exposed_by="any values, with a tolerance below 1e-2",
        seen_in=("tensorflow/tensorflow#47495", "minimaxir/textgenrnn#153", "apache/mxnet#10927"),
        ways=_hard("0.2"),
    ),
    Deviation(
        id="hard-sigmoid-slope",
        summary="gates use clip(x / 6 + 0.5, 0, 1) in place of the sigmoid",
        kind=CONVENTION,
        affects=of(GATED, more=("sigmoid",)),
        exposed_by="any values",
        seen_in=("keras 3 hard_sigmoid",),
        ways=_hard("(1 / 6)"),
    ),
    Deviation(
        id="activation-hardcoded",
        summary="tanh where the rectifier was asked for",
        kind=BUG,
        affects=of((rnn_relu,)),
        exposed_by="a layer whose activation is not the default",
        seen_in=("intel/ipex-llm#1901", "opencv/opencv#18390"),
        ways=(
            (
                Edit(arithmetic.relu, RELU, "np.tanh(z), np.tanh(z)"),
                Edit(rnn_relu.backward, "select(positive, da_next, 0)", "da_next * (1 - positive * positive)"),
            ),
            (Edit(arithmetic.relu, RELU, "np.tanh(z), positive"),),
        ),
    ),
    Deviation(
        id="relu-derivative-missing",
        summary="the rectifier's gradient is passed on where it was shut",
        kind=BUG,
        affects=of((rnn_relu,), BACKWARD),
        exposed_by="units below zero",
        seen_in=("known student error",),
        ways=((Edit(rnn_relu.backward, "select(positive, da_next, 0)", "da_next"),),),
    ),
    Deviation(
        id="sigmoid-overflow-nan",
        summary="exp(x) / (1 + exp(x)): infinity over infinity",
        kind=BUG,
        affects=of(GATED, more=("sigmoid",)),
        exposed_by="pre-activations above 89 in float32, 710 in float64",
        seen_in=("clab/dynet#1525", "ARM-software/ComputeLibrary#779"),
        ways=((Edit(arithmetic.sigmoid, SIGMOID, "np.exp(x) / (1 + np.exp(x))"), *ONE_MINUS_INPUT),),
    ),
    Deviation(
        id="sigmoid-bwd-overflow",
        summary="the sigmoid's derivative is written exp(-x) / (1 + exp(-x))^2: NaN in backward only",
        kind=BUG,
        affects=of(GATED, BACKWARD),
        exposed_by="pre-activations below -89 in float32, -710 in float64, and a check that gradients are finite",
        seen_in=("jeshraghian/snntorch#433",),
        ways=(
            (
                Edit(
                    arithmetic.sigmoid_slope,
                    "return y * (1 - y)",
                    "x = np.log(y / (1 - y))\n    return np.exp(-x) / (1 + np.exp(-x)) ** 2",
                ),
            ),
        ),
    ),
    Deviation(
        id="tanh-exp-form",
        summary="tanh is (exp(x) - exp(-x)) / (exp(x) + exp(-x)): NaN where one overflows",
        kind=BUG,
        affects=of([f for f in ALL if f is not rnn_relu]),
        exposed_by="pre-activations or cell states above 89 in float32, 710 in float64",
        seen_in=("known",),
        ways=((Edit(arithmetic.tanh, "np.tanh(z)", "(np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))"),),),
    ),
    Deviation(
        id="missing-tanh-on-c",
        summary="a = o * c in place of o * tanh(c)",
        kind=BUG,
        affects=of(LSTMS),
        exposed_by="cell states that are not small",
        seen_in=("nicodjimenez/lstm#47",),
        ways=(
            (
                Edit(lstm.expose, "tanh(c)", "c"),
                Edit(lstm.expose_backward, "da * o * tanh_slope(tanh_c)", "da * o"),
            ),
            (Edit(lstm.expose, "return o * tanh_c", "return o * c"),),
        ),
    ),
    Deviation(
        id="softmax-axis",
        summary="the softmax runs over the examples in place of the classes",
        kind=BUG,
        affects=of(ALL, PREDICTED, more=("softmax",)),
        exposed_by="two classes and two examples or more; the columns do not add up to 1",
        seen_in=("maxlevv/Gesture-Detection",),
        ways=(
            (
                Edit(arithmetic.softmax, "x.max(axis=0)", "x.max(axis=1, keepdims=True)"),
                Edit(arithmetic.softmax, "e.sum(axis=0)", "e.sum(axis=1, keepdims=True)"),
            ),
        ),
    ),
    Deviation(
        id="softmax-no-max",
        summary="exp(x) / sum(exp(x)) without taking the maximum off: NaN where exp overflows",
        kind=BUG,
        affects=("softmax",),
        exposed_by="logits above 89 in float32, 710 in float64",
        seen_in=("pennyqx/MLTS",),
        ways=((Edit(arithmetic.softmax, "x - x.max(axis=0)", "x"),),),
    ),
    Deviation(
        id="softmax-global-max",
        summary="the maximum of the whole array is taken off: a column far below it becomes 0/0",
        kind=BUG,
        affects=("softmax",),
        exposed_by="two examples whose logits differ by more than 745",
        seen_in=("the course's rnn_utils.softmax",),
        ways=((Edit(arithmetic.softmax, "x.max(axis=0)", "x.max()"),),),
    ),
    Deviation(
        id="head-bias-missing",
        summary="the head has no bias: softmax(Wy a)",
        kind=BUG,
        affects=of(ALL, PREDICTED),
        exposed_by="by that is not zero",
        seen_in=("known student error",),
        ways=((Edit(unroll.head, "W @ a + b", "W @ a"),),),
    ),
    Deviation(
        id="head-softmax-twice",
        summary="the head's gradient goes through the softmax twice",
        kind=BUG,
        affects=of(ALL, ("backward",)),
        exposed_by="gradients into the predictions",
        seen_in=("known student error",),
        ways=(
            (
                Edit(
                    unroll.head_backward,
                    "dlogits = y * (dy - (y * dy).sum(axis=0))",
                    "dlogits = y * (dy - (y * dy).sum(axis=0))\n    dlogits = y * (dlogits - (y * dlogits).sum(axis=0))",
                ),
            ),
        ),
    ),
    Deviation(
        id="head-softmax-as-sigmoid",
        summary="the softmax's Jacobian is taken for its diagonal: dlogits = y * (1 - y) * dy",
        kind=BUG,
        affects=of(ALL, ("backward",)),
        exposed_by="gradients into the predictions that differ between classes",
        seen_in=("known student error",),
        ways=((Edit(unroll.head_backward, "y * (dy - (y * dy).sum(axis=0))", "y * (1 - y) * dy"),),),
    ),
    Deviation(
        id="head-dc-plus-dc",
        summary="the state's own gradient is added twice in place of the predictions'",
        kind=BUG,
        affects=of(ALL, ("backward",)),
        exposed_by="gradients into the predictions",
        seen_in=("javaidnabi31/RNN-from-scratch#2",),
        ways=((Edit(layer.through_head, "da[t] + back", "da[t] + da[t]"),),),
    ),
    Deviation(
        id="dy-upstream-ignored",
        summary="the predictions' gradient never reaches the state: only dWy and dby see it",
        kind=BUG,
        affects=of(ALL, ("backward",)),
        exposed_by="gradients into the predictions and into every state",
        seen_in=("many-to-many variants of student code",),
        ways=((Edit(layer.through_head, "da[t] + back", "da[t]"),),),
    ),
)
