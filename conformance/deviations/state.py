"""The state: where it starts, how it is carried, who else holds it."""

from rnnspec.reference import family, layer, network, unroll
from rnnspec.reference.families import lstm, lstm_coupled, lstm_projected

from .deviation import BUG, Deviation, Edit
from .scope import ALL, LSTMS, OVER_TIME, of

GIVEN = 'given.get(f"{s}0") is None'
OF_NETWORK = '_initial(given.get(f"{s}0"), layer'
EQUAL = tuple(f for f in LSTMS if f is not lstm_projected)  # a and c have one shape


def _initial(of_sequence: str, of_network: str) -> tuple[Edit, ...]:
    return Edit(family.initial_state, GIVEN, of_sequence), Edit(network._forward, OF_NETWORK, of_network)


def _from(table: str) -> tuple[Edit, ...]:
    """Each state starts from another's array, where `table` says so."""
    seen = f'{table}[s] + "0"'
    return (
        Edit(family.initial_state, GIVEN, f"given.get({seen}) is None"),
        Edit(family.initial_state, 'else given[f"{s}0"]', f"else given[{seen}]"),
        Edit(network._forward, 'given.get(f"{s}0"), layer', f"given.get({seen}), layer"),
    )


DEVIATIONS = (
    Deviation(
        id="a0-ignored",
        summary="a sequence starts from zeros whatever a0 is",
        kind=BUG,
        affects=of(ALL, OVER_TIME),
        exposed_by="a0 that is not zero",
        seen_in=("bosonfields/DeepLearning-course-project", "opencv/opencv#19278"),
        ways=(_initial(f's == "a" or {GIVEN}', '_initial(None if s == "a" else given.get(f"{s}0"), layer'),),
    ),
    Deviation(
        id="c0-ignored",
        summary="the cell state starts from zeros whatever c0 is",
        kind=BUG,
        affects=of(LSTMS, OVER_TIME),
        exposed_by="c0 that is not zero",
        seen_in=("known; CMSIS-NN#219",),
        ways=(_initial(f's == "c" or {GIVEN}', '_initial(None if s == "c" else given.get(f"{s}0"), layer'),),
    ),
    Deviation(
        id="c0-from-a0",
        summary="the cell state starts from a0",
        kind=BUG,
        affects=of(EQUAL, OVER_TIME),
        exposed_by="a0 and c0 that differ",
        seen_in=("known",),
        ways=(_from('{"a": "a", "c": "a"}'),),
    ),
    Deviation(
        id="a0-c0-swapped",
        summary="the state starts from c0 and the cell state from a0",
        kind=BUG,
        affects=of(EQUAL, OVER_TIME),
        exposed_by="a0 and c0 that differ",
        seen_in=("known",),
        ways=(_from('{"a": "c", "c": "a"}'),),
    ),
    Deviation(
        id="state-not-carried",
        summary="every step starts from the initial state: no step sees the one before",
        kind=BUG,
        affects=of(ALL, OVER_TIME),
        exposed_by="two or more steps",
        seen_in=("tracel-ai/burn#2701", "kkleidal/GridLSTM#1"),
        ways=(
            (
                Edit(unroll.forward, "    for t in order", "    initial = state\n    for t in order"),
                Edit(unroll.forward, "given, state, parameters)", "given, initial, parameters)"),
            ),
        ),
    ),
    Deviation(
        id="c-not-carried",
        summary="every step starts from the initial cell state",
        kind=BUG,
        affects=of(LSTMS, OVER_TIME),
        exposed_by="two or more steps",
        seen_in=("tracel-ai/burn#2701",),
        ways=(
            (
                Edit(unroll.forward, "    for t in order", "    first = state\n    for t in order"),
                Edit(unroll.forward, "given, state, parameters)", "given, (state[0], *first[1:]), parameters)"),
            ),
        ),
    ),
    Deviation(
        id="bidir-init-state",
        summary="the backward direction starts from the forward direction's initial state",
        kind=BUG,
        affects=of(ALL, ("network_forward", "network_backward")),
        exposed_by="initial states that differ between directions",
        seen_in=("onnx/onnx-tensorflow#409",),
        ways=((Edit(network._forward, "layer * n_d + d, x", "layer * n_d, x"),),),
    ),
    Deviation(
        id="layers-share-init-state",
        summary="every layer starts from the first layer's initial state",
        kind=BUG,
        affects=of(ALL, ("network_forward", "network_backward")),
        exposed_by="initial states that differ between layers",
        seen_in=("pytorch/pytorch#3259",),
        ways=((Edit(network._forward, "layer * n_d + d, x", "d, x"),),),
    ),
    Deviation(
        id="c0-view-alias",
        summary="c_next = c[:, :, 0] is a view: the c_prev cached at the first step is overwritten by c_1",
        kind=BUG,
        affects=of((lstm, lstm_coupled), ("backward",)),
        exposed_by="backward through a sequence: forward and cell tests pass; only dx[:, :, 0], dWf, dbf, da0 are wrong",
        seen_in=("deeplearning.ai thread 67533",),
        ways=(
            (
                Edit(
                    unroll.forward,
                    "    return Walk(",
                    "    k = caches[order[0]]\n"
                    "    if isinstance(k.intermediates[1], tuple) and len(k.intermediates) == 3:\n"
                    "        v, (f, i, g, _), exposed = k.intermediates\n"
                    "        c_1 = outputs[order[0]][1]\n"
                    "        caches[order[0]] = k._replace(intermediates=(v, (f, i, g, c_1), exposed))\n"
                    "    return Walk(",
                ),
            ),
        ),
    ),
    Deviation(
        id="output-buffer-reused",
        summary="every step of the output is one buffer: all show the last step",
        kind=BUG,
        affects=of(ALL, ("forward",)),
        exposed_by="two or more steps, every t compared",
        seen_in=("known; mead-ml/mead-baseline#677",),
        ways=(
            (
                Edit(
                    layer._forward,
                    "collected(family, walk.outputs)",
                    "collected(family, [walk.outputs[walk.order[-1]]] * len(walk.outputs))",
                ),
            ),
        ),
    ),
)
