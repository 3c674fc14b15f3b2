"""Functions that people exchange: activations, what a relu is taken for, slopes."""

import math
from functools import cache

import numpy as np
from rnnspec.reference.arithmetics import primitives

from .forms import Form, Value, clipped, maximum, minimum
from .writings import Tree, forms, once_each, one_place, substituted, with_one_part

LN2 = math.log(2)  # what an exponential by powers of 2 leaves out


def _between(z: Value) -> Value:
    return maximum(minimum(z, 1 + 0 * z), 0 * z)


# slopes as they are written, by the value of the function, and a sigmoid, by what it is taken of
TANH_SLOPE: tuple[Tree, ...] = (("-", 1, ("*", "y", "y")), ("*", ("+", 1, "y"), ("-", 1, "y")))
SIGMOID_SLOPE: tuple[Tree, ...] = (("*", "y", ("-", 1, "y")), ("-", "y", ("*", "y", "y")))
SIGMOID: tuple[Tree, ...] = (
    ("/", ("exp", ("min", "z", 0)), ("+", 1, ("exp", ("neg", ("abs", "z"))))),
    ("/", 1, ("+", 1, ("exp", ("neg", "z")))),
    ("exp", ("neg", ("softplus", ("neg", "z")))),
)
OF_AN_EXPONENTIAL: Tree = ("/", ("if negative", "z", "e", 1), ("+", 1, "e"))  # a sigmoid, with one e = exp(-abs(z))
OF_TWO_BRANCHES: Tree = ("if negative", "z", ("/", "e", ("+", 1, "e")), ("/", 1, ("+", 1, "e")))  # of the same e
OF_A_TANH: Tree = ("*", 0.5, ("+", ("tanh", ("*", 0.5, "z")), 1))
EXPONENTIAL: Tree = ("exp", ("neg", ("abs", "z")))
BEYOND_ONE: Tree = ("log1p", EXPONENTIAL)  # log(1 + exp(-abs(z)))
SOFTPLUS: tuple[Tree, ...] = (
    ("+", ("max", "z", 0), BEYOND_ONE),
    ("logaddexp", "z", 0),
    ("log1p", ("exp", "z")),
)
LOG_SIGMOID: tuple[Tree, ...] = (
    ("-", ("min", "z", 0), BEYOND_ONE),
    ("neg", ("logaddexp", ("neg", "z"), 0)),
    ("neg", ("softplus", ("neg", "z"))),
    ("log", ("sigmoid", "z")),
)
# the slope of z sigmoid(z), with one e = sigmoid(z)
SILU_SLOPE: tuple[Tree, ...] = (
    ("*", "e", ("+", 1, ("*", "z", ("-", 1, "e")))),
    ("+", "e", ("*", "z", ("*", "e", ("-", 1, "e")))),
)
OF_ONE_WRITING = {
    "tanh_slope": TANH_SLOPE,
    "sigmoid_slope": SIGMOID_SLOPE,
    "softplus": SOFTPLUS,
    "log_sigmoid": LOG_SIGMOID,
}

# what an activation is taken for; a slope may be taken of any value
FUNCTIONS = (
    Form("tanh({})", np.tanh),
    Form("sigmoid({})", primitives.sigmoid),
    Form("{}", lambda z: z + 0 * z),
    Form("relu({})", lambda z: maximum(z, 0 * z)),
    Form("hard_sigmoid({}), 0.2 z + 0.5", lambda z: _between(0.2 * z + 0.5)),
    Form("hard_sigmoid({}), z / 6 + 0.5", lambda z: _between(z / 6 + 0.5)),
    Form("hard_sigmoid({}), z / 4 + 0.5", lambda z: _between(z / 4 + 0.5)),
    Form("hard_tanh({})", lambda z: clipped(z, 1.0)),
    Form("softsign({})", lambda z: z / (1 + maximum(z, -z))),
    Form("exp({})", np.exp),
    Form("exp({}) - 1", lambda z: np.exp(z) - 1, 1.25),
    Form("expm1({})", np.expm1, 1.25),
    Form("sqrt({})", np.sqrt, 1.3),
    Form("1 / sqrt({})", lambda z: 1 / np.sqrt(z), 1.3),
    Form("log({})", np.log, 1.3),
    Form("log(1 + {})", np.log1p, 1.3),
    Form("abs({})", lambda z: maximum(z, -z), 1.3),
    Form("sigmoid(abs({}))", lambda z: primitives.sigmoid(maximum(z, -z)), 1.2),
    Form("{0} / (1 + {0})", lambda z: z / (1 + z)),
    Form("1 / (1 + exp({}))", lambda z: primitives.sigmoid(-z)),
    Form("1 + sigmoid(-{})", lambda z: 1 + primitives.sigmoid(-z), 1.2),
    Form("1.7159 * tanh(2 / 3 * {})", lambda z: 1.7159 * np.tanh(2 / 3 * z)),
    Form("tanh({0} / 2)", lambda z: np.tanh(z / 2)),
    Form("pade_tanh({}), z (27 + z²) / (27 + 9 z²)", lambda z: z * (27 + z * z) / (27 + 9 * z * z)),
    Form("clipped pade_tanh({})", lambda z: clipped(z * (27 + z * z) / (27 + 9 * z * z), 1.0)),
    Form("exp({0}) / (1 + exp({0}))", lambda z: np.exp(z) / (1 + np.exp(z))),
    Form(
        "(exp({0}) - exp(-{0})) / (exp({0}) + exp(-{0}))", lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))
    ),
    Form("{0} * sigmoid({0})", lambda z: z * primitives.sigmoid(z)),
    Form(
        "1 / (1 + sum(exp(-{})))", lambda z: 0 * z + 1 / (1 + np.sum(np.exp(-z))) if isinstance(z, np.ndarray) else None
    ),
    Form("1 / (1 + exp2(-{}))", lambda z: primitives.sigmoid(LN2 * z), 1.3),
    Form("(exp2(2 * {0}) - 1) / (exp2(2 * {0}) + 1)", lambda z: np.tanh(LN2 * z), 1.3),
    Form("exp2({})", lambda z: np.exp(LN2 * z), 1.3),
    Form("erf-like gelu({})", lambda z: z * primitives.sigmoid(1.702 * z), 2.0),
    Form("sin({})", np.sin, 1.3),
    Form("cos({})", np.cos, 1.3),
    Form("arctan({})", np.arctan, 1.3),
    Form("log(1 + exp({}))", lambda z: np.logaddexp(z, 0 * z), 1.3),
    Form("elu({})", lambda z: np.where(z > 0, z, np.exp(minimum(z, 0 * z)) - 1), 1.3),
    Form("elu({}) + 1", lambda z: np.where(z > 0, z + 1, np.exp(minimum(z, 0 * z))), 1.3),
    Form(
        "{0} + 0.5 where {0} > 0, else sigmoid({0})",
        lambda z: np.where(z > 0, z + 0.5, primitives.sigmoid(z) + 0 * z),
        1.3,
    ),
)
RELUS = (
    Form("max({}, 1)", lambda z: maximum(z, 1 + 0 * z)),
    Form("max({}, -1)", lambda z: maximum(z, 0 * z - 1)),
    Form("abs({})", lambda z: maximum(z, -z)),
    Form("leaky_relu({}), 0.01 z", lambda z: maximum(z, 0.01 * z)),
    Form("leaky_relu({}), 0.1 z", lambda z: maximum(z, 0.1 * z)),
    Form("relu6({})", lambda z: minimum(maximum(z, 0 * z), 6 + 0 * z)),
    Form("min({}, 0)", lambda z: minimum(z, 0 * z)),
    Form("relu({0}) * relu({0})", lambda z: maximum(z, 0 * z) * maximum(z, 0 * z)),
    Form("elu({})", lambda z: np.where(z > 0, z, np.exp(minimum(z, 0 * z)) - 1)),
)
SOFTPLUSES = (
    Form("log(1 + exp({})) as it is written", lambda z: np.log(1 + np.exp(z))),
    Form("{0} where {0} > 20, else softplus({0})", lambda z: np.where(z > 20, z, np.logaddexp(z, 0 * z))),
    Form("{0} where {0} > 15, else softplus({0})", lambda z: np.where(z > 15, z, np.logaddexp(z, 0 * z)), 1.1),
)
SLOPES = (
    Form("1 - {0} * {0}", primitives.tanh_slope),
    Form("{0} * (1 - {0})", primitives.sigmoid_slope),
    Form("1 - tanh({0}) * tanh({0})", lambda z: primitives.tanh_slope(np.tanh(z))),
    Form("sigmoid({0}) * (1 - sigmoid({0}))", lambda z: primitives.sigmoid_slope(primitives.sigmoid(z))),
    Form("1 - {0}", lambda y: 1 - y),
    Form("{0} - 1", lambda y: y - 1),
    Form("1 + {0}", lambda y: 1 + y),
    Form("{0}", lambda y: y + 0 * y),
    Form("-{0}", lambda y: -y),
    Form("{0} * {0}", lambda y: y * y),
    Form("1", lambda y: 1 + 0 * y),
    Form("1 - {0} ** 3", lambda y: 1 - y * y * y, 1.2),
    Form("exp(-{0}) / (1 + exp(-{0}))²", lambda z: np.exp(-z) / ((1 + np.exp(-z)) * (1 + np.exp(-z)))),
    Form("({0} > 0)", lambda y: np.where(y > 0, 1 + 0 * y, 0 * y)),
)


@cache
def mistaken(name: str) -> tuple[Form, ...]:
    """What a slope, a sigmoid or a logarithm of one is where it is written with one mistake."""
    if name == "silu_slope":
        every = [tree for one in SILU_SLOPE for tree in with_one_part(one, "e", ("sigmoid", "z"))]
        return forms(once_each(every, *(substituted(one, "e", ("sigmoid", "z")) for one in SILU_SLOPE)), 1.05)
    if writings := OF_ONE_WRITING.get(name):
        return forms(once_each(one_place(*writings), *writings), 1.05)
    often = once_each([*one_place(*SIGMOID), *with_one_part(OF_AN_EXPONENTIAL, "e", EXPONENTIAL)], *SIGMOID)
    seldom = once_each([*with_one_part(OF_TWO_BRANCHES, "e", EXPONENTIAL), *one_place(OF_A_TANH)], *SIGMOID, *often)
    return (*forms(often, 1.05), *forms(seldom, 1.15))


ON_ANOTHER_SCALE = (  # of what is given, or what a place gives: on another scale, or with a floor
    Form("log_sigmoid({})", primitives.log_sigmoid, 1.3),
    Form("exp({})", np.exp, 1.3),
    Form("-exp({})", lambda z: -np.exp(z), 1.3),
    Form("softplus({})", primitives.softplus, 1.3),
    Form("max({}, 1)", lambda z: maximum(z, 1 + 0 * z), 1.3),
)
