"""What gates in front of recurrences show: where functions have their ends, and where limits act."""

from dataclasses import replace

from .idea import FAR_UPSTREAM, OF_FAR, Idea


def _heads(n_h: int, n_g: int, m: int) -> dict[str, int]:
    """Heads, keys of each, examples."""
    return {"n_h": n_h, "n_g": n_g, "n_k": n_g, "m": m}


def _channels(n_c: int, m: int) -> dict[str, int]:
    return {"n_c": n_c, "m": m}


def _plain(one: dict[str, int]) -> tuple[Idea, ...]:
    return (
        Idea("generic", "every length differs; the upstream gradient is non-zero", one),
        Idea("batch-of-one", f"a batch of a single example; {OF_FAR}", {**one, "m": 1}, {"data": 6, **FAR_UPSTREAM}),
        Idea(
            "full-precision",
            "53-bit inputs: computing in float32 shows",
            one,
            labels=("full-precision",),
            recipe="full",
        ),
    )


BESIDE = "softplus at 19.875 and at 20.125, no other"


def _ends_of_softplus(name: str, dims: dict[str, int]) -> tuple[Idea, ...]:
    around = Idea(
        "around-twenty",
        "softplus at 19.5 to 20.5: some libraries' is the identity above 20",
        dims,
        values={name: 20.0},
        labels=("saturated",),
    )
    return (
        around,
        replace(around, name="beside-twenty", shows=BESIDE, scale={"b": -2}, weight_bits=0),
        Idea(
            "far-above",
            "softplus at 95.5 and more, whose exponential float32 does not hold",
            dims,
            values={name: 96.0},
            labels=("saturated",),
        ),
        Idea(
            "far-below",
            "softplus at -15.5 and less, where log(1 + exp(z)) has few digits",
            dims,
            values={name: -16.0},
            labels=("saturated",),
        ),
    )


DECAYS_OF_GATES = (*_plain(_heads(2, 3, 5)), Idea("decay-of-a-head", "one decay a head", _heads(3, 1, 4)))
ENDS = _ends_of_softplus("alpha", _heads(2, 3, 5))
BOUNDS = (
    Idea(
        "wide-gates",
        "pre-activations of up to ±16; a bound that is given",
        _heads(2, 3, 5),
        {"alpha": 3},
        options=("low",),
        values={"low": -2.5},
        labels=("saturated",),
    ),
    Idea("another-bound", "a bound that is given", _heads(2, 3, 5), options=("low",), values={"low": -0.75}),
)
LIMITED = {"low": 0.5, "high": 1.0}
TIME_STEPS = (
    *_plain(_channels(5, 4)),
    *_ends_of_softplus("raw", _channels(5, 4)),
    Idea(
        "limited", "limits on both sides, each of which acts", _channels(5, 4), options=("low", "high"), values=LIMITED
    ),
    Idea("limited-below", "a lower limit alone", _channels(5, 4), options=("low",), values={"low": 0.625}),
    Idea("limited-above", "an upper limit alone", _channels(5, 4), options=("high",), values={"high": 0.875}),
)
LENGTHS = (
    *_plain(_heads(2, 3, 5)),
    Idea("with-eps", "an eps of 2^-20", _heads(2, 3, 5), options=("eps",), values={"eps": 2.0**-20}),
    Idea(
        "zeros",
        "keys of zeros, whose gradient is that of x / sqrt(eps)",
        _heads(2, 3, 5),
        options=("eps",),
        values={"eps": 2.0**-20},
        zero=("x",),
    ),
    Idea(
        "short",
        "keys about as long as sqrt(eps)",
        _heads(2, 3, 5),
        {"x": -11},
        options=("eps",),
        values={"eps": 2.0**-20},
    ),
)
