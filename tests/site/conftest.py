"""The site, built once for all tests of a session, and Chromium."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from planted.browsing import MUST, launched

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Site:
    """A built site, and what the command said."""

    folder: Path
    said: str

    def pages(self) -> list[str]:
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.html"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Site:
    """What `python docs/pages site` builds; workers share it. CI has built it before, and says where."""
    if built := os.environ.get("RNNSPEC_SITE"):
        return Site(Path(built), Path(built).with_suffix(".said").read_text())
    if not MUST:
        pytest.importorskip("sphinx", reason="no Sphinx: pip install -e '.[site]'")
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "site"
    noted = folder.with_suffix(".said")
    with FileLock(folder.with_suffix(".lock")):
        if not noted.exists():
            command = [sys.executable, "docs/pages", "site", "-o", str(folder)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            noted.write_text(done.stdout)
    return Site(folder, noted.read_text())


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with launched() as chromium:
        yield chromium


@pytest.fixture
def opened(site: Any, browser: Any) -> Iterator[Any]:
    """Opens pages from the disk, without a network, and holds them to silence."""
    said: list[str] = []
    asked: list[str] = []
    contexts = []

    def opening(width: int = 360, scheme: str = "light") -> Any:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        context.set_offline(True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(120_000)  # of a machine that others use too
        page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        page.on("request", lambda request: asked.append(request.url))
        return page

    yield opening
    for context in contexts:
        context.close()
    assert said == []
    assert [url for url in asked if not url.startswith((site.folder.as_uri(), "data:"))] == []
