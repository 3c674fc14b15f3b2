"""No text of a candidate, or of a report that was tampered with, is markup in a page: parsers of others read it back."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from markdown_it import MarkdownIt
from planted.texts import NAMED, drawn
from rnnspec.conformance import Ending, Explanation, Localisation, Outcome, Report, Unsupported, Verdict, check
from rnnspec.conformance.report.badge import badge
from rnnspec.conformance.report.junit import junit
from rnnspec.conformance.report.markdown import LINES, markdown
from rnnspec.conformance.report.reasons import Told
from rnnspec.conformance.report.report import Record
from rnnspec.golden.entry import shown

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[1] / "vendor" / "junit-10.xsd"))
SVG = "{http://www.w3.org/2000/svg}"
SUMMARY = 1 << 20  # bytes that GitHub takes of a job's summary
HOSTILE = {
    **NAMED,
    "end of CDATA": "]]> <![CDATA[ <!-- --> &amp; &#0; <?xml?> \ufffe\uffff",
    "html": "</code></pre></title></text><script>alert(1)</script><img src=x onerror=alert(1)> &lt; \" '",
    "markdown": "| a | b |\n|---|---|\n# x\n- *y* __z__ ~~s~~ [l](javascript:alert(1)) ![i](http://a.b/c.png) www.a.b a@b.c",
    "backticks": " ".join("`" * n for n in range(1, 20)) + " `",
    "a fence": "`" * 90 + "\n" + "~" * 90,
}
by_text = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


def spoiled(text: str) -> Report:
    """A report in which every text is this one, as a file that was tampered with may have it."""
    verdict = Verdict(text, text, 1e9, (0,), text, 1.0, 2.0, 3, 4)
    endings = (Ending.FAIL, Ending.ERROR, Ending.CRASH, Ending.TIMEOUT, Ending.UNSUPPORTED, Ending.PASS)
    outcomes = [
        Outcome(f"{text}/{n}", text + str(n % 3), e, [text], {text: verdict}, text) for n, e in enumerate(endings)
    ]
    told = (Told(text, text, text, text),)
    return Report(
        *(text, text, text, text, outcomes),
        explanations=[Explanation(text + "0", (text, text), (f"{text}/0",), 1, ((text,),), told)],
        localisations=[Localisation(text + "1", (f"{text}/1",), (text, text))],
        skipped=[text],
        missing=[text],
        spelled=text,
        rnnspec=text,
        environment={text: text},
        record=Record([text, text], [text], False),
    )  # fmt: skip


def said(text: str) -> Report:
    """What comes of a candidate that says the text as its name, its version, and by what it raises."""

    def raising(*_: Any) -> Any:
        raise ValueError(text)

    def refusing(*_: Any) -> Any:
        raise Unsupported(text)

    odd = type("Odd", (), {"__name__": text, "__version__": text, "softmax": raising, "sigmoid": refusing})
    return check(odd(), cases=["softmax", "sigmoid"])


def blocks(page: str) -> list[Any]:
    """The page's tokens, as GitHub's Markdown has them."""
    return MarkdownIt("gfm-like").parse(page)


def kinds(tokens: list[Any]) -> set[str]:
    return {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}


def read(xml: str) -> list[Any]:
    tree = etree.fromstring(xml.encode())
    SCHEMA.assertValid(tree)
    return tree.findall("testsuite/testcase")


STRUCTURE = {
    "heading_open",
    "heading_close",
    "inline",
    "fence",
    "paragraph_open",
    "paragraph_close",
    "text",
    "code_inline",
}
TABLE = {f"{part}_{end}" for part in ("table", "thead", "tbody", "tr", "th", "td") for end in ("open", "close")}


@by_text
def test_markdown_takes_no_text_for_markup(text: str) -> None:
    for report in (spoiled(text), said(text)):
        page = markdown(report)
        tokens = blocks(page)

        assert kinds(tokens) <= STRUCTURE | TABLE
        assert [line for line in page.split("\n") if not line.isprintable()] == []
        assert len(page.split("\n")) <= LINES + 1
        assert len(page.encode()) < SUMMARY
        assert sum(token.type == "table_open" for token in tokens) == 1
        assert shown(report.candidate, 300).rstrip("…") in "".join(t.content for t in tokens if t.type == "fence")


@pytest.mark.parametrize("text", drawn(10, 40), ids=range(40))
def test_markdown_takes_no_drawn_text_for_markup(text: str) -> None:
    tokens = blocks(markdown(spoiled(text), spoiled(text[::-1])))

    assert kinds(tokens) <= STRUCTURE | TABLE
    assert sum(token.type == "tr_open" for token in tokens) == 1 + len(
        {*spoiled(text).by_operation(), *spoiled(text[::-1]).by_operation()}
    )


@by_text
def test_junit_is_xml_of_the_schema_with_each_text_as_text(text: str) -> None:
    for report in (spoiled(text), said(text)):
        found = read(junit(report))

        said_of = {o.id: shown(o.message, 300).rstrip("…") for o in report if o.outcome is not Ending.PASS}
        judged = [test for test, outcome in zip(found, report, strict=False) if outcome.outcome is not Ending.PASS]
        for test, message in zip(judged, said_of.values(), strict=True):
            assert test[0].get("message").startswith(message)
            assert test[0].tag == "skipped" or message in test[0].text
        assert all(
            element.tag in {"testcase", "failure", "error", "skipped"} for test in found for element in test.iter()
        )


@by_text
def test_a_badge_is_an_svg_with_each_text_as_text(text: str) -> None:
    for report in (spoiled(text), said(text)):
        svg = etree.fromstring(badge(report).encode())

        assert [e.tag for e in svg.iter()] == [SVG + t for t in ("svg", "title", "rect", "rect", "g", "text", "text")]
        assert svg.find(f"{SVG}title").text.startswith(shown(report.candidate).rstrip("…"))
        assert {name for e in svg.iter() for name in e.attrib if name.startswith("on") or "href" in name} == set()
        assert len(badge(report)) < 3000
