"""A report's page as it stands in a browser, the reports that are opened, and what axe-core finds at fault."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from planted.fakes import changed
from planted.pages import everything_wrong, hostile
from rnnspec.conformance import Report, check

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MUST = os.environ.get("CI") == "true"  # where it is no skip
WIDTHS = {360: 780, 800: 1000, 1600: 1000}
USABLE = 1000.0  # milliseconds
ASKED = ["softmax", "rnn_cell_forward", "rnn_cell_backward", "lstm_forward"]


@contextmanager
def launched() -> Iterator[Any]:
    """Chromium; where there is none the tests that ask for it are skipped, but not in CI."""
    if not MUST:
        pytest.importorskip("playwright", reason="no playwright: pip install -e '.[browser]'")
        if CHROMIUM is None:
            pytest.skip("no Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "CI is to have a Chromium"
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])  # root has none
        yield chromium
        chromium.close()


@dataclass
class Opened:
    """A page in the browser, and all that it said and asked for."""

    page: Any
    address: str
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)  # addresses that links of it lead to

    def at(self, selector: str) -> Any:
        return self.page.locator(selector)

    def opens(self, id: str) -> None:
        self.at(f'.cell[aria-label^="{id}:"]').click()
        assert self.title() == id

    def title(self) -> str:
        """The id of the case that is open, "" for none."""
        if not self.at("#case").is_visible():
            return ""
        return f"{self.at('#case h2 small').inner_text()}/{self.at('#case h2').evaluate('node => node.lastChild.textContent')}"

    def shown(self) -> list[str]:
        """Ids of the cases that no filter excludes."""
        labels = self.page.evaluate(
            "[...document.querySelectorAll('[role=row]:not(.off) .cell:not(.off)')].map(node => node.entry.id)"
        )
        return list(labels)

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.entry?.id ?? document.activeElement.id"))


@cache
def odd_lstm() -> Report:
    """One step of one unit is off, in a way that has no name; so are some columns of one gate's gradient."""

    def step(returned: Any) -> Any:
        a = returned[0].copy()
        a[-1, :, 2:3] *= 1.001
        return (a, *returned[1:])

    def gate(returned: Any) -> Any:
        return {**returned, "dWi": returned["dWi"] * [1, *[1.0001] * (returned["dWi"].shape[1] - 1)]}

    forward, backward = changed("rnn_forward", step), changed("lstm_backward", gate)
    functions = {
        "rnn_forward": forward.rnn_forward,
        "lstm_forward": backward.lstm_forward,
        "lstm_backward": backward.lstm_backward,
    }
    return check(functions, cases=["rnn_forward", "lstm_backward"])


def odd_file() -> Report:
    """A report as no check writes it, and the schema allows: arrays of other shapes than each other, and empty ones."""
    data = check("notebook", cases=["softmax"]).as_json()
    empty, short = (
        {"dtype": "<f8", "shape": [0], "base64": []},
        {"dtype": "<i8", "shape": [1], "base64": ["AAAAAAAAAAA="]},
    )
    names = ("zero", "generic", "tiny")
    zero, generic, tiny = (next(case for case in data["cases"] if case["id"] == f"softmax/{name}") for name in names)
    zero["arrays"] = {"outputs/p": empty, "budget/p": short, "inputs/x": {**empty, "shape": [3, 0, 1 << 20]}}
    zero["outputs"]["p"]["array"] = empty
    generic["arrays"]["budget/p"] = short
    tiny["arrays"] = {"inputs/__proto__": short}
    data["operations"]["softmax"]["equations"].append("none")
    return Report.of_json(data)


def repaired() -> Report:
    """Of a file that reads one state for another."""
    text = (Path(__file__).parents[1] / "writings" / "in_slots.py").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "layer.py")
        path.write_text(text.replace("dWa += d @ book[slot].T", "dWa += d @ book[slot - 1].T"), encoding="utf-8")
        return check(str(path), cases=["rnn_backward"])


REPORTS = {
    "odd": lambda: [odd_file()],
    "empty": lambda: [Report("nothing", "", "float64", "")],
    "notebook": lambda: [check("notebook", cases=ASKED)],
    "nameless": lambda: [odd_lstm()],
    "hostile": lambda: [hostile()],
    "several": lambda: [check("notebook", cases=ASKED), check("reference", cases=ASKED), check("reference", "float32", cases=ASKED)],
    "large": lambda: [everything_wrong()],
    "repaired": lambda: [repaired()],
}  # fmt: skip


def faults(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    # else it asks for style sheets, which a page from a disk may not; and of what passes it notes each element, which takes half its time
    options = {"preload": False, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response
    assert len(found["passes"]) > 10
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found["violations"]]
