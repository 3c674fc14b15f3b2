"""Modules of Flax and of Equinox by their class alone: looked at, described, checked, and the lines that are printed are a candidate."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner
from planted.looking import looked_and_pasted, verdicts
from rnnspec.tools import main

pytest.importorskip("jax")

STEP = """
def step(z, c):
    o, f, g, i = jnp.split(z, 4, axis=-1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(c), c
"""
LINEN = """
import jax
import jax.numpy as jnp
from flax import linen as nn
%s
class Cell(nn.RNNCellBase):
    features: int
    num_feature_axes = 1

    @nn.compact
    def __call__(self, carry, x):
        c, h = carry
        h, c = step(nn.Dense(4 * self.features, use_bias=False, name="x")(x) + nn.Dense(4 * self.features, name="h")(h), c)
        return (c, h), h

class Over(nn.Module):
    n_a: int = 7

    @nn.compact
    def __call__(self, x):
        return nn.RNN(nn.GRUCell(self.n_a))(x)

class Dense(nn.Module):
    n_a: int

    @nn.compact
    def __call__(self, x):
        return nn.Dense(self.n_a)(x)
"""
NNX = """
import jax
import jax.numpy as jnp
from flax import nnx
%s
class Loop(nnx.Module):
    def __init__(self, n_x, n_a, *, rngs):
        self.x = nnx.Linear(n_x, 4 * n_a, use_bias=False, rngs=rngs)
        self.h = nnx.Linear(n_a, 4 * n_a, rngs=rngs)

    def __call__(self, x, state):
        every, (h, c) = [], state
        for t in range(x.shape[1]):
            h, c = step(self.x(x[:, t]) + self.h(h), c)
            every.append(h)
        return jnp.stack(every, 1), (h, c)

class Cell(nnx.Module):
    def __init__(self, n_x, n_a, rngs):
        self.x, self.h = nnx.Linear(n_x, 3 * n_a, rngs=rngs), nnx.Linear(n_a, 3 * n_a, rngs=rngs)

    def __call__(self, h, x):
        (z, r, n), (hz, hr, hn) = jnp.split(self.x(x), 3, -1), jnp.split(self.h(h), 3, -1)
        z, r = nnx.sigmoid(z + hz), nnx.sigmoid(r + hr)
        h = z * h + (1 - z) * jnp.tanh(n + r * hn)
        return h, h

class Fewer(nnx.Module):
    def __init__(self, rngs):
        pass
"""
EQUINOX = """
import equinox as eqx
import jax
import jax.numpy as jnp
%s
class Scan(eqx.Module):
    kernels: list
    bias: jax.Array

    def __init__(self, n_x, n_a, key):
        self.kernels = [jax.random.normal(key, (n, 4 * n_a)) for n in (n_x, n_a)]
        self.bias = jnp.zeros(4 * n_a)

    def __call__(self, xs, h, c):
        def along(state, x):
            h, c = step(x @ self.kernels[0] + state[0] @ self.kernels[1] + self.bias, state[1])
            return (h, c), h

        state, every = jax.lax.scan(along, (h, c), xs)
        return every, *state

class Cell(eqx.Module):
    cell: eqx.nn.GRUCell

    def __init__(self, n_x, n_a, *, key):
        self.cell = eqx.nn.GRUCell(n_x, n_a, key=key)

    def __call__(self, x, h):
        return self.cell(x, h)

class Dense(eqx.Module):
    layer: eqx.nn.Linear

    def __init__(self, n_x, n_a, *, key):
        self.layer = eqx.nn.Linear(n_x, n_a, key=key)

    def __call__(self, x):
        return self.layer(x)
"""


@dataclass(frozen=True)
class Mine:
    """A class in a file, the operation that it is checked by, and what is said of it."""

    needs: str
    text: str
    name: str
    operation: str
    said: str
    dtype: str = "float64"

    def file(self, folder: Path, bug: tuple[str, str] = ("", "")) -> str:
        if not find_spec(self.needs):
            pytest.skip(f"{self.needs} is not installed")
        (folder / "mine.py").write_text(self.text % STEP.replace(*bug))
        return f"{folder / 'mine.py'}:{self.name}"


LSTMS = [
    Mine("flax", LINEN, "Cell", "lstm_cell", "gates='ofgi', layout='bf', state='bf', takes='weights, n_x, n_a, (c, h), x', returns='(c, h), _'"),
    Mine("flax", NNX, "Loop", "lstm", "gates='ofgi', layout='btf', state='bf', takes='weights, n_x, n_a, x, (h, c)', returns='y, (h, c)'"),
    Mine("equinox", EQUINOX, "Scan", "lstm", "gates='ofgi', layout='btf', state='bf', takes='weights, n_x, n_a, x, h, c', returns='y, h, c'"),
]  # fmt: skip
OTHERS = [
    Mine("flax", LINEN, "Over", "gru_reset_after", "layout='btf', state='bf', takes='weights, n_x, n_a, x', returns='y'", "float32"),
    Mine("flax", NNX, "Cell", "gru_reset_after_cell", "gates='zrn', layout='bf', state='bf', takes='weights, n_x, n_a, h, x', returns='h, _'"),
    Mine("equinox", EQUINOX, "Cell", "gru_reset_after_cell", "gates='rzn', layout='bf', state='bf', takes='weights, n_x, n_a, x, h', returns='h'"),
]  # fmt: skip
HOPELESS = [
    Mine("flax", LINEN, "Dense", "", "weights lacks Wx with Wh or Wxh or Whx"),
    Mine("flax", NNX, "Fewer", "", "Fewer(5, rngs=nnx.Rngs(0)) raised TypeError: "),
    Mine("equinox", EQUINOX, "Dense", "", "weights lacks Wx with Wh or Wxh or Whx"),
]


def named(mine: Mine) -> str:
    return f"{mine.needs} {mine.name} {mine.operation}"


@pytest.mark.parametrize("mine", [*LSTMS, *OTHERS], ids=named)
def test_a_module_is_described_as_it_looks_and_passes_as_it_does_by_the_lines_that_are_printed(
    mine: Mine, tmp_path: Path
) -> None:
    idea = "no-state" if mine.name == "Over" else "generic"
    cases = [f"{mine.operation}_forward/{idea}", f"{mine.operation}_backward/generic"]

    report, pasted = looked_and_pasted(mine.file(tmp_path), cases if idea == "generic" else cases[:1], mine.dtype)

    assert report.conformant
    assert mine.said in " ".join(" ".join(report.record.notes).split())
    assert verdicts(pasted) == verdicts(report)


@pytest.mark.sampled("mine", {named(LSTMS[0]): LSTMS[0]}, {named(mine): mine for mine in LSTMS})
def test_a_bug_is_named_and_the_lines_have_it_too(mine: Mine, tmp_path: Path) -> None:
    target = mine.file(tmp_path, ("* jnp.tanh(c)", "* c"))

    report, pasted = looked_and_pasted(target, [f"{mine.operation}_forward/generic"])

    assert ("missing-tanh-on-c",) in [e.deviations for e in report.explanations]
    assert mine.said in " ".join(" ".join(report.record.notes).split())
    assert verdicts(pasted) == verdicts(report)


@pytest.mark.parametrize("mine", HOPELESS, ids=named)
def test_what_tells_too_little_says_why_and_what_to_do(mine: Mine, tmp_path: Path) -> None:
    said = CliRunner().invoke(main, ["check", mine.file(tmp_path)])

    assert said.exit_code == 3
    assert mine.said in said.stderr
    assert "rnnspec.adapt.jax_function; `rnnspec init --for jax` writes one that is" in said.stderr
    assert len(said.stderr.splitlines()) == 1
