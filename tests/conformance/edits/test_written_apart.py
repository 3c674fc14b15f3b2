"""Mistakes of how a run is organised, in an implementation that is not the reference's: masks, orders and buffers of arrays over time."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from planted.ample import AMPLE
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
        "stays as it was where an example has the step",
    ),
    "the head's gradient by states of the step before": (
        "y, hs[1:], p)",
        "y, np.concatenate([0 * hs[:1], hs[1:-1]]), p)",
        "of the step (run )?before",
    ),
    "inputs kept as they stand in time": (
        "saved = (X, keep,",
        "saved = (arranged(x, False), keep,",
        "with the inputs of a run that is not reversed",
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
    "states of the step before, all that is kept of them": (
        "    into = np.where(keep, into, 0)\n",
        "    into, n = np.where(keep, into, 0), hs.shape[2]\n"
        "    hs = np.concatenate([hs[-2:-1], hs[:-2], hs[-1:]])\n"
        "    rhs = gates[..., n : 2 * n] * hs[:-1]\n",
        "enters the step run before, at the first the last",
    ),
    "states of the next step": ("gradients(dz, X, hs[:-1], rhs)", "gradients(dz, X, hs[1:], rhs)", r"\[.*a_prev; xt\]"),
    "biases of the first step": (
        "dz.sum(axis=(0, 1))[:, None]\n    rows",
        "dz[0].sum(axis=0)[:, None]\n    rows",
        "first step of the run alone",
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
    "gates overwritten by their gradients": (
        "    du, dr = dh * (c - h) * u * (1 - u), drh * h * r * (1 - r)\n",
        "    du, dr = dh * (c - h) * u * (1 - u), drh * h * r * (1 - r)\n    u[...], r[...] = du, dr\n",
        "in the buffers of these",
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
    return check(SimpleNamespace(**functions), cases=["gru"], explain_seconds=AMPLE)


def test_what_is_written_apart_is_right() -> None:
    assert written(TEXT).conformant


@pytest.mark.drawn("mistake", MISTAKES)
def test_a_mistake_is_said_of_every_operation_that_it_makes_wrong(mistake: str) -> None:
    old, new, words = MISTAKES[mistake]

    said, _ = told({old: new})

    assert [name for name, text in said.items() if not re.search(words, text)] == []


def test_a_mask_that_is_missing_is_said_of_a_loop_that_reads_the_padding() -> None:
    read = {"np.where(keep, arranged(x, reverse), 0)": "arranged(x, reverse)"}

    said, _ = told({**read, "(dh + into[k]) * keep[k]": "dh + into[k]"})

    assert "not masked beyond the lengths" in said["gru_backward"]
    assert "in a loop that reads the padding" in said["gru_backward"]


def test_the_lengths_longest_for_all_is_no_story_of_lengths_that_are_not_used() -> None:
    said, stories = told({"< np.asarray(lengths)[None, :]": "< np.max(lengths) + 0 * np.asarray(lengths)[None, :]"})

    assert said.keys() == {"gru_forward", "gru_backward"}
    assert all("a step that any example has is every example's" in text for text in said.values())
    assert "lengths-untested" not in {id for ids in stories.values() for id in ids}


def test_half_a_convention_is_a_mistake_of_the_backward() -> None:
    report = written(TEXT.replace("h + ur[:, :n] * (c - h), np", "c + ur[:, :n] * (h - c), np"))

    kinds = {e.operation: {told.kind for told in e.told} for e in report.explanations}
    assert kinds["gru_forward"] == {"convention"}
    assert kinds["gru_backward"] == {"bug"}
    (half,) = (e for e in report.explanations if e.operation == "gru_backward")
    assert "in the forward alone" in half.told[0].summary


def told(changes: dict[str, str]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """What is said of each operation that goes wrong, and by which stories: of all something."""
    text = TEXT
    for old, new in changes.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    report = written(text)
    failing = {outcome.operation for outcome in report.failures if "/property/" not in outcome.id}
    said = {e.operation: "\n".join((*e.difference, *(told.summary for told in e.told))) for e in report.explanations}
    assert failing
    assert failing <= set(said)
    return {name: said[name] for name in failing}, {e.operation: tuple(e.deviations) for e in report.explanations}
