"""What explains a backward holds of the forward that it starts from; what inputs cannot tell apart is said so."""

from typing import Any

import pytest
from planted.ample import AMPLE
from planted.deviations.time import TIME
from planted.deviations.units import UNITS
from planted.planting import Change, Functions, Planted, candidate
from rnnspec.conformance import Report, check, parametrize
from rnnspec.conformance.deviations.catalogue import CATALOGUE

LIMITED = "return np.minimum(np.maximum(c, -self.clip), self.clip), (np.abs(c) <= self.clip).astype(c.dtype)"
STEP = "return (tanh_c * o, c), (a_prev, c_prev, o, f, i, g, tanh_c, moves)"
CLIP = "        if hasattr(self, 'clip'):\n            return (np.clip(tanh_c * o, -self.clip, self.clip), c), (a_prev, c_prev, o, f, i, g, tanh_c, moves)\n"
CLIPS_A = ((LIMITED, "return c, np.ones_like(c)"), (STEP, f"{CLIP.strip()}\n        {STEP}"))
NO_PO, NO_PF, NO_PI = (
    ("sigmoid(zo + self.Po * c)", "sigmoid(zo)"),
    ("sigmoid(self.Pf * c_prev + zf)", "sigmoid(zf)"),
    ("sigmoid(self.Pi * c_prev + zi)", "sigmoid(zi)"),
)
UNLISTED: dict[str, tuple[str, tuple[Change, ...], str]] = {
    "the output gate's peephole is missing": ("lstm_peephole", (NO_PO,), "0 for Po"),
    "the forget gate's peephole is missing": ("lstm_peephole", (NO_PF,), "0 for Pf"),
    "two peepholes are missing": ("lstm_peephole", (NO_PF, NO_PI), "0 for Pf, Pi"),
    "a is clipped in place of c": ("lstm_clipped", CLIPS_A, ""),
}  # and the edit of the equation that says it in all operations, where one does


def planted(*changes: Change) -> Functions:
    return candidate(Planted("", (), changes))


def named(report: Report) -> dict[str, list[tuple[str, ...]]]:
    return {e.operation: [e.deviations, *e.alternatives] for e in report.explanations}


def mixed(forward: Functions, backward: Functions, family: str) -> dict[str, Any]:
    """A forward of one candidate whose cache is the other's: the two are of different minds."""

    def of(name: str) -> Any:
        def call(*args: Any, **options: Any) -> Any:
            shown, kept = forward[name](*args, **options), backward[name](*args, **options)
            return (*shown[:-1], kept[-1])

        return call

    own = {name: function for name, function in backward.items() if name.startswith(family)}
    return own | {name: of(name) for name in own if name.endswith("forward")}


@pytest.mark.parametrize("id", UNLISTED)
def test_a_backward_is_not_named_after_what_its_own_forward_denies(id: str) -> None:
    family, changes, edit = UNLISTED[id]

    report = check(planted(*changes), cases=[family], explain_seconds=AMPLE if edit else 2)

    failing = {o.operation for o in report.cases if o.failed}
    assert failing >= {f"{family}_{part}" for part in ("cell_forward", "cell_backward", "forward", "backward")}
    assert named(report) == ({operation: [(edit,)] for operation in failing} if edit else {})


def test_a_test_of_the_backward_alone_asks_its_forward_too() -> None:
    (mark,) = [parametrize(planted(NO_PO), cases=["lstm_peephole_cell_backward/generic"])]
    (case,) = [param.values[0] for param in mark.args[1]]

    with pytest.raises(pytest.fail.Exception) as failure:
        case.verify()

    assert "peephole-after-sigmoid" not in str(failure.value)


def test_a_forward_that_passes_denies_a_mistake_of_it_and_leaves_one_in_what_the_backward_computes_anew() -> None:
    forward_bug = CATALOGUE["clip-missing"].ways[0]
    assert all("backward" not in edit.function.__name__ for edit in forward_bug)

    right, unclipped = candidate(), planted((LIMITED, "return c, np.ones_like(c)"))
    both_wrong = named(
        check(unclipped, cases=["lstm_clipped_cell_forward", "lstm_clipped_cell_backward"], explain_seconds=AMPLE)
    )
    of_two_minds = check(mixed(right, unclipped, "lstm_clipped_cell"), cases=list(both_wrong), explain_seconds=AMPLE)

    assert ("clip-missing",) in both_wrong["lstm_clipped_cell_backward"]
    assert {o.operation for o in of_two_minds.cases if o.failed} == {"lstm_clipped_cell_backward"}
    (explanation,) = of_two_minds.explanations
    assert explanation.is_edit
    assert explanation.difference[-1] == " in what the backward computes anew"


def test_a_known_mistake_of_the_forward_and_one_of_the_backward_are_named_together() -> None:
    operations = ["lstm_peephole_cell_forward", "lstm_peephole_cell_backward"]
    old_cell = ("sigmoid(zo + self.Po * c)", "sigmoid(zo + self.Po * c_prev)")
    lacking = ("dc_prev = dc * f + dzf * self.Pf + dzi * self.Pi", "dc_prev = dc * f")

    found = named(check(planted(old_cell, lacking), cases=operations, explain_seconds=AMPLE))

    assert found[operations[0]] == [("peephole-o-uses-cprev",)]
    assert {frozenset(ids) for ids in found[operations[1]]} == {
        frozenset({"peephole-o-uses-cprev", "peephole-bwd-missing-c-prev"})
    }


@pytest.mark.parametrize(
    ("limit", "id"),
    [(1.0, "clip-hard-coded"), (3.0, "clip-hard-coded"), (50.0, "clip-hard-coded"), (1e3, "clip-missing")],
)
def test_a_limit_that_cell_states_reach_is_told_from_none(limit: float, id: str) -> None:
    found = named(
        check(
            planted(('self.clip = p["clip"].copy()', f"self.clip = {limit}")),
            cases=["lstm_clipped"],
            explain_seconds=AMPLE,
        )
    )

    assert len(found) == 4
    assert all(sets == [(id,)] for sets in found.values())


@pytest.mark.parametrize("id", ["dc-assigned-not-added", "no-dc-carry"])
def test_of_what_a_sequence_cannot_tell_apart_the_one_that_its_cell_does_not_deny_is_said_first(id: str) -> None:
    form = next(form for form in (*UNITS, *TIME) if form.id == id)

    found = named(check(candidate(form), cases=["lstm"], explain_seconds=AMPLE))

    assert found.get("lstm_cell_backward") == ([(id,)] if id == "dc-assigned-not-added" else None)
    assert found["lstm_backward"][0] == (id,)
    assert len(found["lstm_backward"]) > 1
