"""A page that carries its data, its style and its script, and asks for nothing else: it works offline, and from disk.

There is no template library, as there is nothing to fill in: the page carries JSON, and its own script makes every element
from it, putting in as text all that a candidate has said. What is left to substitute are the title, and the style, the
script and the data themselves, for which the standard library's `string.Template` is enough. A policy in the page lets no
other script, style or request run, whatever a file of someone else's has in it.
"""

import json
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from rnnspec.golden.entry import shown


def sealed(title: str, styles: Iterable[str], scripts: Iterable[str], data: Any, waits: bool = False) -> str:
    """The page of some data: styles and scripts are texts, which stand in it in their order, the scripts in one scope, which `waits` or not."""
    begin, end = ("(async () => {\n", "})();") if waits else ("{\n", "}")
    style, script = "".join(styles), "".join(['"use strict"; ', begin, *scripts, end])
    return Template(text("page.html")).substitute(
        title=escape(shown(title)),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        data=_inert(data),
    )


@cache
def text(name: str, package: str = __package__) -> str:
    """A file that lies beside the modules of a package."""
    return (files(package) / name).read_text(encoding="utf-8")


def _inert(data: Any) -> str:
    """JSON that no parser of HTML finds an end of the script or a comment in."""
    written = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _hash(of: str) -> str:
    return f"sha256-{b64encode(sha256(of.encode()).digest()).decode()}"
