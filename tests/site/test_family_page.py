"""How to add a family: the page's code is run, its goldens are proven and thrown away, and it conforms to them."""

import subprocess
import sys
from pathlib import Path

from manual import building
from manual.replaying import File, steps

ROOT = Path(__file__).resolve().parents[2]
ADDED = """
import sys
from pathlib import Path
from planted import new_family
new_family.PATH = Path(sys.argv[1])
new_family.added()
family = sys.modules[new_family.OWN]
functions = {name: getattr(family, name) for name in family.__all__}
outcomes = new_family.judged(functions, new_family.goldens(functions))
print(sorted({o.operation for o in outcomes}), {str(o.outcome) for o in outcomes}, max(o.worst for o in outcomes) < 1)
"""


def test_the_pages_code_is_run_and_its_goldens_are_made(tmp_path: Path) -> None:
    (file,) = [step for step in steps(building.by_hand(building.SOURCE / "family.md")) if isinstance(step, File)]
    (tmp_path / file.name).write_text(file.text)
    words = [sys.executable, "-c", ADDED, str(tmp_path / file.name)]

    done = subprocess.run(words, cwd=ROOT / "tests", capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
    names = ["light_backward", "light_cell_backward", "light_cell_forward", "light_forward"]
    assert done.stdout == f"{names} {{'pass'}} True\n"
