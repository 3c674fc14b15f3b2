"""The lock of CI: every package that it asks for has one version there, which is one that pyproject.toml allows."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / ".ci" / "lock.txt").read_text(encoding="utf-8")
PINS = (ROOT / ".ci" / "frameworks.txt").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
ASKED = re.search(r"'\.\[([a-z,]+)\]'((?: [a-z-]+)*)$", CI, re.MULTILINE)  # extras, and adapters' packages behind them


def requirements(text: str) -> list[Requirement]:
    return [Requirement(line) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def asked(extras: list[str]) -> list[Requirement]:
    """What the package and these extras ask for, through extras of its own."""
    found, left, seen = [*map(Requirement, PROJECT["dependencies"])], [*extras], set[str]()
    while left:
        seen.add(extra := left.pop())
        for line in PROJECT["optional-dependencies"][extra]:
            if (one := Requirement(line)).name == "rnnspec":
                left += one.extras - seen
            else:
                found.append(one)
    return found


def unlocked(wanted: list[Requirement], locked: list[Requirement]) -> list[str]:
    """What has no version in a lock, or one that is not allowed."""
    pins: dict[str, list[str]] = {}
    for pin in locked:
        (one,) = pin.specifier
        pins.setdefault(canonicalize_name(pin.name), []).append(one.version)
    return [
        str(one)
        for one in wanted
        if not (versions := pins.get(canonicalize_name(one.name))) or not all(map(one.specifier.contains, versions))
    ]


def test_all_that_ci_installs_is_locked_at_a_version_that_is_allowed() -> None:
    assert ASKED
    wanted = asked(ASKED[1].split(",")) + requirements(ASKED[2].replace(" ", "\n"))

    assert len(wanted) > 30
    assert unlocked(wanted, requirements(LOCK)) == []


def test_all_that_the_image_installs_is_locked() -> None:
    found = re.search(r'"/src\[([a-z,]+)\]"((?: [a-z-]+)*)', (ROOT / "Dockerfile").read_text(encoding="utf-8"))

    assert found
    wanted = asked(found[1].split(",")) + requirements(found[2].replace(" ", "\n"))
    assert {one.name for one in wanted} >= {"torch", "jax", "onnx", "keras", "matplotlib"}
    assert unlocked(wanted, requirements(LOCK)) == []
    assert unlocked([*wanted, Requirement("tensorflow")], requirements(LOCK)) == ["tensorflow"]


def test_the_lock_is_made_with_the_pins_of_the_frameworks() -> None:
    assert unlocked(requirements(PINS), requirements(LOCK)) == []


@pytest.mark.parametrize("line", ["numpy>=99", "not-there", "click<1"])
def test_what_is_not_in_a_lock_is_named(line: str) -> None:
    assert unlocked([Requirement(line)], requirements(LOCK)) == [line]


def test_a_lock_is_of_exact_versions_and_names_no_host() -> None:
    for pin in requirements(LOCK):
        (one,) = pin.specifier
        assert one.operator == "=="
        assert pin.url is None
        assert not pin.extras
    assert "://" not in LOCK
