"""`rnnspec init`"""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from string import Template

import click

from . import options

NAME = "rnnspec_candidate"
KINDS = ("module", "program", "onnx")
FILES = {
    "module": (f"{NAME}.py", "test_rnnspec.py", ".github/workflows/rnnspec.yml"),
    "program": (f"{NAME}_program.py", "test_rnnspec.py", ".github/workflows/rnnspec.yml"),
    "onnx": ("test_rnnspec.py", ".github/workflows/rnnspec.yml"),
}


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
@click.option("--for", "kind", type=click.Choice(KINDS), default="module", show_default=True, help="What is checked.")
@click.option("--family", default="lstm", show_default=True, help="The family whose operations the skeleton has.")
@click.option("--onnx-file", default="model.onnx", show_default=True, help="The model, with --for onnx.")
def init(folder: Path, kind: str, family: str, onnx_file: str) -> None:
    """Write a candidate's skeleton, a test of two lines and a CI workflow into FOLDER.

    The skeleton runs at once: `rnnspec check` then says what is missing. A file that exists is never touched.

    Exit code: 0 done; 2 usage, or a file exists: nothing is written.
    """
    names = _operations(family)
    candidate = {"module": f"{NAME}.py", "program": f"-- python {NAME}_program.py", "onnx": f"onnx:{onnx_file}"}[kind]
    values = {
        "candidate": candidate,
        "name": NAME,
        "needs": " onnx onnxruntime" if kind == "onnx" else "",
        "operations": ", ".join(names),
        "functions": "\n\n\n".join(map(_skeleton, names)),
        "target": f'"onnx:{onnx_file}"',
    }
    texts = {folder / name: _filled(kind, name, values) for name in FILES[kind]}
    if existing := [str(path) for path in texts if path.exists()]:
        raise options.Ended(f"{', '.join(existing)}: exists already; nothing was written", 2)
    with options.ending({OSError: 2}):
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            click.echo(f"wrote {path}")
    click.echo(f"now run: rnnspec check {candidate}" + (f"  (in {folder})" if folder != Path() else ""))


def _operations(family: str) -> list[str]:
    from rnnspec.reference import FAMILIES, OPERATIONS

    known = [f.name for f in FAMILIES]
    if family not in known:
        raise options.Ended(f"no family {family!r}; there are {', '.join(known)}", 2)
    return [name for name in (f"{family}_{part}" for part in ("forward", "backward")) if name in OPERATIONS]


def _skeleton(name: str) -> str:
    """A function of the contract that refuses, and says what it is to return."""
    from rnnspec.reference import OPERATIONS

    operation = OPERATIONS[name]
    behind = ["caches"] if operation.forward else ["parameters"]
    returned = _listed(operation.outputs)
    returned = f"{{{returned}}}" if operation.forward else f"{returned}, caches"
    return "\n".join(
        [
            f"def {name}({_listed([*operation.arguments, *behind])}):",
            f'    """{operation.summary}',
            "",
            *(f"    {array:<8} {axes}" for array, axes in {**operation.arguments, **operation.parameters}.items()),
            '    """',
            f'    raise Unsupported("not written yet: return {returned}")',
        ]
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _filled(kind: str, name: str, values: dict[str, str]) -> str:
    stem = Path(name).name
    template = (
        files("rnnspec.tools") / "templates" / (f"{kind}-{stem}.in" if stem == "test_rnnspec.py" else f"{stem}.in")
    )
    return Template(template.read_text(encoding="utf-8")).substitute(values)
