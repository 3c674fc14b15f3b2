"""Chromium, and the pages and boards that it opens."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from planted.browsing import REPORTS, WIDTHS, Opened, launched
from planted.pages import HOSTILE, hostile
from rnnspec.conformance import Report, check
from rnnspec.conformance.report import html
from rnnspec.conformance.report.scoreboard import INDEX, scoreboard

ASKED = ["softmax", "rnn_cell_forward", "lstm_forward", "gated_linear_step_forward"]
GONE = ("softmax/generic", "lstm_forward/one-step")  # from one version to the next


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with launched() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("pages")

    @cache
    def page(name: str) -> Path:
        path: Path = folder / f"{name}.html"
        path.write_bytes(html.html(*REPORTS[name]()).encode())
        return path

    return page


@pytest.fixture
def browsed(browser: Any) -> Iterator[Any]:
    contexts, pages = [], []

    def opening(path: Path, width: int = 1600, scheme: str = "light", mark: str = "") -> Opened:
        context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme)
        context.set_offline(True)
        contexts.append(context)
        found = Opened(context.new_page(), path.as_uri())
        pages.append(found)
        found.page.on("console", lambda message: found.said.append(message.text))
        found.page.on("pageerror", lambda error: found.said.append(str(error)))
        found.page.on("request", lambda request: found.asked.append(request.url))
        found.page.goto(found.address + mark)
        return found

    yield opening
    for each in pages:
        assert each.said == []
        assert {url.partition("#")[0] for url in each.asked} <= {each.address, *each.followed}
    for context in contexts:
        context.close()


@pytest.fixture
def opened(browsed: Any, written: Any) -> Any:
    return lambda name, *where, **how: browsed(written(name), *where, **how)


def several() -> list[Report]:
    right = check("reference", cases=ASKED)
    wrong = check("notebook", cases=ASKED, explain_seconds=0)
    single = check("reference", "float32", cases=ASKED)
    later = [outcome for outcome in wrong.cases if outcome.id not in GONE]
    return [right, replace(wrong, version="1.9"), replace(wrong, version="1.10", cases=later), single]


def odd() -> list[Report]:
    found = hostile()
    return [
        replace(found, candidate=f"{HOSTILE['name']}{n}", cases=[replace(found.cases[0], operation=HOSTILE["name"])])
        for n in range(2)
    ] + [Report(HOSTILE["message"][:60], HOSTILE["version"], "float64", found.goldens)]


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("boards")

    @cache
    def made(name: str) -> Path:
        reports = {"several": several, "odd": odd, "one page": several}[name]()
        (folder / name / "reports").mkdir(parents=True)
        given = [(f"{n}.json", report) for n, report in enumerate(reports)]
        for place, page in scoreboard(given, one_page=name == "one page"):
            (folder / name / place).write_bytes(page.encode("utf-8", "backslashreplace"))
        return folder / name / INDEX

    return made


@pytest.fixture
def board(browsed: Any, stored: Callable[[str], Path]) -> Callable[..., Opened]:
    def opening(name: str, *where: Any, **how: Any) -> Opened:
        found: Opened = browsed(stored(name), *where, **how)
        found.followed += [path.as_uri() for path in (stored(name).parent / "reports").iterdir()]
        return found

    return opening
