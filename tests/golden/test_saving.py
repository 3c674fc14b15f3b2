"""A file is written whole or not at all, and read no further than it may go."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from rnnspec.golden import saving

KILLED = """
import os, sys
from pathlib import Path
from rnnspec.golden import saving
os.replace = lambda *_: os.kill(os.getpid(), 9)
saving.save(Path(sys.argv[1]), b"new")
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes and links are POSIX's")


def test_who_reads_while_it_is_written_sees_the_old_or_the_new(tmp_path: Path) -> None:
    path, texts = tmp_path / "file", (b"a" * 100_000, b"b" * 200_000)
    path.write_bytes(texts[0])
    over = threading.Event()
    writer = threading.Thread(target=lambda: [saving.save(path, texts[n % 2]) for n in range(100)] and over.set())
    writer.start()
    seen = {path.read_bytes() for _ in iter(over.is_set, True)}
    writer.join()

    assert seen <= {*texts}


def test_an_end_before_it_is_in_place_leaves_the_old(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)

    assert done.returncode == -9
    assert path.read_bytes() == b"old"


def test_a_name_may_be_as_long_as_the_system_lets_it(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)

    saving.save(path, b"text")

    assert path.read_bytes() == b"text"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_link_to_nowhere_is_followed_by_save_and_not_by_create(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("there")

    with pytest.raises(FileExistsError):
        saving.create({tmp_path / "new" / "first": b"", tmp_path / "link": b"text"})
    assert {path.name for path in tmp_path.iterdir()} == {"link"}
    saving.save(tmp_path / "link", b"text")

    assert (tmp_path / "there").read_bytes() == b"text"


@pytest.mark.parametrize("name", ["folder", "round"])
def test_what_is_no_file_is_not_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "round").symlink_to("round")

    with pytest.raises(OSError, match=r"directory|symbolic links"):
        saving.save(tmp_path / name, b"text")

    assert {path.name for path in tmp_path.iterdir()} == {"folder", "round"}


def test_what_never_ends_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "long").write_bytes(b"12345")
    before = len(os.listdir("/dev/fd"))

    for path in (tmp_path / "pipe", tmp_path / "folder", Path("/dev/zero")):
        with pytest.raises(OSError, match="is no file"):
            saving.read(path, 4)
    with pytest.raises(OSError, match="is larger than 4 bytes"):
        saving.read(tmp_path / "long", 4)

    assert saving.read(tmp_path / "long", 5) == b"12345"
    assert len(os.listdir("/dev/fd")) == before
