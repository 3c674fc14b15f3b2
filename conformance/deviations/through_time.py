"""What goes wrong on the way back through time."""

from typing import Any

from rnnspec.reference import unroll

from .deviation import Deviation, Function

COURSE = "the published expected output of the course's first notebook versions"


def _no_da_carry(_: Function) -> Function:
    return lambda da_t, dstate: (da_t, *dstate[1:])


def _no_dc_carry(arriving: Function) -> Function:
    def deviant(da_t: Any, dstate: Any) -> Any:
        da, *others = arriving(da_t, dstate)
        return (da, *(0 * d for d in others))

    return deviant


def _accumulator_reused(accumulated: Function) -> Function:
    def deviant(total: dict[str, Any], gradients: dict[str, Any]) -> dict[str, Any]:
        given = dict(gradients)
        new = dict(accumulated(total, gradients))
        biases = [name for name in new if name.startswith("db")]
        return new | {name: new[biases[0]] + given[name] for name in biases[1:]}

    return deviant


DEVIATIONS = (
    Deviation(
        id="no-da-carry",
        summary="the gradient into a_prev is not handed to the step before: da_next = da[:, :, t] alone",
        kind="bug",
        affects=("rnn_backward", "lstm_backward"),
        exposed_by="two or more steps",
        seen_in=(COURSE, "ernestng11/rnn-from-scratch", "sagarnildass/andrew_ng_deep_learning#1"),
        changes={unroll.arriving: _no_da_carry},
    ),
    Deviation(
        id="no-dc-carry",
        summary="the gradient into c_prev is not handed to the step before: dc_next = 0 at every step",
        kind="bug",
        affects=("lstm_backward",),
        exposed_by="two or more steps",
        seen_in=(COURSE, "CaptainE/RNN-LSTM-in-numpy#1", "sagarnildass/andrew_ng_deep_learning#1"),
        changes={unroll.arriving: _no_dc_carry},
    ),
    Deviation(
        id="bias-gradient-accumulator-reused",
        summary="db_i, db_c, db_o are summed onto db_f's accumulator: dbi = dbf + dbi_t",
        kind="bug",
        affects=("lstm_backward",),
        exposed_by="two or more steps and all four db compared",
        seen_in=(COURSE,),
        changes={unroll.accumulated: _accumulator_reused},
    ),
)
