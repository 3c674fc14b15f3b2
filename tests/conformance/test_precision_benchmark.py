"""What docs/budget.md says of faults that a policy sees is counted by a benchmark that runs."""

import re
import subprocess
import sys
from pathlib import Path

PRECISION = Path(__file__).parents[2] / "benchmarks" / "precision.py"


def test_the_faults_that_a_policy_sees_are_counted(tmp_path: Path) -> None:
    command = [sys.executable, str(PRECISION), "--faults", "--policy", "bf16", "--operation", "rnn_cell_forward"]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)

    counted = re.match(r"bf16: (\d+) of (\d+) cases say something; (\d+) of (\d+) deviations", done.stdout)
    assert counted, done.stdout + done.stderr
    told, cases, seen, known = map(int, counted.groups())
    assert 0 < told <= cases
    assert 0 < seen <= known
    assert ("  rnn_cell_forward: " in done.stdout) is (seen < known)
