"""Texts that something on the way to a reader may take for more than a text, and candidates that say them wherever they can."""

import random

NAMED = {
    "markup": "[/x] [bold]loud[/bold] [link=https://example.org]here[/link] [",
    "emoji": ":smile: :warning:",
    "escape": "\x1b[2J\x1b]0;title\x07\x1b[31mred \x9b31m",
    "surrogate": "\udcff \ud800",
    "lines": "one\ntwo\r\nthree\rfour\u2028five\x85six\x0bseven",
    "right to left": "\u202egnihton\u202c \u200f \u2066 \u2069 \u061c",
    "unseen": "\u200b\u200d\ufeff\u00ad\U000e0041",
    "fence": "```\n# heading\n<script>alert(1)</script>\n~~~",
    "workflow": "::error::no\n::add-mask::a\n##[error]no",
    "nul": "a\0b\x08\x08\x7f",
    "braces": "{case} {dtype} %s %(a)s $HOME `id` \\",
    "parentheses": " (a.py, line 3) (" * 50,
    "long": "long " * 2_000_000,
    "nothing": "",
    "spaces": " \t ",
}
CHARACTERS = [*map(chr, range(0x250)), *map(chr, range(0x2000, 0x2070)), *"\ud800\udfff\ufffe\U0010ffff[]/:`😀א"]


def drawn(seed: int, count: int) -> list[str]:
    """Random texts of such characters."""
    rng = random.Random(seed)
    return ["".join(rng.choices(CHARACTERS, k=rng.randint(1, 60))) for _ in range(count)]


CANDIDATE = '''"""Each operation says another text, in another way."""
from rnnspec import Unsupported
from rnnspec.reference import OPERATIONS, sigmoid

TEXTS = {texts!r}
__version__ = TEXTS[0]

class Odd(Exception):
    def __str__(self):
        return self.args[0]

def raising(text, kind):
    def function(*_, **__):
        exec(compile("raise error", text.replace("\\0", "").encode("utf-8", "replace").decode() or "x", "exec"), {{"error": kind(text)}})
    return function

def giving(text):
    value = type(text[:40].replace("\\0", "").encode("utf-8", "replace").decode() or "x", (), {{"__repr__": lambda self: text}})()
    return lambda *_, **__: {{text: value}}

WAYS = [lambda t: raising(t, ValueError), lambda t: raising(t, Unsupported), lambda t: raising(t, Odd), giving]
for place, name in enumerate(OPERATIONS):
    globals()[name] = WAYS[place % len(WAYS)](TEXTS[place // len(WAYS) % len(TEXTS)])
sigmoid = sigmoid
'''


def candidate(texts: list[str]) -> str:
    return CANDIDATE.format(texts=texts)
