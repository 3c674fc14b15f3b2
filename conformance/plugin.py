"""The pytest plugin. It is imported by every pytest run of every project, so it imports nothing that costs."""

from typing import Any

from .choices import CHOICES, DTYPES, BadChoice, Choice, first, of_project, parsed
from .tally import SUITE, Nothing, Tally

UNASKED = "not-asked-for"
NO_CANDIDATE = "no candidate: give --rnnspec-candidate NAME"
PREFIX = "rnnspec"


def pytest_addoption(parser: Any) -> None:
    group = parser.getgroup(PREFIX, "conformance of recurrent layers")
    for choice in CHOICES:
        flag = {"action": "store_const", "const": True} if choice.kind == "flag" else {"metavar": choice.metavar}
        more = {"action": "append"} if choice.kind == "texts" else {}
        group.addoption(f"--{PREFIX}-{choice.name}", default=None, help=choice.text, **flag, **more)
        parser.addini(_ini(choice), choice.text, type="linelist" if choice.kind == "texts" else "string", default=None)


def pytest_configure(config: Any) -> None:
    config.pluginmanager.register(Tally(), f"{PREFIX}-tally")


def _ini(choice: Choice) -> str:
    return f"{PREFIX}_{choice.name.replace('-', '_')}"


def choices(config: Any) -> dict[str, Any]:
    """The command line's choices before those of the ini file, before those of pyproject.toml. Raises BadChoice."""
    if not hasattr(config, "_rnnspec_choices"):
        given, ini = {}, {}
        for choice in CHOICES:
            if (value := config.getoption(f"{PREFIX}_{choice.name.replace('-', '_')}")) is not None:
                given[choice.name] = parsed(
                    choice.name, value, f"--{PREFIX}-{choice.name}", config.invocation_params.dir
                )
            if value := config.getini(_ini(choice)):
                folder = config.inipath.parent if config.inipath else config.rootpath
                ini[choice.name] = parsed(choice.name, value, _ini(choice), folder)
        config._rnnspec_choices = first(given, ini, of_project(config.rootpath))
        asked = {"candidate", "program"} & {*given, *ini}
        config._rnnspec_asked = bool(asked) or any(SUITE in str(argument) for argument in config.args)
    found: dict[str, Any] = config._rnnspec_choices
    return found


def _subject(config: Any) -> Any:
    found = choices(config)
    return found.get("program") or found.get("candidate")


def pytest_report_header(config: Any) -> str | None:
    try:
        subject = _subject(config)
    except BadChoice:
        return None  # which the start of the session says
    if not subject or not config._rnnspec_asked:  # a project's table concerns no run of its other tests
        return None
    name = subject if isinstance(subject, str) else " ".join(subject)
    return f"rnnspec: candidate {_line(name)}, {_line(choices(config).get('precision') or choices(config).get('dtype', DTYPES[0]))}"


def _line(text: object) -> str:
    """In one line that any terminal can show: the words may be a candidate's."""
    from .run.telling import line

    return line(text)


def pytest_sessionstart(session: Any) -> None:
    # an error while collecting would be a traceback; here it ends the run in one line, with pytest's code for usage
    import pytest

    try:
        wanted = _subject(session.config)
    except BadChoice as error:
        raise pytest.UsageError(f"rnnspec: {_line(error)}") from None
    if not wanted and session.config._rnnspec_asked:
        raise pytest.UsageError(f"rnnspec: {NO_CANDIDATE}")
    if wanted and session.config._rnnspec_asked:
        _conformance(session.config)


def pytest_generate_tests(metafunc: Any) -> None:
    if "rnnspec_case" not in metafunc.fixturenames:
        return
    import pytest

    if not _subject(metafunc.config):
        metafunc.parametrize("rnnspec_case", [pytest.param(Nothing(NO_CANDIDATE), id="no-candidate")])
        return
    from .parametrizing import params

    wanted = params(_conformance(metafunc.config), getattr(metafunc.function, "rnnspec_takes", bool))
    metafunc.parametrize("rnnspec_case", wanted or [pytest.param(None, id=UNASKED)])


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    unasked = [
        item for item in items if "rnnspec_case" in getattr(item, "fixturenames", ()) and UNASKED in item.keywords
    ]
    if unasked:
        config.hook.pytest_deselected(items=unasked)
        items[:] = [item for item in items if item not in unasked]


def pytest_unconfigure(config: Any) -> None:
    if hasattr(config, "_rnnspec_started"):
        config._rnnspec_started.close()


def _conformance(config: Any) -> Any:
    """The candidate's checks, started once in a run; a process of its own ends with the run."""
    if not hasattr(config, "_rnnspec_conformance"):
        config._rnnspec_conformance = _started(config)
    return config._rnnspec_conformance


def _listed(found: Any, given: dict[str, Any]) -> None:
    """Name the list of known failures as it was typed. Raises BadChoice where it has what does not exist."""
    from dataclasses import replace

    if found.known:
        found.known = replace(found.known, path=given["known-failing"])
    if strangers := found.strangers():
        raise BadChoice("; ".join(strangers))


def _keep_out() -> None:
    """What lies in the current folder is a candidate's, and no numpy of ours, also where `python -m pytest` has it first."""
    import os
    import sys
    from pathlib import Path

    from .run import shadows

    if any(place in ("", os.getcwd()) for place in sys.path):
        shadows.keep_out(Path())


def _started(config: Any) -> Any:
    import os
    from contextlib import ExitStack
    from pathlib import Path

    import pytest

    _keep_out()
    from rnnspec.golden import FOLDER

    from .candidate import BrokenCandidate
    from .checking import WRONG
    from .parametrizing import conformance
    from .starting import started

    given, config._rnnspec_started = choices(config), ExitStack()
    # from here: a candidate may go elsewhere when it is imported
    goldens, listed = (os.path.abspath(path) if (path := given.get(n)) else None for n in ("goldens", "known-failing"))
    folder = Path(goldens or FOLDER)
    try:
        limits = given.get("isolate", False), given.get("timeout"), given.get("memory")
        candidate = config._rnnspec_started.enter_context(
            started(_subject(config), *limits, folder, given.get("device"))
        )
        dtype, precision = given.get("dtype", DTYPES[0]), given.get("precision")
        found = conformance(candidate, dtype, given.get("case"), listed, folder, precision, limits[0])
        _listed(found, given)
    except (BrokenCandidate, *WRONG) as error:
        raise pytest.UsageError(f"rnnspec: {_line(error)}") from None
    return found
