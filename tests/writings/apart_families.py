"""All operations of the contract, written apart from the kit: no import here leads to rnnspec.

tests/planted/ plants its faults into these texts and finds the places by their wording.
"""

from writings import apart_cells as cells
from writings import apart_containers as containers
from writings import apart_lstms as lstms
from writings import apart_sequences as sequences
from writings.apart_networks import Network

sigmoid, softmax = cells.sigmoid, sequences.softmax

(rnn_cell_forward, rnn_cell_backward, rnn_forward, rnn_backward) = sequences.Family(cells.Rnn).operations()
(rnn_relu_cell_forward, rnn_relu_cell_backward, rnn_relu_forward, rnn_relu_backward) = sequences.Family(
    cells.RnnRelu
).operations()
(gru_cell_forward, gru_cell_backward, gru_forward, gru_backward) = sequences.Family(cells.Gru).operations()
(gru_reset_after_cell_forward, gru_reset_after_cell_backward, gru_reset_after_forward, gru_reset_after_backward) = (
    sequences.Family(cells.GruResetAfter).operations()
)
(lstm_cell_forward, lstm_cell_backward, lstm_forward, lstm_backward) = sequences.Family(lstms.Lstm).operations()
(lstm_peephole_cell_forward, lstm_peephole_cell_backward, lstm_peephole_forward, lstm_peephole_backward) = (
    sequences.Family(lstms.LstmPeephole).operations()
)
(lstm_coupled_cell_forward, lstm_coupled_cell_backward, lstm_coupled_forward, lstm_coupled_backward) = sequences.Family(
    lstms.LstmCoupled
).operations()
(lstm_projected_cell_forward, lstm_projected_cell_backward, lstm_projected_forward, lstm_projected_backward) = (
    sequences.Family(lstms.LstmProjected).operations()
)
(lstm_clipped_cell_forward, lstm_clipped_cell_backward, lstm_clipped_forward, lstm_clipped_backward) = sequences.Family(
    lstms.LstmClipped
).operations()

rnn_network_forward, rnn_network_backward = Network(cells.Rnn).operations()
lstm_network_forward, lstm_network_backward = Network(lstms.Lstm).operations()
gru_reset_after_network_forward, gru_reset_after_network_backward = Network(cells.GruResetAfter).operations()

pad_sequence = containers.pad_sequence
pack_sequence = containers.pack_sequence
pack_padded_sequence = containers.pack_padded_sequence
pad_packed_sequence = containers.pad_packed_sequence
