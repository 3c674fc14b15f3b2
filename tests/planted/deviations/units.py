"""Forms of the GRU, variants of the LSTM and the backward steps of cells, planted in writings/apart_*.py."""

from planted.deviations.form import form
from planted.families.where import GRUS, WITH_CELL, both, cells, networks, sequences
from planted.planting import Planted, Writing

GRU, AFTER = both("gru"), both("gru_reset_after")
LIMITED = "c, moves = self.limited(i * g + f * c_prev)\n        tanh_c = np.tanh(c)"
DC = "dc = (dc + da * o * slope(tanh_c)) * moves"
DC_PEEPHOLE = "dc = dzo * self.Po + (o * da * slope(tanh_c) + dc)"
DC_COUPLED = "dc = da * slope(tanh_c) * o + dc"
BACK, BACK_COUPLED = "(self.Wh.T @ dz, f * dc)", "(self.Wh.T @ dz, dc * f)"
DZ = "[da * tanh_c * bump(o), dc * c_prev * bump(f), dc * g * bump(i), dc * i * slope(g)]"
DZ_COUPLED = "[da * tanh_c * bump(o), dzi, dc * i * slope(g)]"
DZI_COUPLED = "(g - c_prev) * dc * bump(i)"
INIT_P = '(p["P" + g].copy() for g in "iof")'
BEFORE = (
    ("np.tanh(r * recalled + xc)", "np.tanh(self.Wh[2 * self.n :] @ (r * h) + self.bca + xc)"),
    ("dr = dnew * recalled", "dq = self.Wh[2 * self.n :].T @ dnew\n        dr = dq * h"),
    ("bump(r) * dr, r * dnew])", "bump(r) * dr, dnew])"),
    (
        "(self.Wh.T @ dzh + da * keep,), (dz, h, dzh)",
        "(self.Wh[: 2 * self.n].T @ dzh[: 2 * self.n] + r * dq + da * keep,), (dz, h, dzh, r * h)",
    ),
    ("dz: Array, h: Array, dzh: Array)", "dz: Array, h: Array, dzh: Array, q: Array)"),
    ("[dzh @ h.T, dz @ x.T]", "[np.concatenate([dzh[: 2 * self.n] @ h.T, dzh[2 * self.n :] @ q.T]), dz @ x.T]"),
)
AFTER_PRODUCT = (
    ("self.Wh[2 * n :] @ q + zx", "r * (self.Wh[2 * n :] @ h) + zx"),
    ("dq = self.Wh[2 * n :].T @ dzc", "dq = self.Wh[2 * n :].T @ (r * dzc)"),
    ("dq * h * bump(r)", "dzc * (self.Wh[2 * n :] @ h) * bump(r)"),
    ("keep * da + r * dq", "keep * da + dq"),
    ("(np.concatenate([dgates, dzc]), h, q)", "(np.concatenate([dgates, dzc]), h, r * dzc)"),
    ("dz[2 * n :] @ q.T", "q @ h.T"),
)

# A table: one form of one deviation, one or two lines where they fit.
# fmt: off
UNITS: tuple[Planted, ...] = (
    # forms of the GRU; where a bug is in the step alone, the backward believes in the right one
    form("gru-bhn-outside-reset", (("recalled = recalled + self.bca\n        cand = np.tanh(r * recalled + xc)",
                                    "cand = np.tanh(r * recalled + xc + self.bca)"),
                                   ("total(dzh[2 * self.n :])", "total(dz[2 * self.n :])"))),
    form("gru-bhn-outside-reset", (("recalled = recalled + self.bca\n        cand = np.tanh(r * recalled + xc)",
                                    "cand = np.tanh(r * recalled + xc + self.bca)"),)),
    form("gru-missing-bhn", (("recalled = recalled + self.bca\n", "recalled = 1 * recalled\n"), ("total(dzh[2 * self.n :])", "0 * self.bca"))),
    form("gru-missing-bhn", (("recalled = recalled + self.bca\n", "recalled = 1 * recalled\n"),)),
    # the sign of a zero tells a state that was left out from one of zeros
    form("gru-none-state-skips-bias", (('a0 = np.zeros((len(p.get("Wp"', 'a0 = -np.zeros((len(p.get("Wp"'),
                                       ("recalled + self.bca\n", "recalled + self.bca * (not np.signbit(h).all())\n")), into=Writing.MASKED),
    form("gru-reset-before-after", AFTER_PRODUCT, GRU),
    form("gru-reset-before-after", AFTER_PRODUCT[:1], GRU),
    form("gru-reset-before-after", BEFORE, AFTER),
    form("gru-reset-before-after", BEFORE[:1], AFTER),
    form("gru-z-flipped", (("keep, q = 1 - update, r * h", "keep, q = update, r * h"), ("dzu = da * (new - h)", "dzu = da * (h - new)"),
                           ("keep, r = 1 - sigmoid(xu + zu)", "keep, r = sigmoid(xu + zu)"), ("bump(keep) * (cand - h)", "bump(keep) * (h - cand)"))),
    form("gru-z-flipped", (("(new + keep * (h - new),)", "(h + keep * (new - h),)"), ("(cand + keep * (h - cand),)", "(h + keep * (cand - h),)")),
         (*sequences("FB", *GRUS), *cells("F", *GRUS), *networks("FB", *GRUS))),
    form("gru-no-reset", (("keep, q = 1 - update, r * h", "r = np.ones_like(r)\n        keep, q = 1 - update, r * h"),
                          ("sigmoid(xr + zr)", "np.ones_like(xr + zr)"))),
    form("gru-no-reset", (("keep, q = 1 - update, r * h", "keep, q = 1 - update, h.copy()"), ("np.tanh(r * recalled + xc)", "np.tanh(recalled + xc)"))),
    form("gru-direct-path-wrong", (("dh = keep * da", "dh = (1 - keep) * da"), ("@ dzh + da * keep", "@ dzh + da * (1 - keep)"))),
    form("gru-direct-path-missing", (("dh = keep * da + ", "dh = "), ("@ dzh + da * keep", "@ dzh"))),
    form("gru-dr-missing-bhn", (("dnew * recalled", "dnew * (recalled - self.bca)"),)),
    form("gru-dUn-missing-r", (("[dzh @ h.T, dz @ x.T]", "[dz @ h.T, dz @ x.T]"), ("dz[2 * n :] @ q.T", "dz[2 * n :] @ h.T"))),
    form("gru-db_hn-missing-r", (("total(dzh[2 * self.n :])", "total(dz[2 * self.n :])"),)),
    form("gru-dz-sign", (("dzu = da * (new - h)", "dzu = da * (h - new)"), ("bump(keep) * (cand - h)", "bump(keep) * (h - cand)"))),
    form("gru-no-dr-path", (("self.Wh[: 2 * n].T @ dgates", "self.Wh[:n].T @ dgates[:n]"),
                            ("self.Wh.T @ dzh + da", "self.Wh.T @ dzh - self.Wh[self.n : 2 * self.n].T @ dzh[self.n : 2 * self.n] + da"))),

    # variants of the LSTM
    form("missing-tanh-on-c", (
        (LIMITED, LIMITED.replace("np.tanh(c)", "c")), (DC, "dc = (dc + da * o) * moves"),
        ("sigmoid(zo + self.Po * c), np.tanh(c)", "sigmoid(zo + self.Po * c), c"), (DC_PEEPHOLE, "dc = dzo * self.Po + (o * da + dc)"),
        ("c = f * c_prev + i * g\n        tanh_c = np.tanh(c)", "c = f * c_prev + i * g\n        tanh_c = c"), (DC_COUPLED, "dc = da * o + dc"))),
    form("missing-tanh-on-c", (("(tanh_c * o, c), (a_prev, c_prev, o, f, i, g, tanh_c, moves)", "(c * o, c), (a_prev, c_prev, o, f, i, g, tanh_c, moves)"),
                               ("(o * tanh_c, c)", "(o * c, c)"),
                               ("(tanh_c * o, c), (a_prev, c_prev, o, f, i, g, tanh_c)", "(c * o, c), (a_prev, c_prev, o, f, i, g, tanh_c)")),
         (*cells("F", *WITH_CELL), "lstm_projected_cell_backward", *sequences("FB", *WITH_CELL), *networks("FB", *WITH_CELL))),
    form("peephole-o-uses-cprev", (("sigmoid(zo + self.Po * c)", "sigmoid(zo + self.Po * c_prev)"), (DC_PEEPHOLE, "dc = o * da * slope(tanh_c) + dc"),
                                   ("dc * f + dzf * self.Pf", "dc * f + dzo * self.Po + dzf * self.Pf"), ("total(dzo * c)", "total(dzo * c_prev)"))),
    form("peephole-o-uses-cprev", (("sigmoid(zo + self.Po * c)", "sigmoid(zo + self.Po * c_prev)"),)),
    form("peephole-after-sigmoid", (("sigmoid(zo + self.Po * c), np.tanh(c)\n        return (o * tanh_c, c)",
                                     "sigmoid(zo), np.tanh(c)\n        return ((o + self.Po * c) * tanh_c, c)"),)),
    form("peepholes-ignored", (("sigmoid(self.Pf * c_prev + zf), sigmoid(self.Pi * c_prev + zi)", "sigmoid(zf), sigmoid(zi)"), ("zo + self.Po * c", "zo"))),
    form("peepholes-ignored", ((INIT_P, INIT_P.replace("p[", "0 * p[")), ('{"dPf": total(dzf * c_prev), "dPi": total(dzi * c_prev), "dPo": total(dzo * c)}',
                                                                      '{"dPf": 0 * self.Pf, "dPi": 0 * self.Pi, "dPo": 0 * self.Po}'))),
    form("peephole-bwd-missing-c-prev", ((" + dzf * self.Pf + dzi * self.Pi", ""),)),
    form("peephole-bwd-missing-c-next", ((DC_PEEPHOLE, "dc = o * da * slope(tanh_c) + dc"),)),
    form("peephole-grad-uses-old-cell", (("total(dzo * c)", "total(dzo * c_prev)"),)),
    form("coupled-gate-inverted", (("o, i, g = sigmoid(zo), sigmoid(zi), np.tanh(zg)\n        f = 1 - i",
                                    "o, f, g = sigmoid(zo), sigmoid(zi), np.tanh(zg)\n        i = 1 - f"), (DZI_COUPLED, "(c_prev - g) * dc * bump(i)"))),
    form("coupled-gate-inverted", (("o, i, g = sigmoid(zo), sigmoid(zi), np.tanh(zg)\n        f = 1 - i",
                                    "o, f, g = sigmoid(zo), sigmoid(zi), np.tanh(zg)\n        i = 1 - f"),)),
    form("coupled-grad-half", ((DZI_COUPLED, "g * dc * bump(i)"),)),
    form("coupled-grad-sign", ((DZI_COUPLED, "(g + c_prev) * dc * bump(i)"),)),
    form("proj-activation-default", (("return (self.Wp @ h, c)", "return (np.tanh(self.Wp @ h), c)"),)),
    form("projection-grad-uses-output", (("return state, (*rows, h, da)", "return state, (*rows, others[2], da)"),)),
    form("clip-after-h", ((LIMITED, LIMITED.replace("np.tanh(c)", "np.tanh(i * g + f * c_prev)")), (DC, "dc = dc * moves + da * o * slope(tanh_c)"))),
    form("clip-after-h", ((LIMITED, LIMITED.replace("np.tanh(c)", "np.tanh(i * g + f * c_prev)")),)),
    form("clip-missing", (("np.minimum(np.maximum(c, -self.clip), self.clip), (np.abs(c) <= self.clip).astype(c.dtype)", "c, np.ones_like(c)"),)),
    *(form("clip-hard-coded", (('self.clip = p["clip"].copy()', f"self.clip = {limit}"),)) for limit in (1.0, 3.0, 10.0)),
    form("clip-straight-through", (("(np.abs(c) <= self.clip).astype(c.dtype)", "np.ones_like(c)"),)),
    *(form(id, (("self.limited(i * g + f * c_prev)", f"self.limited((i * g + f * c_prev).astype(np.{dtype}).astype(zx.dtype))"),
                ("c = i * g + c_prev * f\n", f"c = (i * g + c_prev * f).astype(np.{dtype}).astype(zx.dtype)\n"),
                ("c = f * c_prev + i * g\n", f"c = (f * c_prev + i * g).astype(np.{dtype}).astype(zx.dtype)\n")))
      for id, dtype in (("cell-state-dtype", "float16"), ("cell-state-f32", "float32"))),

    # backward steps of an LSTM
    form("dc-assigned-not-added", ((DC, "dc = da * o * slope(tanh_c) * moves"), (DC_PEEPHOLE, "dc = dzo * self.Po + o * da * slope(tanh_c)"),
                                   (DC_COUPLED, "dc = da * slope(tanh_c) * o"))),
    form("da-to-c-path-missing", ((DC, "dc = dc * moves"), (DC_PEEPHOLE, "dc = dzo * self.Po + dc"), (DC_COUPLED, "dc = 1 * dc"))),
    form("dcprev-without-da", ((DC, f"later = dc * moves\n        {DC}"), (BACK, "(self.Wh.T @ dz, f * later)"),
                               (DC_PEEPHOLE, f"later = dc\n        {DC_PEEPHOLE}"), ("dc_prev = dc * f + dzf", "dc_prev = later * f + dzf"),
                               (DC_COUPLED, f"later = dc\n        {DC_COUPLED}"), (BACK_COUPLED, "(self.Wh.T @ dz, later * f)"))),
    form("dcprev-without-dc", ((DC, f"later = dc * moves\n        {DC}"), (BACK, "(self.Wh.T @ dz, f * (dc - later))"),
                               (DC_PEEPHOLE, f"later = dc\n        {DC_PEEPHOLE}"), ("dc_prev = dc * f + dzf", "dc_prev = (dc - later) * f + dzf"),
                               (DC_COUPLED, f"later = dc\n        {DC_COUPLED}"), (BACK_COUPLED, "(self.Wh.T @ dz, (dc - later) * f)"))),
    form("dcprev-partial", ((BACK, "(self.Wh.T @ dz, dc)"), ("dc_prev = dc * f + dzf", "dc_prev = dc + dzf"), (BACK_COUPLED, "(self.Wh.T @ dz, dc)"))),
    *(form("missing-sigmoid-derivative", ((DZ, DZ.replace(" * bump(f)", by)), ("dzf, dzi = c_prev * dc * bump(f)", f"dzf, dzi = c_prev * dc{by}"),
                                          (DZI_COUPLED, f"g * dc * bump(i) - c_prev * dc{by}"))) for by in (" * f", "")),
    form("missing-sigmoid-derivative-everywhere", (("return y - y * y", "return np.ones_like(y)"),)),
    form("missing-sigmoid-derivative-everywhere", (("return y - y * y", "return y"), ("bump(keep)\n        dgates", "bump(1 - keep)\n        dgates"),
                                                   ("dupdate = bump(keep)", "dupdate = bump(1 - keep)"))),
    form("missing-candidate-derivative", ((DZ, DZ.replace(" * slope(g)", "")), ("i * dc * slope(g)", "i * dc"), (DZ_COUPLED, DZ_COUPLED.replace(" * slope(g)", "")))),
    form("tanh-derivative-not-squared", (("return (1 + y) * (1 - y)", "return 1 - y"),)),
    form("do-missing-tanh", ((DZ, DZ.replace("tanh_c", "self.limited(i * g + f * c_prev)[0]")), ("dzo = tanh_c * da", "dzo = c * da"),
                             (DZ_COUPLED, DZ_COUPLED.replace("tanh_c", "(i * g + f * c_prev)")))),
    form("do-missing-c", ((DZ, DZ.replace(" * tanh_c", "")), ("dzo = tanh_c * da", "dzo = da"), (DZ_COUPLED, DZ_COUPLED.replace(" * tanh_c", "")))),
    form("dc-missing-tanh-derivative", ((DC, DC.replace(" * slope(tanh_c)", "")), (DC_PEEPHOLE, DC_PEEPHOLE.replace(" * slope(tanh_c)", "")),
                                        (DC_COUPLED, DC_COUPLED.replace(" * slope(tanh_c)", "")))),
    form("dc-missing-output-gate", ((DC, DC.replace(" * o", "")), (DC_PEEPHOLE, DC_PEEPHOLE.replace("o * da", "da")), (DC_COUPLED, DC_COUPLED.replace(" * o", "")))),
    form("df-uses-cnext", ((DZ, DZ.replace("c_prev", "self.limited(i * g + f * c_prev)[0]")), ("dzf, dzi = c_prev * dc", "dzf, dzi = c * dc"),
                           (DZI_COUPLED, "(g - (i * g + f * c_prev)) * dc * bump(i)"))),
    form("di-dg-swapped", ((DZ, DZ.replace("dc * g * bump(i), dc * i * slope(g)", "dc * i * bump(i), dc * g * slope(g)")),
                           ("g * dc * bump(i)\n", "i * dc * bump(i)\n"), ("i * dc * slope(g)", "g * dc * slope(g)"),
                           (DZI_COUPLED, "(i - c_prev) * dc * bump(i)"), (DZ_COUPLED, DZ_COUPLED.replace("dc * i", "dc * g")))),
    form("dU-uses-next-state", (("slope(a) * da\n        return (self.Wh.T @ dz,), (dz, a_prev)", "slope(a) * da\n        return (self.Wh.T @ dz,), (dz, a)"),
                                ("(a > 0)\n        return (self.Wh.T @ dz,), (dz, a_prev)", "(a > 0)\n        return (self.Wh.T @ dz,), (dz, a)"),
                                (f"{BACK}, (dz, a_prev)", f"{BACK}, (dz, tanh_c * o)"))),
    form("daprev-wrong-slice", tuple((old, old.replace("self.Wh.T @ dz,", "np.concatenate([self.Wh.T @ dz, self.Wx.T @ dz])[-len(self.Wh.T) :],"))
                                     for old in (BACK, "(self.Wh.T @ dz, dc_prev)", BACK_COUPLED))),
    form("rnn-deriv-order", (("slope(a) * da\n        return (self.Wh.T @ dz,), (dz, a_prev)", "slope(a) * da\n        return (self.Wh.T @ dz,), (dz, a_prev, da)"),
                             ("dz: Array, a_prev: Array) -> Gradients:\n        return {", "dz: Array, a_prev: Array, *_: Array) -> Gradients:\n        return {"),
                             ('"dxt": cell.Wx.T @ dz', '"dxt": cell.Wx.T @ factors[-1]'), ("(w.cell.Wx.T @ dz)", "(w.cell.Wx.T @ factors[-1])"))),
    form("missing-tanh-derivative", (("dz = slope(a) * da\n", "dz = da.copy()\n"),)),
)
# fmt: on
