"""Chromium, and the pages that it opens."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from planted.browsing import REPORTS, WIDTHS, Opened, launched
from rnnspec.conformance.report import html


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
