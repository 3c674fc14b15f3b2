"""Edits of the part that a given state has in what is returned, where that is computed apart from the part of the inputs: left out, or in another form."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from rnnspec.reference import Kind

from ...trace.group import Group
from ...trace.replaying import Edit, Replay
from ...trace.tape import RESULT, named
from ...trace.trace import Trace
from ..making.editing import edit, told
from ..making.forms import Form
from ..values.scaled import scale_of, scaled_input

FORMS = (
    Form("{}, without what {} makes of it", lambda z: 0 * z),
    Form("{}, less what {} makes of it", lambda z: -z),
    Form("{}, with what {} makes of it twice", lambda z: 2 * z),
)
TIMES = "{}, what {} makes of it times the scale of {}"
OVER = "{}, what {} makes of it divided by the scale of {}"


def of_begun(trace: Trace) -> Iterator[Edit]:
    """Of a sequence one of whose inputs is scaled, as attention has it: there people write that part apart."""
    _, scaled = scaled_input(trace)
    given = [f"{state}0" for state in trace.operation.states if f"{state}0" in trace.inputs]
    for name in trace.outputs if scaled and trace.operation.kind is Kind.SEQUENCE else ():
        group = Group(named(name, RESULT))
        for state in given:
            for form in FORMS:
                yield edit(group, partial(_formed, form.of, state), "state", told(form.text.format(name, state)), 0.95)
            for words, is_over in ((TIMES, False), (OVER, True)):
                text = told(words.format(name, state, scaled))
                yield edit(group, partial(_scaled, state, is_over), "state", text, 1.0)


def _formed(of: Any, state: str, r: Replay, i: int) -> Any:
    name, whole = r.trace.tape.nodes[i].place[0].function, r.plain(i)
    without = r.trace.again(state, False).get(name)
    if without is None or np.shape(without) != np.shape(whole):
        return None if state in r.trace.inputs else whole
    return without + of(whole - without)


def _scaled(state: str, is_over: bool, r: Replay, i: int) -> Any:
    if (by := scale_of(r)) is None:
        return None
    return _formed(lambda part: part / by if is_over else part * by, state, r, i)
