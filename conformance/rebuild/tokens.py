"""A source's text as tokens, whatever its language: names, numbers, texts, words of the language, marks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pygments.lexer import Lexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String

OPERATORS = re.compile(
    r"<<=|>>=|\*\*=|===|!==|\.\.=|\+=|-=|\*=|/=|%=|&=|\|=|\^=|\+\+|--|->|=>|::|==|!=|<=|>=|&&|\|\||<<|>>|\*\*|\.\.|."
)
REACHING = {".", "->", "::"}
FREE = r"(?<!\w)(?<!(?<!\.)\.)(?<!->)(?<!::)"  # before a name that is reached of nothing, in a regular expression: also behind `..`
# what Pygments takes for a name and no value is
WORDS = {"return", "else", "if", "while", "for", "in", "do", "const", "let", "var", "mut", "new", "typeof", "as"}


@dataclass(frozen=True)
class Token:
    """`kind` is `name`, `number`, `text`, `word` of the language, or `mark`."""

    start: int
    text: str
    kind: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_value(self) -> bool:
        return self.kind in ("name", "number", "text")


def tokens(lexer: Lexer, text: str) -> Iterator[Token]:
    """What Pygments cuts into single marks is joined where an operator has several, and so is a text in quotes."""
    open_ = Token(0, "", "mark")
    for start, type, value in lexer.get_tokens_unprocessed(text):
        kind = _kind(type, value)
        if kind and kind == open_.kind and open_.end == start:
            open_ = Token(open_.start, open_.text + value, kind)
            continue
        yield from _split(open_)
        is_open = kind in ("mark", "text")
        open_ = Token(start, value, kind) if is_open else Token(0, "", "mark")
        if kind and not is_open:
            yield Token(start, value, kind)
    yield from _split(open_)


def _kind(type: Any, value: str) -> str:
    """Of what Pygments tells; nothing of what is blank or a comment."""
    if type in String:
        return "text"
    if type in Comment or not value.strip():
        return ""
    if type in Number:
        return "number"
    is_word = type in Operator.Word or (type in Keyword and type not in Keyword.Constant)
    if (is_word or type in Name or type in Keyword) and (value.isidentifier() or value.startswith("$")):
        return "word" if is_word or value in WORDS else "name"
    return "mark"


def _split(marks: Token) -> Iterator[Token]:
    if marks.kind == "text":
        yield marks
        return
    for found in OPERATORS.finditer(marks.text):
        if not found[0].isspace():
            yield Token(marks.start + found.start(), found[0], "mark")
