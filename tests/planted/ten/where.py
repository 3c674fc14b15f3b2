"""Which of the ten operations of apart.py a fault makes wrong, in few words."""

from functools import partial

from planted.planting import Planted, Writing

RNN_CELL_F, RNN_CELL_B = ("rnn_cell_forward",), ("rnn_cell_backward",)
RNN_SEQ_F, RNN_SEQ_B = ("rnn_forward",), ("rnn_backward",)
LSTM_CELL_F, LSTM_CELL_B = ("lstm_cell_forward",), ("lstm_cell_backward",)
LSTM_SEQ_F, LSTM_SEQ_B = ("lstm_forward",), ("lstm_backward",)
RNN_CELL, RNN_SEQ = RNN_CELL_F + RNN_CELL_B, RNN_SEQ_F + RNN_SEQ_B
LSTM_CELL, LSTM_SEQ = LSTM_CELL_F + LSTM_CELL_B, LSTM_SEQ_F + LSTM_SEQ_B
RNN, LSTM, SEQ = RNN_CELL + RNN_SEQ, LSTM_CELL + LSTM_SEQ, RNN_SEQ + LSTM_SEQ
RNN_B, LSTM_B = RNN_CELL_B + RNN_SEQ_B, LSTM_CELL_B + LSTM_SEQ_B
BACKWARD = RNN_B + LSTM_B
SIGMOID = ("sigmoid", *LSTM)
SOFTMAX = ("softmax", *RNN_CELL_F, *RNN_SEQ_F, *LSTM_CELL_F, *LSTM_SEQ_F)

ten = partial(Planted, into=Writing.TEN)
