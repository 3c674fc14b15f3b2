"""The three deviations of the notebook this project started from."""

from rnnspec.reference import layer
from rnnspec.reference.arithmetics import primitives as arithmetic

from .deviation import BUG, Deviation, Edit
from .scope import ALL, GATED, LSTMS, ONE_MINUS_INPUT, PREDICTED, of

NOTEBOOK = "the seed notebook"

DEVIATIONS = (
    Deviation(
        id="sigmoid-summed",
        summary="1 / (1 + sum(exp(-x))): one number for the whole array in place of one an element",
        kind=BUG,
        affects=of(GATED, more=("sigmoid",)),
        exposed_by="any array of more than one element",
        seen_in=(NOTEBOOK,),
        ways=(
            (
                Edit(
                    arithmetic.sigmoid,
                    "np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))",
                    "1 / (1 + np.sum(np.exp(-x)))",
                ),
                *ONE_MINUS_INPUT,
            ),
        ),
    ),
    Deviation(
        id="softmax-over-everything",
        summary="exp(x) / sum(exp(x)) with the sum over classes and examples: no column adds up to 1",
        kind=BUG,
        affects=of(ALL, PREDICTED, more=("softmax",)),
        exposed_by="a batch of two or more examples",
        seen_in=(NOTEBOOK, "deepakrana47/character-predictor"),
        ways=(
            (Edit(arithmetic.softmax, "x - x.max(axis=0)", "x"), Edit(arithmetic.softmax, "e.sum(axis=0)", "e.sum()")),
        ),
    ),
    Deviation(
        id="c-aliases-a",
        summary="c = a before the loop: both names are one array, and a[:, :, t] is overwritten by c_next",
        kind=BUG,
        affects=of(LSTMS, ["forward"]),
        exposed_by="comparing a and c at every step",
        seen_in=(NOTEBOOK,),
        ways=(
            (
                Edit(
                    layer.collected,
                    "zip(*states, strict=True), strict=True",
                    "[list(zip(*states))[-1]] * 2, strict=False",
                ),
            ),
        ),
    ),
)
