"""Cases of any size: a family's plainest problem, of the lengths, with the options and from the seed that are asked for."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from numbers import Integral

import numpy as np
from rnnspec.reference import OPERATIONS, Kind, Operation
from rnnspec.reference.checking import Dimensions
from rnnspec.reference.contract import ANY, FLAGS

from . import case as planned
from .case import Case, Idea, ideas
from .entry import shown
from .ideas.covering import MAY_BE
from .regimes import PLAIN, REGIMES
from .spelling import meant

LONG = 12  # steps: more are drawn from an idea of many, in which roundings do not grow
DIGITS = 9  # of a length
NEAR = 0.75  # of 1: in short names one letter is much
MOST = 10**9  # numbers that a case takes and gives: 8 GB
LAYERS = 1000


class BadSize(ValueError):
    """No operation has an axis or an option, or a length cannot be; the message says which and what can."""


@dataclass(frozen=True)
class Size:
    """`lengths` of axes, of which others are as short as in the plainest golden; `options` as the contract names them; the `regime` of its numbers."""

    lengths: Mapping[str, int] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    seed: int = 0
    regime: str = PLAIN

    def of(self, operation: Operation) -> "Size":
        """What of it an operation has."""
        known = options_of(operation)
        lengths = {axis: n for axis, n in self.lengths.items() if axis in operation.dims}
        return replace(self, lengths=lengths, options=tuple(name for name in self.options if name in known))

    @property
    def name(self) -> str:
        """As `Size.named` reads it: `n_a=64,m=3,lengths,seed=0`."""
        regime = [f"regime={self.regime}"] if self.regime else []
        return ",".join([*(f"{a}={n}" for a, n in self.lengths.items()), *self.options, *regime, f"seed={self.seed}"])

    @classmethod
    def named(cls, text: str) -> "Size":
        """Raises BadSize for a length or a seed that is no whole number, for an axis that comes twice, and for no regime."""
        lengths, options, regime = dict[str, int](), [], PLAIN
        for part in filter(None, map(str.strip, text.split(","))):
            name, equals, value = part.partition("=")
            if not equals or value == "None":
                options.append(part)
                continue
            if name == "regime" and value in REGIMES:
                regime = value
                continue
            if name == "regime":
                raise BadSize(f"{part!r}: the regimes are {', '.join(filter(None, REGIMES))}")
            if not value.isdecimal() or len(value) > DIGITS:
                raise BadSize(f"{part!r}: want a whole number of up to {DIGITS} digits behind {name}=")
            if name in lengths:
                raise BadSize(f"{text!r} has {name} twice")
            lengths[name] = int(value)
        seed = lengths.pop("seed", 0)
        return cls(lengths, tuple(dict.fromkeys(options)), seed, regime)


@dataclass(frozen=True)
class Sized(Case):
    """A case whose axes have just these lengths."""

    lengths: Mapping[str, int] = field(default_factory=dict)

    @property
    def dims(self) -> dict[str, int]:
        return dict(self.lengths)

    @property
    def longest(self) -> str:
        """The axis of which less is to be asked for, where it is too much."""
        return max(self.lengths, key=lambda axis: self.lengths[axis])


def possible(size: Size, operations: Iterable[Operation]) -> list[Operation]:
    """Of these operations those that have a size. Raises BadSize for an axis, an option or a length that none of them has."""
    fit = [operation for operation in operations if operation.kind is not Kind.CONTAINER]
    axes = {axis for operation in fit for axis in operation.dims}
    options = {name for operation in fit for name in options_of(operation)}
    for kind, given, known in (("axis", [*size.lengths], axes), ("option", [*size.options], options)):
        if unknown := [name for name in given if name not in known]:
            has = f"; they have {', '.join(sorted(known))}" if known else ""
            near = meant(unknown[0], known, NEAR) or (
                f"; an axis has a length: {unknown[0]}=8" if unknown[0] in axes else ""
            )
            raise BadSize(f"no operation asked for has the {kind} {shown(unknown[0], 80)!r}{near}{has}")
    _check(size)
    if short := [axis for axis, n in size.lengths.items() if n < 1]:
        raise BadSize(f"{short[0]} is {size.lengths[short[0]]}, want 1 or more")
    return [operation for operation in fit if _has_some(operation, size)]


def _check(size: Size) -> None:
    """Nothing, of a size that its name says. Raises BadSize for what no text gives: it is had from Python alone."""
    if broken := [axis for axis, n in size.lengths.items() if not _is_whole(n)]:
        raise BadSize(f"{broken[0]} is {shown(repr(size.lengths[broken[0]]), 40)}, want a whole number")
    if not _is_whole(size.seed) or not 0 <= size.seed < 10**DIGITS:
        raise BadSize(f"seed is {shown(repr(size.seed), 40)}, want a whole number of up to {DIGITS} digits")
    if size.regime not in REGIMES:
        raise BadSize(f"regime is {shown(size.regime, 40)!r}: the regimes are {', '.join(filter(None, REGIMES))}")


def _is_whole(n: object) -> bool:
    return isinstance(n, Integral)


def options_of(operation: Operation) -> list[str]:
    """Its options, and what may be left out."""
    return [*operation.all_options, *(f"{name}=None" for name in operation.all_omittable)]


def _has_some(operation: Operation, size: Size) -> bool:
    """Whether it is another problem at this size than at another: some axis, and some option where any is asked for."""
    own = size.of(operation)
    return bool(own.lengths or not size.lengths) and bool(own.options or not size.options)


def sized(operation: Operation, size: Size) -> Sized:
    """The case of an operation at a size. Raises BadSize where it is too large for any memory."""
    size = size.of(operation)
    if (layers := size.lengths.get("n_l", 1)) > LAYERS:
        raise BadSize(f"n_l is {layers}, want up to {LAYERS}: layers are no axis of an array, but a list")
    plain, long, numbers = _plainest(operation.name)
    dims = _filled(Case(operation, plain).dims, size.lengths)
    like = long if dims.get("T_x", 1) > LONG else plain
    regime = REGIMES[size.regime]
    own = plain.recipe != "dyadic"  # for what is drawn so that nothing in it ties
    idea = replace(
        like,
        name=size.name,
        shows=f"the plainest problem with {size.name}",
        dims=dims,
        options=size.options,
        values={**numbers, **like.values},
        scale=_scaled(like.scale, regime.scale),
        labels=tuple(dict.fromkeys((*like.labels, *MAY_BE))),
        recipe=plain.recipe if own or not regime.recipe else regime.recipe,
    )
    case = Sized(operation, idea, dims)
    if (many := sum(counts(case))) > MOST:
        raise BadSize(
            f"{case.id} takes and gives {many:.1e} numbers, want up to {MOST:.0e}: ask for less of {case.longest}"
        )
    return replace(case, idea=replace(idea, lengths=_lengths(dims, size.seed)))


def counts(case: Case) -> tuple[int, int]:
    """How many numbers a case takes, and how many it gives."""
    dims = Dimensions(case.operation.name, case.dims)
    taken = {**case.operation.run_inputs(case.dims, case.features), **case.operation.all_parameters(case.dims)}
    given = case.operation.expected([*taken])
    return _numbers(dims, taken.values()), _numbers(dims, given.values())


def _numbers(dims: Dimensions, axes: Iterable[str]) -> int:
    return sum(math.prod(dims.shape("n m" if one == ANY else one)) for one in axes)


@cache
def _plainest(name: str) -> tuple[Idea, Idea, dict[str, float]]:
    """The plainest idea of an operation, that of many steps, and a value of each option that is a number, as some idea has it."""
    operation = OPERATIONS[name]
    known = {idea.name: idea for idea in ideas(operation)}
    plain = next(iter(known.values()))
    free = [option for option, axes in operation.all_options.items() if not axes and option not in FLAGS]
    numbers = {n: value for idea in known.values() for n, value in idea.values.items() if n in free}
    return plain, known.get("long", plain), numbers


def _scaled(own: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    return {kind: own.get(kind, 0) + more.get(kind, 0) for kind in {**own, **more}}


def _filled(plain: Mapping[str, int], lengths: Mapping[str, int]) -> dict[str, int]:
    """The plainest lengths with those that are given, and what follows from one of these: groups of heads, a decay for each key."""
    found = {**plain, **{axis: n for axis, n in lengths.items() if axis in plain}}
    if "n_hv" in plain and "n_hv" not in lengths:
        found["n_hv"] = plain["n_hv"] // plain["n_h"] * found["n_h"]
    if "n_g" in plain and "n_g" not in lengths and plain["n_g"] > 1:
        found["n_g"] = found.get("n_k", found["n_g"])
    return found


def _lengths(dims: Mapping[str, int], seed: int) -> tuple[int, ...]:
    """Of each example, in no order: some length, among them the full one and, of more than two, none."""
    m, T_x = dims.get("m", 1), dims.get("T_x", 1)
    found = [int(raw % (T_x + 1)) for raw in np.random.Philox(key=seed).random_raw(m)]
    found[m // 2] = T_x
    if m > 2:
        found[-1] = 0
    return tuple(found)


def case_of(id: str) -> Case:
    """The case of an id: one that is listed, or one that says its size. Raises BadSize or KeyError."""
    if id in planned.CASES:
        return planned.CASES[id]
    operation, _, name = id.partition("/")
    return sized(OPERATIONS[operation], Size.named(name))


def is_known(id: str) -> bool:
    """Whether an id is of a case."""
    try:
        return case_of(id).id == id
    except (BadSize, KeyError):
        return False
