"""Kinds of what is typed: values that click's own kinds would take, or would refuse without a hint."""

from math import isnan
from typing import Any

import click
from rnnspec.conformance.choices import BadChoice, parsed


class Parsed(click.ParamType):  # type: ignore[type-arg]  # generic in the newest click alone
    """A value of a choice's kind, typed or from pyproject.toml."""

    def __init__(self, name: str) -> None:
        self.name = name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return parsed(self.name, value, f"--{self.name}")
        except BadChoice as error:
            self.fail(str(error), param, ctx)


class Seconds(click.FloatRange):
    """A time, which is a number: `nan` is in every range of click's."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isnan(found := super().convert(value, param, ctx)):
            self.fail(f"{value} is no number", param, ctx)
        return found


class Near(click.Choice):  # type: ignore[type-arg]  # generic in the newest click alone
    """A choice that says which of its names may have been meant."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from rnnspec.golden.spelling import meant

        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            near = meant(str(value), [*map(str, self.choices)])
            self.fail(f"{error.message.removesuffix('.')}{near}" if near else error.message, param, ctx)
