"""Mistakes of how a run is organised, in an implementation that is not the reference's: masks, orders and buffers of arrays over time."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rnnspec.conformance import check
from rnnspec.conformance.report.report import Report

TEXT = (Path(__file__).parents[2] / "writings" / "vectorised.py").read_text(encoding="utf-8")
# the text, what stands there, and words of what has to be said of each operation that goes wrong
MISTAKES: dict[str, tuple[str, str, str]] = {
    "a mask that is not reversed": (
        "(keep[::-1] if reverse else keep)[..., None]",
        "keep[..., None]",
        "its mask not",
    ),
    "inputs that are not reversed": (
        "np.where(keep, arranged(x, reverse), 0)",
        "np.where(keep, arranged(x, False), 0)",
        "inputs of",
    ),
    "gradients that are not reversed": (
        "into, of_head = arranged(da, reverse)",
        "into, of_head = arranged(da, False)",
        "in the order of the run|T_x - 1 - t",
    ),
    "a mask that is inverted": (
        "np.where(keep[k], h, hs[k])",
        "np.where(keep[k], hs[k], h)",
        "carried where an example has the step",
    ),
    "predictions of the padding": ("out * keep, y * keep", "out * keep, y", "not masked beyond the lengths"),
    "states of the padding": ("out * keep, y * keep", "out, y * keep", "repeat its last state"),
    "a softmax over examples": (
        "e.sum(axis=-1, keepdims=True)",
        "e.sum(axis=-2, keepdims=True)",
        "over the (examples|other axis)",
    ),
    "states masked where they are saved": (
        "    out, y = out * keep, y * keep\n",
        "    hs[1:] *= keep\n    out, y = out * keep, y * keep\n",
        "of the first step 0, where padding comes before it",
    ),
    "states of the next step": ("gradients(dz, X, hs[:-1], rhs)", "gradients(dz, X, hs[1:], rhs)", r"\[.*a_prev; xt\]"),
    "biases of the first step": (
        "dz.sum(axis=(0, 1))[:, None]\n    rows",
        "dz[0].sum(axis=0)[:, None]\n    rows",
        "first step alone",
    ),
    "a sum in float32": (
        'np.einsum("tbg,tbi->gi", dz, X)',
        'np.einsum("tbg,tbi->gi", dz.astype("f"), X.astype("f")).astype(dz.dtype)',
        "float32",
    ),
    "a sigmoid in float32": (
        "0.5 * (np.tanh(0.5 * z) + 1)",
        '(0.5 * (np.tanh(0.5 * z.astype("f")) + 1)).astype(z.dtype)',
        "sigmoid computed in float32",
    ),
    "another gate's matrix": (
        "np.hstack((du, dr)) @ W_ur",
        "np.hstack((du, dr)) @ np.concatenate([W_ur[len(W_ur) // 2 :]] * 2)",
        "of what acts on the state Wr.T",
    ),
}


def written(text: str) -> Report:
    functions: dict[str, Any] = {}
    exec(compile(text, "vectorised", "exec"), functions)
    return check(SimpleNamespace(**functions), cases=["gru"])


def test_what_is_written_apart_is_right() -> None:
    assert written(TEXT).conformant


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_said_of_every_operation_that_it_makes_wrong(mistake: str) -> None:
    old, new, words = MISTAKES[mistake]
    assert TEXT.count(old) == 1

    report = written(TEXT.replace(old, new))

    failing = {outcome.operation for outcome in report.failures if "/property/" not in outcome.id}
    said = {e.operation: "\n".join((*e.difference, *(told.summary for told in e.told))) for e in report.explanations}
    assert failing
    assert failing <= set(said)
    assert [name for name in failing if not re.search(words, said[name])] == []
