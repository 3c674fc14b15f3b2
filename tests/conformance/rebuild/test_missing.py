"""What is missing of a program in one place: a size, a stride, what a turn of a loop begins with, an array that is to be cleared."""

from pathlib import Path

import pytest
from rnnspec.conformance.rebuild.changes.change import FAR, LIKELY, NEAR, RARE
from rnnspec.conformance.rebuild.changes.every import changes
from rnnspec.conformance.rebuild.changes.source import Source
from rnnspec.conformance.rebuild.slots import slots
from rnnspec.conformance.rebuild.switching import is_placed
from rnnspec.conformance.rebuild.text import Text

C = """static void step(const double *x, const layer *p, double *y, int n) {
    double *da = zeros(n), *dx = zeros(p->rows * 2);
    for (int i = 0; i < n; i++) {
        %s
        put(y, da, dx);
    }
}
"""


def squeezed(text: str) -> str:
    return "".join(one for one in text if one not in " \n();")


def ranks(source: Source) -> dict[str, float]:
    """The texts that changes make which a build has a place for, the likeliest of each."""
    found = dict[str, float]()
    for row in source.text.rows:
        for one in changes(source, row) if row.is_inside else ():
            if is_placed(source.text, slots(source.text), one):
                text = squeezed(one.of(source.text.whole))
                found[text] = min(one.rank, found.get(text, one.rank))
    return found


@pytest.mark.parametrize(
    ("there", "meant", "most"),
    [
        ("if (!alive(i)) break;", "if (!alive(i)) continue;", LIKELY),
        ("if (!alive(i)) continue;", "if (!alive(i)) ;", FAR),
        (
            "if (!alive(i)) continue;\n y[i] = x[i];",
            "y[i] = 0; if (!alive(i)) continue;\n y[i] = x[i];",
            NEAR,
        ),
        ("put(x, i * n);\n put(y, i * p->rows);", "put(x, i * p->rows * n);\n put(y, i * p->rows);", LIKELY),
        ("take(y, 2 * p->rows);\n take(x, p->rows);", "take(y, 2 * p->rows);\n take(x, p->rows * n);", RARE),
        (
            "memset(da, 0, n * sizeof *da);",
            "memset(da, 0, n * sizeof *da); memset(dx, 0, p->rows * 2 * sizeof *dx);",
            LIKELY,
        ),
    ],
    ids=["a turn alone", "no turn", "what a turn begins with", "a stride", "a size", "an array of another size"],
)
def test_what_is_missing_is_among_the_changes(tmp_path: Path, there: str, meant: str, most: float) -> None:
    (tmp_path / "a.c").write_text(C % there)

    found = ranks(Source(Text(tmp_path / "a.c")))

    assert found[squeezed(C % meant)] <= most
