"""A badge: what was run and passed, in a few words, and full only where that is all there is."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from rnnspec.golden.entry import shown

from .report import Report

GREEN, BLUE, RED, GREY, DARK = "#1a7f37", "#0969da", "#b3261e", "#57606a", "#24292f"  # white on each is read well
WIDE, ROOM, HIGH = 6.6, 12, 20  # of a letter, beside a text, of the whole
FONT = "Verdana,DejaVu Sans,Geneva,sans-serif"
NAMED = 3  # dtypes


def badge(*reports: Report) -> str:
    """An SVG, of one report or of several together."""
    said, colour = standing(*reports)
    dtypes = list(dict.fromkeys(report.at for report in reports))
    label = shown(f"rnnspec {', '.join(dtypes[:NAMED])}{' …' if len(dtypes) > NAMED else ''}", 60)
    names = ", ".join(dict.fromkeys(report.candidate for report in reports))
    return _drawn(label, said, colour, shown(f"{names}: {label}: {said}"))


def standing(*reports: Report) -> tuple[str, str]:
    """The words, and their colour."""
    tested = sum(report.tested for report in reports)
    asked = sum(len(report) + len(report.skipped) + len(report.missing) for report in reports)
    failing = sum(len(report.failures) + len(report.missing) for report in reports)
    if failing:
        return f"not conformant · {failing} of {tested} fail", RED
    if not tested:
        return "nothing tested", GREY
    if any(report.partial for report in reports):  # how many more there are, a part does not know
        return f"conformant in part · {tested} of {asked} asked", BLUE
    return ("conformant", GREEN) if tested == asked else (f"conformant · {tested} of {asked}", BLUE)


def _drawn(label: str, said: str, colour: str, title: str) -> str:
    left, right = (round(len(words) * WIDE + ROOM) for words in (label, said))
    size = {"width": str(left + right), "height": str(HIGH)}
    svg = Element(
        "svg", {"xmlns": "http://www.w3.org/2000/svg", **size, "role": "img", "aria-label": f"{label}: {said}"}
    )
    SubElement(svg, "title").text = title
    texts = Element("g", {"fill": "#fff", "font-family": FONT, "font-size": "11", "text-anchor": "middle"})
    for at, wide, words, fill in ((0, left, label, DARK), (left, right, said, colour)):
        SubElement(svg, "rect", x=str(at), width=str(wide), height=str(HIGH), fill=fill)
        # the length is given: no font of a reader's lets the words out of the badge
        place = {"x": f"{at + wide / 2:g}", "y": "14", "textLength": str(wide - ROOM)}
        SubElement(texts, "text", place).text = words
    svg.append(texts)
    return ElementTree.tostring(svg, encoding="unicode") + "\n"
