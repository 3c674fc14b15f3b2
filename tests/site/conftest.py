"""The site, built once for all tests of a session, and Chromium."""

import json
import resource
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
    """A built site, what the command said, and the seconds of CPU time that it took."""

    folder: Path
    said: str
    seconds: float

    def pages(self) -> list[str]:
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.html"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Site:
    """What `python docs/pages site` builds; workers share it."""
    if not MUST:
        pytest.importorskip("sphinx", reason="no Sphinx: pip install -e '.[site]'")
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "site"
    noted = folder.with_suffix(".json")
    with FileLock(folder.with_suffix(".lock")):
        if not noted.exists():
            before = _used()
            command = [sys.executable, "docs/pages", "site", "-o", str(folder)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            noted.write_text(json.dumps([done.stdout, _used() - before]))
    return Site(folder, *json.loads(noted.read_text()))


def _used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with launched() as chromium:
        yield chromium
