"""Layers and directions."""

from rnnspec.reference import network

from .deviation import BUG, CONVENTION, Deviation, Edit, Way
from .scope import ALL, NETWORK, of

FINALS = "for layer in walks for walk in layer"
BELOW = "[unroll.stacked([s[0] for s in walk.outputs]) for walk in walks[-1]]"

SWAPPED: Way = (Edit(network._forward, "for walk in walks[-1]]", "for walk in walks[-1][::-1]]"),)
SWAPPED_BACK: Way = (
    Edit(network._layer_backward, "da[d * n_a : (d + 1) * n_a]", "da[(len(walks) - 1 - d) * n_a :][:n_a]"),
)
FINALS_BY_DIRECTION: Way = (Edit(network._forward, FINALS, "for direction in zip(*walks) for walk in direction"),)
STATES_BY_DIRECTION: Way = (Edit(network._forward, "layer * n_d + d, x", "d * len(parameters) + layer, x"),)
BY_DIRECTION_BACK: Way = (
    Edit(network._layer_backward, "layer * len(walks) + d]", "d * len(caches.walks) + layer]"),
    Edit(
        network._backward,
        "    initial = {",
        "    n_d = len(caches.walks[0])\n"
        "    dstates = [dstates[l * n_d + d] for d in range(n_d) for l in range(len(caches.walks))]\n"
        "    initial = {",
    ),
)
# each example's own part of a reversed output in the order of the run
UNFLIPPED = (
    "[unroll.stacked([s[0] for s in walk.outputs]) if walk.order[0] == 0 else np.stack(["
    "np.stack([walk.outputs[n - 1 - t if t < n else t][0][:, j] for t in range(len(walk.outputs))], axis=1)"
    " for j, n in enumerate(sum(np.ones(x.shape[1], int) if v is None else v.astype(int) for v in walk.valid))"
    "], axis=1) for walk in walks[-1]]"
)

DEVIATIONS = (
    Deviation(
        id="bidir-concat-order",
        summary="the directions' outputs are concatenated backward first",
        kind=CONVENTION,
        affects=of(ALL, NETWORK),
        exposed_by="two directions with weights of their own",
        seen_in=("onnx/onnx-tensorflow#227",),
        ways=((*SWAPPED, *SWAPPED_BACK), SWAPPED),
    ),
    Deviation(
        id="bidir-output-not-flipped",
        summary="the backward direction's outputs are joined in the order of its run, last step first",
        kind=BUG,
        affects=of(ALL, NETWORK),
        exposed_by="two directions and two or more steps",
        seen_in=("tensorflow/tensorflow#40345", "onnx/tensorflow-onnx#213"),
        ways=((Edit(network._forward, BELOW, UNFLIPPED),),),
    ),
    Deviation(
        id="hn-layer-dir-order",
        summary="states are ordered (direction, layer) in place of (layer, direction)",
        kind=CONVENTION,
        affects=of(ALL, NETWORK),
        exposed_by="two or more layers of two directions; values only where both numbers are equal",
        seen_in=("OpenNMT/OpenNMT-py#61", "pytorch/pytorch#7669", "tensorflow/tensorflow#6072", "onnx/onnx#143"),
        ways=(
            (*FINALS_BY_DIRECTION, *STATES_BY_DIRECTION, *BY_DIRECTION_BACK),
            (*FINALS_BY_DIRECTION, *STATES_BY_DIRECTION),
            FINALS_BY_DIRECTION,
        ),
    ),
    Deviation(
        id="layer-input-not-chained",
        summary="every layer sees x in place of the outputs of the layer below",
        kind=BUG,
        affects=of(ALL, NETWORK),
        exposed_by="two or more layers; equal lengths are needed to run at all",
        seen_in=("KimUyen/ConvLSTM-Pytorch#4",),
        ways=((Edit(network._forward, "(below,), state", "(x,), state"),),),
    ),
    Deviation(
        id="unsort-missing",
        summary="the final states stay in the order of falling lengths",
        kind=BUG,
        affects=of(ALL, ("network_forward",)),
        exposed_by="unsorted lengths of three or more examples: a swap would hide a wrong inverse",
        seen_in=("Lizhen0628/text_classification#12", "mead-ml/mead-baseline#677"),
        ways=(
            (
                Edit(
                    network._forward,
                    "[np.stack(states) for",
                    '[np.stack(states)[:, :, np.argsort(-given.get("lengths", np.ones(x.shape[1])), kind="stable")] for',
                ),
            ),
        ),
    ),
    Deviation(
        id="bidir-dx-one-direction",
        summary="what a layer sees gets the forward direction's gradient alone",
        kind=BUG,
        affects=of(ALL, ("network_backward",)),
        exposed_by="two directions, dx and the gradients of lower layers",
        seen_in=("apache/mxnet#18203",),
        ways=((Edit(network._layer_backward, "reduce(add, dbelow)", "dbelow[0]"),),),
    ),
    Deviation(
        id="lower-layers-no-grad",
        summary="the gradient stops below the uppermost layer",
        kind=BUG,
        affects=of(ALL, ("network_backward",)),
        exposed_by="two or more layers, every layer's gradients compared",
        seen_in=("known",),
        ways=(
            (
                Edit(
                    network._backward,
                    "        gradients, dstates =",
                    "        da = da * (layer == 0)\n        gradients, dstates =",
                ),
            ),
        ),
    ),
)
