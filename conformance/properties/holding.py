"""The list of properties: what each is of, on whose inputs it is tried, and trying one."""

from collections.abc import Iterable

from rnnspec.golden import Golden
from rnnspec.golden.entry import Entry

from ..run.outcome import UNFIT, Ending, Outcome, attempt, declined
from ..run.runner import Runner
from .recurrence import is_recurrence
from .sequence import carrying
from .table import PROPERTIES, property_id
from .trial import Trial

NO_DECAY = ("g=None", "gt=None")


def with_options(entries: Iterable[Entry], runner: Runner) -> list[Entry]:
    """Cases in which every option on offer is in use: the one with the most, and for each option one with it alone.

    Where none has it alone and the first lacks it, the one with the fewest others. Then one of a single example. Of one
    operation's cases those are left out that are not for the dtype, or have what the candidate lacks.
    """
    offered = [e for e in entries if runner.dtype in e.dtypes and not runner.calls.lacks(e.operation, e.features)]
    rising = sorted((e for e in offered if e.features), key=lambda e: (len(e.features), _is_met(e)))
    found = {entry.id: entry for entry in sorted(rising, key=_options)[-1:]}
    covered = {feature for entry in found.values() for feature in entry.features}
    fewest = {feature: entry for entry in reversed(rising) for feature in entry.features}
    found |= {e.id: e for feature, e in fewest.items() if len(e.features) == 1 or feature not in covered}
    single = [e for e in offered if e.dims.get("m") == 1]
    return [*(found | {e.id: e for e in single[:1]}).values()]


def _options(entry: Entry) -> tuple[int, int, bool]:
    """How many options are in use, how little is left out or of another type, which a candidate may decline, and whether all act."""
    varied = sum("=" in feature for feature in entry.features)
    return len(entry.features) - varied, -varied, not _is_met(entry)


def _is_met(entry: Entry) -> bool:
    """Whether a case is of the covering array, in which an option need not act: one of the option's own goes before it."""
    return entry.id.partition("/")[2].startswith("levels")


def instead(entries: Iterable[Entry], declined: Entry, dtype: str) -> list[Entry]:
    """Cases with the same options and another decay, a head's or none, for a candidate that has no other. The mildest first, which float16 has too."""
    found = [
        e
        for e in entries
        if dtype in e.dtypes
        and not _is_met(e)
        and declined.dims.get("n_g", 1) > 1 >= e.dims.get("n_g", 1)
        and _but_for_decay(e) == declined.features
    ]
    return sorted(found, key=_mildness)


def without_states(entries: Iterable[Entry], lacked: Entry, dtype: str) -> list[Entry]:
    """Cases of a recurrence with the same options but for its states, for a candidate that has none. The longest first, then the mildest."""
    states = carrying(lacked.operation) if is_recurrence(lacked.operation) else []
    others = [feature for feature in lacked.features if feature not in states]
    if others == lacked.features:
        return []
    found = [e for e in entries if dtype in e.dtypes and not _is_met(e) and _but_for_decay(e) == others]
    return sorted(found, key=lambda e: (-e.dims.get("T_x", 0), _mildness(e)))


def _but_for_decay(entry: Entry) -> list[str]:
    return [feature for feature in entry.features if feature not in NO_DECAY]


def _mildness(entry: Entry) -> tuple[bool, bool, bool]:
    dims = entry.dims
    return "float16" not in entry.dtypes, dims.get("n_h") != dims.get("n_hv", dims.get("n_h")), dims["m"] == 1


def hold(
    runner: Runner, name: str, golden: Golden, others: Iterable[Golden] = (), instead: Iterable[Golden] = ()
) -> Outcome:
    """One property of one operation, tried on one golden's inputs, or the first of these `instead` that the candidate takes.

    Where it holds there, it is tried on those of others.
    """
    outcome = _hold(runner, name, golden)
    for other in instead if outcome.outcome is Ending.UNSUPPORTED else ():
        if (found := _hold(runner, name, other)).outcome is not Ending.UNSUPPORTED:
            outcome = found.ended(found.outcome, f"on {other.id}: {found.message}" if found.failed else "")
            break
    for other in others:
        if outcome.outcome is not Ending.PASS:
            break
        if (found := _hold(runner, name, other)).failed:  # what it declines there is no failure
            outcome.ended(found.outcome, f"with {', '.join(other.entry.features) or 'one example'}: {found.message}")
    return outcome


def _hold(runner: Runner, name: str, golden: Golden) -> Outcome:
    operation, outcome = golden.entry.operation, _outcome(name, golden.entry)

    def work() -> None:
        message = runner.calls.tried(name, operation, golden.id)
        trial = Trial(runner, runner.allowing(golden))
        if message := PROPERTIES[name].holds(trial) if message is None else message:
            outcome.ended(Ending.FAIL, message)
        elif runner.precision and not trial.tells:
            outcome.ended(Ending.UNSUPPORTED, f"{UNFIT}: what is compared may be off by all of its size")

    return lacking(runner, name, golden.entry) or declined(attempt(outcome, work))


def lacking(runner: Runner, name: str, entry: Entry) -> Outcome | None:
    """The outcome of a property of what the candidate does not offer: the case's arrays need not be read for it."""
    operation, known = entry.operation, PROPERTIES[name]
    features = [feature for feature in entry.features if feature not in known.without]
    why = runner.calls.lacks(operation, [*features, *known.needs(operation)])
    return _outcome(name, entry).ended(Ending.UNSUPPORTED, why) if why else None


def _outcome(name: str, entry: Entry) -> Outcome:
    return Outcome(property_id(entry.operation.name, name), entry.operation.name, features=entry.features)
