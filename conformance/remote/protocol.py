"""The messages between the kit and a program: docs/protocol.md in code, and `schemas/` beside it."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray
from rnnspec.reference import OPERATIONS, Kind, Operation

from ..candidate import chunks_of
from .encoding import FLOATS, Malformed, given, named, shown

VERSION = 1
FORMS = ("base64", "list")
STARTED = {"protocol", "name", "version", "dtypes", "arrays", "operations", "frameworks", "chunks"}
REQUIRED = {"protocol", "dtypes", "operations"}
GROUPS = ("inputs", "parameters", "outputs")  # arrays by name
TEXT = 400  # characters that are kept of one
ANSWERS = ("outputs", "unsupported", "error", "fail")  # the last is the kit's own worker's

Arrays = Mapping[str, NDArray[Any]]
Options = Mapping[str, tuple[str, ...]]


class NotStarted(Malformed):
    """The program says itself that it cannot start."""


class Unknown(NotStarted):
    """The kit's own worker finds no candidate of that name."""


@dataclass(frozen=True)
class Capabilities:
    """What a program said of itself when it started."""

    operations: Options  # name -> options that it takes, those of its forward among them
    dtypes: tuple[str, ...]
    as_list: bool = False
    name: str = ""
    version: str = ""
    frameworks: str = ""
    chunks: tuple[int, ...] = ()


def line(message: Mapping[str, Any]) -> bytes:
    """A message in plain ASCII. Long texts of base64 are put in as they are: there is nothing in them to escape."""
    parts = (f'"{key}":{(_group if key in GROUPS else _json)(value)}' for key, value in message.items())
    return f"{{{','.join(parts)}}}\n".encode("ascii")


def _group(arrays: Mapping[str, Any]) -> str:
    return f"{{{','.join(f'{_json(name)}:{_array(value)}' for name, value in arrays.items())}}}"


def _array(value: Any) -> str:
    if not isinstance(value, dict):
        return _json(value)
    return f'{{"dtype":"{value["dtype"]}","shape":{_json(value["shape"])},"base64":"{value["base64"]}"}}'


_json = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode


def start() -> dict[str, Any]:
    return {"command": "start", "protocol": VERSION}


def stop() -> dict[str, Any]:
    return {"command": "stop"}


def run(operation: Operation, dtype: str, inputs: Arrays, parameters: Arrays, as_list: bool = False) -> dict[str, Any]:
    """A request. Its id cannot be guessed, so that no answer fits that was not given to it."""
    return {
        "command": "run",
        "id": secrets.token_hex(6),
        "operation": operation.name,
        "dtype": dtype,
        "inputs": {name: given(array, as_list) for name, array in taken(operation, inputs).items()},
        "parameters": {name: given(array, as_list) for name, array in parameters.items()},
    }


def hold(name: str, case_id: str, dtype: str) -> dict[str, Any]:
    """A request to the kit's own worker: try this property on that case's inputs."""
    return {"command": "hold", "id": secrets.token_hex(6), "property": name, "case": case_id, "dtype": dtype}


def taken(operation: Operation, inputs: Arrays) -> dict[str, NDArray[Any]]:
    """Those of some inputs that an operation starts from, its forward's among them."""
    if operation.kind is Kind.CONTAINER:
        return dict(inputs)
    return {name: inputs[name] for name in (*operation.inputs, *operation.all_options) if name in inputs}


def started(reply: Mapping[str, Any]) -> Capabilities:
    """What a program can do, from its answer to `start`. Raises Malformed."""
    if "error" in reply:
        raise (Unknown if reply.get("unknown") is True else NotStarted)(_text(reply, "error"))
    _keys(reply, STARTED, REQUIRED)
    if reply["protocol"] != VERSION or isinstance(reply["protocol"], bool):
        raise Malformed(f"speaks protocol {shown(reply['protocol'])}, want {VERSION}")
    form = reply.get("arrays", "base64")
    if not isinstance(form, str) or form not in FORMS:
        raise Malformed(f"wants arrays as {shown(form)}, want {' or '.join(FORMS)}")
    operations = reply["operations"]
    if not isinstance(operations, dict):
        raise Malformed(f"has operations {shown(operations)}, want an object: name to list of options")
    return Capabilities(
        {name: _options(name, options) for name, options in operations.items()},
        _known("dtypes", reply["dtypes"], FLOATS),
        form == "list",
        _text(reply, "name"),
        _text(reply, "version"),
        _text(reply, "frameworks"),
        _chunks(reply["chunks"]) if "chunks" in reply else (),
    )


class Amiss(Malformed):
    """An answer to what was asked, whose arrays are none: who gave it is well, and the next answer is the next message's."""


def answered(reply: Mapping[str, Any], asked: Mapping[str, Any]) -> tuple[str, Any]:
    """The kind of an answer and what it says: arrays by name for `outputs`, else a text. Raises Malformed, and Amiss where it is this message's."""
    if "id" not in reply or reply["id"] != asked["id"]:
        raise Malformed(f"has id {shown(reply.get('id'))}, want {shown(asked['id'])}")
    kinds = [kind for kind in ANSWERS if kind in reply]
    if len(kinds) != 1 or len(reply) != 2:
        raise Malformed(f"is {shown(reply)}, want id and one of {', '.join(ANSWERS[:-1])}")
    kind = kinds[0]
    try:
        return kind, named(reply[kind], asked["dtype"]) if kind == "outputs" else _text(reply, kind)
    except Malformed as error:
        raise Amiss(str(error)) from None


def _options(name: str, options: Any) -> tuple[str, ...]:
    if name not in OPERATIONS:
        raise Malformed(f"has the operation {shown(name)}, which does not exist; `rnnspec list operations` names all")
    return _known(f"options of {name}", options, tuple(OPERATIONS[name].all_options))


def _known(what: str, values: Any, known: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) and value in known for value in values):
        raise Malformed(f"has {what} {shown(values)}, want a list of some of {', '.join(known) or 'nothing'}")
    return tuple(values)


def _chunks(value: Any) -> tuple[int, ...]:
    try:
        return chunks_of(value)
    except ValueError as error:
        raise Malformed(f"says that {error}") from None


def _keys(reply: Iterable[str], known: set[str], required: set[str]) -> None:
    if missing := sorted(required - set(reply)):
        raise Malformed(f"lacks {', '.join(missing)}")
    if surplus := sorted(set(reply) - known):
        raise Malformed(f"has {', '.join(map(shown, surplus[:4]))}, which the protocol does not have")


def _text(reply: Mapping[str, Any], key: str) -> str:
    text = reply.get(key, "")
    if not isinstance(text, str):
        raise Malformed(f"has {key} {shown(text)}, want a text")
    return "".join(c if c.isprintable() else " " for c in text[:TEXT])
