"""Keras 3 on TensorFlow as a candidate."""

from typing import Any

from ..recurrent.layer import Array, Function, Named
from .backend import choose

choose("tensorflow")

import tensorflow as tf  # noqa: E402  it brings Keras, which reads its backend when it is imported

from .candidate import candidate  # noqa: E402
from .layers import Keras  # noqa: E402


class OnTensorFlow(Keras):
    """Layers by Keras, differentiated by TensorFlow."""

    def run(self, function: Function, leaves: Named, lengths: Array | None) -> Named:
        return _arrays(function(_tensors(leaves), _whole(lengths)))

    def gradients(self, function: Function, leaves: Named, lengths: Array | None, upstream: Named) -> Named:
        given = _tensors(leaves)
        with tf.GradientTape() as tape:
            tape.watch(list(given.values()))
            outputs = function(given, _whole(lengths))
            ends = {name: outputs[name] for name in upstream}
        into = _tensors(upstream)
        found = tape.gradient(ends, given, into, tf.UnconnectedGradients.ZERO)
        return _arrays({name: tf.convert_to_tensor(gradient) for name, gradient in found.items()})


def _tensors(arrays: Named) -> Named:
    return {name: tf.constant(given) for name, given in arrays.items()}


def _arrays(tensors: Named) -> Named:
    return {name: tensor.numpy().copy() for name, tensor in tensors.items()}


def _whole(lengths: Array | None) -> Any:
    return None if lengths is None else tf.cast(lengths, tf.int32)


CANDIDATE = candidate(OnTensorFlow(), f"tensorflow {tf.__version__}")
