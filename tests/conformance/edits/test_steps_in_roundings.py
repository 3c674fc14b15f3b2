"""Where roundings decide between two values that are far apart, anything would fit: that names nothing."""

from pathlib import Path

import rnnspec

TURNED = """
import numpy as np
from rnnspec import reference


def lstm_forward(x, a0, parameters, lengths=None):
    given = {} if lengths is None else {"lengths": lengths}
    a, y, c, cache = reference.lstm_forward(x, a0, parameters, **given)
    # the classes of what is kept stand beyond the lengths, and nothing within them
    z = np.moveaxis(parameters["Wy"] @ np.moveaxis(a, 2, 0) + parameters["by"], 0, 2)
    e = np.exp(z - z.max(0))
    steps = np.full(x.shape[1], x.shape[2]) if lengths is None else np.asarray(lengths)
    return a, np.where(np.arange(x.shape[2]) < steps[:, None], 0.0, e / e.sum(0)), c, cache
"""


def test_a_mask_that_is_turned_round_is_no_step_of_roundings(tmp_path: Path) -> None:
    # so that no line of it is looked at
    (tmp_path / "turned.py").write_text(f"exec(compile({TURNED!r}, '<turned>', 'exec'), globals())\n")

    report = rnnspec.check(str(tmp_path / "turned.py"), cases=["lstm_forward"])

    failing = {outcome.id for outcome in report.failures}
    explained = {case for one in report.explanations for case in one.cases}
    assert "lstm_forward/ragged" in failing
    assert "lstm_forward/ragged" not in explained
    assert "lstm_forward/two-steps" in explained
