"""Files of a candidate that are read as they would have to be."""

import os
from collections.abc import Mapping
from importlib.machinery import SourceFileLoader
from types import CodeType


def read_as(texts: Mapping[str, str]) -> None:
    """For all of this process, before a candidate is loaded: these files have these texts."""
    if not texts:
        return
    real, plain = {os.path.realpath(path): text for path, text in texts.items()}, SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        if (text := real.get(os.path.realpath(path))) is None:
            return plain(self, fullname)
        code: CodeType = compile(text, path, "exec", dont_inherit=True)
        return code

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
