"""C, float32, row-major, fused: `rnnspec check examples/own/c_fused.py:candidate --dtype float32`. Needs a C compiler."""

import subprocess
import tempfile
from pathlib import Path

from rnnspec.adapt import c_function

library = Path(tempfile.mkdtemp(), "fused_lstm.so")
source = Path(__file__).with_name("fused_lstm.c")
subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, source, "-lm"], check=True)

candidate = c_function(
    library, "lstm", "lstm_backward", like="lstm", gates="ifgo", dtype="float32", weights={"Wxh": "W", "b": "b"},
    takes="T_x, m, n_x, n_a, x, h, c, Wxh, b, >y, >h, >c, >cs",
    backward_takes="T_x, m, n_x, n_a, x, h0, c0, Wxh, b, y, cs, dy, dh, dc, >dx, >dh, >dc, >dWxh, >db",
)  # fmt: skip
