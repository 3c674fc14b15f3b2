"""The pytest plugin. It is imported by every pytest run of every project, so it imports nothing."""

from typing import Any

UNASKED = "not-asked-for"
OPTIONS = {
    "candidate": ("NAME", "the implementation to check: a module, module:object, file.py or registered name"),
    "dtype": ("DTYPE", "float64 (default), float32 or float16"),
    "only": ("IDS", "operations or ids to limit the run to, separated by commas"),
}


def pytest_addoption(parser: Any) -> None:
    group = parser.getgroup("rnnspec", "conformance of recurrent layers")
    for name, (metavar, text) in OPTIONS.items():
        group.addoption(f"--rnnspec-{name}", metavar=metavar, default=None, help=text)
        parser.addini(f"rnnspec_{name}", text, default="")


def setting(config: Any, name: str) -> str:
    """An option of the command line, else its ini twin."""
    given = config.getoption(f"rnnspec_{name}")
    return str(given if given is not None else config.getini(f"rnnspec_{name}"))


def pytest_report_header(config: Any) -> str | None:
    candidate = setting(config, "candidate")
    return f"rnnspec: candidate {candidate}, {setting(config, 'dtype') or 'float64'}" if candidate else None


def pytest_sessionstart(session: Any) -> None:
    # an error while collecting would be a traceback; here it ends the run in one line, with pytest's code for usage
    if candidate := setting(session.config, "candidate"):
        _requirements(session.config, candidate)


def pytest_generate_tests(metafunc: Any) -> None:
    if "rnnspec_case" not in metafunc.fixturenames:
        return
    import pytest

    candidate = setting(metafunc.config, "candidate")
    if not candidate:
        nothing = pytest.mark.skip(reason="no candidate: give --rnnspec-candidate NAME")
        metafunc.parametrize("rnnspec_case", [pytest.param(None, marks=nothing, id="no-candidate")])
        return
    wanted = [
        r for r in _requirements(metafunc.config, candidate) if getattr(metafunc.function, "rnnspec_takes", str)(r.id)
    ]
    metafunc.parametrize("rnnspec_case", [pytest.param(r, id=r.id) for r in wanted] or [pytest.param(None, id=UNASKED)])


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    unasked = [
        item for item in items if "rnnspec_case" in getattr(item, "fixturenames", ()) and UNASKED in item.keywords
    ]
    if unasked:
        config.hook.pytest_deselected(items=unasked)
        items[:] = [item for item in items if item not in unasked]


def _requirements(config: Any, candidate: str) -> Any:
    import pytest

    from .candidate import BrokenCandidate, UnknownCandidate
    from .checking import UnknownCase
    from .parametrizing import requirements

    if not hasattr(config, "_rnnspec_requirements"):
        only = tuple(filter(None, setting(config, "only").split(",")))
        try:
            config._rnnspec_requirements = requirements(candidate, setting(config, "dtype") or "float64", only)
        except (UnknownCandidate, BrokenCandidate, UnknownCase, ValueError) as error:
            raise pytest.UsageError(f"rnnspec: {error}") from None
    return config._rnnspec_requirements
