"""What there is to say of a project's function of a recurrence: its conventions, as data."""

from collections.abc import Callable
from dataclasses import dataclass

from rnnspec.reference import OPERATIONS

from ..torch.framework import Tensor

Tensors = dict[str, Tensor]


DECAYS = {"head": "a head's", "key": "a key's", "none": "none", "": ""}


@dataclass(frozen=True, kw_only=True)
class Kernel:
    """`run` takes and gives a sequence's tensors by the contract's names, None for what it does not tell, a scale and the like as numbers.

    `axes` is the order of the project's axes, of which each array has its own: a state is keys by values where n_k stands before
    n_v. Where there is no `step`, a step is a sequence of one.
    """

    family: str
    axes: str
    run: Callable[[Tensors], Tensors] | None = None
    step: Callable[[Tensors], Tensors] | None = None
    options: tuple[str, ...] = ()  # of a sequence; a step has those that are no states
    dtypes: tuple[str, ...] = ("float64", "float32")
    decay: str = ""  # "head" or "key": what has a g of its own; "none" where there is no g
    grouped: bool = True  # whether a head of keys may serve several of values
    untold: tuple[str, ...] = ()  # outputs that are not returned
    gradient: str = ""  # why there is none
    step_gradient: str = ""  # why there is none of a step

    def conventions(self) -> dict[str, str]:
        """In words, by what each is about."""
        forward = OPERATIONS[f"{self.family}_forward"]
        own = {axis for axes in (*forward.inputs.values(), *forward.outputs.values()) for axis in axes.split()}
        axes = [axis for axis in self.axes.split() if axis in own]
        keyed = {"n_k", "n_v"} <= own
        state = ("keys × values", "values × keys")[axes.index("n_k") > axes.index("n_v")] if keyed else ""
        return {
            "family": self.family,
            "order of axes": " ".join(axes),
            "a matrix as state": state,
            "decay": DECAYS[self.decay],
            "heads of values to one of keys": ("one", "any number")[self.grouped] if "n_hv" in own else "",
            "takes besides": " ".join(self.options),
            "does not tell": " ".join(self.untold),
            "computes in": ", ".join(self.dtypes),
            "gradients": "; ".join(filter(None, (self.gradient, self.step_gradient))) or "through autograd",
        }
