"""What the command writes is whole or absent: on a full disk, into devices and through links, from wherever a candidate goes."""

import json
import os
import re
import stat
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from planted.shells import names, one_line, run
from rnnspec.conformance import Report, check

WRONG = "from rnnspec.reference import softmax as right\n\ndef softmax(x):\n    return right(x) + 1\n"
LEAVING = "import os\nfrom rnnspec.reference import softmax\nos.chdir(os.environ['ELSEWHERE'])\n"
LIST = json.dumps({"candidate": "mine", "failing": {"float64": {"softmax/generic": {"reason": "r", "why": "\udcff"}}}})
FULL = "ulimit -f 0; "  # blocks of a file: every write to one fails, pipes take what they get

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits, devices and links are POSIX's")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "wrong.py").write_text(WRONG)
    (tmp_path / "known.json").write_text(LIST)
    return tmp_path


WRITING = {
    "a list": ("check", "wrong.py", "--write-known-failing", "known.json"),
    "a report": ("check", "reference", "--case", "sigmoid/zero", "--json", "known.json"),
    "a recording": ("check", "reference", "--case", "sigmoid/zero", "--baseline", "kept"),
    "an export": ("export", "exported", "--case", "sigmoid"),
    "a skeleton": ("init", "started"),
}


@pytest.mark.parametrize("words", WRITING.values(), ids=WRITING.keys())
def test_a_full_disk_loses_nothing_and_leaves_nothing(here: Path, words: tuple[str, ...]) -> None:
    line = one_line(run(here, *words, before=FULL))

    assert re.search("cannot be written: (File too large|No usable temporary directory)", line)
    assert (here / "known.json").read_text() == LIST
    assert {name for name in names(here) if (here / name).is_file()} == set()


def fill(path: Path) -> None:
    with suppress(OSError), path.open("wb", buffering=0) as ballast:
        while True:
            ballast.write(bytes(4096))


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="mounts a disk")
@pytest.mark.parametrize("words", WRITING.values(), ids=WRITING.keys())
def test_a_disk_that_fills_up_loses_nothing(here: Path, words: tuple[str, ...]) -> None:
    disk = here / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        for name in ("wrong.py", "known.json"):
            (disk / name).write_bytes((here / name).read_bytes())
        fill(disk / "ballast")
        line = one_line(run(disk, *words))

        assert "cannot be written: No space left on device" in line
        assert (disk / "known.json").read_text() == LIST
        assert {name for name in names(disk) if (disk / name).is_file()} == {"ballast"}
    finally:
        subprocess.run(["umount", disk], check=True)


def test_what_is_no_unicode_in_a_list_stays_in_it(here: Path) -> None:
    done = run(here, "check", "wrong.py", "--write-known-failing", "known.json")

    assert done.returncode == 1
    assert json.loads((here / "known.json").read_bytes())["failing"]["float64"]["softmax/generic"]["why"] == "\udcff"
    assert run(here, "check", "wrong.py", "--known-failing", "known.json").returncode == 0


def test_a_file_keeps_its_permissions_and_a_link_stays_one(here: Path) -> None:
    os.chmod(here / "known.json", 0o640)
    (here / "link.json").symlink_to("known.json")

    done = run(here, "check", "wrong.py", "--write-known-failing", "link.json")

    assert done.returncode == 1
    assert (here / "link.json").is_symlink()
    assert stat.S_IMODE((here / "known.json").stat().st_mode) == 0o640
    assert len(json.loads((here / "known.json").read_bytes())["failing"]["float64"]) > 1
    assert names(here) == {"link.json"}


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_file_that_must_not_be_written_is_not_replaced(here: Path) -> None:
    os.chmod(here / "known.json", 0o440)

    one_line(run(here, "check", "reference", "--case", "sigmoid/zero", "--json", "known.json"))

    assert (here / "known.json").read_text() == LIST


def test_a_new_file_has_the_permissions_that_a_new_file_has(here: Path) -> None:
    run(here, "check", "reference", "--case", "sigmoid/zero", "--json", "new.json", before="umask 027; ")

    assert stat.S_IMODE((here / "new.json").stat().st_mode) == 0o640


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="makes a device")
def test_a_device_is_written_into_and_stays_one(here: Path) -> None:
    nothing = here / "null"
    os.mknod(nothing, 0o666 | stat.S_IFCHR, os.stat("/dev/null").st_rdev)

    done = run(here, "check", "wrong.py", "--json", "null", "--write-known-failing", "null")

    assert done.returncode == 1
    assert stat.S_ISCHR(nothing.stat().st_mode)
    assert names(here) == {"null"}


def test_a_pipe_is_written_into(here: Path) -> None:
    os.mkfifo(here / "pipe")
    heard: list[bytes] = []
    reader = threading.Thread(target=lambda: heard.append((here / "pipe").read_bytes()), daemon=True)
    reader.start()

    done = run(here, "check", "reference", "--case", "sigmoid/zero", "--json", "pipe")
    reader.join(10)

    assert done.returncode == 0
    assert json.loads(heard[0])["totals"]["pass"] == 1
    assert names(here) == {"pipe"}


@pytest.mark.skipif(sys.platform != "linux", reason="Linux has these names")
@pytest.mark.parametrize("name", ["stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_stdout_by_another_name_is_stdout(here: Path, name: str) -> None:
    (here / "stdout").symlink_to("/proc/self/fd/1")  # as /dev/stdout is, which must not be at stake here
    done = run(here, "check", "reference", "--case", "sigmoid/zero", "--json", name)

    assert done.returncode == 0
    assert json.loads(done.stdout)["totals"]["pass"] == 1

    run(here, "check", "reference", "--case", "sigmoid/zero", "--json", name, before="exec >> known.json; ")
    assert (here / "known.json").read_text().startswith(LIST + "{\n")
    assert (here / "stdout").is_symlink()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux has these names")
def test_an_open_file_is_written_into_where_it_stands(here: Path) -> None:
    words = ("check", "reference", "--case", "sigmoid/zero", "--json", "/dev/fd/7")
    done = run(here, *words, before="exec 7> out.txt; echo before >&7; ")

    assert done.returncode == 0
    first, rest = (here / "out.txt").read_text().split("\n", 1)
    assert first == "before"
    assert json.loads(rest)["totals"]["pass"] == 1


@pytest.mark.parametrize("isolate", [(), ("--isolate",)])
def test_files_lie_where_they_were_asked_for_wherever_a_candidate_goes(here: Path, isolate: tuple[str, ...]) -> None:
    (here / "leaving.py").write_text(LEAVING)
    (here / "elsewhere").mkdir()
    (here / "fine.json").write_text('{"failing": {}}')
    words = ("--json", "report.json", "--baseline", "kept", "--write-known-failing", "written.json")
    more = ("--known-failing", "fine.json", *isolate)

    done = run(here, "check", "leaving.py", *words, *more, ELSEWHERE=str(here / "elsewhere"))

    assert done.returncode == 0, done.stderr
    assert json.loads((here / "report.json").read_bytes())["totals"]["fail"] == 0
    assert {"kept", "written.json", "report.json"} <= {path.name for path in here.iterdir()}
    assert names(here / "elsewhere") == set()


def test_the_api_too_resolves_paths_before_a_candidate_goes_elsewhere(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    from rnnspec.golden import FOLDER

    monkeypatch.chdir(here)
    (here / "elsewhere").mkdir()
    shutil.copytree(FOLDER, here / "goldens")
    monkeypatch.setenv("ELSEWHERE", str(here / "elsewhere"))
    (here / "leaving.py").write_text(LEAVING)

    report = check("leaving.py", write_known_failing="written.json", baseline="kept", goldens="goldens")
    report.save("report.json")

    assert Path.cwd() == here
    assert Report.load(here / "report.json") == report
    assert {"kept", "written.json"} <= {path.name for path in here.iterdir()}


def test_pytest_too_resolves_paths_before_a_candidate_goes_elsewhere(here: Path) -> None:
    (here / "leaving.py").write_text(LEAVING)
    (here / "elsewhere").mkdir()
    (here / "known.json").write_text('{"failing": {"float64": {"softmax/gone": {"reason": "r", "why": ""}}}}')

    words = ("--pyargs", "rnnspec.conformance", "--rnnspec-candidate", "leaving.py")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *words, "--rnnspec-known-failing", "known.json"],
        cwd=here,
        env={**os.environ, "ELSEWHERE": str(here / "elsewhere")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 4
    assert "softmax/gone: listed, but there is no such case or property" in done.stderr
