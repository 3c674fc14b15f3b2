"""What each deviation does, in numbers: conformance/deviations/effects.json."""

import sys
from functools import cache

import click
from rnnspec.conformance.deviations import effects
from rnnspec.golden import Golden, cases, load, saving


def goldens(operation: str) -> list[Golden]:
    return [load(entry.id) for entry in cases() if entry.operation.name == operation]


def write(check: bool) -> None:
    """Write the file, or say which deviations do not do what it says."""
    if not check:
        saving.save(effects.RECORDED, effects.as_json(goldens).encode())
        return
    differing = list(effects.differing(cache(load)))
    for one in differing:
        click.echo(f"{one}: it is not what is recorded: run `python docs/pages effects` and review the difference")
    sys.exit(bool(differing))
