"""How rnnspec is cited, by CITATION.cff: its few plain lines are read here, so that no library of YAML is needed for them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

NAME = "CITATION.cff"  # put beside this file when a wheel is built
LINE = re.compile(r"(?P<key>[a-z-]+): (?P<value>.+)")
AUTHOR = re.compile(r"  - name: (?P<name>.+)")
SPECIAL = re.compile(r"([\\{}$&#%_^~])")


def written() -> str:
    """The text of CITATION.cff: as it was shipped, else the repository's."""
    shipped = files(__package__) / NAME
    if shipped.is_file():
        return shipped.read_text(encoding="utf-8")
    return (Path(__file__).parents[1] / NAME).read_text(encoding="utf-8")


def fields(text: str) -> tuple[dict[str, str], list[str]]:
    """The values of a .cff that stand on one line, by key, and the names of its authors."""
    lines = text.splitlines()
    values = {m["key"]: m["value"].strip('"') for line in lines if (m := LINE.fullmatch(line))}
    return values, [m["name"].strip('"') for line in lines if (m := AUTHOR.fullmatch(line))]


@dataclass(frozen=True)
class Citation:
    """What is cited."""

    authors: tuple[str, ...]
    title: str
    year: str
    month: str
    version: str
    license: str
    goldens: str

    @classmethod
    def of(cls, text: str, version: str, goldens: str) -> "Citation":
        """Of a .cff's text, the version that is installed, and the digest of its goldens."""
        values, authors = fields(text)
        year, month, _ = values["date-released"].split("-")
        return cls(tuple(authors), values["title"], year, month, version, values["license"], goldens)


def plain(citation: Citation) -> str:
    authors = ", ".join(citation.authors)
    return (
        f"{authors} ({citation.year}). {citation.title} (version {citation.version}) [Computer software]. "
        f"Goldens {citation.goldens}."
    )


def bibtex(citation: Citation) -> str:
    """An entry that a style without `@software` takes for `@misc`; braces keep names and titles as they are."""
    entries = {
        "author": " and ".join(f"{{{_escaped(name)}}}" for name in citation.authors),
        "title": f"{{{_escaped(citation.title)}}}",
        "year": citation.year,
        "month": str(int(citation.month)),
        "version": citation.version,
        "license": citation.license,
        "note": f"goldens {citation.goldens}",
    }
    lines = (f"  {name} = {{{value}}}," for name, value in entries.items())
    return "\n".join([f"@software{{rnnspec-{citation.version},", *lines, "}"])


def _escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)


STYLES: dict[str, Callable[[Citation], str]] = {"text": plain, "bibtex": bibtex}
