"""`rnnspec init`"""

import json
import os
import re
import shlex
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template

import click

from . import options, source
from .kinds import Near

NAME = "rnnspec_candidate"
PLAIN = re.compile(r"[\w ./:-]*[^\s:]", re.ASCII)  # what YAML takes as it stands
WHOLE = {  # kinds of which a whole layer is written, from the examples: its file, what it needs, the dtype it is checked in
    "torch": ("torch_one_bias.py", " torch", "float64"),
    "jax": ("jax_scan.py", " jax", "float64"),
    "keras": ("keras_cell.py", " keras torch", "float32"),
    "c": ("c_fused.py", "", "float32"),
    "numpy": ("numpy_time_first.py", "", "float64"),
}
KINDS = ("module", *WHOLE, "program", "onnx")
SKELETONS = ("module", "program")
SOURCE = "fused_lstm.c"
FILES = {
    **dict.fromkeys(WHOLE, (f"{NAME}.py", "test_rnnspec.py", ".github/workflows/rnnspec.yml")),
    "c": (f"{NAME}.py", SOURCE, "test_rnnspec.py", ".github/workflows/rnnspec.yml"),
    "module": (f"{NAME}.py", "test_rnnspec.py", ".github/workflows/rnnspec.yml"),
    "program": (f"{NAME}_program.py", "test_rnnspec.py", ".github/workflows/rnnspec.yml"),
    "onnx": ("test_rnnspec.py", ".github/workflows/rnnspec.yml"),
}
TEMPLATES = files("rnnspec.tools") / "templates"
MODEL = "model.onnx"
SUBMODULES = "\n        with:\n          submodules: true"
OF_MODEL = ("lstm_cell_forward", "lstm_forward")  # what is asked of the model that is written, which is an LSTM


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
@click.option("--for", "kind", type=Near(KINDS), default="module", show_default=True, help="What is checked.")
@click.option(
    "--family",
    default="lstm",
    show_default=True,
    help="The family whose operations a skeleton has, of a module or program.",
)
@click.option(
    "--onnx-file", metavar="FILE", help=f"Your model, with --for onnx.  [default: an LSTM is written as {MODEL}]"
)
def init(folder: Path, kind: str, family: str, onnx_file: str | None) -> None:
    """Write a candidate's skeleton, a test of two lines and a CI workflow into FOLDER.

    The skeleton runs at once: a function of it is right, and `rnnspec check` says what is missing; for torch, jax, keras, c, numpy
    and onnx it is a whole layer, to put your own in place of. A file that exists is never touched.

    Exit code: 0 done; 2 usage, or a file exists: nothing is written.
    """
    if kind in (*WHOLE, "onnx") and options.typed(click.get_current_context(), "family"):
        raise click.UsageError(
            f"--family is of a skeleton, for {' or '.join(SKELETONS)}: for {kind} an LSTM is written, to put your own in place of"
        )
    own_model = onnx_file or os.path.exists(folder / MODEL)  # Path's own raises for names too long
    asked = OF_MODEL if kind == "onnx" and not own_model else ()
    values = _values(kind, _operations(family), onnx_file or MODEL, asked)
    texts = {folder / name: _filled(kind, name, values) for name in FILES[kind]}
    model = {folder / MODEL: (TEMPLATES / MODEL).read_bytes()} if asked else {}
    _written(model | {path: text.encode() for path, text in texts.items()})
    for path in (*model, *texts):
        click.echo(f"wrote {path}")
    if values["checkout"]:
        click.echo(f"its workflow installs rnnspec from a submodule: git submodule add ADDRESS {Path(source.FOLDER)}")
    click.echo(f"now run: {values['command']}" + (f"  (in {folder})" if folder != Path() else ""))


def _values(kind: str, names: list[str], model: str, asked: Sequence[str]) -> dict[str, str]:
    """What templates are filled with."""
    own = {"module": f"{NAME}.py", "program": f"-- python {NAME}_program.py", "onnx": f"onnx:{model}"}
    candidate = own.get(kind, f"{NAME}.py:candidate")
    _, needs, dtype = WHOLE.get(kind, ("", " onnx onnxruntime", "float32") if kind == "onnx" else ("", "", "float64"))
    typed = (_typed(candidate) if kind == "onnx" else candidate) + (f" --dtype {dtype}" if dtype != "float64" else "")
    command = f"rnnspec check {typed}{''.join(f' --case {name}' for name in asked)}"
    address = source.address()
    return {
        "candidate": candidate,
        "command": command,
        "step": _scalar(command),
        "name": NAME,
        "install": _scalar(f"pip install {address or source.FOLDER}{needs}"),
        "checkout": "" if address else SUBMODULES,
        "dtype": f', "{dtype}"' if dtype != "float64" else "",
        "cases": f", cases={json.dumps(asked)}" if asked else "",
        "operations": _listed(names),
        "functions": "\n\n\n".join(map(_skeleton, names)),
        "target": json.dumps(candidate, ensure_ascii=False),  # which Python reads alike
    }


def _scalar(text: str) -> str:
    """As YAML understands it."""
    return text if PLAIN.fullmatch(text) else json.dumps(text)


def _written(files: dict[Path, bytes]) -> None:
    from rnnspec.golden import saving

    if existing := [str(path) for path in files if os.path.lexists(path)]:
        raise options.Ended(f"{', '.join(existing)}: exists already; nothing was written", 2)
    try:
        saving.create(files)
    except OSError as error:
        where = error.filename or ", ".join(map(str, files))
        raise options.Ended(f"{where}: cannot be written: {error.strerror}; nothing was written", 2) from None


def _typed(candidate: str) -> str:
    """As a shell wants it, also in a workflow, in which GitHub fills in what stands in ${{ }}."""
    from rnnspec.golden.entry import shown

    try:
        candidate.encode()
    except UnicodeEncodeError:
        raise options.Ended(
            f"{shown(candidate)} is no Unicode, and no workflow can hold it: rename the file", 2
        ) from None
    return shlex.quote(candidate).replace("${{", "$''{{")


def _operations(family: str) -> list[str]:
    from rnnspec.reference import FAMILIES, OPERATIONS

    known = [f.name for f in FAMILIES]
    if family not in known:
        raise options.Ended(f"no family {family!r}; there are {', '.join(known)}", 2)
    return [name for name in (f"{family}_{part}" for part in ("forward", "backward")) if name in OPERATIONS]


def _skeleton(name: str) -> str:
    """A function of the contract that refuses, and says what it is to return."""
    from rnnspec.reference import OPERATIONS
    from rnnspec.reference.contract import docstring

    operation = OPERATIONS[name]
    takes = docstring(operation).partition("Takes\n")[2].partition("\n\n")[0]
    behind = ["cache"] if operation.forward else ["parameters"] if operation.parameters else []
    returned = _listed(operation.outputs)
    returned = f"{{{returned}}}" if operation.forward else f"{returned}, cache"
    return "\n".join(
        [
            f"def {name}({_listed([*operation.arguments, *behind])}):",
            f'    """{operation.summary}',
            "",
            takes,
            '    """',
            f'    raise Unsupported("not written yet: return {returned}")',
        ]
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _filled(kind: str, name: str, values: dict[str, str]) -> str:
    stem = Path(name).name
    if kind in WHOLE and stem in (f"{NAME}.py", SOURCE):
        file = WHOLE[kind][0] if stem != SOURCE else stem
        text = (files("rnnspec.examples") / file).read_text(encoding="utf-8")
        return text.replace(f"examples/own/{file}", f"{NAME}.py")
    kind = "described" if kind in WHOLE else kind
    template = TEMPLATES / (f"{kind}-{stem}.in" if stem == "test_rnnspec.py" else f"{stem}.in")
    return Template(template.read_text(encoding="utf-8")).substitute(values)
