"""The catalogue of deviations: how real recurrent layers go wrong, each as a change to the reference."""

from . import notebook, through_time
from .deviation import Deviation, deviating

CATALOGUE: dict[str, Deviation] = {
    deviation.id: deviation for module in (notebook, through_time) for deviation in module.DEVIATIONS
}

__all__ = ["CATALOGUE", "Deviation", "deviating"]
