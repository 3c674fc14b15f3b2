"""ONNX Runtime on the CPU as a candidate: its RNN, LSTM and GRU, in models of one node."""

from collections.abc import Callable
from typing import Any

import onnx
import onnxruntime

from ...candidate import Unsupported
from ..recurrent.layer import Array, Named
from .layers import built_in


def evaluator(model: onnx.ModelProto) -> Callable[[Named], list[Array]]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # nodes this small only wait for further threads
    options.log_severity_level = 4  # what goes wrong is raised
    providers = ["CPUExecutionProvider"]
    session = _supported(lambda: onnxruntime.InferenceSession(model.SerializeToString(), options, providers=providers))
    return lambda feeds: _supported(lambda: session.run(None, feeds))


def _supported(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Exception as error:
        said = str(error).strip().splitlines()[0].split(" : ")[-1]
        if any(words in said for words in ("not support double", "Could not find an implementation")):
            raise Unsupported(f"ONNX Runtime: {said.split('Status Message: ')[-1]}") from error
        raise


CANDIDATE = built_in(evaluator, f"onnxruntime {onnxruntime.__version__} (CPU), models by onnx {onnx.__version__}")
