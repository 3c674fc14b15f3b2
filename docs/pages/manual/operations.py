"""A page for each operation and for each family."""

import importlib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from html import escape
from typing import Any

from defects import _anchor, defects
from frameworks import reasons
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from rnnspec.conformance.deviations import equations
from rnnspec.conformance.deviations.catalogue import CATALOGUE
from rnnspec.conformance.deviations.text import source
from rnnspec.conformance.properties.table import PROPERTIES, applies
from rnnspec.golden import cases
from rnnspec.golden.entry import Entry
from rnnspec.reference import FAMILIES, OPERATIONS, Family, Kind, Operation
from rnnspec.reference.contract import taken_by
from rnnspec.tools import equations as spoken

from .figures import place
from .statements import Line, lines
from .writing import code, orphan, raw, table, text

KINDS = {
    Kind.CELL: "one step",
    Kind.SEQUENCE: "a sequence",
    Kind.NETWORK: "a network of layers and directions",
    Kind.CONTAINER: "sequences of unequal length",
    Kind.ELEMENTWISE: "an array",
}
READING = (
    "The left is read from the right, node by node, by a program: ⊙ multiplies element by element, matrices stand side by"
    " side, ∑ over an axis counts it from 0. In an index · is all of an axis and ∗ one of length 1 that is put in, so that arrays"
    " meet; 𝑡 is the step and 𝑡 − 1 the one before; d in front is the gradient of the loss; ∅ is what is not given. What a line"
    " of the code calls and is one line itself stands there in its place."
)


def pages() -> Iterator[tuple[str, str]]:
    """Each page's place, and its Markdown."""
    for operation in OPERATIONS.values():
        yield f"operations/{operation.name}.md", orphan(page(operation))
    for family in FAMILIES:
        yield f"families/{family.name}.md", orphan(of_family(family))
    yield "operations/index.md", "\n".join(index())


def page(operation: Operation) -> Iterator[str]:
    """An operation: its contract, its equation twice, and what there is of it."""
    yield from (f"# {code(operation.name)}", "", text(operation.summary), "")
    back = f"[{code(operation.family)}](../families/{operation.family}.md)" if operation.family else ""
    kind = f"{KINDS[operation.kind]}, {operation.direction}"
    yield from (f"{f'Of the family {back}, ' if back else ''}{kind}. Source: {text(operation.source)}.", "")
    yield from (*_contract(operation), *_equation(operation), *_figure(operation), *_cases(operation))
    yield from (*_properties(operation), *_deviations(operation), *_defects(operation))


def _contract(operation: Operation) -> Iterator[str]:
    yield from ("## Contract", "")
    taken = [(name, axes, "None: zeros" * (name in operation.omittable)) for name, axes in operation.arguments.items()]
    taken += [(name, axes, "in `parameters`") for name, axes in operation.parameters.items()]
    for name, axes in operation.options.items():
        taken.append((f"{name}=", taken_by(name, axes), "option"))
    if operation.forward:
        taken.append(("cache", "", f"what {_link(operation.forward.name)} returned last"))
    yield from table(["takes", "axes", "which is"], ([code(n), text(axes), note] for n, axes, note in taken))
    given = [(name, axes, "") for name, axes in operation.outputs.items()]
    given += [(n, axes, f"where {code(f'{o}=')} was given") for n, (o, axes) in operation.optional_outputs.items()]
    given += [("cache", "", "the candidate's own business")] * operation.has_cache
    yield from table(["returns", "axes", "when"], ([code(n), text(axes), note] for n, axes, note in given))
    yield from table(["axis", "is"], ([code(a), text(means)] for a, means in spoken.axes(operation).items()))
    if order := spoken.order(operation):
        yield from (f"{text(order[0].upper() + order[1:])}.", "")
    yield from ("`ContractError` is raised where an array, an axis or a parameter is not as named here.", "")


def _equation(operation: Operation) -> Iterator[str]:
    yield from ("## Equation", "")
    if operation.kind is Kind.CONTAINER:
        yield from ("Values are moved and none is computed, so the code is all there is.", "")
    else:
        yield from (READING, "")
    for name in sorted(
        equations.of(operation), key=lambda name: not name.startswith("families.")
    ):  # the cell, then the loop
        yield from (f"### {code(name)}", "", *raw(_typeset(name, operation.kind is not Kind.CONTAINER)))


def functions(operation: Operation) -> list[Any]:
    """The functions that an operation's equation is."""
    return [function_of(name) for name in equations.of(operation)]


def function_of(name: str) -> Any:
    """The function that the equations call `families.lstm.remember`."""
    module, _, own = name.rpartition(".")
    return getattr(importlib.import_module(f"rnnspec.reference.{module}"), own)


@cache
def _typeset(name: str, with_math: bool) -> str:
    """A function as a table of two columns, statement by statement; of what only moves values the code alone."""
    function = function_of(name)
    said = lines(function) if with_math else [Line(0, "", source(function).rstrip("\n"))]
    whole = highlight("\n".join(line.code for line in said), PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    coloured, at, rows = whole.split("\n"), 0, []
    for line in said:
        height = line.code.count("\n") + 1
        part, at = "".join(f"<code>{each}</code>" for each in coloured[at : at + height]), at + height
        math = f'<math display="block">{line.math}</math>' if line.math else ""
        left = f'<td class="said" style="--deep: {line.depth}">{math}</td>' if with_math else ""
        rows.append(f'<tr>{left}<td class="highlight">{part}</td></tr>')
    label = escape(f"{name}, as mathematics and as code" if with_math else f"{name}, as code")
    body = "".join(rows).replace("\n", "&#10;")
    return f'<div class="equation" role="region" tabindex="0" aria-label="{label}"><table role="presentation">{body}</table></div>'


def pictured(operation: Operation) -> str:
    """The case that is drawn for an operation: its family's sequence, forward; "" where there is none."""
    known = {entry.id for entry in cases()}
    forward = f"{operation.family}_forward" if operation.family else operation.name
    return drawn if (drawn := f"{forward}/generic") in known else ""


def _figure(operation: Operation) -> Iterator[str]:
    if operation.kind is not Kind.CONTAINER and (id := pictured(operation)):
        yield from ("## A typical case", "", *figure(id))


def figure(id: str) -> Iterator[str]:
    """A case's outputs, by what they go over."""
    alt = f"the outputs of {id}, a line a unit"
    yield from (f"![{text(alt)}](../{place(id)})", "")
    yield from (f"{code(id)}, drawn anew with more by {code(f'rnnspec show {id} --plot case.svg')}.", "")


def _cases(operation: Operation) -> Iterator[str]:
    own = [entry for entry in cases() if entry.operation.name == operation.name]
    yield from (f"## {len(own)} cases", "")
    yield from table(["case", "shows", "with", "bits"], ([*_case(entry)] for entry in own))


def _case(entry: Entry) -> Iterator[str]:
    yield code(entry.id.partition("/")[2])
    yield text(entry.shows)
    yield text(", ".join([*entry.features, *entry.labels]))
    yield str(entry.bits or "exact")


def _properties(operation: Operation) -> Iterator[str]:
    own = [known for name, known in PROPERTIES.items() if applies(name, operation)]
    if own:
        yield from (
            f"## {len(own)} properties",
            "",
            "What is asked of a candidate against itself, without a golden.",
            "",
        )
        names = [name for name in PROPERTIES if applies(name, operation)]
        yield from table(["property", "says"], ([code(n), text(PROPERTIES[n].says)] for n in names))


def _deviations(operation: Operation) -> Iterator[str]:
    own = [known for known in CATALOGUE.values() if operation.name in known.affects]
    yield from (f"## {len(own)} deviations", "")
    links = ([f"[{code(d.id)}](../deviations/{d.id}.md)", d.kind, text(d.summary)] for d in own)
    yield from table(["deviation", "kind", "what it does"], links)


def _defects(operation: Operation) -> Iterator[str]:
    """What the kit found in released code, of this operation."""
    found = [(f"../defects.md#{_anchor(d['title'])}", d) for d in defects()]
    found += [(f"../frameworks.md#{_anchor(r['title'])}", r) for r in reasons()]
    own = [(place, one) for place, one in found if concerns(one["cases"], operation)]
    if own:
        yield from ("## Defects in released code", "")
        who = (one.get("project") or ", ".join(one["candidates"]) for _, one in own)
        yield from (
            f"- [{text(one['title'])}]({place}): {text(name)}" for (place, one), name in zip(own, who, strict=True)
        )
        yield ""


def concerns(patterns: list[str], operation: Operation) -> bool:
    """Whether patterns of cases name one of this operation, and not of every one."""
    named = [pattern for pattern in patterns if not pattern.startswith("*")]
    return any(fnmatchcase(entry.id, pattern) for entry in _of(operation.name) for pattern in named)


@cache
def _of(operation: str) -> list[Entry]:
    return [entry for entry in cases() if entry.operation.name == operation]


def _link(operation: str) -> str:
    return f"[{code(operation)}](../operations/{operation}.md)"


def of_family(family: Family) -> Iterator[str]:
    """A family: what it is, its operations, and a case of it."""
    own = [operation for operation in OPERATIONS.values() if operation.family == family.name]
    yield from (f"# {code(family.name)}", "", f"{text(family.summary[0].upper() + family.summary[1:])}.", "")
    yield from (f"Source: {text(family.source)}.", "", "## Operations", "")
    yield from table(["operation", "is"], ([_link(o.name), text(o.summary)] for o in own))
    yield from ("## Arrays of a step", "")
    given = {**family.inputs, **family.states, **family.outputs, **family.parameters, **family.options}
    yield from table(["name", "axes"], ([code(name), text(axes) or "a number"] for name, axes in given.items()))
    yield from ("## A typical case", "", *figure(pictured(own[0])))


def index() -> Iterator[str]:
    """All operations, by family."""
    words = "Each has its contract, its equation as mathematics and as code, its cases, and what is known to go wrong with it."
    yield from ("# Operations", "", words, "")
    for family in FAMILIES:
        yield from (f"## [{code(family.name)}](../families/{family.name}.md)", "")
        yield from (f"{text(family.summary[0].upper() + family.summary[1:])}: {_names(family.name)}.", "")
    yield from ("## Without a family", "", f"{_names('')}.", "")


def _names(family: str) -> str:
    return ", ".join(_link(name) for name, known in OPERATIONS.items() if known.family == family)
