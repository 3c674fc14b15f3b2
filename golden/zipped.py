"""A zip of arrays as small as it gets: one is said nothing of but what a zip has to say, and is pressed by more than zlib's defaults."""

import struct
import zlib
from collections.abc import Callable, Mapping

WHAT = struct.Struct(
    "<5H3L2H"
)  # version, flags, method, time, date, CRC, bytes pressed and not, lengths of its name and of what else
WHERE = struct.Struct(
    "<3H2L"
)  # in the list at the end, between what and a name: a comment, disks and attributes, where it is
END = struct.Struct("<4s4H2LH")
OF_1980 = 1 << 5 | 1  # a date, so that the same arrays are the same bytes
Pressing = Callable[[bytes], bytes]


def pressed(data: bytes) -> bytes:
    """Deflate's stream of an .npy file: its header is text and the rest is not, so that each may want a code of its own."""
    return min((_cut(data, at) for at in (0, data.index(b"\n") + 1)), key=len)


def _cut(data: bytes, at: int) -> bytes:
    deflating = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    first = deflating.compress(data[:at]) + deflating.flush(zlib.Z_BLOCK)
    return first + deflating.compress(data[at:]) + deflating.flush()


def zipped(members: Mapping[str, bytes], pressing: Pressing = pressed) -> bytes:
    """A zip of named .npy files, without room for those beyond 4 GB."""
    whole, listed = b"", b""
    for name, data in members.items():
        packed, text = pressing(data), name.encode()
        what = WHAT.pack(20, 0, 8, 0, OF_1980, zlib.crc32(data), len(packed), len(data), len(text), 0)
        listed += b"PK\1\2" + struct.pack("<H", 20) + what + WHERE.pack(0, 0, 0, 0, len(whole)) + text
        whole += b"PK\3\4" + what + text + packed
    return whole + listed + END.pack(b"PK\5\6", 0, 0, len(members), len(members), len(listed), len(whole), 0)
