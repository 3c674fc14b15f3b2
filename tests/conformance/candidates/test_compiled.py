"""What torch.compile keeps on disk is that of processors with vectors of one width."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
TEXT = """
import torch
from torch._dynamo.utils import counters
from rnnspec.conformance.candidates.torch.variants import VARIANTS

layer = torch.nn.Linear(3, 2)
with torch.no_grad():
    VARIANTS["compile"]()(layer, dict(layer.named_parameters()), [torch.ones(4, 3)], {})
print(counters["inductor"]["fxgraph_cache_hit"])
"""


def hits(folder: Path, **environment: str) -> int:
    """How much of it was found there, as it was kept."""
    words = {**os.environ, "TORCHINDUCTOR_CACHE_DIR": str(folder), **environment}
    done = subprocess.run([sys.executable, "-c", TEXT], env=words, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(
    torch.backends.cpu.get_cpu_capability() != "AVX512", reason="the processor has vectors of one width"
)
def test_what_is_kept_for_another_processor_is_not_taken(tmp_path: Path) -> None:
    assert hits(tmp_path, ATEN_CPU_CAPABILITY="avx2") == 0
    assert hits(tmp_path) == 0
    assert hits(tmp_path) == 1
