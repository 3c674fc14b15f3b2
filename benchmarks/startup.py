"""What the plugin adds to the start of every pytest run, in a project that has nothing to do with it.

    python benchmarks/startup.py

Times `pytest` on one empty test with the plugin and with `-p no:rnnspec`, in turn.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 30


def seconds(folder: str, *options: str) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_nothing.py").write_text("def test_nothing():\n    pass\n", encoding="utf-8")
        pairs = [(seconds(folder), seconds(folder, "-p", "no:rnnspec")) for _ in range(ROUNDS + 1)][1:]
    with_it, without = (statistics.median(times) for times in zip(*pairs, strict=True))
    more = statistics.median(one - two for one, two in pairs)
    print(
        f"pytest with the plugin {with_it * 1e3:.0f} ms, without {without * 1e3:.0f} ms, median difference {more * 1e3:.1f} ms"
    )


if __name__ == "__main__":
    main()
