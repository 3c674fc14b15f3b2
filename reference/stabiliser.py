"""Exponential gates with what is common to them taken out, so that no power overflows: Beck et al. 2024, eq. 15-17; RWKV-4."""

from .arithmetics.primitives import Array, Mask, exp, larger, select


def stabilised(kept: Array, written: Array) -> tuple[Array, tuple[Array, Array, Mask]]:
    """The larger of two exponents; both powers over that one's, and where it is the first."""
    m_next, first = larger(kept, written)
    return m_next, (exp(kept - m_next), exp(written - m_next), first)


def stabilised_backward(dm: Array, dkept: Array, dwritten: Array, first: Mask) -> tuple[Array, Array]:
    """Gradients into both exponents, from those into the larger and, through the powers, into each.

    The larger gets back what its own power has: rounded as automatic differentiation does.
    """
    left = dm - dkept - dwritten
    return dkept + select(first, left, 0), dwritten + select(first, 0, left)
