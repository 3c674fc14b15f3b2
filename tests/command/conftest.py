"""A folder to run the command in, with the reports that a file of tests has stored."""

from pathlib import Path

import pytest


@pytest.fixture
def here(tmp_path: Path, stored: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what the file's own `stored` holds."""
    for path in stored.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path
