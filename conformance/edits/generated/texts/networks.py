"""Texts of a network, and what may stand there instead: other states for its layers and directions, lengths and orders of some, other sums."""

from collections.abc import Iterable, Iterator
from itertools import product

from rnnspec.reference import network

from .steps import LENGTHS as OF_EACH
from .steps import Changes

FINAL = "walk.final for layer in walks"
BEGUN = '_initial(given.get(f"{s}0"), layer * n_d + d'
LENGTHS = 'given.get("lengths")'
INTO_FINAL = 'given[f"d{s}_last"][layer * len(walks) + d]'
TOLD = {  # in the place of a run's final state
    "the state at t = T_x - 1, zero where an example is over": "walk.outputs[-1]",
    "the state at t = 0": "walk.outputs[0]",
    "the state of the step run last, zero where an example does not have it": "walk.outputs[walk.order[-1]]",
    "the states exchanged": "walk.final[::-1]",
    "the state at each example's last time": (
        "reduce(lambda s, at: unroll.carried(*at, s), zip(walk.valid, walk.outputs), walk.final)"
    ),
}
SOME = {  # of the runs of a network, by layer and direction d
    "of the first layer alone": "layer == 0",
    "of the last layer alone": "layer == len({layers}) - 1",
    "of the first direction alone": "d == 0",
    "of the first run alone": "layer == d == 0",
}
REVERSED = {
    "no direction is reversed": "False",
    "each direction is reversed": "True",
    "the first direction is reversed, the second not": "d == 0 and n_d == 2",
    "every second layer is reversed": "layer % 2 == 1",
    "every second run is reversed, counted by layer and direction": "(layer * n_d + d) % 2 == 1",
    "the second direction is reversed in the first layer alone": "d == 1 and layer == 0",
    "the second direction is reversed but in the first layer": "d == 1 and layer > 0",
}
BELOW = {
    "the first direction's": "dbelow[0]",
    "the last direction's": "dbelow[-1]",
    "their mean": "reduce(add, dbelow) / len(dbelow)",
}
WEIGHTS = {"the first direction's for each": "directions[0]", "the other direction's": "directions[n_d - 1 - d]"}
INITIAL = {"those into final states": "dfinal", "0": "tuple(0 * d for d in dinitial)"}
WHERE = {", where there are lengths": "walk.valid[0] is None", "": "False"}
ORDERS = {
    "as (direction, layer)": "d * len(parameters) + layer",
    "of the first run for all": "0",
    "of the first layer for all": "d",
    "by the layer alone": "layer",
    "of the first direction for both": "layer * n_d",
    "in reverse order": "len(parameters) * n_d - 1 - layer * n_d - d",
}
KINDS = {  # of the states of a cell, where it has several
    "{}s of the first kind": "({0}) if s == [*family.states][0] else {1}",
    "{}s but those of the first kind": "{1} if s == [*family.states][0] else ({0})",
}
PART = "da[d * n_a : (d + 1) * n_a]"
TURNS = "its units in turn with the other direction's"
PARTS = {
    "the first direction's for each": "da[:n_a]",
    "that of the other direction": "da[(len(walks) - 1 - d) * n_a : (len(walks) - d) * n_a]",
    TURNS: "da[d :: len(walks)]",
}
APART = "a.reshape(len(directions), -1, *a.shape[1:])"
IN_TURN = f"(lambda a: {APART}.swapaxes(0, 1).reshape(a.shape))({{}})"

READ = "transpose(0, 3, 1, 2).reshape(a.shape[2], len(a), a.shape[1]).transpose(1, 2, 0)"
BEHIND_ONE_ANOTHER = f"(lambda a: {APART}.{READ})({{}})"


def of_networks(several: bool) -> Iterator[tuple[str, list[Changes]]]:
    for words, state in TOLD.items():
        yield f"final states: {words}", [(network._forward, FINAL, FINAL.replace("walk.final", state))]
        if several and not state.endswith("[::-1]"):
            of_first = FINAL.replace("walk.final", f"({state}[0], *walk.final[1:])")
            yield f"final states of the first kind: {words}", [(network._forward, FINAL, of_first)]
    for words, holds in SOME.items():
        ahead, back = holds.format(layers="parameters"), holds.format(layers="caches.walks")
        begun = BEGUN.replace('given.get(f"{s}0")', f'given.get(f"{{s}}0") if {ahead} else None')
        yield f"initial states {words}", [(network._forward, BEGUN, begun)]
        yield f"lengths {words}", [(network._forward, LENGTHS, f"{LENGTHS} if {ahead} else None")]
        for which, own in _kinds(several):
            into = own.format(f"({back}) * {INTO_FINAL}", INTO_FINAL)
            yield f"gradients into {which.format('final state')} {words}", [(network._layer_backward, INTO_FINAL, into)]
    for words, holds in REVERSED.items():
        yield words, [(network._forward, "reverse=d == 1", f"reverse={holds}")]
    for words, instead in BELOW.items():
        yield (
            f"the gradient into what a layer sees: {words}",
            [(network._layer_backward, "reduce(add, dbelow)", instead)],
        )
    for words, part in PARTS.items():
        yield f"the gradient into what a layer gives: {words}", [(network._layer_backward, PART, part)]
    yield from _of_orders(several)
    yield from _of_what_is_handed()
    yield from _divided()


def _of_what_is_handed() -> Iterator[tuple[str, list[Changes]]]:
    """Parameters, and what a layer hands on or back."""
    for words, own in WEIGHTS.items():
        yield f"parameters: {words}", [(network._forward, "state, p, given", f"state, {own}, given")]
    for words, told in INITIAL.items():
        handed_back = (network._layer_backward, "found.append((seen, dinitial,", f"found.append((seen, {told},")
        yield f"gradients into initial states: {words}", [handed_back]
    uppermost: list[Changes] = [
        (network._backward, "da, dinitial, dparameters = _layer", "below, dinitial, dparameters = _layer"),
        (network._backward, '{"dx": da,', '{"dx": below,'),
    ]
    yield "each layer is given the gradient into the uppermost", uppermost
    exchanged = (
        network._layer_backward,
        "reduce(add, dbelow), *behind",
        "reduce(add, dbelow), behind[0], behind[1][::-1]",
    )
    yield "gradients into parameters of the directions exchanged", [exchanged]
    for words, old in {"parameters": "[dparameters, *gradients]", "initial states": "[*dinitial, *dstates]"}.items():
        inner = ", ".join(old[1:-1].split(", ")[::-1])
        yield f"gradients into {words} of layers in reverse order", [(network._backward, old, f"[{inner}]")]
    yield from _joined()


def _joined() -> Iterator[tuple[str, list[Changes]]]:
    """What a layer gives of its directions, joined otherwise."""
    joined = "np.concatenate([unroll.stacked([s[0] for s in walk.outputs]) for walk in walks[-1]])"
    residual = f"(lambda new: new + below if new.shape == below.shape else new)({joined})"
    yield "what a layer sees is added to what it gives", [(network._forward, joined, residual)]
    ahead, back = (network._forward, joined, IN_TURN.format(joined)), (network._layer_backward, PART, PARTS[TURNS])
    yield "units of the directions in turn in what a layer gives, in the forward alone", [ahead]
    yield "units of the directions in turn in what a layer gives", [ahead, back]
    behind: Changes = (network._forward, joined, BEHIND_ONE_ANOTHER.format(joined))
    yield (
        "what a layer gives kept as (direction, T_x, n_a, m), read as (T_x, direction, n_a, m), in the forward alone",
        [behind],
    )


def _kinds(several: bool) -> Iterable[tuple[str, str]]:
    """States of all kinds, and of one where there are others."""
    return {"{}s": "{0}", **(KINDS if several else {})}.items()


def _divided() -> Iterator[tuple[str, list[Changes]]]:
    """What a layer hands back as a mean."""
    for (words, least), (where, whole) in product({"": 0, ", or by 1": 1}.items(), WHERE.items()):
        length = f"np.maximum({OF_EACH.format('walk.valid')} + np.zeros(seen.shape[1]), {least})[:, None]"
        handed = f"found.append(((seen if {whole} else seen / {length}),"
        yield (
            f"what each layer hands back divided by each example's length{words}{where}",
            [(network._layer_backward, "found.append((seen,", handed)],
        )


def _of_orders(several: bool) -> Iterator[tuple[str, list[Changes]]]:
    for (words, k), (which, own) in product(ORDERS.items(), _kinds(several)):
        right, back = "layer * n_d + d", k.replace("n_d", "len(walks)").replace("parameters", "caches.walks")
        begun = BEGUN.replace(right, own.format(k, right))
        yield f"{which.format('initial state')} {words}", [(network._forward, BEGUN, begun)]
        right = right.replace("n_d", "len(walks)")
        into = INTO_FINAL.replace(right, own.format(back, right))
        yield f"gradients into {which.format('final state')} {words}", [(network._layer_backward, INTO_FINAL, into)]
    other = (network._forward, "for walk in walks[-1]]", "for walk in walks[-1][::-1]]")
    yield "directions joined in the other order", [other]
