"""ONNX's own ReferenceEvaluator as a candidate: the NumPy code that stands beside the standard's text."""

from collections.abc import Callable

import onnx
from onnx.reference import ReferenceEvaluator

from ...candidate import Unsupported
from ..recurrent.layer import Array, Named
from .layers import built_in


def evaluator(model: onnx.ModelProto) -> Callable[[Named], list[Array]]:
    try:
        reference = ReferenceEvaluator(model)
    except RuntimeError as error:
        if "Unknown activation function" in str(error):
            raise Unsupported(f"ONNX's ReferenceEvaluator: {error}") from error
        raise
    return lambda feeds: reference.run(None, feeds)


CANDIDATE = built_in(evaluator, f"onnx {onnx.__version__}")
