"""What each framework's layers keep in which order, as data: adapters read it, and docs/pages makes a table of it.

Gates are the framework's own letters, in the order in which its weights have them; `packing.GATES` says what each is in the contract.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .packing import GATES

ROWS, COLUMNS, APART = "stacked along rows", "stacked along columns", "a matrix each"


@dataclass(frozen=True)
class Convention:
    """A layer of a framework: what it is in the contract, and how it keeps its gates and biases."""

    layer: str
    family: str
    gates: str
    kernels: str
    biases: str
    besides: str = ""

    @property
    def meant(self) -> tuple[str, ...]:
        """The contract's gates in this order, `-u` for one that weighs the old value where the contract's weighs the new."""
        letters = GATES[self.family][1]
        return tuple(letters[gate] for gate in self.gates)

    def gathered(self, p: Mapping[str, Any], kind: str) -> list[Any]:
        """The contract's arrays of a kind, such as `W`, in this order, turned where the gate is."""
        return [-p[f"{kind}{gate[1:]}"] if gate.startswith("-") else p[f"{kind}{gate}"] for gate in self.meant]

    @property
    def named(self) -> dict[str, str]:
        """The contract's gate of each of the layer's letters."""
        return {letter: gate.strip("-") for letter, gate in zip(self.gates, self.meant, strict=True)}


ONE, TWO = "one", "two, which add up"
TORCH_LSTM = Convention("torch.nn.LSTM", "lstm", "ifgo", ROWS, TWO)
TORCH_GRU = Convention(
    "torch.nn.GRU", "gru_reset_after", "rzn", ROWS, "two; the candidate's second is inside its reset"
)
KERAS_LSTM = Convention("keras.layers.LSTM", "lstm", "ifco", COLUMNS, ONE)
KERAS_GRU = Convention("keras.layers.GRU, reset_after=False", "gru", "zrh", COLUMNS, ONE)
KERAS_GRU_RESET_AFTER = Convention("keras.layers.GRU", "gru_reset_after", "zrh", COLUMNS, "two, as two rows")
ONNX_LSTM = Convention("ONNX LSTM", "lstm", "iofc", ROWS, TWO, "peepholes in the order i o f")
ONNX_GRU = Convention("ONNX GRU", "gru", "zrh", ROWS, TWO, "linear_before_reset=1 is gru_reset_after")
FLAX_LSTM = Convention("flax LSTMCell, OptimizedLSTMCell", "lstm", "ifgo", APART, "one, with the state's kernel")
FLAX_GRU = Convention(
    "flax GRUCell", "gru_reset_after", "rzn", APART, "one, with the input's kernel; bca with the state's"
)
HAIKU_LSTM = Convention("haiku.LSTM", "lstm", "igfo", COLUMNS, ONE, "adds 1 to the forget gate's bias")
HAIKU_GRU = Convention("haiku.GRU", "gru", "urh", COLUMNS, ONE, "calls its u z")
EQUINOX_LSTM = Convention("equinox.nn.LSTMCell", "lstm", "ifgo", ROWS, ONE)
EQUINOX_GRU = Convention("equinox.nn.GRUCell", "gru_reset_after", "rzn", ROWS, "one, and bca as bias_n")
TINYGRAD_LSTM = Convention("tinygrad.nn.LSTMCell", "lstm", "ifgo", ROWS, TWO)

CONVENTIONS = (
    *(TORCH_LSTM, TORCH_GRU, KERAS_LSTM, KERAS_GRU, KERAS_GRU_RESET_AFTER, ONNX_LSTM, ONNX_GRU, FLAX_LSTM, FLAX_GRU),
    *(HAIKU_LSTM, HAIKU_GRU, EQUINOX_LSTM, EQUINOX_GRU, TINYGRAD_LSTM),
)
