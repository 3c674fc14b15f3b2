"""Gates that have names of their own: what a name means may be said apart from it."""

from typing import Any

import pytest
from rnnspec.conformance import check
from rnnspec.conformance.candidates.described.pattern import BadDescription

torch = pytest.importorskip("torch")
from rnnspec.adapt import torch_module  # noqa: E402  it imports torch
from rnnspec.conformance.candidates.torch.looking import looked  # noqa: E402

WEIGHTS = {"Wx": "p.W{gate}.T", "Wh": "p.U{gate}.T", "b": "p.b{gate}"}


class NewByZ(torch.nn.Module):  # type: ignore[misc]
    """Of the paper: z weighs the new value."""

    def __init__(self, n_x: int, n_a: int) -> None:
        super().__init__()
        shapes = {"W": (n_x, n_a), "U": (n_a, n_a), "b": (n_a,)}
        self.p = torch.nn.ParameterDict({f"{w}{g}": torch.zeros(shapes[w]) for g in "rzn" for w in shapes})

    def forward(self, x: Any, h: Any) -> Any:
        every = []
        for xt in x.unbind(1):
            r, z = (torch.sigmoid(xt @ self.p[f"W{g}"] + h @ self.p[f"U{g}"] + self.p[f"b{g}"]) for g in "rz")
            n = torch.tanh(xt @ self.p["Wn"] + (r * h) @ self.p["Un"] + self.p["bn"])
            h = self.mixed(z, n, h)
            every.append(h)
        return torch.stack(every, 1), h

    def mixed(self, z: Any, n: Any, h: Any) -> Any:
        return z * n + (1 - z) * h


class OldByZ(NewByZ):
    def mixed(self, z: Any, n: Any, h: Any) -> Any:
        return super().mixed(z, h, n)


def judged(module: type, gates: str) -> Any:
    return check(torch_module(module, like="gru", gates=gates, weights=WEIGHTS), cases=["gru_forward", "gru_backward"])


@pytest.mark.parametrize(("module", "gates"), [(NewByZ, "rzn=run"), (OldByZ, "rzn"), (OldByZ, "zrn=zrn")])
def test_what_a_name_means_is_said_apart(module: type, gates: str) -> None:
    assert judged(module, gates).conformant


def test_what_would_pass_is_asked_for() -> None:
    report = judged(NewByZ, "rzn")

    assert report.failures
    assert any(note.startswith("with gates='rzn=run' all ") for note in report.record.notes)


@pytest.mark.parametrize(("module", "gates"), [(NewByZ, {"rzn=run", "nrz=nru"}), (OldByZ, {"rzn", "nrz"})])
def test_a_module_is_looked_at_by_what_its_names_mean(module: type, gates: set[str]) -> None:
    candidate = looked(module)

    assert candidate.description.gates in gates
    assert check(candidate, cases=["gru_forward", "gru_backward/generic"]).conformant


@pytest.mark.parametrize(("gates", "words"), [
    ("rzn=ru", "gates='rzn=ru' is no order of the gates of gru, such as 'rzn'"),
    ("rz=run", "gates='rz=run' has names for 2 gates and says what 3 mean"),
    ("rrz=run", "gates='rrz=run' has a name twice"),
])  # fmt: skip
def test_names_that_do_not_fit_what_they_mean_are_told(gates: str, words: str) -> None:
    with pytest.raises(BadDescription) as error:
        judged(NewByZ, gates)

    assert words in str(error.value)
