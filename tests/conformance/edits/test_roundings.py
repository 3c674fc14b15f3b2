"""By what an edited run may be off: values by roundings, what lies within 1 by those of 1; of a text all that it is given."""

import numpy as np
import pytest
from planted.judging import loaded
from rnnspec.conformance.deviations.deviation import Edit as Change
from rnnspec.conformance.edits.held.texts import of_text
from rnnspec.conformance.edits.trace.group import Group
from rnnspec.conformance.edits.trace.noise import rounded
from rnnspec.conformance.edits.trace.replaying import Edit
from rnnspec.conformance.edits.trace.tape import named
from rnnspec.reference import unroll

ROUNDING = 2.0**-52


@pytest.mark.parametrize(("name", "least", "most"), [("sigmoid", 0.0, 1.0), ("tanh", -1.0, 1.0)])
def test_what_lies_within_one_is_off_by_a_rounding_of_that(name: str, least: float, most: float) -> None:
    values = np.array([least, 1e-40, 0.25, 0.5, most])

    off = rounded(3, name, values) - values

    assert np.abs(off).max() <= ROUNDING
    assert abs(off[1]) == ROUNDING or rounded(3, name, values)[1] == least
    assert (rounded(3, name, values) >= least).all()
    assert (rounded(3, name, values) <= most).all()


def test_any_other_value_is_off_by_one_of_its_own() -> None:
    off = rounded(3, "multiply", np.array([1e-40, 1e40]))

    assert (off != [1e-40, 1e40]).all()
    assert np.allclose(off, [1e-40, 1e40], rtol=2 * ROUNDING, atol=0.0)


def test_of_a_text_all_that_is_given_is_off() -> None:
    golden = loaded("rnn_forward/generic")
    change = Change(unroll.forward, "order = range(T_x)[::-1] if reverse else range(T_x)", "order = range(T_x)")
    edit = Edit(Group(named("x")), lambda r, i: None, "loop", lambda r, i: "", source=(change,))

    plain, noisy = (of_text(golden, (edit,), (), noisy) for noisy in (False, True))

    assert plain
    assert noisy
    off = {name: np.abs(noisy[name] - plain[name]).max() / np.abs(plain[name]).max() for name in plain}
    assert all(0 < by < 64 * ROUNDING for by in off.values())
