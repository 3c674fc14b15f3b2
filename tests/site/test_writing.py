"""Plain text, as the pages have it."""

from manual.writing import prose

SAID = """Checks `a_b` against *all* of them,
and says so.

    mylstm = 1

name  what it is
b     another
"""


def test_paragraphs_are_words_and_columns_stay_as_they_are() -> None:
    assert "\n".join(prose(SAID)).split("\n") == [
        "Checks `a_b` against \\*all\\* of them,",
        "and says so.",
        "",
        "```{code-block} text",
        ":class: wrapped",
        "",
        "    mylstm = 1",
        "```",
        "",
        "```{code-block} text",
        ":class: wrapped",
        "",
        "name  what it is",
        "b     another",
        "```",
        "",
    ]
