"""What goes wrong on the way back through time."""

from rnnspec.reference import family, layer, network, unroll
from rnnspec.reference.families import lstm, lstm_clipped, lstm_peephole, lstm_projected

from .deviation import BUG, Deviation, Edit
from .scope import ALL, BACK_IN_TIME, LSTMS, of

COURSE = "the published expected output of the course's first notebook versions"
CARRIED = "(doutputs[0] + dstate[0], *dstate[1:])"
ARRIVING = "cell.arriving(doutputs[t], dstate)"
INITIAL = 'return {"dx": dx, f"d{first}0": da0,'
ONTO_DBF = Edit(
    unroll.accumulated,
    "    return total",
    '    for name in ("dbi", "dbc", "dbo"):\n'
    '        if "dbf" in total:\n'
    '            total[name] = total["dbf"] + gradients[name]\n'
    "    return total",
)
ZEROS_FIRST = "        total = {name: 0 * gradient for name, gradient in gradients.items()}"
NETWORK_INITIAL = "np.stack(d) for s, d"
OVERWRITTEN = Edit(unroll.backward, "total = accumulated(total, gradients)", "total = gradients")

DEVIATIONS = (
    Deviation(
        id="no-da-carry",
        summary="the gradient into a_prev is not handed to the step before: da_next = da[:, :, t] alone",
        kind=BUG,
        affects=of(ALL, BACK_IN_TIME),
        exposed_by="two or more steps",
        seen_in=(COURSE, "ernestng11/rnn-from-scratch", "sagarnildass/andrew_ng_deep_learning#1"),
        ways=((Edit(unroll.arriving, CARRIED, "(doutputs[0], *dstate[1:])"),),),
    ),
    Deviation(
        id="no-dc-carry",
        summary="the gradient into c_prev is not handed to the step before: dc_next = 0 at every step",
        kind=BUG,
        affects=of(LSTMS, BACK_IN_TIME),
        exposed_by="two or more steps",
        seen_in=(COURSE, "CaptainE/RNN-LSTM-in-numpy#1", "sagarnildass/andrew_ng_deep_learning#1"),
        ways=((Edit(unroll.arriving, "*dstate[1:]", "*(0 * d for d in dstate[1:])"),),),
    ),
    Deviation(
        id="bias-gradient-accumulator-reused",
        summary="db_i, db_c, db_o are summed onto db_f's accumulator: dbi = dbf + dbi_t",
        kind=BUG,
        affects=of((lstm, lstm_clipped, lstm_peephole, lstm_projected), BACK_IN_TIME),
        exposed_by="two or more steps and all four db compared",
        seen_in=(COURSE,),
        ways=(
            (
                ONTO_DBF,
                Edit(unroll.accumulated, "        return gradients", "        return dict(gradients)"),
            ),
            (ONTO_DBF, Edit(unroll.accumulated, "        return gradients", ZEROS_FIRST)),  # the first step's too
        ),
    ),
    Deviation(
        id="da-last-only",
        summary="the loss's gradient into a is taken at the last step alone",
        kind=BUG,
        affects=of(ALL, BACK_IN_TIME),
        exposed_by="upstream gradients that are not zero at every step",
        seen_in=("deeplearning.ai thread 11690", "many-to-one variants of student code"),
        ways=(
            (
                Edit(
                    unroll.backward,
                    ARRIVING,
                    "cell.arriving(tuple((t == walk.order[-1]) * d for d in doutputs[t]), dstate)",
                ),
            ),
        ),
    ),
    Deviation(
        id="bptt-truncated-1",
        summary="the gradient goes back one step and no further",
        kind=BUG,
        affects=of(ALL, BACK_IN_TIME),
        exposed_by="three or more steps, the gradient into x at the first of them",
        seen_in=("FluxML/Flux.jl#1209", "FluxML/Flux.jl#1222", "FluxML/Flux.jl#1324"),
        ways=(
            (
                Edit(
                    unroll.backward,
                    "        dstate = carried(",
                    "        alone = cell.arriving(doutputs[t], tuple(0 * d for d in dstate))\n"
                    "        alone = tuple(select(valid, d, 0) for d in alone)\n"
                    "        dprevious = cell.step_backward(alone, walk.caches[t])[1]\n"
                    "        dstate = carried(",
                ),
            ),
        ),
    ),
    Deviation(
        id="dcT-upstream-ignored",
        summary="the gradient into the last cell state is dropped",
        kind=BUG,
        affects=of(LSTMS, BACK_IN_TIME),
        exposed_by="a loss that depends on the last cell state",
        seen_in=("deeplearning4j#8838",),
        ways=(
            (
                Edit(
                    family.final_gradient, 'given.get(f"d{s}_last")', '(None if s == "c" else given.get(f"d{s}_last"))'
                ),
                Edit(
                    network._layer_backward,
                    'if given.get(f"d{s}_last") is None',
                    'if s == "c" or given.get(f"d{s}_last") is None',
                ),
            ),
        ),
    ),
    Deviation(
        id="hT-upstream-ignored",
        summary="the gradient into the last state is dropped",
        kind=BUG,
        affects=of(ALL, BACK_IN_TIME),
        exposed_by="a loss that depends on the last state",
        seen_in=("pytorch/pytorch#96416", "pytorch/pytorch#619"),
        ways=(
            (
                Edit(
                    family.final_gradient, 'given.get(f"d{s}_last")', '(None if s == "a" else given.get(f"d{s}_last"))'
                ),
                Edit(
                    network._layer_backward,
                    'if given.get(f"d{s}_last") is None',
                    'if s == "a" or given.get(f"d{s}_last") is None',
                ),
            ),
        ),
    ),
    Deviation(
        id="dh0-missing",
        summary="da0 is zero",
        kind=BUG,
        affects=of(ALL, BACK_IN_TIME),
        exposed_by="comparing da0",
        seen_in=("FluxML/Flux.jl#2185", "FluxML/Flux.jl#2215", "tensorflow/tensorflow#54417"),
        ways=(
            (
                Edit(layer._backward, INITIAL, 'return {"dx": dx, f"d{first}0": 0 * da0,'),
                Edit(network._backward, NETWORK_INITIAL, '(s != "a") * np.stack(d) for s, d'),
            ),
        ),
    ),
    Deviation(
        id="dc0-missing",
        summary="dc0 is zero",
        kind=BUG,
        affects=of(LSTMS, BACK_IN_TIME),
        exposed_by="c0 as an input, dc0 compared",
        seen_in=("FluxML/Flux.jl#2185",),
        ways=(
            (
                Edit(layer._backward, 'f"d{s}0": d for s', 'f"d{s}0": 0 * d for s'),
                Edit(network._backward, NETWORK_INITIAL, '(s != "c") * np.stack(d) for s, d'),
            ),
        ),
    ),
    Deviation(
        id="overwrite-not-accumulate",
        summary="the parameters' gradients are those of the step computed last: dW = dW_t in place of dW += dW_t",
        kind=BUG,
        affects=of(ALL, BACK_IN_TIME),
        exposed_by="two or more steps",
        seen_in=("cxmhfut/DeepLearning.ai lstm_backward_pass.py",),
        ways=(
            (OVERWRITTEN,),
            (
                OVERWRITTEN,  # and the head's, in the same loop
                Edit(
                    layer.through_head,
                    "for t, dy_t in enumerate(unroll.steps(dy)):",
                    "for t, dy_t in [(t, unroll.steps(dy)[t]) for t in reversed(walk.order)]:",
                ),
                Edit(
                    layer.through_head,
                    'unroll.accumulated(total, {f"d{weight}": dW, f"d{bias}": db})',
                    '{f"d{weight}": dW, f"d{bias}": db}',
                ),
            ),
        ),
    ),
    Deviation(
        id="grads-mean-over-steps",
        summary="the parameters' gradients are a mean over the steps in place of a sum",
        kind=BUG,
        affects=of(ALL, BACK_IN_TIME),
        exposed_by="two or more steps",
        seen_in=("known student error",),
        ways=(
            (Edit(unroll.backward, "dstate, total\n", "dstate, {n: d / len(dinputs) for n, d in total.items()}\n"),),
        ),
    ),
    Deviation(
        id="dx-in-run-order",
        summary="dx is stacked in the order of the backward loop, last step first",
        kind=BUG,
        affects=of(ALL, BACK_IN_TIME),
        exposed_by="two or more steps, dx compared",
        seen_in=("known student error",),
        ways=((Edit(unroll.backward, "stacked(d)", "stacked(d[::-1])"),),),
    ),
)
