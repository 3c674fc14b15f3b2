"""The backward step of a cell."""

from rnnspec.reference.arithmetics import primitives as arithmetic
from rnnspec.reference.families import gru, gru_reset_after, lstm, lstm_clipped, lstm_coupled, lstm_peephole, rnn

from .deviation import BUG, Deviation, Edit, Way
from .scope import BACKWARD, LSTMS, RNNS, each, of

DC = "dc_next + dc"


def _remembered(old: str, new: str) -> tuple[Way]:
    return ((Edit(lstm.remember_backward, old, new),),)


def _without(part: str, through_peephole: str = "") -> Way:
    """dc_prev lacks what `part` of the gradient into the cell state hands back through the forget gate."""
    lacking = "    dc_prev = dc_prev - {} * remembered[0]\n    dv, gradients ="
    plain = [f for f in LSTMS if f not in (lstm_clipped, lstm_peephole)]
    return (
        *each(plain, "backward", "    dv, gradients =", lacking.format(part)),
        Edit(lstm_clipped.backward, "    dv, gradients =", lacking.format(f"select(inside, {part}, 0)")),
        Edit(lstm_peephole.backward, "    dv, gradients =", lacking.format(f"({part}{through_peephole})")),
    )


DEVIATIONS = (
    Deviation(
        id="dc-assigned-not-added",
        summary="dC = da * o * (1 - tanh(c)^2) alone: dc_next is dropped",
        kind=BUG,
        affects=of(LSTMS, BACKWARD),
        exposed_by="dc_next that is not zero, two or more steps",
        seen_in=("apache/mxnet#4057", "cthorey/CS231#1"),
        ways=(each(LSTMS, "backward", DC, "0 * dc_next + dc"),),
    ),
    Deviation(
        id="da-to-c-path-missing",
        summary="dC = dc_next alone: what comes through a is dropped",
        kind=BUG,
        affects=of(LSTMS, BACKWARD),
        exposed_by="any values",
        seen_in=("known",),
        ways=(each(LSTMS, "backward", DC, "dc_next + 0 * dc"),),
    ),
    Deviation(
        id="dcprev-without-da",
        summary="dc_prev = dc_next * f: what comes through a is dropped",
        kind=BUG,
        affects=of(LSTMS, BACKWARD),
        exposed_by="da and dc both not zero",
        seen_in=("known",),
        ways=(_without("dc", ' + p["Po"] * dzo'),),
    ),
    Deviation(
        id="dcprev-without-dc",
        summary="dc_prev lacks dc_next * f",
        kind=BUG,
        affects=of(LSTMS, BACKWARD),
        exposed_by="da and dc both not zero",
        seen_in=("the course's erratum",),
        ways=(_without("dc_next"),),
    ),
    Deviation(
        id="dcprev-partial",
        summary="dc_prev lacks the forget gate: dC in place of dC * f",
        kind=BUG,
        affects=of(LSTMS, BACKWARD),
        exposed_by="the gradient into c_prev",
        seen_in=("known",),
        ways=_remembered("return dz, dc * f", "return dz, dc"),
    ),
    Deviation(
        id="missing-sigmoid-derivative",
        summary="the forget gate's gradient lacks f * (1 - f)",
        kind=BUG,
        affects=of(LSTMS, BACKWARD),
        exposed_by="c_prev that is not zero",
        seen_in=("nicklashansen/rnn_lstm_from_scratch#1", "CaptainE/RNN-LSTM-in-numpy#1"),
        ways=(
            *_remembered("dc * c_prev * sigmoid_slope(f)", "dc * c_prev * f"),
            *_remembered("dc * c_prev * sigmoid_slope(f)", "dc * c_prev"),
        ),
    ),
    Deviation(
        id="missing-sigmoid-derivative-everywhere",
        summary="no gate's gradient has its s * (1 - s)",
        kind=BUG,
        affects=of((*LSTMS, gru, gru_reset_after), BACKWARD),
        exposed_by="any gradient of a gate",
        seen_in=("known",),
        ways=(
            (Edit(arithmetic.sigmoid_slope, "y * (1 - y)", "np.ones_like(y)"),),
            (
                Edit(arithmetic.sigmoid_slope, "y * (1 - y)", "y"),
                # one slope, of i, stands for both ways into a coupled gate
                Edit(
                    lstm_coupled.backward,
                    'dz["i"] - dz["f"]',
                    'dz["i"] - (dc_next + dc) * remembered[3] * remembered[1]',
                ),
            ),
        ),
    ),
    Deviation(
        id="missing-candidate-derivative",
        summary="the candidate's gradient lacks 1 - g^2",
        kind=BUG,
        affects=of(LSTMS, BACKWARD),
        exposed_by="candidates that are not small",
        seen_in=("known",),
        ways=_remembered("dc * i * tanh_slope(g)", "dc * i"),
    ),
    Deviation(
        id="missing-tanh-derivative",
        summary="the derivative 1 - a^2 is left out",
        kind=BUG,
        affects=of((rnn,), BACKWARD),
        exposed_by="states that are not small",
        seen_in=("known student error",),
        ways=((Edit(rnn.backward, "da_next * tanh_slope(a_next)", "da_next"),),),
    ),
    Deviation(
        id="tanh-derivative-not-squared",
        summary="the derivative of tanh is written 1 - y",
        kind=BUG,
        affects=of((rnn, *LSTMS, gru, gru_reset_after), BACKWARD),
        exposed_by="any values",
        seen_in=("known student error",),
        ways=((Edit(arithmetic.tanh_slope, "1 - y * y", "1 - y"),),),
    ),
    Deviation(
        id="do-missing-tanh",
        summary="the output gate's gradient takes c in place of tanh(c)",
        kind=BUG,
        affects=of(LSTMS, BACKWARD),
        exposed_by="cell states that are not small",
        seen_in=("known",),
        ways=(
            (
                Edit(lstm.expose, "Exposed(o, tanh_c)", "(o, tanh_c, c)"),
                Edit(lstm.expose_backward, "o, tanh_c = exposed", "o, tanh_c, c = exposed"),
                Edit(lstm.expose_backward, "da * tanh_c *", "da * c *"),
            ),
        ),
    ),
    Deviation(
        id="do-missing-c",
        summary="the output gate's gradient lacks tanh(c)",
        kind=BUG,
        affects=of(LSTMS, BACKWARD),
        exposed_by="any gradient of the output gate",
        seen_in=("known student error",),
        ways=((Edit(lstm.expose_backward, "da * tanh_c *", "da *"),),),
    ),
    Deviation(
        id="dc-missing-tanh-derivative",
        summary="dC lacks 1 - tanh(c)^2",
        kind=BUG,
        affects=of(LSTMS, BACKWARD),
        exposed_by="cell states that are not small",
        seen_in=("known student error",),
        ways=((Edit(lstm.expose_backward, "da * o * tanh_slope(tanh_c)", "da * o"),),),
    ),
    Deviation(
        id="dc-missing-output-gate",
        summary="dC lacks the output gate: da * (1 - tanh(c)^2)",
        kind=BUG,
        affects=of(LSTMS, BACKWARD),
        exposed_by="any values",
        seen_in=("known student error",),
        ways=((Edit(lstm.expose_backward, "da * o * tanh_slope(tanh_c)", "da * tanh_slope(tanh_c)"),),),
    ),
    Deviation(
        id="df-uses-cnext",
        summary="the forget gate's gradient takes c_next in place of c_prev",
        kind=BUG,
        affects=of(LSTMS, BACKWARD),
        exposed_by="any values",
        seen_in=("known: the order of a cache",),
        ways=(
            (
                Edit(lstm.remember, "(f, i, g, c_prev)", "(f, i, g, f * c_prev + i * g)"),
                Edit(
                    lstm_clipped.forward,
                    "    a_next, exposed",
                    "    remembered = (*remembered[:3], c_next)\n    a_next, exposed",
                ),
            ),
        ),
    ),
    Deviation(
        id="di-dg-swapped",
        summary="the input gate's gradient takes i, the candidate's takes g",
        kind=BUG,
        affects=of(LSTMS, BACKWARD),
        exposed_by="gradients of each gate",
        seen_in=("known student error",),
        ways=_remembered(
            'dc * g * sigmoid_slope(i), "c": dc * i * tanh_slope(g)',
            'dc * i * sigmoid_slope(i), "c": dc * g * tanh_slope(g)',
        ),
    ),
    Deviation(
        id="dU-uses-next-state",
        summary="the recurrent matrices' gradients take a_next in place of a_prev",
        kind=BUG,
        affects=of((*RNNS, lstm), BACKWARD),
        exposed_by="comparing dWaa, or the recurrent columns of dW",
        seen_in=("VikParuchuri/zero_to_gpt#9",),
        ways=(
            (
                Edit(rnn.backward, "xt, a_prev, p)", "xt, a_next, p)"),
                *each(RNNS[1:], "forward", "(xt, a_prev, positive)", "(xt, a_next, positive)"),
                Edit(
                    lstm.backward,
                    "    dv, gradients =",
                    "    v = np.concatenate([exposed[0] * exposed[1], v[len(da_next) :]])\n    dv, gradients =",
                ),
            ),
        ),
    ),
    Deviation(
        id="daprev-wrong-slice",
        summary="da_prev is cut from the wrong end of the concatenation's gradient",
        kind=BUG,
        affects=of((lstm, lstm_coupled, lstm_peephole), BACKWARD),
        exposed_by="comparing da_prev and dx",
        seen_in=("deeplearning.ai thread 405415",),
        ways=(each((lstm, lstm_coupled, lstm_peephole), "backward", "(dv[:n_a], dc_prev)", "(dv[-n_a:], dc_prev)"),),
    ),
    Deviation(
        id="rnn-deriv-order",
        summary="dx is computed from da before the derivative of tanh",
        kind=BUG,
        affects=of((rnn,), BACKWARD),
        exposed_by="states that are not small",
        seen_in=("oreilly-japan/deep-learning-from-scratch-2#26",),
        ways=(
            (
                Edit(
                    rnn.backward,
                    "return preactivation_backward(da_next * tanh_slope(a_next), xt, a_prev, p)",
                    'found = preactivation_backward(da_next * tanh_slope(a_next), xt, a_prev, p)\n    return p["Wax"].T @ da_next, *found[1:]',
                ),
            ),
        ),
    ),
)
