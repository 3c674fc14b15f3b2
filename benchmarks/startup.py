"""What the plugin adds to the start of every pytest run, and what importing the package costs.

    python benchmarks/startup.py

Times `pytest` on one empty test with the plugin and with `-p no:rnnspec`, in turn; and Python with an import of the
package, and of the plugin, against Python that does nothing.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 30


def seconds(folder: str, *arguments: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - start


def compared(folder: str, one: tuple[str, ...], two: tuple[str, ...]) -> str:
    """The medians of two commands, run in turn, and that of their difference."""
    pairs = [(seconds(folder, *one), seconds(folder, *two)) for _ in range(ROUNDS + 1)][1:]
    with_it, without = (statistics.median(times) for times in zip(*pairs, strict=True))
    more = statistics.median(a - b for a, b in pairs)
    return f"{with_it * 1e3:.0f} ms, without {without * 1e3:.0f} ms, median difference {more * 1e3:.1f} ms"


def main() -> None:
    pytest = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_nothing.py").write_text("def test_nothing():\n    pass\n", encoding="utf-8")
        print(f"pytest with the plugin {compared(folder, pytest, (*pytest, '-p', 'no:rnnspec'))}")
        for module in ("rnnspec", "rnnspec.conformance.plugin", "numpy"):
            print(f"import {module} {compared(folder, ('-c', f'import {module}'), ('-c', 'pass'))}")


if __name__ == "__main__":
    main()
