"""The operations over Flax's cells, RNN and Bidirectional, which linen and nnx both have under one signature."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp

from ..recurrent.layer import Array, Layer, Named, blank

Carry = Any  # a state, or an LSTM's (c, h)


@dataclass(frozen=True)
class Cell:
    """A cell of Flax's with given parameters: one step, a run, a run in both directions. Each output is the carry."""

    step: Callable[[Named, Carry, Array], Carry]
    run: Callable[..., tuple[Carry, Carry]]  # (parameters, x, carry, lengths, reverse) -> final carry, every carry
    both: Callable[..., tuple[tuple[Carry, Carry], Carry]]  # (two parameters, x, two carries, lengths)


def layer(family: str, cell: Cell, network: bool = True) -> Layer:
    def step(p: Named, xt: Array, states: list[Array]) -> list[Array]:
        return _states(cell.step(p, _carry(states), xt))

    def run(p: Named, x: Array, states: list[Array], lengths: Array | None, reverse: bool) -> Any:
        ended, every = cell.run(p, x, _carry(states), lengths, reverse)
        a, *c = (blank(jnp, state, lengths) for state in _states(every))
        return a, _states(ended), c[0] if c else None

    def layers(parameters: Any, x: Array, states: list[Array], lengths: Array | None) -> Any:
        return _network(cell, parameters, x, states, lengths)

    return Layer(family, step, run, layers if network else None)


def _network(cell: Cell, parameters: Any, x: Array, states: list[Array], lengths: Array | None) -> Any:
    ended: list[list[Array]] = []
    n_d = len(parameters[0])
    for k, directions in enumerate(parameters):
        carries = [_carry([state[k * n_d + d] for state in states]) for d in range(n_d)]
        if n_d == 2:
            last, every = cell.both(directions, x, tuple(carries), lengths)
            ended += map(_states, last)
        else:
            final, every = cell.run(directions[0], x, carries[0], lengths, False)
            ended.append(_states(final))
        x = _states(every)[0]
    return blank(jnp, x, lengths), [jnp.stack(parts) for parts in zip(*ended, strict=True)]


def _carry(states: list[Array]) -> Carry:
    return states[0] if len(states) == 1 else tuple(states[::-1])


def _states(carry: Carry) -> list[Array]:
    return list(carry[::-1]) if isinstance(carry, tuple) else [carry]
