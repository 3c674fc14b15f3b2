"""The site on a host, in a folder of its own: nothing is asked of what is beside it."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

Asked = list[tuple[str, int]]


class Noting(SimpleHTTPRequestHandler):
    """Notes what was asked for, and what was answered."""

    def __init__(self, *given: Any, asked: Asked, **named: Any) -> None:
        self.asked = asked
        super().__init__(*given, **named)

    def log_message(self, *_: Any) -> None:
        pass

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        self.asked.append((self.path, int(code)))


@pytest.fixture
def hosted(site: Any) -> Iterator[tuple[str, Asked]]:
    """The address of the folder's host, and what it was asked."""
    asked: Asked = []
    host = ThreadingHTTPServer(("127.0.0.1", 0), partial(Noting, asked=asked, directory=str(site.folder.parent)))
    Thread(target=host.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{host.server_port}/{site.folder.name}", asked
    host.shutdown()
    host.server_close()


def test_a_host_is_asked_for_nothing_that_is_not_in_the_folder(site: Any, browser: Any, hosted: Any) -> None:
    address, asked = hosted
    page = browser.new_context().new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    for name in (
        "index.html",
        "operations/lstm_forward.html",
        "search.html?q=install",
        "own/torch.html",
        "board/index.html",
    ):
        page.goto(f"{address}/{name}", wait_until="networkidle")

    assert said == []
    assert len(asked) > 10
    assert [each for each in asked if not each[0].startswith(f"/{site.folder.name}/") or each[1] >= 400] == []
    page.context.close()


@pytest.mark.parametrize("word", ["install", "Mamba", "tolerance"])
def test_a_word_is_found_first_where_it_is_told(browser: Any, hosted: Any, word: str) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{hosted[0]}/search.html?q={word}")
    page.get_by_text("Search finished").wait_for()

    first = page.locator("#search-results li a").first.get_attribute("href")
    wanted = {"install": ("start.html", "own/"), "Mamba": ("defects.html", "families/"), "tolerance": ("budgets.html",)}
    assert str(first).startswith(wanted[word])
    page.context.close()
