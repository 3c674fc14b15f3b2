"""Keras, a cell of one's own under keras.layers.RNN: `rnnspec check examples/own/keras_cell.py:candidate --dtype float32`."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
from keras import ops
from rnnspec.adapt import keras_layer


class Cell(keras.layers.Layer):
    def __init__(self, n_a):
        super().__init__()
        self.state_size, self.output_size = [n_a, n_a], n_a

    def build(self, shape):
        n_a = self.output_size
        self.kernel = self.add_weight(shape=(shape[-1] + n_a, 4 * n_a), name="kernel")
        self.bias = self.add_weight(shape=(4 * n_a,), name="bias")

    def call(self, x, states):
        h, c = states
        z = ops.matmul(ops.concatenate([x, h], axis=-1), self.kernel) + self.bias
        i, f, g, o = ops.split(z, 4, axis=-1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]


candidate = keras_layer(
    lambda n_x, n_a: keras.layers.RNN(Cell(n_a), return_sequences=True, return_state=True),
    like="lstm",
    gates="ifgo",
    weights={"Wxh": "cell/kernel.T", "b": "cell/bias"},
)
