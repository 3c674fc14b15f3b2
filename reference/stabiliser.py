"""Exponential gates with what is common to them taken out, so that no power overflows: Beck et al. 2024, eq. 15-17; RWKV-4."""

from .arithmetics.primitives import Array, Mask, exp, larger, select


def stabilised(running: Array, i: Array) -> tuple[Array, tuple[Array, Array, Mask]]:
    """The larger of two exponents; both powers over that one's, and where it is the first."""
    m_next, first = larger(running, i)
    forget, write = exp(running - m_next), exp(i - m_next)
    return m_next, (forget, write, first)


def stabilised_backward(dm: Array, dlogF: Array, dlogI: Array, first: Mask) -> tuple[Array, Array]:
    """Gradients into both exponents, from those into the larger and, through the powers, into each.

    The larger gets back what its own power has: rounded as automatic differentiation does.
    """
    dm = dm - dlogF - dlogI
    return dlogF + select(first, dm, 0), dlogI + select(first, 0, dm)
