"""The site, built once for all tests of a session, and Chromium."""

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
    """What `python docs/pages site` builds; workers share it."""
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
