"""What a compiler of C++ takes in no text is in no build: a value of what gives none, a type as a value, the head of a function without a name."""

import re
from pathlib import Path

import pytest
from rnnspec.conformance.rebuild.changes.every import changes
from rnnspec.conformance.rebuild.changes.source import Source
from rnnspec.conformance.rebuild.slots import slots
from rnnspec.conformance.rebuild.text import Text

CPP = """using Vec = std::vector<double>;
void prepare(int m);
static void run(Vec &y, int n) {
    const auto at = [n](std::size_t k, std::size_t j) { return k * n + j; };
    int count = n * 2;
    for (int j = 0; j < n; ++j) y[j] = std::exp(count);
    prepare(n);
    y[at(0, 1)] = count - sum(y);
}
"""


@pytest.fixture
def source(tmp_path: Path) -> Source:
    (tmp_path / "a.cpp").write_text(CPP)
    return Source(Text(tmp_path / "a.cpp"))


def texts(source: Source) -> list[str]:
    return [one.of(CPP) for row in source.text.rows if row.is_inside for one in changes(source, row)]


@pytest.mark.parametrize(
    "refused",
    [r"[-+*/=(<,] ?prepare\(n", r"[-+*/=<,\[] ?(?:Vec|std)\b(?!::| \*)", r"\+\+[^a-z]", r"\b(?!std)\w+::"],
    ids=["a value of what gives none", "a type as a value", "one more of no place", "another scope"],
)
def test_it_is_not_among_the_changes(source: Source, refused: str) -> None:
    """A type before an asterisk may be a pointer's."""
    found = texts(source)

    assert len(found) > 500
    assert not [one for one in found if re.search(refused, one)]


def test_what_gives_nothing_may_be_called_once_more_or_elsewhere(source: Source) -> None:
    assert any(one.count("prepare(n)") == 2 for one in texts(source))


def test_the_head_of_a_function_without_a_name_is_no_value(source: Source) -> None:
    assert not [
        one
        for one in slots(source.text)
        if CPP[one.start] == "[" or (CPP[one.start : one.end] == "n" and CPP[one.start - 1] == "[")
    ]


TEMPLATES = """namespace gru {
template <class Real> using Buffer = std::vector<Real>;
template <typename Real>
void scale(const Buffer<Real> &x, Buffer<Real> &y, const Tensor<Real> &w, int n) {
    for (int j = 0; j < n; ++j) y[j] = w.data[j] * x[j] + n;
}
}
"""


def test_what_templates_are_called_and_are_of_is_no_value(tmp_path: Path) -> None:
    (tmp_path / "a.hpp").write_text(TEMPLATES)
    source = Source(Text(tmp_path / "a.hpp"))

    found = [one.new for row in source.text.rows if row.is_inside for one in changes(source, row)]

    assert {"Buffer", "Tensor", "gru", "vector", "std"} <= source.types
    assert not {"x", "y", "w", "n", "j"} & source.types
    assert len(found) > 100
    assert not [one for one in found if re.search(r"\b(?:Buffer|Tensor|gru|vector|std)\b(?!<|::)", one)]


@pytest.mark.parametrize(
    ("file", "text", "new"),
    [
        (
            "a.c",
            "typedef void (*Step)(double *x, int n, int m);\nvoid f(double *x, int n, int m) {\n    x[m] = 0;\n}\n",
            "n",
        ),
        (
            "a.c",
            "struct gate { double w; };\nvoid f(struct gate *gate, double *gates, int i) {\n    gates[i] = gate[i].w;\n}\n",
            "gate",
        ),
        ("a.c", "double f(node *p, int n) {\n    if(p->first<n) return p->last;\n    return n;\n}\n", "first"),
    ],
    ids=["a parameter of a type of functions", "a name of a structure, too", "compared without blanks"],
)
def test_in_c_a_value_is_one_whatever_it_is_called_besides(tmp_path: Path, file: str, text: str, new: str) -> None:
    (tmp_path / file).write_text(text)
    source = Source(Text(tmp_path / file))

    assert new in [one.new for row in source.text.rows if row.is_inside for one in changes(source, row)]
