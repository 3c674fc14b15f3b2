"""Pages by hand: what they have one do is done, and printed as they show it; what is borrowed of README.md is all of it."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from manual import building
from manual.borrowed import HEADING, ROOT
from manual.figures import margins
from manual.replaying import Command, File, differing, problems, steps

PAGES = {path.relative_to(building.SOURCE).as_posix(): path for path in sorted(building.SOURCE.rglob("*.md"))}
IN_CI = "own/torch.md"  # is followed word for word, from install to verdict, by a part of .ci/run
FOLLOWED = {n: path for n, path in PAGES.items() if "```console" in path.read_text(encoding="utf-8") and n != IN_CI}
NEEDS = {
    "own/jax.md": ["jax", "flax"],
    "own/keras.md": ["keras", "torch"],
    "own/onnx.md": ["onnxruntime"],
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_a_page_is_followed_and_prints_what_it_shows(name: str, tmp_path: Path) -> None:
    if missing := [need for need in NEEDS.get(name, []) if find_spec(need) is None]:
        pytest.skip(f"no {missing[0]}")
    (tmp_path / "examples").symlink_to(ROOT / "examples")

    assert [*problems(building.by_hand(FOLLOWED[name]), tmp_path, fresh=False)] == []


def test_every_page_of_a_layer_goes_from_install_to_verdict() -> None:
    own = [name for name in PAGES if name.startswith("own/") and name != "own/index.md"]

    assert len(own) == 7
    for name in own:
        lines = [step.line for step in steps(building.by_hand(PAGES[name])) if isinstance(step, Command)]
        assert lines[0].startswith("python3 -m venv")
        assert any(line.startswith("pip install -q .") for line in lines)
        assert any(line.startswith("rnnspec check ") for line in lines)


def test_the_page_that_no_test_follows_is_followed_in_ci() -> None:
    run = (ROOT / ".ci/run").read_text(encoding="utf-8")

    assert f"docs/pages replay docs/site/{IN_CI}" in run
    assert len(FOLLOWED) == 8


def test_every_section_of_the_readme_is_on_a_page() -> None:
    headings = HEADING.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    asked = [found for path in PAGES.values() for found in building.SECTION.findall(path.read_text(encoding="utf-8"))]

    # what the contract has in full is docs/contract.md
    assert sorted(asked) == sorted(["", *(title for title in headings if title not in ("The contract", "Recurrences"))])


PAGE = """
```{code-block} python
:caption: one.py

print("first\\nsecond\\nclosest  0.1")
```

```console
$ python one.py
first
…
closest 0.25
$ export SAID=kept
$ echo $SAID; exit 1
kept is not conformant
```
"""


def test_steps_are_read_as_a_person_reads_them() -> None:
    file, *commands = steps(PAGE)

    assert file == File("one.py", 'print("first\\nsecond\\nclosest  0.1")\n')
    assert [c.line for c in commands if isinstance(c, Command)] == [
        "python one.py",
        "export SAID=kept",
        "echo $SAID; exit 1",
    ]
    assert [c.code for c in commands if isinstance(c, Command)] == [0, 0, 1]


def test_a_page_that_is_not_as_it_shows_is_told(tmp_path: Path) -> None:
    said = [*problems(PAGE, tmp_path, fresh=False)]

    assert said == ["echo $SAID; exit 1: 'kept is not conformant' is shown first, and 'kept' is printed"]
    wrong = PAGE.replace("first\n…", "first\nthird\n…").replace("; exit 1", "")
    assert [*problems(wrong, tmp_path, fresh=False)] == [
        "python one.py: 'third' is shown, 'second' is printed",
        "echo $SAID: exits 0, want 1: ",
    ]


@pytest.mark.parametrize(
    ("shown", "printed", "said"),
    [
        (["a", "…", "c"], "a\nb\nc\n", ""),
        (["a", "c"], "a\nb\nc\n", "'c' is shown, 'b' is printed"),
        (["…", "c", "…", "a"], "a\nb\nc\n", "'a' is not printed"),
        (["b", "…"], "a\nb\n", "'b' is shown first, and 'a' is printed"),
        (["a"], "a\nb\n", "'b' is printed behind what is shown"),
        (["…", "b"], "a\nb\n", ""),
        (["at 0.1 of it"], "at 0.0 of it\n", "0.1 of a budget is shown, 0.0 is printed"),
        (["a", "b"], "a\n", "'b' is shown, '' is printed"),
        (["at 0.1 of it"], "at 0.29 of it\n", ""),
        (["at 0.1 of it"], "at 0.31 of it\n", "0.1 of a budget is shown, 0.31 is printed"),
        (["0x1.a8c0c5667e8f9p-3"], "0x1.a8c0c5667e8aap-3\n", ""),
        (["0x1.a8c0c5667e8f9p-3"], "0x1.a8c0c5667f8f9p-3\n", "'0x1.a8c0c5667e8f9p-3' is shown first, and '0x1.a8c0c5667f8f9p-3' is printed"),
        (["2 passed in 9.1s"], "2 passed in 0.2s\n", ""),
        (["2 passed in 9.1s"], "3 passed in 9.1s\n", "'2 passed in 9.1s' is shown first, and '3 passed in 9.1s' is printed"),
    ],
)  # fmt: skip
def test_what_varies_is_not_compared_and_all_else_is(shown: list[str], printed: str, said: str) -> None:
    assert differing(shown, printed) == said


def test_a_file_that_a_page_shows_is_the_file() -> None:
    page = building.by_hand(PAGES["own/jax.md"])

    shown = {step.name: step.text for step in steps(page) if isinstance(step, File)}
    assert shown == {name: (ROOT / "examples/own" / name).read_text() for name in ("jax_scan.py", "flax_module.py")}
    assert not re.search(r"<!-- (file|README)", page)


def test_the_margins_that_are_told_are_those_of_the_kill_matrix() -> None:
    powers = [*margins().values()]
    told = re.findall(
        r"^(\d+) of the catalogue's deviations.*: (\d+) miss", PAGES["budgets.md"].read_text(), re.MULTILINE
    )

    assert told == [(str(len(powers)), str(sum(power >= 12 for power in powers)))]
    assert sorted(power for power in powers if power < 12) == [3, 4, 5, 7, 8, 10]
