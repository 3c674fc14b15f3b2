"""Edits of all that is given or returned by an index of memory, as programs do it: another length, or none, multiplies it."""

from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np

from ...trace.group import LIKE, Group
from ...trace.members import members
from ...trace.replaying import Edit, Replay
from ...trace.tape import RESULT, named
from ...trace.trace import Trace
from ..making.editing import EVERY_ONE, edit, lengths_of
from ..making.forms import Value
from ..making.strides import LETTERS, RANK, Index, indices, read


def of_strides(trace: Trace) -> Iterator[Edit]:
    """Of all that is given by itself, or of what is shaped alike, and of all that is returned."""
    given = {**trace.operation.arguments, **trace.operation.all_options, **trace.operation.parameters}
    for name, index, words in _indexed(trace, given):
        if members(trace, group := Group(named(name))):
            yield _edit(group, partial(_read, index), f"{name} read at {words}")
        alike = Group(named(name), 0, LIKE)
        if len(members(trace, alike)) > 1:
            yield _edit(alike, partial(_read, index), f"{EVERY_ONE} read at {words}")
    operation = trace.operation
    returned = {**operation.outputs, **{name: axes for name, (_, axes) in operation.optional_outputs.items()}}
    for name, index, words in _indexed(trace, returned):
        group = Group(named(name, RESULT))
        if not members(trace, group):
            continue
        yield _edit(group, partial(_written, index), f"{name} written to {words}")
        if trace.begun:
            yield _edit(group, partial(_added, index), f"{name} added up at {words}")


def _indexed(trace: Trace, names: Mapping[str, str]) -> Iterator[tuple[str, Index, str]]:
    for name, own in names.items():
        axes = tuple(own.split())
        if 1 < len(axes) <= len(LETTERS) and all({*axis.split("+")} <= {*trace.dims} for axis in axes):
            yield from ((name, index, index.text(axes)) for index in indices(axes, tuple(trace.dims)))


def _edit(group: Group, change: partial[Value | None], words: str) -> Edit:
    return edit(group, change, "order", lambda r, i: f"{words} in memory", RANK)


def _read(index: Index, r: Replay, i: int) -> Value | None:
    z = r.plain(i)
    at = index.of(np.shape(z), r.trace.dims)
    return None if at is None else read(z, at)


def _written(index: Index, r: Replay, i: int) -> Value | None:
    """By steps, of each its examples, of each what it has, the last of which stays; where an example has no step nothing is written."""
    z = r.plain(i)
    at = index.of(np.shape(z), r.trace.dims)
    if at is None:
        return None
    made, places = z.transpose(), at.transpose()
    if np.shape(z)[-2:] == (r.trace.examples, r.trace.steps):
        taken = np.arange(r.trace.steps)[:, None] < lengths_of(r)
        in_order = slice(None, None, -1 if r.trace.runs_back != bool(r.trace.begun) else 1)
        made, places = (one[in_order][taken[in_order]] for one in (made, places))
    new = np.zeros(at.size, np.result_type(z))
    new[places.ravel()] = made.ravel()
    return new.reshape(np.shape(z))


def _added(index: Index, r: Replay, i: int) -> Value | None:
    z = r.plain(i)
    at = index.of(np.shape(z), r.trace.dims)
    if at is None:
        return None
    return np.bincount(at.ravel(), z.ravel(), at.size).reshape(np.shape(z)).astype(np.result_type(z), copy=False)
