"""A few goldens to spoil, and what the kit says of a folder of them."""

import os
import shutil
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from click.testing import CliRunner
from rnnspec.golden import FOLDER, Golden, GoldenError, cases, load, manifest, store
from rnnspec.golden.verify import problems
from rnnspec.tools import main

Spoil = Callable[[Path], object]
CASE = "lstm_forward/generic"
GROUPS = ("inputs", "parameters", "outputs", "sensitivity", "sensitivity16", "underflow")


def few_goldens(folder: Path) -> Path:
    """One golden an operation, and one with an option, with a manifest of their own."""
    chosen = {e.id: e for e in cases() if e.id.endswith("/generic") or e.id == "lstm_forward/initial-cell"}
    for name in chosen:
        store.path_of(folder, name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(store.path_of(FOLDER, name), store.path_of(folder, name))
    text = manifest.written(chosen.values(), {"numpy": np.__version__})
    (folder / manifest.NAME).write_text(text, encoding="utf-8")
    return folder


def snapshot(folder: Path) -> dict[str, Any]:
    """Everything below a folder: kind, time and contents."""
    return {
        str(path): (path.lstat().st_mode, path.lstat().st_mtime_ns, not path.is_symlink() and path.is_file() and path.read_bytes())
        for path in folder.rglob("*")
    }  # fmt: skip


@dataclass
class Said:
    """What `load`, `problems` and the commands make of a folder; commands as exit code, stdout, stderr lines."""

    load: str
    problems: list[str]
    verify: tuple[int, str, list[str]]
    check: tuple[int, str, list[str]]


def said(folder: Path, case_id: str = CASE) -> Said:
    try:
        loaded = repr(type(load(case_id, folder)))
    except GoldenError as error:
        loaded = str(error)
    return Said(
        loaded,
        list(problems(folder)),
        command(folder, "verify"),
        command(folder, "check", "reference", "--case", case_id),
    )


def command(folder: Path, *words: str) -> tuple[int, str, list[str]]:
    result = CliRunner().invoke(main, [*words, "--goldens", str(folder)], catch_exceptions=False)
    return result.exit_code, result.stdout, result.stderr.splitlines()


def refused(line: str) -> Said:
    """What is said where one line is the only thing to say."""
    return Said(line, [line], (1, "", [f"Error: {line}"]), (2, "", [f"Error: {line}"]))


def contents(golden: Golden) -> dict[str, bytes]:
    return {f"{g}/{n}": a.dtype.str.encode() + a.tobytes() for g in GROUPS for n, a in getattr(golden, g).items()}


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rezipped(change: Callable[[dict[str, bytes]], object], method: int = zipfile.ZIP_DEFLATED) -> Spoil:
    """Write the archive anew with its members changed in place."""

    def spoil(path: Path) -> None:
        held = members(path)
        change(held)
        with zipfile.ZipFile(path, "w", method) as archive:
            for name, data in held.items():
                archive.writestr(name, data)

    return spoil


def patched(change: Callable[[bytearray], object]) -> Spoil:
    def spoil(path: Path) -> None:
        data = bytearray(path.read_bytes())
        change(data)
        path.write_bytes(data)

    return spoil


def cut(length: int) -> Spoil:
    """Keep so many bytes; a negative length counts from the end."""
    return lambda path: path.write_bytes(path.read_bytes()[:length])


def replaced(make: Callable[[Path], object]) -> Spoil:
    def spoil(path: Path) -> None:
        path.unlink()
        make(path)

    return spoil


class Intruder:
    """Unpickled, it would leave a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.mkdir, (f"{self.path}-was-unpickled",)


def central(offset: int, *values: int) -> Spoil:
    """Overwrite bytes of the first entry of the central directory."""

    def change(data: bytearray) -> None:
        start = data.index(b"PK\x01\x02") + offset
        data[start : start + len(values)] = bytes(values)

    return patched(change)


def encrypted(data: bytearray) -> None:
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1


def far_away(data: bytearray) -> None:
    """The first member's offset as a zip64 number that no file reaches."""
    start = data.index(b"PK\x01\x02")
    name = int.from_bytes(data[start + 28 : start + 30], "little")
    extra = struct.pack("<HHQ", 1, 8, 2**64 - 2**10)
    data[start + 42 : start + 46] = b"\xff" * 4
    data[start + 30 : start + 32] = struct.pack("<H", len(extra))
    data[start + 46 + name : start + 46 + name] = extra
    end = data.rindex(b"PK\x05\x06")
    size = int.from_bytes(data[end + 12 : end + 16], "little") + len(extra)
    data[end + 12 : end + 16] = struct.pack("<I", size)


def badly_compressed(method: int) -> Spoil:
    def spoil(path: Path) -> None:
        rezipped(lambda held: None, method)(path)
        patched(lambda data: data.__setitem__(slice(80, 90), b"\xff" * 10))(path)

    return spoil
