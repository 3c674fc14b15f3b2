"""Direction of time, ragged lengths, padding."""

from rnnspec.reference import layer, unroll

from .deviation import BUG, CONVENTION, Deviation, Edit
from .scope import ALL, BACK_IN_TIME, NETWORK, OVER_TIME, of

MASK = "None if lengths is None else t < lengths"
STEP = "select(valid[t], x[t], 0)"
KEPT = "carried(valid[t], state_t, state)"
PADDED = "tuple(select(valid[t], o, 0) for o in new)"
REPEATED = "carried(valid[t], new, state)"
FINAL = "Walk(outputs, caches, state,"
UNMASKED = Edit(
    layer._forward, "select(v, predicted(family, s[0], parameters), 0)", "predicted(family, s[0], parameters)"
)

# in the order in which a reversed run made them: its last valid step first, the padding behind
RUN_ORDER = """\
    if walk.order[0] > 0:
        valid = unroll.np.array([unroll.np.full({m}, True) if v is None else v for v in walk.valid])
        at = unroll.np.array([[n - 1 - t if t < n else t for n in valid.sum(axis=0)] for t in walk.order[::-1]]).T
"""
TAKEN = "unroll.np.take_along_axis({0}, unroll.np.broadcast_to(at, {0}.shape), axis=2)"
OUTPUTS_MOVED = Edit(
    layer._forward,
    "    options = frozenset(",
    RUN_ORDER.format(m="x.shape[1]")
    + f"        named = {{k: {TAKEN.format('array')} for k, array in named.items()}}\n    options = frozenset(",
)
GRADIENTS_MOVED = Edit(
    layer._backward,
    "    T_x = len(walk.outputs)\n",
    "    T_x = len(walk.outputs)\n"
    + RUN_ORDER.format(m="walk.final[0].shape[1]")
    + "        at_time = {k: "
    + TAKEN.format("d")
    + ' for k, d in given.items() if k in ("da", "dy")}\n        given = {**given, **at_time}\n',
)

DEVIATIONS = (
    Deviation(
        id="direction-ignored",
        summary="a reversed run goes forward in time",
        kind=BUG,
        affects=of(ALL, OVER_TIME),
        exposed_by="a sequence that is no palindrome",
        seen_in=("onnx/onnx#7935", "apache/tvm#15829"),
        ways=((Edit(unroll.forward, "range(T_x)[::-1] if reverse else range(T_x)", "range(T_x)"),),),
    ),
    Deviation(
        id="reverse-output-order",
        summary="the outputs of a reversed run stay in the order of the run, last step first",
        kind=CONVENTION,
        affects=of(ALL, ("forward", "backward")),
        exposed_by="a reversed run of two or more steps",
        seen_in=(
            "microsoft/onnxruntime#4187",
            "onnx/keras-onnx#523",
            "tensorflow/tensorflow#40345",
            "PINTO0309/onnx2tf#287",
            "webmachinelearning/webnn-baseline#123",
        ),
        ways=((OUTPUTS_MOVED, GRADIENTS_MOVED), (OUTPUTS_MOVED,)),
    ),
    Deviation(
        id="reverse-includes-padding",
        summary="a reversed run goes through the padding first, and its state with it",
        kind=BUG,
        affects=of(ALL, OVER_TIME),
        exposed_by="ragged and reversed, with garbage in the padding or a bias or a state",
        seen_in=(
            "onnx/onnx-tensorflow#342",
            "NervanaSystems/ngraph#3176",
            "pytorch/pytorch#1811",
            "deeplearning4j#1030",
        ),
        ways=(
            (
                Edit(unroll.forward, STEP, "select(None if reverse else valid[t], x[t], 0)"),
                Edit(unroll.forward, KEPT, "carried(None if reverse else valid[t], state_t, state)"),
            ),
        ),
    ),
    Deviation(
        id="mask-not-reversed",
        summary="a reversed run has its inputs reversed and its mask not: it keeps the last steps of the array",
        kind=BUG,
        affects=of(ALL, OVER_TIME),
        exposed_by="ragged and reversed",
        seen_in=("keras-team/keras#1934", "keras-team/keras#7244", "keras-team/keras#4192"),
        ways=((Edit(unroll.forward, "t < lengths", "(T_x - 1 - t if reverse else t) < lengths"),),),
    ),
    Deviation(
        id="lengths-untested",
        summary="the lengths are accepted and never used",
        kind=BUG,
        affects=of(ALL, OVER_TIME),
        exposed_by="a length below T",
        seen_in=("jax-ml/jax#15169",),
        ways=((Edit(unroll.forward, MASK, "None"),),),
    ),
    Deviation(
        id="length-off-by-one",
        summary="an example's last valid step is taken for padding",
        kind=BUG,
        affects=of(ALL, OVER_TIME),
        exposed_by="a length below T",
        seen_in=("known",),
        ways=((Edit(unroll.forward, "t < lengths", "t < lengths - 1"),),),
    ),
    Deviation(
        id="state-through-padding",
        summary="masked steps see no input and still move the state, through biases and recurrence",
        kind=BUG,
        affects=of(ALL, (*NETWORK, "forward", "backward")),
        exposed_by="ragged, and the final state or a reversed run",
        seen_in=("keras-team/keras#1300", "deeplearning4j#4631"),
        ways=((Edit(unroll.forward, KEPT, "state_t"),),),
    ),
    Deviation(
        id="pad-output-zero-vs-carry",
        summary="outputs beyond an example's length repeat its last state in place of zeros",
        kind=CONVENTION,
        affects=of(ALL, ("forward", "network_forward")),
        exposed_by="ragged, and outputs compared beyond the length",
        seen_in=("microsoft/onnxruntime#12492", "keras-team/keras#1569", "tensorflow/tensorflow#1030"),
        ways=(
            (Edit(unroll.forward, PADDED, REPEATED),),
            (
                Edit(unroll.forward, PADDED, REPEATED),
                UNMASKED,
            ),
        ),
    ),
    Deviation(
        id="pad-output-not-masked",
        summary="outputs beyond an example's length are whatever the step gave, not zeros",
        kind=BUG,
        affects=of(ALL, ("forward", "network_forward")),
        exposed_by="ragged, and outputs compared beyond the length",
        seen_in=("microsoft/onnxruntime#1193",),
        ways=(
            (Edit(unroll.forward, PADDED, "new"),),
            (
                Edit(unroll.forward, PADDED, "new"),
                UNMASKED,
            ),
        ),
    ),
    Deviation(
        id="pad-prediction-not-masked",
        summary="predictions beyond an example's length are the softmax of the head's bias, not zeros",
        kind=CONVENTION,
        affects=of(ALL, ("forward",)),
        exposed_by="ragged, and predictions compared beyond the length",
        seen_in=("a Dense layer behind a masked one",),
        ways=((UNMASKED,),),
    ),
    Deviation(
        id="left-vs-right-padding",
        summary="the padding is taken to stand in front: an example's steps are the last of the array",
        kind=CONVENTION,
        affects=of(ALL, OVER_TIME),
        exposed_by="a length below T",
        seen_in=("tensorflow/tensorflow#48702", "keras-team/keras#1282"),
        ways=((Edit(unroll.forward, "t < lengths", "t >= T_x - lengths"),),),
    ),
    Deviation(
        id="zero-length",
        summary="the final state of an example without steps is zeros, not its initial state",
        kind=CONVENTION,
        affects=of(ALL, ("network_forward",)),
        exposed_by="a length of 0 with an initial state that is not zero",
        seen_in=("pytorch/pytorch#50192", "microsoft/onnxruntime#749", "microsoft/onnxruntime#28189"),
        ways=(
            (
                Edit(
                    unroll.forward,
                    FINAL,
                    "Walk(outputs, caches, tuple(select(None if lengths is None else lengths > 0, s, 0) for s in state),",
                ),
            ),
        ),
    ),
    Deviation(
        id="zero-length-runs-a-step",
        summary="an example without steps is run for one",
        kind=BUG,
        affects=of(ALL, OVER_TIME),
        exposed_by="a length of 0",
        seen_in=("CanReader/FastNN#27",),
        ways=((Edit(unroll.forward, "t < lengths", "t < np.maximum(lengths, 1)"),),),
    ),
    Deviation(
        id="final-state-at-T",
        summary="the final state is the last column of the output: zeros for an example that ended before",
        kind=BUG,
        affects=of(ALL, ("network_forward",)),
        exposed_by="ragged, and the final state compared",
        seen_in=("apple/coremltools#824",),
        ways=((Edit(unroll.forward, FINAL, "Walk(outputs, caches, outputs[order[-1]],"),),),
    ),
    Deviation(
        id="final-state-wrong-end",
        summary="the final state of a reversed run is read at t = T - 1, where it began",
        kind=BUG,
        affects=of(ALL, ("network_forward",)),
        exposed_by="two directions, and the final state compared",
        seen_in=("apple/coremltools#824",),
        ways=((Edit(unroll.forward, FINAL, "Walk(outputs, caches, outputs[-1] if reverse else state,"),),),
    ),
    Deviation(
        id="padding-grad-leaks",
        summary="the upstream gradient in the padding counts",
        kind=BUG,
        affects=of(ALL, BACK_IN_TIME),
        exposed_by="ragged, and upstream gradients that are not zero in the padding",
        seen_in=("known",),
        ways=(
            (
                Edit(
                    unroll.backward,
                    "tuple(select(valid, d, 0) for d in cell.arriving(doutputs[t], dstate))",
                    "cell.arriving(doutputs[t], dstate)",
                ),
            ),
        ),
    ),
    Deviation(
        id="final-grad-lost-in-padding",
        summary="no gradient is carried back through an example's padding: lost is what comes into its final state, or in a reversed run what goes into its initial one",
        kind=BUG,
        affects=of(ALL, BACK_IN_TIME),
        exposed_by="ragged, and a gradient into the final state or a reversed run",
        seen_in=("known",),
        ways=((Edit(unroll.backward, "carried(valid, dprevious, dstate)", "dprevious"),),),
    ),
)
