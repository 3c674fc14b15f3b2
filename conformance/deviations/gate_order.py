"""Gates in another order: every permutation, searched as such and not listed one by one.

A permutation is written as the gates whose weights are read: `gate-order:icfo` reads W_i as the forget gate's,
W_c as the input gate's. Those that the field has a name for keep it.
"""

from collections.abc import Iterator
from itertools import permutations

from rnnspec.reference import Operation, gate
from rnnspec.reference.families import gru_reset_after, lstm_peephole

from .deviation import BUG, CONVENTION, Deviation, Edit
from .scope import BACKWARD, FOUR_GATES, GATED, GRUS, LSTMS, of, renamed

GATES = {"lstm_coupled": "ico", **dict.fromkeys(("gru", "gru_reset_after"), "urc")}
FOUR = "fico"
NAMED = {
    ("fico", "ifco"): "gate-if-swapped",
    ("fico", "fioc"): "gate-order-docs-vs-code",
    ("urc", "ruc"): "gru-rz-swapped",
}


def _gates(operation: str) -> str:
    """The gates of an operation's family, "" where it has none."""
    families = [f.FAMILY.name for f in GATED if operation in of([f])]
    return GATES.get(families[0], FOUR) if families else ""


def _order(id: str, gates: str, read: str, affects: tuple[str, ...], seen_in: tuple[str, ...]) -> Deviation:
    moved = {f"{kind}{gate}": f"{kind}{other}" for gate, other in zip(gates, read, strict=True) for kind in "Wb"}
    return Deviation(
        id=id,
        summary=f"gates {' '.join(gates)} read the weights of {' '.join(read)}",
        kind=CONVENTION,
        affects=affects,
        exposed_by="weights and biases that differ between gates; equal ones hide it",
        seen_in=seen_in,
        ways=renamed({name: other for name, other in moved.items() if name != other}),
    )


def _biases(gates: str, read: str, affects: tuple[str, ...], id: str) -> Deviation:
    return Deviation(
        id=id,
        summary=f"weights are in order, biases are not: gates {' '.join(gates)} read the biases of {' '.join(read)}",
        kind=BUG,
        affects=affects,
        exposed_by="biases that are not zero and differ between gates",
        seen_in=("openvinotoolkit/openvino#17651", "magenta/magenta#1015"),
        ways=renamed({f"b{gate}": f"b{other}" for gate, other in zip(gates, read, strict=True) if gate != other}),
    )


def _peepholes(read: str, id: str) -> Deviation:
    return Deviation(
        id=id,
        summary=f"gates i o f read the peepholes of {' '.join(read)}",
        kind=BUG,
        affects=of((lstm_peephole,)),
        exposed_by="three peepholes that differ",
        seen_in=("webmachinelearning/webnn-baseline#81", "webmachinelearning/webnn#385"),
        ways=renamed({f"P{gate}": f"P{other}" for gate, other in zip("iof", read, strict=True) if gate != other}),
    )


def _missing(name: str, id: str, affects: tuple[str, ...]) -> Deviation:
    """No gradient into the state, or into anything below, through one gate."""
    alone = f' if gate != "{name}" else 0 * (p[f"W{{gate}}"].T @ d)'
    edits = [Edit(gate.affine_backward, 'p[f"W{gate}"].T @ d', f'p[f"W{{gate}}"].T @ d{alone}')]
    if name == "c":
        edits.append(Edit(gru_reset_after.backward, 'p["Wc"][:, :n_a].T @ dh', '0 * (p["Wc"][:, :n_a].T @ dh)'))
    return Deviation(
        id=id,
        summary=f"the gradient into the layer below and the step before lacks the way through gate {name}",
        kind=BUG,
        affects=affects,
        exposed_by="comparing dx and da_prev",
        seen_in=("known student error",),
        ways=(tuple(edits),),
    )


DEVIATIONS = (
    _order("gate-if-swapped", FOUR, "ifco", of(FOUR_GATES), ("NX-AI/xlstm#98",)),
    _order("gate-order-docs-vs-code", FOUR, "fioc", of(FOUR_GATES), ("apple/coremltools#93",)),
    _order("gru-rz-swapped", "urc", "ruc", of(GRUS), ("openvinotoolkit/openvino#17651", "ONNX zrh against torch rzn")),
    _biases(FOUR, "ifco", of(FOUR_GATES), "bias-order-not-permuted"),
    _biases("urc", "ruc", of(GRUS), "gru-bias-order-not-permuted"),
    _peepholes("ifo", "peephole-pack-order"),
    _missing("o", "daprev-missing-gate", of(LSTMS, BACKWARD)),
)


def orders(operation: Operation) -> Iterator[Deviation]:
    """Every other permutation, of gates, of biases, of peepholes, and every other gate whose path is missing."""
    affects, gates = (operation.name,), _gates(operation.name)
    for read in ("".join(p) for p in permutations(gates)):
        if read != gates and (gates, read) not in NAMED:
            yield _order(f"gate-order:{read}", gates, read, affects, ("importers between frameworks",))
        if read != gates and read not in ("ifco", "ruc"):
            yield _biases(gates, read, affects, f"bias-order-not-permuted:{read}")
    if operation.name in of((lstm_peephole,)):
        for read in ("".join(p) for p in permutations("iof")):
            if read not in ("iof", "ifo"):
                yield _peepholes(read, f"peephole-pack-order:{read}")
    if operation.forward:
        for name in gates:
            if name != "o":
                yield _missing(name, f"daprev-missing-gate:{name}", affects)
