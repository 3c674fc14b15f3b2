"""The ideas of each recurrence of named inputs: what all show, and what a family brings of its own."""

from collections.abc import Mapping
from dataclasses import replace

from .attention import ATTENTION, CHUNKS, CHUNKS_FORWARD, DECAYS, DELTA, LINEAR, LOW_RANK, MEMORY
from .channels import CHANNELS, GATED_UNITS, MIXED, RATES, SCAN, SCAN_LAYER, UNITS, WEIGHTED, WINDOWS
from .gates import BOUNDS, DECAYS_OF_GATES, ENDS, LENGTHS, TIME_STEPS
from .idea import Idea
from .named import NAMED_DELTA, NAMED_LINEAR, NAMED_LOW_RANK
from .over_time import HALF, SEQUENCES, STEPS

OWN: Mapping[str, tuple[Idea, ...]] = {
    "causal_conv": CHANNELS + WINDOWS,
    "causal_conv_silu": CHANNELS + WINDOWS,
    "diagonal": CHANNELS + UNITS,
    "min_gru": CHANNELS + GATED_UNITS,
    "min_lstm": CHANNELS + GATED_UNITS,
    "rg_lru": CHANNELS + RATES,
    "selective_scan": SCAN,
    "selective_scan_layer": SCAN_LAYER,
    "slstm": MIXED,
    "mlstm": ATTENTION + MEMORY + CHUNKS_FORWARD,
    "gated_linear": ATTENTION + DECAYS + LINEAR + NAMED_LINEAR + CHUNKS,
    "gated_delta": ATTENTION + DECAYS + DELTA + NAMED_DELTA + CHUNKS,
    "dplr": ATTENTION + DECAYS + LOW_RANK + NAMED_LOW_RANK + CHUNKS_FORWARD,
    "wkv4": WEIGHTED,
    "decay_gate": DECAYS_OF_GATES + ENDS,
    "bounded_decay_gate": DECAYS_OF_GATES + BOUNDS,
    "time_step_gate": TIME_STEPS,
    "l2norm": LENGTHS,
}

OF_FAMILY = {name: tuple(replace(idea, half=idea.name in HALF) for idea in ideas) for name, ideas in OWN.items()}

__all__ = ["OF_FAMILY", "SEQUENCES", "STEPS"]
