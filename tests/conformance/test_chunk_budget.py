"""Declared chunks widen the budgets of a recurrence by what cumulative sums of its log decays lose, and by nothing else."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rnnspec.conformance import check
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.report.report import Report
from rnnspec.conformance.verdict import decays
from rnnspec.conformance.verdict.chunks import in_chunks
from rnnspec.golden import load

Function = Callable[..., Any]
GATED, DIAGONAL = "gated_linear_forward", "diagonal_forward"
SIZE = 16


def in_chunks_of_sixteen(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None, scale: Any = None) -> Any:
    """As kernels have it: within a chunk by the differences of one cumulative sum, across by the state."""
    number = v.dtype.type
    scale, group = number(q.shape[1] ** -0.5 if scale is None else scale), len(v) // len(q)
    q, k = (np.repeat(x, group, axis=0) for x in (q, k))
    g = np.zeros_like(v[:, :1]) if g is None else g
    S = np.zeros((len(v), k.shape[1], *v.shape[1:3]), v.dtype) if S0 is None else S0
    o = np.empty_like(v)
    for begin in range(0, v.shape[-1], SIZE):
        part = np.s_[..., begin : begin + SIZE]
        q_c, k_c, v_c, c = q[part], k[part], v[part], np.cumsum(g[part], axis=-1)
        decays = np.exp(np.minimum(c[..., :, None] - c[..., None, :], 0))  # of a step by an earlier one
        seen = np.tril(np.ones(decays.shape[-2:], v.dtype)) * (q_c[..., :, None] * decays * k_c[..., None, :]).sum(1)
        read = np.einsum("hkmt,hkvm->hvmt", q_c * np.exp(c), S)
        o[part] = scale * (read + np.einsum("hmts,hvms->hvmt", seen, v_c))
        left = k_c * np.exp(c[..., -1:] - c)
        S = np.exp(c[..., -1])[:, :, None] * S + np.einsum("hkmt,hvmt->hkvm", left, v_c)
    return o, S, None


def wrong_in_chunks(change: Function) -> Function:
    def run(q: Any, k: Any, v: Any, g: Any, *, S0: Any = None, scale: Any = None) -> Any:
        return in_chunks_of_sixteen(*change(q, k, v, g), S0=S0, scale=scale)

    return run


def ran(function: Function, dtype: str, *chunks: int, operation: str = GATED) -> dict[str, Any]:
    declared = {"chunks": chunks} if chunks else {}
    checks = Checks(candidate_of({operation: function, **declared}), dtype, [operation])
    found = {id: checks.run(id) for id in checks.ids}
    return {id: outcome for id, outcome in found.items() if outcome.outcome != "unsupported"}


def failing(found: dict[str, Any]) -> list[str]:
    return [id for id, outcome in found.items() if outcome.failed and not id.endswith("endless-decay-forgets")]


def test_a_right_kernel_fails_without_its_declaration_and_passes_with_it() -> None:
    without, declared = ran(in_chunks_of_sixteen, "float32"), ran(in_chunks_of_sixteen, "float32", SIZE)

    assert failing(without) == [f"{GATED}/one-reset"]
    assert failing(declared) == []
    reset, before = declared[f"{GATED}/one-reset"], without[f"{GATED}/one-reset"]
    for name, verdict in reset.verdicts.items():
        assert verdict.stepwise == before.verdicts[name].worst
        assert verdict.worst <= 1
    assert max(verdict.stepwise for verdict in reset.verdicts.values()) > 10


def test_in_float64_its_sums_are_exact_and_nothing_needs_to_be_allowed() -> None:
    assert failing(ran(in_chunks_of_sixteen, "float64")) == failing(ran(in_chunks_of_sixteen, "float64", SIZE)) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda q, k, v, g: (q, k, v, g if g is None else g * (1 + 1e-6)),
        lambda q, k, v, g: (q * (1 + 1e-6), k, v, g),
        lambda q, k, v, g: (q, k, v, g if g is None else np.maximum(g, -5)),
    ],
    ids=["decays", "queries", "clipped"],
)
def test_a_wrong_kernel_fails_all_the_same(change: Function) -> None:
    assert failing(ran(wrong_in_chunks(change), "float64", SIZE))


def test_nothing_else_is_allowed() -> None:
    """Where there are no log decays, in a step, and where nothing is declared, the golden is the same object."""
    goldens = [load(f"{GATED}/linear-attention"), load("gated_linear_step_forward/generic"), load("slstm_forward/generic")]  # fmt: skip

    assert [in_chunks(golden, (64,)) is golden for golden in goldens] == [True] * 3
    assert in_chunks(load(f"{GATED}/generic"), ()) is load(f"{GATED}/generic")


def test_what_is_lost_is_the_roundings_of_a_sum() -> None:
    """One decay, one unit: h = exp(g₁ + g₂) h₀ moves by itself, by g₁ and by g₂, each with the larger sum of its chunk."""
    golden = load(f"{DIAGONAL}/initial-state")
    g, steps = golden.inputs["g"], golden.inputs["g"].shape[-1]

    for size in (1, 3, steps + 5):
        wider = in_chunks(golden, (size,)).sensitivity["h_last"] - golden.sensitivity["h_last"].astype(float)

        want = np.zeros(wider.shape)
        for t in range(steps):
            begin = t // size * size
            largest = abs(np.cumsum(g[..., begin : begin + size], axis=-1)).max(axis=-1)
            want += largest * abs(np.exp(g[..., t:].sum(axis=-1)) * h_before(golden, t))
        assert wider == pytest.approx(want, rel=1e-5)


def h_before(golden: Any, t: int) -> Any:
    return golden.inputs["h0"] if t == 0 else golden.outputs["h"][..., t - 1]


@pytest.mark.parametrize("case", [f"{GATED}/generic", "mlstm_backward/initial-state"])
def test_where_there_are_many_a_sketch_gives_what_one_by_one_gives(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    golden, noise, five_sigma = load(case), 1e-4, 5 * np.pi / 2 / np.sqrt(1_000)
    shape = golden.inputs[decays.decay_of(golden)].shape
    weights = {decays.decay_of(golden): 1 + np.arange(np.prod(shape)).reshape(shape) % 5 / 4}
    exact = decays.moved_by(golden, weights)
    monkeypatch.setattr(decays, "DRAWS", 1_000)

    sketched = decays._sketched(golden, weights)

    assert min((want > noise).mean() for want in exact.values()) >= 0.5
    for name, want in exact.items():
        told = want > noise
        assert abs(np.log(sketched[name][told] / want[told])).max() < five_sigma
        assert sketched[name][~told].max(initial=0) < 2 * noise


def test_more_chunks_allow_for_the_most_and_padding_for_nothing() -> None:
    golden = load(f"{GATED}/ragged")
    one, two, both = (in_chunks(golden, chunks).sensitivity["o"] for chunks in ((1,), (4,), (4, 1)))

    past = np.broadcast_to(np.arange(golden.inputs["g"].shape[-1]) >= golden.inputs["lengths"][:, None], one.shape)
    assert (both == np.maximum(one, two)).mean() > 0.99
    assert (both >= np.maximum(one, two)).all()
    assert (both[past] == golden.sensitivity["o"][past]).all()
    assert np.isfinite(both).all()


KERNEL = """
import sys
sys.path.insert(0, {folder!r})
from {module} import in_chunks_of_sixteen as gated_linear_forward
chunks = [16]
"""


@pytest.mark.parametrize("isolate", [False, True])
def test_the_report_has_both_numbers(isolate: bool, tmp_path: Path) -> None:
    own = tmp_path / "kernel.py"
    own.write_text(KERNEL.format(folder=str(Path(__file__).parent), module=Path(__file__).stem), encoding="utf-8")

    report = check(str(own), "float32", cases=[f"{GATED}/one-reset", f"{GATED}/generic"], isolate=isolate)

    data = json.loads(json.dumps(report.as_json()))
    assert Report.of_json(data) == report
    shares = {case["id"]: case["outputs"]["S_last"] for case in data["cases"]}
    assert shares[f"{GATED}/one-reset"]["worst"] <= 1 < 10 < shares[f"{GATED}/one-reset"]["stepwise"]
    assert shares[f"{GATED}/generic"]["worst"] <= shares[f"{GATED}/generic"]["stepwise"] <= 1
    assert [
        line for line in report.record.notes if line.startswith(f"declared chunks of 16: {GATED}/one-reset is at 0.")
    ]
    assert [line for line in report.record.notes if line.endswith(f"; by that alone pass {GATED}/one-reset")]
