"""Equations as MathML: what is written by hand here is what the code gives, every equation is read, and what is not read is refused."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from manual import operations
from manual.expressions import Untranslated
from manual.statements import lines, of_text
from rnnspec.conformance.deviations import equations
from rnnspec.reference import OPERATIONS, Kind, gate, unroll
from rnnspec.reference.arithmetics import primitives
from rnnspec.reference.families import gated_linear, gru, lstm, rnn, time_step_gate

FUNCTIONS = {
    name: operation
    for operation in OPERATIONS.values()
    if operation.kind is not Kind.CONTAINER
    for name in equations.of(operation)
}
A_PREV = "<msub><mi>a</mi><mrow><mi>t</mi><mo>−</mo><mn>1</mn></mrow></msub>"
A_NEXT = "<msub><mi>a</mi><mi>t</mi></msub>"
X_T = "<msub><mi>x</mi><mi>t</mi></msub>"


def weight(letter: str, index: str) -> str:
    names = f"<mi>{index}</mi>"
    return f"<msub><mi>{letter}</mi>{names}</msub>"


def open_(text: str = "(") -> str:
    return f'<mo stretchy="false">{text}</mo>'


def maths(function: Any) -> list[str]:
    return [line.math for line in lines(function)]


def of_expression(text: str, names: Any = None) -> str:
    """What `return TEXT` is, without the word."""
    (_, line) = of_text(f"def f():\n    return {text}\n", names or vars(primitives))
    found = re.fullmatch(r"<mrow><mtext>return\u00a0</mtext>(.*)</mrow>", line.math)
    assert found
    return found[1]


def test_an_affine_preactivation() -> None:
    product = "<mo>\u2062</mo>"
    state = f"<mrow>{weight('W', 'aa')}{product}{A_PREV}</mrow>"
    input = f"<mrow>{weight('W', 'ax')}{product}{X_T}</mrow>"

    want = f"<mrow><mrow>{state}<mo>+</mo>{input}</mrow><mo>+</mo>{weight('b', 'a')}</mrow>"
    assert maths(rnn.preactivation)[-1] == f"<mrow><mtext>return\u00a0</mtext>{want}</mrow>"


def test_a_call_of_one_line_stands_there_as_its_line() -> None:
    line = next(each for each in lines(gru.forward) if each.code.strip().startswith("n = tanh"))

    inside = f"<mrow><mrow>{weight('W', 'c')}<mo>\u2062</mo><mi>w</mi></mrow><mo>+</mo>{weight('b', 'c')}</mrow>"
    applied = f"<mrow><mi>tanh</mi><mo>\u2061</mo><mrow>{open_()}{inside}{open_(')')}</mrow></mrow>"
    assert line.math == f"<mrow><mi>n</mi><mo>=</mo>{applied}</mrow>"


def test_the_new_cell_state_of_an_lstm() -> None:
    c_prev = A_PREV.replace("a", "c", 1)
    kept = f"<mrow><mi>f</mi><mo>⊙</mo>{c_prev}</mrow>"
    written = "<mrow><mi>i</mi><mo>⊙</mo><mi>g</mi></mrow>"

    assert maths(lstm.remember)[-1].count(f"<mrow>{kept}<mo>+</mo>{written}</mrow>") == 1


def test_a_sum_keeps_the_parentheses_that_its_rounding_has() -> None:
    one = "<mrow><mi>x</mi><mo>+</mo><mi>y</mi></mrow>"

    assert of_expression("x + y + z") == f"<mrow>{one}<mo>+</mo><mi>z</mi></mrow>"
    assert of_expression("z + (x + y)") == f"<mrow><mi>z</mi><mo>+</mo><mrow>{open_()}{one}{open_(')')}</mrow></mrow>"


def test_a_fraction_a_root_and_a_sum_over_an_axis() -> None:
    over = "<mrow><mtext>axis\u00a0</mtext><mn>0</mn></mrow>"

    assert of_expression("e / e.sum(axis=0)") == (
        f"<mfrac><mi>e</mi><mrow><munder><mo>∑</mo>{over}</munder><mi>e</mi></mrow></mfrac>"
    )
    assert of_expression("inverse_root(n, like)") == "<mfrac><mn>1</mn><msqrt><mi>n</mi></msqrt></mfrac>"
    inside = f"<mrow>{open_()}<mrow><mn>1</mn><mo>+</mo><mi>n</mi></mrow>{open_(')')}</mrow>"
    assert of_expression("log1p(n)") == f"<mrow><mi>log</mi><mo>\u2061</mo>{inside}</mrow>"


def test_axes_that_are_put_in_are_shown() -> None:
    whole, new = "<mo>·</mo>", "<mo>∗</mo>"
    key = f"<msub><mi>k</mi><mrow>{whole}<mo>,</mo>{whole}<mo>,</mo>{new}</mrow></msub>"
    value = f"<msub><mi>v</mi><mrow>{whole}<mo>,</mo>{new}</mrow></msub>"

    assert of_expression("k[:, :, None] * v[:, None]") == f"<mrow>{key}<mo>⊙</mo>{value}</mrow>"


def test_a_choice_is_cases() -> None:
    math = maths(gated_linear.decayed)[-1]
    tree = ElementTree.fromstring(math)

    rows = [["".join(cell.itertext()) for cell in each] for each in tree.iter("mtr")]
    assert rows[0] == ["S", "where\u00a0g=∅"]
    assert rows[1][1] == "otherwise"


def test_what_is_added_to_what_was_is_no_equality() -> None:
    text = "def f(x):\n    x = x + 1\n    y = x\n    x += y\n    return x\n"
    math = [line.math for line in of_text(text, {})]

    assert ["←" in each for each in math] == [False, True, False, True, False]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_equation_is_read_whole_and_is_xml(name: str) -> None:
    found = lines(operations.function_of(name))

    assert "\n".join(line.code for line in found).split("\n") == equations.of(FUNCTIONS[name])[name]
    for line in found:
        ElementTree.fromstring(f"<math>{line.math}</math>")
    docstrings = [line for line in found if not line.math]
    assert all(line.code.strip().startswith('"""') for line in docstrings)
    assert len(docstrings) <= 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("return lambda y: y", "no reading for Lambda"),
        ("return x ** 2", "no reading for Pow"),
        ("return x @ (y := x)", "no reading for NamedExpr"),
        ("return {y for y in x}", "no reading for SetComp"),
        ("x **= x\n    return x", "no reading for Pow"),
        ("while x:\n        x = 0", "no reading for While"),
        ("with x:\n        x = 0", "no reading for With"),
        ("try:\n        x = 0\n    except ValueError:\n        x = 1", "no reading for Try"),
        ("x: int\n    return x", "no reading for a name without a value"),
        ("yield x", "no reading for Yield"),
        ("return x[1:2] is not x is +x", "no reading for UAdd"),
        ("return zip(x, y, unheard=1)", "keyword is not read"),
        ("return len(x, unheard=1)", "keyword is not read"),
        ("return x.copy(unheard)", "Name is not read: unheard"),
        ("return np.sqrt(x, out=x)", "keyword is not read"),
        ("return [y async for y in x]", "no reading for async"),
        ('return p[f"{x!r}"]', "no reading for a conversion"),
    ],
)
def test_what_has_no_reading_is_refused(text: str, said: str) -> None:
    with pytest.raises(Untranslated, match=re.escape(said)):
        of_text(f"def f(x):\n    {text}\n", {})


def test_a_statement_that_is_changed_changes_its_mathematics() -> None:
    text = equations.source(gate.affine)
    names = vars(gate)

    assert of_text(text, names) != of_text(text.replace("+", "-"), names)
    assert of_text(text, names) != of_text(text.replace("@ v", "@ p"), names)


def test_names_that_begin_with_d_are_gradients_or_words() -> None:
    assert of_expression("dzo") == f'<mrow><mi mathvariant="normal">d</mi>{weight("z", "o")}</mrow>'
    assert of_expression("delta") == "<mi>δ</mi>"
    assert of_expression("dot") == "<mi>dot</mi>"
    assert "δ" in "".join(maths(time_step_gate.forward))
    assert "<mi>for</mi>" not in "".join(maths(unroll.forward))
