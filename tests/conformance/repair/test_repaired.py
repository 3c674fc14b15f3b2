"""A bug that no equation has is told in the candidate's own lines: one change of them with which everything passes."""

import runpy
from importlib import import_module
from pathlib import Path

import pytest
from planted.ample import AMPLE
from rnnspec.conformance import check, checks
from rnnspec.conformance.checks import Checks
from rnnspec.conformance.clock import UP, spent
from rnnspec.conformance.finding import candidate_of
from rnnspec.conformance.repair import repairing
from rnnspec.conformance.repair.asking import Job, Mender
from rnnspec.conformance.report.explained import explained
from rnnspec.conformance.report.report import Report
from rnnspec.golden import FOLDER

SLOTS = Path(__file__).parents[2] / "writings" / "in_slots.py"
BOTH = {"rnn_forward", "rnn_backward"}
BACKWARD = {"rnn_backward"}


def planted(folder: Path, *changes: tuple[str, str]) -> Path:
    """The writing with each of these texts, of which it has one, in the other's place."""
    text = SLOTS.read_text(encoding="utf-8")
    for before, after in changes:
        assert text.count(before) == 1
        text = text.replace(before, after)
    path = folder / "layer.py"
    path.write_text(text, encoding="utf-8")
    return path


def repairs(report: Report) -> dict[tuple[str, ...], set[str]]:
    """The operations that some lines repair."""
    found = dict[tuple[str, ...], set[str]]()
    for one in report.explanations:
        if one.is_change:
            found.setdefault(tuple(line[0] + line[1:].strip() for line in one.difference), set()).add(one.operation)
    return found


def test_the_writing_is_right() -> None:
    assert check(str(SLOTS)).conformant


@pytest.mark.parametrize(
    ("right", "wrong", "operations"),
    [
        (
            "order, live = sorted_steps(T, reverse), living(lengths, m, T)",
            "order, live = sorted_steps(T, reverse), living(lengths, T, m)",
            BOTH,
        ),
        (
            "return list(range(first, T))[::-1] if reverse else list(range(first, T))",
            "return list(range(first, T))[::-2] if reverse else list(range(first, T))",
            BOTH,
        ),
        ("t = order[slot]", "t = order[-slot]", BACKWARD),
        (
            "dz = y * (dp - (dp * y).sum(axis=1, keepdims=True))",
            "dz = dp * (y - (dp * y).sum(axis=1, keepdims=True))",
            BACKWARD,
        ),
        ("dWa += d @ book[slot].T", "dWa += d @ book[slot - 1].T", BACKWARD),
        ("into = da.transpose(2, 0, 1).copy()", "into = da.transpose(2, 0, 1)", BACKWARD),
        ("dp = dy.transpose(2, 0, 1) * live[:, None]", "dp = dy.transpose(2, 1, 0) * live[:, None]", BACKWARD),
        ("book = np.zeros((T + 1, len(b), m), x.dtype)", "book = np.zeros((T, len(b), m), x.dtype)", BOTH),
    ],
    ids=["arguments", "a step", "a sign", "two names", "an index", "a copy", "an order", "a size, which raises"],
)
def test_it_is_told_as_the_line_that_is_wrong(tmp_path: Path, right: str, wrong: str, operations: set[str]) -> None:
    found = repairs(check(str(planted(tmp_path, (right, wrong))), explain_seconds=AMPLE))

    (told,) = (lines for lines in found if lines[0] == f"-{wrong}")
    assert "".join(told[1].split()).replace("(dp*y)", "(y*dp)") == f"+{''.join(right.split())}".replace(
        "(dp*y)", "(y*dp)"
    )
    assert found[told] == operations


@pytest.mark.parametrize(("cores", "seconds"), [(1, [119.6, 239.4]), (2, [239.4, 239.4])])
def test_on_one_core_both_searches_share_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int, seconds: list[float]
) -> None:
    """Where equations have anything to explain; what a backward leaves in its inputs they have not."""
    jobs = list[Job]()

    class Heard(Mender):
        def __init__(self, job: Job) -> None:
            super().__init__(job)
            jobs.append(job)

    monkeypatch.setattr(repairing, "Mender", Heard)
    monkeypatch.setattr(checks, "cores", lambda: cores)
    for right, wrong in (
        ("t = order[slot]", "t = order[-slot]"),
        ("into = da.transpose(2, 0, 1).copy()", "into = da.transpose(2, 0, 1)"),
    ):
        assert repairs(check(str(planted(tmp_path, (right, wrong))), explain_seconds=AMPLE))

    assert [job.seconds for job in jobs] == pytest.approx(seconds)


def test_where_a_change_repairs_all_the_time_of_the_equations_is_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repairing, "LEAST", 0.0)
    every = Checks(candidate_of(str(planted(tmp_path, ("t = order[slot]", "t = order[-slot]")))))
    outcomes = [every.run(id) for id in every.ids if id.startswith("rnn_")]

    with repairing.begun(every.runner.candidate.origin, "float64", FOLDER, outcomes, every.entries, 60) as beside:
        assert spent() < UP
        beside.join()
        assert spent() > UP

    assert spent() < UP


def test_what_the_equations_explain_is_told_by_them(tmp_path: Path) -> None:
    report = check(
        str(
            planted(
                tmp_path,
                ("carried = np.where(live[t], Wa.T @ d, carried)", "carried = np.where(live[t], 0 * carried, carried)"),
            )
        )
    )

    assert [one.operation for one in report.explanations] == ["rnn_backward"]
    assert not repairs(report)


def test_a_second_mistake_is_told_behind_the_first(tmp_path: Path) -> None:
    """Of a backward, which is right where its forward is, too."""
    forward = "return list(range(first, T))[::-2]"
    path = planted(tmp_path, ("return list(range(first, T))[::-1]", forward), ("t = order[slot]", "t = order[-slot]"))

    report = check(str(path), explain_seconds=AMPLE)

    (alone, both) = sorted(repairs(report), key=len)
    assert (alone[0][1:].startswith(forward), both[: len(alone)]) == (True, alone)
    assert both[len(alone) :] == ("-t = order[-slot]", "+t = order[slot]")
    assert [len(one.told) for one in report.explanations] == [1, 2]
    assert explained(report.explanations[1])[0].startswith(
        "  repaired by 2 changes of the source, at layer.py:9 and layer.py:52"
    )


def test_three_of_outputs_of_their_own_are_told_one_behind_the_other(tmp_path: Path) -> None:
    path = planted(
        tmp_path,
        ("dz.sum(axis=(0, 2))", "dz.sum(axis=(0, 1))"),
        ("dWx += d @ x[:, :, t].T", "dWx += d @ x[:, :, slot].T"),
        ("dWa += d @ book[slot].T", "dWa += d @ book[slot - 1].T"),
    )

    ((found, operations),) = repairs(check(str(path), explain_seconds=AMPLE)).items()

    assert operations == BACKWARD
    assert {*found} >= {"+dWx += d @ x[:, :, t].T", "+dWa += d @ book[slot].T"}
    assert len(found) == 2 * 3


def test_what_raises_in_every_call_is_repaired_where_an_option_is_not_offered(tmp_path: Path) -> None:
    """Of which nothing is known before it is repaired: the cases without a state are not offered then, and are not said to pass."""
    path = planted(
        tmp_path, ("if a0 is not None:\n        book[0] = a0", "book[0] = a0 + 0"), ("x.shape[1:]", "x.shape[:1]")
    )

    report = check(str(path))

    assert [*repairs(report)] == [("-m, T = x.shape[:1]", "+m, T = x.shape[1:]")]
    assert all(0 < len(one.cases) < one.failing for one in report.explanations)


def test_what_takes_long_the_first_time_is_not_stopped(tmp_path: Path) -> None:
    """As where a framework imports what differentiates: the change that repairs a forward is held against a backward that has never run."""
    right, wrong = "living(lengths, m, T)", "living(lengths, T, m)"
    begin = "def rnn_backward(da, cache, dy=None, da_last=None):\n"
    late = "    if not hasattr(rnn_backward, 'has_run'):\n        rnn_backward.has_run = sum(range(10**7))\n"
    path = planted(
        tmp_path,
        (f"order, live = sorted_steps(T, reverse), {right}", f"order, live = sorted_steps(T, reverse), {wrong}"),
        (begin, begin + late),
    )

    (lines,) = repairs(check(str(path), explain_seconds=AMPLE))

    assert wrong in lines[0]
    assert right in lines[1]


def test_what_a_candidate_takes_to_load_is_no_part_of_the_search(tmp_path: Path) -> None:
    """As where it imports a framework, which alone takes longer here than there is time for."""
    path = planted(tmp_path, ("t = order[slot]", "t = order[-slot]"))
    loading = "import time\n\nwhile time.process_time() < 4:\n    pass\n\n"
    path.write_text(loading + path.read_text(encoding="utf-8"), encoding="utf-8")

    assert [*repairs(check(str(path), explain_seconds=4)).values()] == [BACKWARD]


def test_two_that_all_outputs_go_by_are_not(tmp_path: Path) -> None:
    """What a cell hands back and the slope of tanh: neither makes any output right without the other."""
    path = planted(
        tmp_path, ("(into[t] + carried) * (1 - h * h)", "(into[t] - 0.5 * carried) * (1 - 0.25 * h * h - 0.1)")
    )

    report = check(str(path))

    assert not report.conformant
    assert not repairs(report)


def test_a_module_and_a_name_are_looked_at_as_a_file_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(tmp_path, ("t = order[slot]", "t = order[-slot]")).rename(tmp_path / "slots_by_name.py")
    monkeypatch.syspath_prepend(tmp_path)

    assert [*repairs(check("slots_by_name")).values()] == [BACKWARD]
    assert [*repairs(check(import_module("slots_by_name"))).values()] == [BACKWARD]


def test_what_no_name_finds_is_not_looked_at(tmp_path: Path) -> None:
    """As an object: no other process has it."""
    path = planted(tmp_path, ("t = order[slot]", "t = order[-slot]"))

    report = check(runpy.run_path(str(path)))

    assert not report.conformant
    assert not repairs(report)
    assert report.localisations
