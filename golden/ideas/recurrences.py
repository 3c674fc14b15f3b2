"""The ideas of each recurrence of named inputs: what all show, and what a family brings of its own."""

from collections.abc import Mapping
from dataclasses import replace

from .attention import ATTENTION, DECAYS, DELTA, LINEAR, LOW_RANK, MEMORY
from .channels import CHANNELS, GATED_UNITS, MIXED, RATES, SCAN, UNITS, WEIGHTED, WINDOWS
from .gates import BOUNDS, DECAYS_OF_GATES, ENDS, LENGTHS, TIME_STEPS
from .idea import Idea
from .over_time import HALF, SEQUENCES, STEPS

OWN: Mapping[str, tuple[Idea, ...]] = {
    "causal_conv": CHANNELS + WINDOWS,
    "causal_conv_silu": CHANNELS + WINDOWS,
    "diagonal": CHANNELS + UNITS,
    "min_gru": CHANNELS + GATED_UNITS,
    "min_lstm": CHANNELS + GATED_UNITS,
    "rg_lru": CHANNELS + RATES,
    "selective_scan": SCAN,
    "slstm": MIXED,
    "mlstm": ATTENTION + MEMORY,
    "gated_linear": ATTENTION + DECAYS + LINEAR,
    "gated_delta": ATTENTION + DECAYS + DELTA,
    "dplr": ATTENTION + DECAYS + LOW_RANK,
    "wkv4": WEIGHTED,
    "decay_gate": DECAYS_OF_GATES + ENDS,
    "bounded_decay_gate": DECAYS_OF_GATES + BOUNDS,
    "time_step_gate": TIME_STEPS,
    "l2norm": LENGTHS,
}

OF_FAMILY = {name: tuple(replace(idea, half=idea.name in HALF) for idea in ideas) for name, ideas in OWN.items()}

__all__ = ["OF_FAMILY", "SEQUENCES", "STEPS"]
