"""Other spellings of the same equations, planted into writings/apart_*.py as faults are: every one of them is right.

A spelling is what a developer may write for a term. A style has one of each group, the writing's own where none is named.
"""

from planted.planting import Change, Planted
from writings.legal import SIGNS

SIGMOID = "y: Array = np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))"
SOFTMAX = "e = np.exp(x - x.max(axis=0))\n    y: Array = e / e.sum(axis=0)"
TANHS = 9  # of the writing
IMPORT = "Rows, State, bump, by_gate, sigmoid, slope, total"
KEPT = "a_prev, c_prev, o, f, i, g, tanh_c, moves"
NEW = "new = np.tanh(self.Wh[2 * n :] @ q + zx[2 * n :])"


def sigmoid(id: str, y: str) -> Planted:
    return _spelled(id, (SIGMOID, f"y: Array = {y}"))


def tanh(id: str, y: str) -> Planted:
    define = (
        "def sigmoid(x: Array) -> Array:",
        f"def tanh(x: Array) -> Array:\n    return {y}\n\n\ndef sigmoid(x: Array) -> Array:",
    )
    return _spelled(id, ("np.tanh(", "tanh(", TANHS), define, (IMPORT, f"{IMPORT}, tanh"))


def off_by(roundoffs: float, sign: str, eps: str = "np.finfo(y.dtype).eps") -> tuple[Planted, Planted]:
    """Both activations off by so many roundoffs of whatever dtype they are computed in, or of another."""
    off = f"y + np.asarray({roundoffs} * {eps} / 2 * ({SIGNS[sign]}), y.dtype)"
    return (
        _spelled("sigmoid off", (SIGMOID, f"{SIGMOID}\n    y = {off}")),
        tanh("tanh off", f"(lambda y: {off})(np.tanh(x))"),
    )


def _spelled(id: str, *changes: Change) -> Planted:
    return Planted(id, (), changes)


# A table, the tanh last: others find theirs by np.tanh. One spelling, one or two lines where they fit.
# fmt: off
SPELLINGS: dict[str, tuple[Planted, ...]] = {
    "sigmoid": (
        sigmoid("sigmoid by tanh", "0.5 + 0.5 * np.tanh(0.5 * x)"),
        sigmoid("sigmoid plainly", "1 / (1 + np.exp(-x))"),
        sigmoid("sigmoid by softplus", "np.exp(-np.logaddexp(np.zeros_like(x), -x))"),
    ),
    "slope": (
        _spelled("1 - y^2", ("return (1 + y) * (1 - y)", "return 1 - y * y")),
        _spelled("o - a tanh c", ("(dc + da * o * slope(tanh_c)) * moves", "(dc + da * (o - o * tanh_c * tanh_c)) * moves"),
                 ("(o * da * slope(tanh_c) + dc)", "(o * da - o * tanh_c * (tanh_c * da) + dc)"), ("dc = da * slope(tanh_c) * o + dc", "dc = da * o - da * o * tanh_c * tanh_c + dc"),
                 ("dzi = (g - c_prev) * dc * bump(i)", "dzi = g * dc * bump(i) - c_prev * dc * bump(i)")),
        _spelled("sech^2",
            ("return (a,), (a_prev, a)\n\n    def back(self, kept: Rows, da: Array) -> tuple[State, Rows]:\n        a_prev, a = kept\n        dz = slope(a) * da",
             "return (a,), (a_prev, zx + self.Wh @ a_prev)\n\n    def back(self, kept: Rows, da: Array) -> tuple[State, Rows]:\n"
             "        a_prev, z = kept\n        dz = da / np.cosh(z) ** 2"),
            (f"({KEPT})", "(a_prev, c_prev, o, f, i, (g, z[three:]), (tanh_c, c), moves)"),
            (f"{KEPT} = kept", "a_prev, c_prev, o, f, i, (g, zg), (tanh_c, c), moves = kept"),
            ("da * o * slope(tanh_c)) * moves", "da * o / np.cosh(c) ** 2) * moves"),
            ("dc * g * bump(i), dc * i * slope(g)]", "dc * g * bump(i), dc * i / np.cosh(zg) ** 2]"),
            (NEW, "zn = self.Wh[2 * n :] @ q + zx[2 * n :]\n        new = np.tanh(zn)"),
            ("(h, keep, r, q, new)", "(h, keep, r, q, (new, zn))"), ("h, keep, r, q, new = kept", "h, keep, r, q, (new, zn) = kept"),
            ("dzc = (da - da * keep) * slope(new)", "dzc = (da - da * keep) / np.cosh(zn) ** 2")),
    ),
    "bump": (
        _spelled("y (1 - y)", ("return y - y * y", "return y * (1 - y)")),
        _spelled("1/4 - (y - 1/2)^2", ("return y - y * y", "return 0.25 - (y - 0.5) * (y - 0.5)")),
    ),
    "softmax": (
        _spelled("softmax by its logarithm", (SOFTMAX, "z = x - x.max(axis=0)\n    y: Array = np.exp(z - np.log(np.exp(z).sum(axis=0)))"),
                 ('(dy - np.einsum("ij,ij->j", dy, y)) * y', "dy * y - y * (dy * y).sum(axis=0)")),
        _spelled("softmax by the reciprocal", (SOFTMAX, "e = np.exp(x - x.max(axis=0))\n    y: Array = e * (1 / e.sum(axis=0))")),
    ),
    "mixing": (
        _spelled("(1 - z) n + z h", ("(new + keep * (h - new),)", "((1 - keep) * new + keep * h,)"), ("(cand + keep * (h - cand),)", "((1 - keep) * cand + keep * h,)"),
                 ("(da - da * keep) * slope(new)", "da * (1 - keep) * slope(new)"), ("slope(cand) * (da - keep * da)", "slope(cand) * da * (1 - keep)"),
                 ("c = f * c_prev + i * g\n", "c = c_prev + i * (g - c_prev)\n")),
        _spelled("h + u (n - h)", ("(new + keep * (h - new),)", "(h + (1 - keep) * (new - h),)"), ("(cand + keep * (h - cand),)", "(h + (1 - keep) * (cand - h),)")),
    ),
    "reset": (
        _spelled("reset of the weights", ("self.Wh[2 * n :] @ q + zx", 'np.einsum("ij,jm,jm->im", self.Wh[2 * n :], r, h) + zx'),
                 ("np.tanh(r * recalled + xc)", "np.tanh((xc + r * (recalled - self.bca)) + r * self.bca)"))
        ,
        _spelled("reset of each part", ("recalled = recalled + self.bca\n        cand = np.tanh(r * recalled + xc)",
                                        "cand = np.tanh(r * recalled + r * self.bca + xc)\n        recalled = recalled + self.bca")),
    ),
    "bias": (
        _spelled("bias as a column", ("projected = cell.Wx @ inputs + cell.b\n", "projected = np.hstack([cell.b, cell.Wx]) @ np.vstack([np.ones_like(inputs[:1]), inputs])\n"),
                 ("cell.step(cell.Wx @ x + cell.b", "cell.step(np.hstack([cell.Wx, cell.b]) @ np.vstack([x, np.ones_like(x[:1])])")),
    ),
    "gradients": (
        _spelled("bias gradients by a product", ("columns: Array = rows.sum(axis=1)\n    return columns[:, None]", "columns: Array = rows @ np.ones_like(rows[:1]).T\n    return columns")),
        _spelled("weight gradients by einsum", ("np.hstack([dz @ a_prev.T, dz @ x.T])", 'np.einsum("ik,jk->ij", dz, np.vstack([a_prev, x]))'),
                 ('"dWax": dz @ x.T, "dWaa": dz @ a_prev.T', '"dWax": np.einsum("ik,jk->ij", dz, x), "dWaa": np.einsum("jk,ik->ij", a_prev, dz)')),
    ),
    "tanh": (
        tanh("tanh by sigmoid", "2 * sigmoid(2 * x) - 1"),
        tanh("tanh by expm1", "-np.sign(x) * np.expm1(-2 * np.abs(x)) / (1 + np.exp(-2 * np.abs(x)))"),
    ),
}
# fmt: on

EACH = {spelling.id: spelling for group in SPELLINGS.values() for spelling in group}
STYLES: dict[str, tuple[str, ...]] = {
    "one": (
        *(
            "sigmoid plainly",
            "1 - y^2",
            "y (1 - y)",
            "softmax by its logarithm",
            "(1 - z) n + z h",
            "reset of the weights",
        ),
        *("bias as a column", "bias gradients by a product", "tanh by sigmoid"),
    ),
    "two": (
        *("sigmoid by softplus", "o - a tanh c", "1/4 - (y - 1/2)^2", "softmax by the reciprocal", "h + u (n - h)"),
        *("reset of each part", "weight gradients by einsum", "tanh by expm1"),
    ),
    "three": ("sigmoid by tanh", "sech^2", "y (1 - y)", "softmax by the reciprocal", "bias as a column"),
}
