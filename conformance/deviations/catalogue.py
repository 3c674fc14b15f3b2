"""The catalogue of deviations: how real recurrent layers go wrong, each as an edit of the reference."""

from rnnspec.reference import OPERATIONS

from . import (
    activation,
    attention,
    bias,
    containers,
    conventions,
    gate_order,
    gates,
    gradients,
    gru_form,
    layout,
    lstm_variants,
    networks,
    notebook,
    precision,
    ragged,
    recurrences,
    state,
    through_time,
)
from .deviation import Deviation
from .gate_order import orders

SECTIONS = (
    notebook,
    layout,
    gate_order,
    bias,
    gru_form,
    activation,
    lstm_variants,
    state,
    ragged,
    networks,
    containers,
    precision,
    gradients,
    through_time,
    attention,
    recurrences,
    conventions,
    gates,
)
CATALOGUE: dict[str, Deviation] = {deviation.id: deviation for section in SECTIONS for deviation in section.DEVIATIONS}


def known(id: str, operation: str) -> Deviation:
    """A deviation of the catalogue, or one of the orders that are searched for an operation."""
    return CATALOGUE.get(id) or next(d for d in orders(OPERATIONS[operation]) if d.id == id)
