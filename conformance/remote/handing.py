"""Descriptors that a process hands to one that it starts, on any system."""

import os
import subprocess
import sys
from typing import Any


def pipe() -> tuple[int, int]:
    """Two ends, neither in the place of a stdin, stdout or stderr that the kit was started without."""
    ends = os.pipe()
    if min(ends) > 2:
        return ends
    try:
        return pipe()
    finally:
        for end in ends:
            os.close(end)


def handed(*ends: int) -> tuple[list[str], dict[str, Any]]:
    """What a child calls these descriptors, and how it is started to have them."""
    if sys.platform == "win32":
        import msvcrt

        handles = [msvcrt.get_osfhandle(end) for end in ends]
        for handle in handles:
            os.set_handle_inheritable(handle, True)
        info = subprocess.STARTUPINFO(lpAttributeList={"handle_list": handles})
        return [*map(str, handles)], {"startupinfo": info, "close_fds": False}
    return [*map(str, ends)], {"pass_fds": ends}


def inherited(end: int) -> str:
    """What a child calls a descriptor that it inherits with every other that may be."""
    os.set_inheritable(end, True)
    if sys.platform == "win32":
        import msvcrt

        return str(msvcrt.get_osfhandle(end))
    return str(end)


def taken(given: str) -> int:
    """A descriptor that was handed over under this name, and that nobody inherits."""
    if sys.platform == "win32":
        import msvcrt

        return msvcrt.open_osfhandle(int(given), os.O_RDWR)
    os.set_inheritable(int(given), False)
    return int(given)
