"""Reading and writing one golden: a `.npz` whose every byte is checked before it is believed."""

import io
import math
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .digests import Arrays, digests
from .entry import GROUPS, Entry, GoldenError, shown
from .zipped import zipped

JOINED = "sensitivity16"  # of all outputs in one member: a zip says more of a member than most of these hold
HEADER = 4096  # bytes an .npy header may take
LARGEST = 2**20  # bytes of a file that is read at once
LOCAL = struct.Struct("<4s2x2H16x2H")  # before a member: signature, flags, method, lengths of its name and of what else


@dataclass(frozen=True)
class Golden:
    """A case with its proven outputs. H is `sensitivity`, in float16 `sensitivity16`, E is `underflow` (docs/budget.md)."""

    entry: Entry
    inputs: Arrays
    parameters: Arrays
    outputs: Arrays
    sensitivity: Arrays
    sensitivity16: Arrays
    underflow: Arrays

    @property
    def id(self) -> str:
        return self.entry.id

    def sensitivity_at(self, dtype: str) -> Arrays:
        """H at a dtype; for float16 that of wider ones where the case is not for it, and something is said to be computed so."""
        return self.sensitivity16 or self.sensitivity if dtype == "float16" else self.sensitivity


def path_of(folder: Path, case_id: str) -> Path:
    return folder / f"{case_id}.npz"


def strays(folder: Path, known: Mapping[str, object]) -> list[str]:
    """Golden files that no case accounts for."""
    found = (path.relative_to(folder).as_posix().removesuffix(".npz") for path in folder.glob("**/*.npz"))
    return sorted(name for name in found if name not in known)


def packed(arrays: Arrays) -> bytes:
    """The npz as bytes: what `numpy.savez_compressed` writes of its members, without room for those beyond 4 GB."""
    return zipped({f"{name}.npy": _written(held.get(name), held) for name, held in _members(arrays).items()})


def _written(array: NDArray[Any] | None, held: Arrays) -> bytes:
    """The .npy file of an array, or of all that are joined."""
    if array is None:
        array = np.concatenate([part.ravel() for part in held.values()])
    return _header(array.shape, array.dtype.str) + array.tobytes()


def _members(arrays: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The members of a file, each with what it holds: the array of its name, or all that are joined."""
    members: dict[str, dict[str, Any]] = {}
    for key, array in arrays.items():
        members.setdefault(JOINED if key.startswith(f"{JOINED}/") else key, {})[key] = array
    return members


def read(folder: Path, entry: Entry) -> Golden:
    """One golden. Raises GoldenError where a name, a shape, a dtype, a value or the digest is off."""
    path = path_of(folder, entry.id)
    try:
        if path.exists() and not path.is_file():  # a pipe would wait for ever
            raise GoldenError("is no file")
        arrays = _unpacked(path, entry)
        _check(arrays, entry)
    except GoldenError as error:
        raise GoldenError(f"{path}: {shown(error)}") from None
    except FileNotFoundError:
        raise GoldenError(f"{path}: no such file, though the manifest lists it") from None
    except Exception as error:  # bytes from anywhere: zipfile and its decompressors raise a dozen kinds
        raise GoldenError(f"{path}: cannot be read: {shown(str(error) or type(error).__name__)}") from None
    return Golden(entry, *(_group(arrays, name) for name in GROUPS))


def _group(arrays: Arrays, group: str) -> Arrays:
    return {key.split("/")[1]: array for key, array in arrays.items() if key.startswith(f"{group}/")}


def flat(golden: Golden) -> Arrays:
    """A golden's arrays by their keys, which are those of its digest."""
    return {f"{group}/{name}": array for group in GROUPS for name, array in getattr(golden, group).items()}


def _unpacked(path: Path, entry: Entry) -> Arrays:
    members, data = _members(entry.shapes()), _whole(path)
    with zipfile.ZipFile(io.BytesIO(data) if data else path) as archive:
        names = archive.namelist()
        if len(names) != len(set(names)):
            raise GoldenError("holds an array twice")
        files = {f"{name}.npy": name for name in members}
        if missing := [name for file, name in files.items() if file not in names]:
            raise GoldenError(f"lacks {', '.join(missing)}")
        if surplus := [f"{name:.60}" for name in names if name not in files]:
            raise GoldenError(f"holds {', '.join(sorted(surplus))}, which the contract does not have")
        if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in archive.infolist()):
            raise GoldenError("cannot be read: is not compressed by deflate")  # bzip2 and lzma inflate without bound
        return dict(pair for name, held in members.items() for pair in _arrays(archive, data, name, held))


def _whole(path: Path) -> bytes:
    """A file's bytes, none where it is larger than any golden's: then no more of it is read than there is need for."""
    with path.open("rb") as stream:
        data = stream.read(LARGEST + 1)
    return data if len(data) <= LARGEST else b""


def _arrays(
    archive: zipfile.ZipFile, whole: bytes, name: str, wanted: Mapping[str, tuple[tuple[int, ...], str]]
) -> Iterator[tuple[str, NDArray[Any]]]:
    """What a member holds, by its keys."""
    ends = [*accumulate(math.prod(shape) for shape, _ in wanted.values())]
    numbers = _numbers(archive, whole, name, *wanted.get(name, ((ends[-1],), "<f4")))
    for (key, (shape, _)), begin, end in zip(wanted.items(), [0, *ends[:-1]], ends, strict=True):
        yield key, numbers[begin:end].reshape(shape)


def _numbers(archive: zipfile.ZipFile, whole: bytes, key: str, shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    header = _header(shape, dtype)
    size = np.dtype(dtype).itemsize * math.prod(shape)
    most = max(len(header), HEADER) + size + 1  # never more, whatever the archive claims
    data = _inflated(whole, archive.getinfo(f"{key}.npy"), most)
    if not data:
        with archive.open(f"{key}.npy") as stream:
            data = stream.read(most)
    if not data.startswith(header):
        raise GoldenError(f"{key} {_other_header(data, shape, dtype)}")
    if len(data) != len(header) + size:
        raise GoldenError(f"{key} has {len(data) - len(header)} bytes, want {size}")
    return np.frombuffer(data, dtype, offset=len(header))


def _inflated(whole: bytes, info: zipfile.ZipInfo, most: int) -> bytes:
    """What a member holds that is as `packed` writes them; of any other none, for zipfile to say what it is.

    zipfile takes three times as long for a small one.
    """
    begin = info.header_offset + LOCAL.size
    if len(head := whole[info.header_offset : begin]) < LOCAL.size:
        return b""
    signature, flags, method, name, extra = LOCAL.unpack(head)
    if (signature, flags, method) != (b"PK\3\4", info.flag_bits, info.compress_type) or flags or not method:
        return b""
    if whole[begin : begin + name] != info.orig_filename.encode():
        return b""
    begin += name + extra
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    data = inflating.decompress(whole[begin : begin + info.compress_size], most)
    return data if inflating.eof and len(data) == info.file_size and zlib.crc32(data) == info.CRC else b""


@lru_cache(maxsize=4096)
def _header(shape: tuple[int, ...], dtype: str) -> bytes:
    # NumPy writes one array's header in one way, so comparing it spares parsing it
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": dtype, "fortran_order": False, "shape": shape})
    return buffer.getvalue()


def _other_header(data: bytes, shape: tuple[int, ...], dtype: str) -> str:
    try:
        return _parsed_header(data, shape, dtype)
    except Exception:  # NumPy's parser of headers raises whatever Python's tokenizer does
        return "has an unreadable header"


def _parsed_header(data: bytes, shape: tuple[int, ...], dtype: str) -> str:
    stream = io.BytesIO(data)
    if (version := np.lib.format.read_magic(stream)) != (1, 0):
        return f"is in npy format {version}, want (1, 0)"
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a header of Python 2 is one of those
        found, fortran, kind = np.lib.format.read_array_header_1_0(stream, max_header_size=HEADER)
    if found != shape:
        return f"has shape {found}, want {shape}"
    if kind.str != dtype:
        return f"has dtype {kind.str}, want {dtype}"
    return (
        "is in Fortran order, want C order" if fortran else "has an unusual header; `rnnspec regenerate` writes it anew"
    )


def _check(arrays: Arrays, entry: Entry) -> None:
    for key, array in arrays.items():
        if not np.isfinite(array).all():
            raise GoldenError(f"{key} holds NaN or infinity")
        if key.partition("/")[0] in ("sensitivity", "sensitivity16", "underflow") and (array < 0).any():
            raise GoldenError(f"{key} is negative")
    inputs, whole = digests(arrays)
    if inputs != entry.inputs or whole != entry.digest:
        part = "inputs and parameters do" if inputs != entry.inputs else "outputs do"
        raise GoldenError(
            f"the {part} not have the digest that the manifest states; restore the file, or `rnnspec regenerate`"
        )
